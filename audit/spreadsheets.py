"""CSV files, no cell of which a spreadsheet program takes for a formula."""

import csv
from collections.abc import Iterable, Iterator

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


class _Echo:
    """A file that hands back what is written to it, for csv.writer."""

    def write(self, value: str) -> str:
        return value


def lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The rows as lines of CSV, one after the other, however many there are; each ends with CR LF."""
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    for row in rows:
        yield writer.writerow([neutral(cell) for cell in row])


def neutral(cell: object) -> str:
    """The cell as text; what could begin a formula stands behind an apostrophe."""
    text = str(cell)
    return ("'" + text if text.startswith(_STARTS) else text).replace("\0", "")
