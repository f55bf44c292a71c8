"""Pages on which a memo is reviewed."""
