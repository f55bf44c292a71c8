"""Text: what may be typed and printed, dates in words, word differences."""
