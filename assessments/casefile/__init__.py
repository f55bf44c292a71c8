"""A case as it was stated: frozen values, the reader, its lines."""
