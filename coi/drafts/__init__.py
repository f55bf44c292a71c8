"""Drafts of editions: editing, reviewing, publishing, proposed sources."""
