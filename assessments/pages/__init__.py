"""The pages of a case: addresses, views, forms, presenters."""
