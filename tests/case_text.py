"""The marker of tests that look for text of cases where it must not be."""

MARK = "Qzmarker"
