"""Text as people and files write it."""
