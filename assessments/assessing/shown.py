"""The answer that a page showed on a fact, as a signed token in its form, so that an autosave needs no matching.

The token holds the findings offered and the answer given: keys and codes, no text.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.core import signing

from assessments.assessing.evidence import Bears, Piece
from assessments.assessing.fact_changes import Seen
from assessments.models import Case

_SALT = "what a page showed of a fact"


@dataclass(frozen=True)
class Shown:
    """The answer that a page gave on a fact, and what an indicator could name there."""

    seen: Seen
    pieces: tuple[Piece, ...]  # without their words

    @classmethod
    def read(cls, token: str, case: Case, fact: str) -> Self | None:
        """Return the content of the token; None if it is not a token of this case and fact."""
        try:
            of, ident, seen, pieces = signing.loads(token, salt=_SALT)
        except signing.BadSignature:
            return None
        if (of, ident) != (str(case.uuid), fact):
            return None
        return cls(Seen(**seen), tuple(Piece(key, Bears(bears), "", "", today) for key, bears, today in pieces))


def token(case: Case, fact: str, seen: Seen, pieces: Iterable[Piece]) -> str:
    """Return the token for the form of a page."""
    listed = [(piece.key, piece.bears.value, piece.today) for piece in pieces]
    return signing.dumps((str(case.uuid), fact, seen.row, listed), salt=_SALT, compress=True)
