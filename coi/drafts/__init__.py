"""Drafts of editions: editing, review, publication, proposed sources."""
