"""The metadata of a memo's PDF: the record that it prints, and by whom and when it was decided."""

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from typing import Any

from defusedxml import ElementTree

LARGEST_METADATA = 1024 * 1024
MOST_METADATA = 16  # streams to look at; a memo has one
_METADATA = re.compile(rb"/Type\s{0,4}/Metadata\b[^>]{0,200}>>\s{0,4}stream\r?\n")
_DESCRIPTION = ".//{http://purl.org/dc/elements/1.1/}description//{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"
_SHA256 = re.compile(r"([0-9a-f]{64})?")


@dataclass(frozen=True)
class DocumentMark:
    """The SHA-256 of the record, and the parts of its heading that the record lacks.

    ``record_sha256`` is empty in the draft of a case that was not submitted.
    """

    record_sha256: str
    version: int
    status: str
    reviewer: str = ""
    decided_on: date | None = None

    def __str__(self) -> str:
        """Return the mark as one line of JSON, always the same."""
        values = asdict(self) | {"decided_on": self.decided_on.isoformat() if self.decided_on else ""}
        return json.dumps(values, sort_keys=True, ensure_ascii=False)


def mark_in(pdf: bytes) -> DocumentMark | None:
    """Return the mark of a PDF, or None if it has no readable one.

    Any file may be passed. The time grows only linearly with the size of the file.
    """
    for text in islice(_metadata_in(pdf), MOST_METADATA):
        if b"<x:xmpmeta" in text:
            return _mark_of_metadata(text)
    return None


def _metadata_in(pdf: bytes) -> Iterator[bytes]:
    for found in _METADATA.finditer(pdf):
        end = pdf.find(b"endstream", found.end())
        if end < 0:
            return
        yield _inflated(pdf[found.end() : end])


def _inflated(stream: bytes) -> bytes:
    """Return a stream, decompressed up to the longest metadata accepted."""
    try:
        return zlib.decompressobj().decompress(stream, LARGEST_METADATA)
    except zlib.error:
        return stream[:LARGEST_METADATA]


def _mark_of_metadata(text: bytes) -> DocumentMark | None:
    start, end = text.index(b"<x:xmpmeta"), text.rfind(b"</x:xmpmeta>") + len(b"</x:xmpmeta>")
    try:
        found = ElementTree.fromstring(text[start:end].decode()).find(_DESCRIPTION)
        values: Any = json.loads(found.text or "") if found is not None else None
        mark = DocumentMark(
            record_sha256=str(values["record_sha256"]),
            version=int(values["version"]),
            status=str(values["status"]),
            reviewer=str(values["reviewer"]),
            decided_on=date.fromisoformat(values["decided_on"]) if values["decided_on"] else None,
        )
    # the file's author chose its content, including nesting, sizes and infinite numbers
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, ElementTree.ParseError):
        return None
    return mark if _SHA256.fullmatch(mark.record_sha256) else None
