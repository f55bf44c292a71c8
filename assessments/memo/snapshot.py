"""A memo's snapshot: all that the memo prints, as text, so that it can be rendered again without the library.

The text is canonical JSON: the same case gives the same text on every machine. Each value carries the name of its
kind. Only the kinds listed here are created from it, and nothing in it is executed. A later release can read the
text of an earlier one: it drops fields that it does not know, and gives missing fields their default. A field that
is added to one of these kinds therefore needs a default.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from assessments.answer import answer as answers
from assessments.answer import wording
from assessments.answer.answer import Answer
from assessments.assessing import assessment as written
from assessments.assessing import relocation_tests
from assessments.assessing.assessment import Assessment
from assessments.casefile import values
from assessments.casefile.values import CaseFile
from assessments.memo.heading import Heading
from assessments.memo.memo import FrozenAnswer, with_pair
from assessments.models import codes
from coi import gazetteer as places
from coi.library import cited_findings, region_sheets
from coi.models import Place
from matching import criteria, facts, origins, outcome, periods, profile

FORMAT = 1
KIND = "~"  # the key for the kind of a value
SAME = "="  # the key for a shared value: its index in the list of shared values


class BadSnapshot(ValueError):
    """This release cannot read the text as a snapshot."""


# The stored names of kinds. Don't change them: old memos contain them, whatever the modules are called now.
_VALUE_KINDS: dict[str, type] = {
    "answer.CitedMatch": answers.CitedMatch,
    "answer.FactAnswer": answers.FactAnswer,
    "answer.PlaceAnswer": answers.PlaceAnswer,
    "answer.ProfileAnswer": answers.ProfileAnswer,
    "memo.FrozenAnswer": FrozenAnswer,
    "memo.Heading": Heading,
    "assessment.Assessment": written.Assessment,
    "assessment.ConclusionWritten": written.ConclusionWritten,
    "assessment.FactWritten": written.FactWritten,
    "assessment.IndicatorWritten": written.IndicatorWritten,
    "assessment.OmissionWritten": written.OmissionWritten,
    "assessment.OwnSourceWritten": written.OwnSourceWritten,
    "assessment.QuestionWritten": written.QuestionWritten,
    "assessment.Undecided": written.Undecided,
    "casefile.CaseFile": values.CaseFile,
    "casefile.InterviewReference": values.InterviewReference,
    "casefile.Person": values.Person,
    "casefile.StatedFact": values.StatedFact,
    "casefile.StatedPlace": values.StatedPlace,
    "casefile.StatedTrait": values.StatedTrait,
    "ipa.Cell": relocation_tests.Cell,
    "ipa.Column": relocation_tests.Column,
    "ipa.PairSheet": relocation_tests.PairSheet,
    "wording.Names": wording.Names,
    "cards.DenialCard": cited_findings.DenialCard,
    "cards.EditionCard": cited_findings.EditionCard,
    "cards.FindingCard": cited_findings.FindingCard,
    "cards.FootnoteCard": cited_findings.FootnoteCard,
    "cards.Remark": cited_findings.Remark,
    "cards.SourceCard": cited_findings.SourceCard,
    "places.Resolved": places.Resolved,
    "sheets.CountrySheet": region_sheets.CountrySheet,
    "sheets.FigureCell": region_sheets.FigureCell,
    "sheets.FigureSeries": region_sheets.FigureSeries,
    "sheets.RegionSheet": region_sheets.RegionSheet,
    "criteria.Reason": criteria.Reason,
    "criteria.Verdict": criteria.CriterionResult,
    "facts.Citation": facts.Citation,
    "facts.Denies": facts.Denies,
    "facts.Finding": facts.Finding,
    "facts.MaterialFact": facts.MaterialFact,
    "facts.Place": facts.Place,
    "match.EditionOutcome": outcome.EditionOutcome,
    "match.FindingMatch": outcome.FindingMatch,
    "match.Outcome": outcome.Outcome,
    "origins.Origins": origins.Origins,
    "periods.Moment": periods.Moment,
    "periods.Period": periods.Period,
    "periods.Span": periods.Span,
    "profile.ProfileMatch": profile.ProfileMatch,
}
_ENUM_KINDS: dict[str, type[Enum]] = {
    "criteria.Answer": criteria.CriterionAnswer,
    "criteria.Nearness": criteria.Nearness,
    "criteria.Question": criteria.Question,
    "facts.Extent": facts.Extent,
    "facts.FactKind": facts.FactKind,
    "facts.Kind": facts.Kind,
    "facts.Strength": facts.Strength,
    "match.Level": outcome.Level,
    "match.Position": outcome.Position,
    "match.Relation": outcome.Relation,
    "vocabulary.IpaTest": codes.IpaTest,
}
_VALUE_NAMES = {kind: name for name, kind in _VALUE_KINDS.items()}
_ENUM_NAMES = {kind: name for name, kind in _ENUM_KINDS.items()}
# The fields of a gazetteer place that a memo shows. The place is created without the database and never saved.
_PLACE_FIELDS = ("code", "name", "kind", "country", "latitude", "longitude")
# Values of these kinds occur many times in a memo and are written once.
_SHARED = (
    cited_findings.FindingCard, cited_findings.FootnoteCard, facts.Finding, facts.Place, places.Resolved, region_sheets.CountrySheet,
    region_sheets.RegionSheet,
)  # fmt: skip


def freeze(answer: Answer, assessment: Assessment, heading: Heading) -> str:
    """All of a memo as canonical JSON."""
    writer = _Writer()
    content = {"answer": with_pair(answer, assessment), "assessment": assessment, "heading": heading}
    document = {"format": FORMAT, **{name: writer.write(value) for name, value in content.items()}}
    return canonical(document | {"shared": writer.shared})


def thaw(text: str) -> tuple[Answer, Assessment, Heading]:
    """Read what ``freeze`` wrote. Raise BadSnapshot for anything else."""
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise BadSnapshot(_("This release does not know the format of the snapshot."))
        reader = _Reader(document["shared"])
        read = tuple(reader.read(document[name]) for name in ("answer", "assessment", "heading"))
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, AttributeError) as error:
        if isinstance(error, BadSnapshot):
            raise
        raise BadSnapshot(_("The snapshot cannot be read.")) from error
    if [type(value) for value in read] != [FrozenAnswer, Assessment, Heading]:
        raise BadSnapshot(_("The snapshot is not of a memo."))
    return read


def sha256(text: str) -> str:
    """The digest of the stored text."""
    return hashlib.sha256(text.encode()).hexdigest()


def case_of(text: str) -> CaseFile:
    """Read only the case, which is faster. Raise BadSnapshot as ``thaw`` does."""
    try:
        document = json.loads(text)
        found = _Reader(document["shared"]).read(document["answer"]["case"])
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, AttributeError) as error:
        raise BadSnapshot(_("The snapshot cannot be read.")) from error
    if not isinstance(found, CaseFile):
        raise BadSnapshot(_("The snapshot is not of a memo."))
    return found


def canonical(document: Any) -> str:
    """JSON with one spelling: keys sorted, no blanks."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


