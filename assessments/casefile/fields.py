"""The fields of a case, in one table.

The reader, the stored case, the form, the steps of the intake, the lines that show a fact and the JSON Schema all
follow this table.
CONTRIBUTING.md describes how to add a field.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.utils.translation import gettext_lazy as _

from assessments.models.codes import AGE_BANDS, OriginStatus, PlaceRole, Sex
from matching.facts import FactKind

LONGEST_TEXT = 20_000  # characters
LONGEST_LINE = 300
LONGEST_NAME = 100  # of a reference, a language, a relation
LONGEST_ID = 20
MOST_ROWS = 200  # places, traits, persons, codes
MOST_FACTS = 60  # each is matched with the whole library, on every page of the case
IDENTIFIERS_OF_A_PLACE = ("id", "gazetteer_id", "geonames_id", "code")
IN_ADDRESSES = "[A-Za-z0-9_-]+"  # the id of a fact is part of addresses
PERIOD = "period"  # the one input in which a beginning and an end are typed


class Kind(Enum):
    """The type of a field. It decides how the field is read, stored and typed."""

    ID = auto()  # of a person or a fact, unique in its case
    LINE = auto()  # text without line breaks
    TEXT = auto()
    DAY = auto()
    MOMENT = auto()  # a year, a month or a day
    YES_NO = auto()
    CODE = auto()  # of the vocabulary, or of the field's own list
    WORD = auto()  # a code of the vocabulary that a file may give with a note
    CODES = auto()  # any number of words
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
    codes: tuple[str, ...] = ()  # those that the field accepts, if they are not words of the vocabulary
    pattern: str = ""  # regular expression for the whole value
    meaning: str = ""  # for readers of the JSON Schema
    is_stored: bool = True  # a column holds it and the form asks for it
    # A text of a fact that is asked for and shown under its own label, after the other fields.
    is_paragraph: bool = False
    label: Any = ""
    help: Any = ""

    def __post_init__(self) -> None:
        for name in ("attribute", "column", "input"):
            object.__setattr__(self, name, getattr(self, name) or self.name)


HEAD = (
    Field(
        "reference", Kind.LINE, is_required=True, longest=LONGEST_NAME, meaning="Application reference, never a name."
    ),
    Field(
        "country",
        Kind.CODE,
        is_required=True,
        longest=2,
        pattern="[A-Z]{2}",
        meaning="Country of origin, ISO 3166-1 alpha-2.",
    ),
    Field("interview_language", Kind.LINE, longest=LONGEST_NAME),
    Field("due_on", Kind.DAY, meaning="The day by which the case is due. Optional."),
    Field("note", Kind.TEXT),
    Field("assessed_on", Kind.DAY, is_stored=False, meaning="The day of the assessment; today if left out."),
)
ORIGIN = (
    Field("status", Kind.CODE, "origin_status", "origin_status", "origin_status", codes=tuple(OriginStatus.values)),
    Field("note", Kind.TEXT, "origin_note", "origin_note", "origin_note"),
)
PERSON = (
    Field("id", Kind.ID, column="ident", input="ident", is_required=True, longest=LONGEST_ID),
    Field("relation", Kind.LINE, longest=LONGEST_NAME),
    Field("sex", Kind.CODE, codes=tuple(Sex.values)),
    Field("age_band", Kind.CODE, codes=AGE_BANDS),
)
TRAIT = (  # the form has two lists of check boxes for each person instead
    Field("trait", Kind.CODE, is_required=True),
    Field("imputed", Kind.YES_NO),
    Field("person", Kind.PERSON),
    Field("note", Kind.TEXT),
)
PLACE = (
    Field("role", Kind.CODE, is_required=True, codes=tuple(PlaceRole.values)),
    Field("place", Kind.PLACE, is_required=True),
    Field("from", Kind.MOMENT, "start", "period_from", PERIOD),
    Field("to", Kind.MOMENT, "end", "period_to", PERIOD),
    Field("person", Kind.PERSON),
)
INTERVIEW = (
    Field("date", Kind.MOMENT),
    Field("ref", Kind.LINE, "reference", longest=LONGEST_LINE),
)
FACT = (  # in the order of the form
    Field(
        "id",
        Kind.ID,
        column="ident",
        input="ident",
        is_required=True,
        longest=LONGEST_ID,
        pattern=IN_ADDRESSES,
    ),
    Field("statement", Kind.TEXT, is_required=True),
    Field("passage", Kind.TEXT, meaning="What the interview record says. No memo and no disclosure sheet contains it."),
    Field("event", Kind.WORD, is_required=True),
    Field("kind", Kind.CODE, input="fact_kind", codes=tuple(kind.value for kind in FactKind)),
    Field("event_note", Kind.TEXT),
    Field("place", Kind.PLACE, is_required=True),
    Field("from", Kind.MOMENT, "start", "period_from", "start"),
    Field("to", Kind.MOMENT, "end", "period_to", "end"),
    Field(
        "ongoing",
        Kind.YES_NO,
        meaning="Still going on: the end is open. Without it, a past event with one date happened at that date.",
    ),
    Field("person", Kind.PERSON),
    Field("actors", Kind.CODES, meaning="Who did it, as the applicant says."),
    Field("actor_note", Kind.TEXT),
    Field("targets", Kind.CODES, meaning="Who was targeted, as the applicant says."),
    Field("target_note", Kind.TEXT),
    Field("interviews", Kind.INTERVIEWS),
    Field("note", Kind.TEXT, is_stored=False),  # joins the remark on the event
    Field(
        "explanation",
        Kind.TEXT,
        is_paragraph=True,
        label=_("Explanation that the applicant gave"),
        help=_("If something did not fit and the applicant could comment on it."),
        meaning="The applicant's explanation of an inconsistency.",
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
