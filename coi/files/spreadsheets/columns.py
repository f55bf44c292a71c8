"""The sheets and columns of an edition's spreadsheet, as one table.

Reading, writing, the template and docs/reference/spreadsheet.md all use it. Names of sheets and headers belong to the
file format, like the fields of a fixture, and are the same in every language.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coi.models import (
    CoverageRow,
    CuratorQuery,
    Denial,
    Edition,
    Figure,
    FigureRow,
    Finding,
    Footnote,
    Originator,
    Publication,
    Report,
    Section,
    Source,
)
from coi.models.base import field_of
from coi.models.parts import BY_MODEL, Part

EXAMPLE_HEADER, EXAMPLE_MARK = "Example", "example"
INSTRUCTIONS, WORDS = "Instructions", "Accepted words"  # for people; ignored when a file is read


class Takes(StrEnum):
    """What a cell of a column accepts."""

    TEXT = "text"
    CODE = "code"
    WHOLE = "whole number"
    ORDER = "whole number, or nothing"
    DAY = "day"
    MOMENT = "date"
    YES_NO = "yes or no"
    CHOICE = "one of a list"
    COUNTRY = "country"
    PLACE = "place"
    PLACES = "places"
    ACTORS = "actors"
    EVENTS = "kinds of event"
    TARGETS = "traits"
    SECTION = "section"
    ORIGINATOR = "originator"
    FOOTNOTE = "footnote"
    FOOTNOTES = "footnotes"
    FIGURE = "figure"
    FIGURES = "figures"
    FINDINGS = "findings"


SAYS: dict[Takes, str | Promise] = {
    Takes.TEXT: _("text"),
    Takes.CODE: _("a code: letters from a to z, digits, hyphens and underscores"),
    Takes.WHOLE: _("a whole number"),
    Takes.ORDER: _("a whole number; if empty, one more than in the row above"),
    Takes.DAY: _("a day: 23.3.2019 or 2019-03-23, or a date cell that shows day, month and year"),
    Takes.MOMENT: _("a year, a month or a day: 2019, 3.2019, 23.3.2019 or 2019-03-23"),
    Takes.YES_NO: _("yes or no; an x means yes"),
    Takes.CHOICE: _("one word of the list"),
    Takes.COUNTRY: _("a country, by name or two-letter code"),
    Takes.PLACE: _("a place: name, region; or name, cercle, region; or its code"),
    Takes.PLACES: _("places with ; between them, each as name, region; as name, cercle, region; or its code"),
    Takes.ACTORS: _("actors with ; between them, by code, name or other name"),
    Takes.EVENTS: _("kinds of event with ; between them, by code, name or other name"),
    Takes.TARGETS: _("traits with ; between them, by code, name or other name"),
    Takes.SECTION: _("the code or title of a section on the sheet Sections"),
    Takes.ORIGINATOR: _("the code or name of an originator, on the sheet Originators or in the library"),
    Takes.FOOTNOTE: _("the number of a footnote on the sheet Footnotes"),
    Takes.FOOTNOTES: _("numbers of footnotes with ; between them"),
    Takes.FIGURE: _("the number of a figure on the sheet Figures"),
    Takes.FIGURES: _("numbers of figures with ; between them"),
    Takes.FINDINGS: _("codes of findings with ; between them"),
}


@dataclass(frozen=True)
class Column:
    """A column: the field of the model that it fills, what it accepts, and a hint."""

    model: type[Model]
    field: str
    header: str
    takes: Takes
    example: str | int = ""
    hint: str | Promise = ""
    needed: bool = False

    @property
    def default(self) -> Any:
        """The value of an empty cell: the field's default."""
        field = field_of(self.model, self.field)
        return field.get_default() if field.has_default() else None

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """The codes and words of a column with a list."""
        return tuple((str(code), str(word)) for code, word in field_of(self.model, self.field).flatchoices)


@dataclass(frozen=True)
class Sheet:
    """A sheet, each row one ``model``; with ``also`` a second one where any of its columns is filled."""

    name: str
    about: str | Promise
    columns: tuple[Column, ...]
    model: type[Model]
    also: type[Model] | None = None

    @property
    def part(self) -> Part:
        """The part of an edition that the sheet holds."""
        return BY_MODEL[self.model]

    @property
    def key(self) -> str:
        """The field by which a row is referred to, after that of the row that it belongs to."""
        model: Any = self.model
        return str(model.natural_key_fields[-1])