@cache
def _names_written(kind: str) -> tuple[str, ...]:
    """The names of the fields that a snapshot has of a value of this kind."""
    return tuple(f.name for f in fields(_VALUE_KINDS[kind]) if not f.metadata.get(values.IN_CASE_ONLY))


class _Writer:
    """Writes values as JSON; ``shared`` has the values that are written once."""

    def __init__(self) -> None:
        self.shared: list[Any] = []
        self._places: dict[str, int] = {}
        self._seen: dict[int, tuple[Any, int]] = {}  # by identity, with the value, so that no other takes its identity

    def write(self, value: Any) -> Any:
        kind = type(value)
        if value is None or kind in (str, bool, int, float):
            return value
        if kind is tuple or kind is list:
            return [self.write(item) for item in value]
        if kind in _ENUM_NAMES:
            return {KIND: _ENUM_NAMES[kind], "value": value.value}
        if kind is date:
            return {KIND: "date", "value": value.isoformat()}
        if kind is frozenset:
            return {KIND: "set", "value": sorted((self.write(item) for item in value), key=canonical)}
        if kind is dict:
            return {KIND: "map", "value": sorted([key, self.write(item)] for key, item in value.items())}
        if kind is Place:
            return {KIND: "gazetteer"} | {name: getattr(value, name) for name in _PLACE_FIELDS}
        if isinstance(value, str | Promise):  # a choice, or a lazy translation
            return str(value)
        return self._share(value) if kind in _SHARED else self._value(value)

    def _value(self, value: Any) -> dict[str, Any]:
        name = _VALUE_NAMES[type(value)]
        return {KIND: name} | {name: self.write(getattr(value, name)) for name in _names_written(name)}

    def _share(self, value: Any) -> dict[str, Any]:
        if id(value) not in self._seen:
            written = self._value(value)
            text = canonical(written)
            if text not in self._places:
                self._places[text] = len(self.shared)
                self.shared.append(written)
            self._seen[id(value)] = value, self._places[text]
        return {SAME: self._seen[id(value)][1]}


class _Reader:
    """Reads values from JSON, only of the kinds listed above."""

    def __init__(self, shared: list[Any]) -> None:
        self._written = list(shared)
        self._shared: dict[int, Any] = {}

    def read(self, found: Any) -> Any:
        if isinstance(found, list):
            return tuple(self.read(item) for item in found)
        if not isinstance(found, dict):
            return found
        if SAME in found:
            return self._same(found[SAME])
        name = found[KIND]
        if name in _VALUE_KINDS:
            return self._value(_VALUE_KINDS[name], found)
        if name in _ENUM_KINDS:
            return _ENUM_KINDS[name](found["value"])
        return _OTHERS[name](self, found)

    def _same(self, place: int) -> Any:
        """Return a shared value, created once and only when it is needed."""
        if place not in self._shared:
            self._shared[place] = self.read(self._written[place])
        return self._shared[place]

    def _value(self, kind: type, found: dict[str, Any]) -> Any:
        known = {f.name for f in fields(kind)}
        return kind(**{name: self.read(value) for name, value in found.items() if name in known})


_OTHERS: dict[str, Callable[[_Reader, dict[str, Any]], Any]] = {
    "date": lambda reader, found: date.fromisoformat(found["value"]),
    "set": lambda reader, found: frozenset(reader.read(item) for item in found["value"]),
    "map": lambda reader, found: {key: reader.read(value) for key, value in found["value"]},
    "gazetteer": lambda reader, found: Place(**{name: found.get(name) for name in _PLACE_FIELDS}),
}
assert all(is_dataclass(kind) for kind in _VALUE_NAMES)  # noqa: S101 - checks this file, not its input
