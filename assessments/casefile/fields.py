"""The fields of a case, in one table.

The reader, the stored case, the form, the steps of the intake and the lines that show a fact all follow this table.
CONTRIBUTING.md describes how to add a field.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.utils.translation import gettext_lazy as _

LONGEST_TEXT = 20_000  # characters
LONGEST_LINE = 300
LONGEST_NAME = 100  # of a reference, a language, a relation
LONGEST_ID = 20


class Kind(Enum):
    """The type of a field. It decides how the field is read, stored and typed."""

    ID = auto()  # of a person or a fact, unique in its case
    LINE = auto()  # text without line breaks
    TEXT = auto()
    DAY = auto()
    MOMENT = auto()  # a year, a month or a day
    YES_NO = auto()
    CODE = auto()
    CODES = auto()  # any number of them
    PLACE = auto()
    PERSON = auto()  # the id of a person of the case
    INTERVIEWS = auto()  # rows of INTERVIEW


@dataclass(frozen=True)
class Field:
    """One field. It has the same name everywhere, unless the table gives another name for one of the places."""

    name: str  # in a case file
    kind: Kind
    attribute: str = ""  # of the frozen value
    column: str = ""  # of the database
    input: str = ""  # of the form
    is_required: bool = False
    longest: int = LONGEST_TEXT  # characters of a text or a line
    is_stored: bool = True  # a column holds it and the form asks for it
    # A text of a fact that is asked for and shown under its own label, after the other fields.
    is_paragraph: bool = False
    label: Any = ""
    help: Any = ""

    def __post_init__(self) -> None:
        for name in ("attribute", "column", "input"):
            object.__setattr__(self, name, getattr(self, name) or self.name)


HEAD = (
    Field("reference", Kind.LINE, is_required=True, longest=LONGEST_NAME),
    Field("country", Kind.CODE, is_required=True),
    Field("interview_language", Kind.LINE, longest=LONGEST_NAME),
    Field("due_on", Kind.DAY),
    Field("note", Kind.TEXT),
    Field("assessed_on", Kind.DAY, is_stored=False),
)
ORIGIN = (
    Field("status", Kind.CODE, "origin_status", "origin_status", "origin_status"),
    Field("note", Kind.TEXT, "origin_note", "origin_note", "origin_note"),
)
PERSON = (
    Field("id", Kind.ID, column="ident", input="ident", is_required=True, longest=LONGEST_ID),
    Field("relation", Kind.LINE, longest=LONGEST_NAME),
    Field("sex", Kind.CODE),
    Field("age_band", Kind.CODE),
)
TRAIT = (  # the form has two lists of check boxes for each person instead
    Field("trait", Kind.CODE, is_required=True),
    Field("imputed", Kind.YES_NO),
    Field("person", Kind.PERSON),
    Field("note", Kind.TEXT),
)
PLACE = (
    Field("role", Kind.CODE, is_required=True),
    Field("place", Kind.PLACE, is_required=True),
    Field("from", Kind.MOMENT, "start", "period_from", "start"),
    Field("to", Kind.MOMENT, "end", "period_to", "end"),
    Field("person", Kind.PERSON),
)
INTERVIEW = (
    Field("date", Kind.MOMENT),
    Field("ref", Kind.LINE, "reference", longest=LONGEST_LINE),
)
FACT = (  # in the order of the form
    Field("id", Kind.ID, column="ident", input="ident", is_required=True, longest=LONGEST_ID),
    Field("statement", Kind.TEXT, is_required=True),
    Field("event", Kind.CODE, is_required=True),
    Field("kind", Kind.CODE, input="fact_kind"),
    Field("event_note", Kind.TEXT),
    Field("place", Kind.PLACE, is_required=True),
    Field("from", Kind.MOMENT, "start", "period_from", "start"),
    Field("to", Kind.MOMENT, "end", "period_to", "end"),
    Field("ongoing", Kind.YES_NO),
    Field("person", Kind.PERSON),
    Field("actors", Kind.CODES),
    Field("actor_note", Kind.TEXT),
    Field("targets", Kind.CODES),
    Field("target_note", Kind.TEXT),
    Field("interviews", Kind.INTERVIEWS),
    Field("note", Kind.TEXT, is_stored=False),  # joins the remark on the event
    Field(
        "explanation",
        Kind.TEXT,
        is_paragraph=True,
        label=_("Explanation that the applicant gave"),
        help=_("If something did not fit and the applicant could comment on it."),
    ),
)

PARAGRAPHS = tuple(field for field in FACT if field.is_paragraph)


def stored(table: tuple[Field, ...]) -> tuple[Field, ...]:
    """The fields of the table that are columns of the database and inputs of the form."""
    return tuple(field for field in table if field.is_stored)


def inputs(table: tuple[Field, ...]) -> tuple[str, ...]:
    """The names that the form uses."""
    return tuple(field.input for field in stored(table))


def names(table: tuple[Field, ...]) -> tuple[str, ...]:
    """The names that a case file may use."""
    return tuple(field.name for field in table)
