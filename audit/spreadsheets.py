"""Cells of a CSV file that a spreadsheet program would otherwise take for a formula."""

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def neutral(cell: object) -> str:
    """The cell as text; what could begin a formula stands behind an apostrophe."""
    text = str(cell)
    return ("'" + text if text.startswith(_STARTS) else text).replace("\0", "")
