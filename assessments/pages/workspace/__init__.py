"""Pages on which a case is assessed."""
