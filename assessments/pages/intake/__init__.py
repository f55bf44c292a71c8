"""Pages on which a case is recorded."""
