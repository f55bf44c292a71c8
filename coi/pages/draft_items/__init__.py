"""The pages on which a COI admin edits a draft edition."""
