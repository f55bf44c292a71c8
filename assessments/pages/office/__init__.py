"""Pages of the office: home, batches, quality, notifications."""
