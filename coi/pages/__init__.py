"""The pages of the library: addresses, views, forms."""