def _columns(model: type[Model], *rows: tuple[Any, ...]) -> tuple[Column, ...]:
    """Return the columns of one model. ``*`` before a header marks one that must be filled."""
    made = []
    for field, header, takes, example, hint in rows:
        made.append(Column(model, field, header.removeprefix("*"), takes, example, hint, header.startswith("*")))
    return tuple(made)


T = Takes

SHEETS: tuple[Sheet, ...] = (
    Sheet(
        name="Edition",
        about=_("One row: the report and this edition of it."),
        model=Edition,
        also=Publication,
        columns=(
            *_columns(
                Report,
                ("code", "*Report code", T.CODE, "example-report", _("The same in all its editions.")),
                ("title", "*Report title", T.TEXT, "EXAMPLE. The situation in Exampleland", _("As printed.")),
                ("publisher", "*Publisher", T.TEXT, "EXAMPLE. Office of Nowhere", _("The publisher of the report.")),
                ("product_type", "*Type of report", T.TEXT, "country report", _("Such as country report, query response.")),
                ("country", "*Country", T.COUNTRY, "Exampleland", _("The country that the report is about.")),
                ("language", "*Language", T.TEXT, "en", _("Code of the language that it is written in.")),
            ),
            *_columns(
                Edition,
                ("code", "*Edition code", T.CODE, "example-report-2024-06", _("Becomes part of every finding’s number.")),
                ("label", "*How it is cited", T.TEXT, "EXAMPLE. Office of Nowhere, June 2024", _("As memos cite it.")),
                ("cut_off", "*Information up to", T.DAY, "2024-06-30", _("The cut-off date: the edition has no information after it.")),
                ("held_on", "Talk held on", T.DAY, "", _("If the report is a talk.")),
                ("published_on", "Publication date printed", T.DAY, "2024-07-15", _("Empty if none is printed.")),
                ("latest_access", "Latest access date", T.DAY, "2024-07-01", _("The latest one in its footnotes.")),
                ("period_from", "*Reported period from", T.MOMENT, "2020", _("How far back the report goes.")),
                ("current_from", "*Current period from", T.MOMENT, "2023", _("The time from which “at the moment” counts.")),
                ("scope_note", "Scope", T.TEXT, "EXAMPLE. Security in all regions.", ""),
                ("is_selection", "Only a part is encoded", T.YES_NO, "", _("Yes if footnote numbers have gaps because part of the report is not in the file.")),
            ),
            *_columns(
                Publication,
                ("published_at", "*Published in this library on", T.DAY, "", _("Written by a download. An upload starts a draft and ignores it; load_coi publishes by it.")),
                ("retired_at", "Replaced on", T.DAY, "", _("Written by a download, and ignored in the same way.")),
            ),
        ),
    ),
    Sheet(
        name="Sections",
        about=_("The sections of the report, in its order."),
        model=Section,
        columns=_columns(
            Section,
            ("code", "*Code", T.CODE, "north", _("A short word of your own.")),
            ("title", "*Title", T.TEXT, "EXAMPLE. The north", _("As printed.")),
            ("position", "Position", T.ORDER, 1, _("Its place in the report.")),
            ("period_from", "*Undated statements cover the time from", T.MOMENT, "2023", ""),
            ("place", "Place in its heading", T.PLACE, "Exampletown, Example region", _("Only if the heading names one.")),
        ),
    ),
    Sheet(
        name="Coverage",
        about=_("What the report set out to cover. It decides “silent” or “outside scope”. Draw it with care."),
        model=CoverageRow,
        columns=_columns(
            CoverageRow,
            ("code", "*Code", T.CODE, "north-security", _("A short word of your own.")),
            ("place", "*Place", T.PLACE, "Example region", ""),
            ("events", "*Kinds of event", T.EVENTS, "attack; abduction", _("Each includes what is below it in the list.")),
            ("period_from", "*From", T.MOMENT, "2023", ""),
            ("period_to", "*To", T.MOMENT, "2024-06-30", ""),
            ("basis", "*Basis", T.TEXT, "EXAMPLE. Its introduction says that it covers the north.", ""),
        ),
    ),
    Sheet(
        name="Originators",
        about=_("Those who first produced information, not those who published it. One row and one code for each."),
        model=Originator,
        columns=_columns(
            Originator,
            ("code", "*Code", T.CODE, "example-monitor", _("The library’s own code if it already has the originator.")),
            ("name", "*Name", T.TEXT, "EXAMPLE Monitor", ""),
        ),
    ),
    Sheet(
        name="Footnotes",
        about=_("The footnotes by their printed numbers, and the positions of their marks."),
        model=Footnote,
        columns=_columns(
            Footnote,
            ("number", "*Number", T.WHOLE, 1, _("As printed, from 1 without a gap unless only part of the report is encoded. A source without a footnote: 20001, 20002 and so on.")),
            ("named_in", "Named in", T.CHOICE, "", _("Empty for a printed footnote. For a source that the report names without one: text or bibliography.")),
            ("section_code", "*Section", T.SECTION, "north", ""),
            ("paragraph", "*Paragraph", T.WHOLE, 1, _("Counted from 1 in its section.")),
            ("after_sentence", "*After sentence", T.WHOLE, 2, _("The footnote covers the sentences since the footnote before it in its paragraph.")),
        ),
    ),
    Sheet(
        name="Sources",
        about=_("Each cited item of a footnote in its own row, as printed."),
        model=Source,
        columns=_columns(
            Source,
            ("footnote", "*Footnote", T.FOOTNOTE, 1, ""),
            ("position", "Position", T.ORDER, 1, _("Its place in the footnote.")),
            ("originator", "*Originator", T.ORIGINATOR, "example-monitor", ""),
            ("publisher", "Publisher", T.TEXT, "EXAMPLE Press", ""),
            ("publisher_place", "Place of publication", T.TEXT, "Exampletown", ""),
            ("authors", "Authors", T.TEXT, "", ""),
            ("title", "Title", T.TEXT, "EXAMPLE. A quarter in the north", ""),
            ("container", "In", T.TEXT, "", _("Journal or book, as printed.")),
            ("published_as_printed", "Date as printed", T.TEXT, "May 2024", ""),
            ("published", "Publication date", T.MOMENT, "2024-05", ""),
            ("url", "Address", T.TEXT, "https://example.org/quarter", _("Starts with http:// or https://.")),
            ("accessed", "Accessed on", T.DAY, "2024-06-20", _("Needed if there is an address.")),
            ("pinpoint", "Pinpoint", T.TEXT, "p. 3", ""),
            ("kind", "*Kind", T.CHOICE, "ngo", ""),
            ("is_primary", "Primary", T.YES_NO, "yes", _("The originator’s own publication of information that it gathered itself.")),
        ),
    ),
    Sheet(
        name="Findings",
        about=_("One citable statement in each row, in our own words, located to the sentence."),
        model=Finding,
        also=Denial,
        columns=(
            *_columns(
                Finding,
                ("code", "*Code", T.CODE, "nor-01", _("A short word of your own, the same in later editions.")),
                ("section", "*Section", T.SECTION, "north", ""),
                ("position", "Position", T.ORDER, 1, _("Its place among all findings.")),
                ("paragraph", "*Paragraph", T.WHOLE, 1, _("Counted from 1 in its section.")),
                ("sentence", "*Sentence", T.WHOLE, 2, _("Counted from 1 in its paragraph.")),
                ("statement", "*Statement", T.TEXT, "EXAMPLE. In March 2024 armed men attacked Exampletown.", _("No eight consecutive words of the report.")),
                ("kind", "*Kind", T.CHOICE, "occurrence", ""),
                ("strength", "*Strength", T.CHOICE, "reported", _("How the report hedges it.")),
                ("places", "Places", T.PLACES, "Exampletown, Example region", _("What the sentence is about, not the heading above it.")),
                ("extent", "Extent", T.CHOICE, "", _("Throughout only if the report says so: “all over the country”. Empty means somewhere.")),
                ("actors", "Actors", T.ACTORS, "unknown", _("Empty if the report names nobody.")),
                ("events", "Kinds of event", T.EVENTS, "attack-on-village", ""),
                ("targets", "Targets", T.TARGETS, "villager", ""),
                ("actors_together", "Actors together", T.YES_NO, "", _("Yes if it is about all of them together.")),
                ("other_side", "Other side", T.ACTORS, "", _("Those of the actors who were on the other side of the fight. Empty if no sides are stated.")),
                ("period_from", "From", T.MOMENT, "2024-03", _("Empty: from the start of the section’s period. An occurrence has both dates or none.")),
                ("period_to", "To", T.MOMENT, "2024-03", _("Empty: up to the cut-off date. An occurrence has both dates or none.")),
                ("footnotes", "Footnotes", T.FOOTNOTES, 1, ""),
                ("no_footnote", "No footnote in the report", T.YES_NO, "", _("Yes if the report gives none for the sentence.")),
                ("quotation", "Quotation", T.TEXT, "", _("At most 40 words, if the office has the report.")),
            ),
            *_columns(
                Denial,
                ("places", "Denied: places", T.PLACES, "", _("Fill these columns only if the statement rules something out.")),
                ("places_excepted", "Denied: places excepted", T.PLACES, "", _("Not covered by the denial.")),
                ("actors", "Denied: actors", T.ACTORS, "", _("Empty means any.")),
                ("events", "Denied: kinds of event", T.EVENTS, "", ""),
                ("targets", "Denied: targets", T.TARGETS, "", _("Empty means any.")),
                ("actors_together", "Denied: actors together", T.YES_NO, "", ""),
                ("actors_as_named", "Denied: actors as named", T.YES_NO, "", _("Yes if it applies only to those whom an applicant names in the same words.")),
                ("inferred_from", "Denied: inferred from", T.TEXT, "", _("The word that implies the denial, such as until. Empty if the report states it explicitly.")),
                ("period_from", "Denied: from", T.MOMENT, "", _("Empty: from the start of the section’s period.")),
                ("period_to", "Denied: to", T.MOMENT, "", _("Empty: up to the cut-off date.")),
            ),
        ),
    ),
    Sheet(
        name="Figures",
        about=_("Numbered figures and tables of the report."),
        model=Figure,
        columns=_columns(
            Figure,
            ("number", "*Number", T.WHOLE, 1, ""),
            ("title", "*Title", T.TEXT, "EXAMPLE. Fatalities in the north", ""),
            ("source", "*Source as printed", T.TEXT, "EXAMPLE Monitor", ""),
            ("originator", "*Originator", T.ORIGINATOR, "example-monitor", ""),
            ("footnotes", "Footnotes", T.FOOTNOTES, "", _("Those that cite the same source.")),
            ("values_available", "Values are in the text", T.YES_NO, "yes", _("No if it is an image. Never fill in values that are not printed. Empty means yes.")),
            ("text_says", "What the text says about it", T.TEXT, "", _("Needed if the values are not in the text.")),
            ("unit", "*What is counted", T.TEXT, "fatalities", ""),
        ),
    ),
    Sheet(
        name="Figure rows",
        about=_("Each printed number of a figure. A total must be printed as such and must add up."),
        model=FigureRow,
        columns=_columns(
            FigureRow,
            ("figure", "*Figure", T.FIGURE, 1, ""),
            ("position", "Position", T.ORDER, 1, _("Its place in the figure.")),
            ("place", "*Place", T.PLACE, "Example region", ""),
            ("place_label", "*Place as printed", T.TEXT, "EXAMPLE region", ""),
            ("period_label", "*Period as printed", T.TEXT, "2023", ""),
            ("period_from", "*From", T.MOMENT, "2023", ""),
            ("period_to", "*To", T.MOMENT, "2023", ""),
            ("is_part_year", "Part of a year", T.YES_NO, "", ""),
            ("is_total", "A total as printed", T.YES_NO, "", ""),
            ("fatalities", "*Fatalities", T.WHOLE, 12, ""),
        ),
    ),
    Sheet(
        name="Queries",
        about=_("Curator’s queries: remarks on oddities in the report, which stay as printed. Memos print the remarks."),
        model=CuratorQuery,
        columns=_columns(
            CuratorQuery,
            ("code", "*Code", T.CODE, "town-name", _("A short word of your own.")),
            ("remarked_on", "*Date of the remark", T.DAY, "2024-08-01", ""),
            ("remark", "*Remark", T.TEXT, "EXAMPLE. The report spells the town in two ways.", ""),
            ("findings", "Findings", T.FINDINGS, "nor-01", ""),
            ("footnotes", "Footnotes", T.FOOTNOTES, "", ""),
            ("figures", "Figures", T.FIGURES, "", _("If the three are empty, it is about the edition.")),
        ),
    ),
)  # fmt: skip
