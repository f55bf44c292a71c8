"""CSV files without cells that a spreadsheet program could read as a formula."""

import csv
from collections.abc import Iterable, Iterator

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


class _Echo:
    """A file for csv.writer that returns what is written to it."""

    def write(self, value: str) -> str:
        return value


def lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield the rows as lines of CSV, each ending with CR LF."""
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    for row in rows:
        yield writer.writerow([neutral(cell) for cell in row])


def neutral(cell: object) -> str:
    """Return the cell as text, with an apostrophe in front if it could start a formula."""
    text = str(cell)
    return ("'" + text if text.startswith(_STARTS) else text).replace("\0", "")
