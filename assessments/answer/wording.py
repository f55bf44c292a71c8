"""Words for an answer in the reader's language: positions, levels, times, and sentences for reasons. Nothing is decided here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.answer.code_names import CodeNames
from assessments.answer.reason_parameters import Params
from assessments.answer.reason_sentences import OF_ONE, OF_SEVERAL, SENTENCES
from assessments.casefile.values import StatedFact, matched_ends
from coi.text.dates import moment_words, period_words
from matching.criteria import Reason
from matching.outcome import Agreement, EditionOutcome, Level, Outcome, Position

POSITIONS = {
    Position.SUPPORTS: gettext_lazy("Supports"),
    Position.CONTRADICTS: gettext_lazy("The report says otherwise"),
    Position.MIXED: gettext_lazy("Mixed"),
    Position.NO_EVIDENCE: gettext_lazy("The report knows of no evidence"),
    Position.SILENT: gettext_lazy("The report is silent"),
    Position.OUT_OF_SCOPE: gettext_lazy("Outside the report's scope"),
}
# The labels if several reports were asked.
_POSITIONS_OF_SEVERAL = POSITIONS | {
    Position.CONTRADICTS: gettext_lazy("A report says otherwise"),
    Position.NO_EVIDENCE: gettext_lazy("A report knows of no evidence"),
    Position.SILENT: gettext_lazy("The reports are silent"),
    Position.OUT_OF_SCOPE: gettext_lazy("Outside the reports' scope"),
}
# The words after the name of one of several reports.
_POSITIONS_OF_ONE = {
    Position.SUPPORTS: gettext_lazy("supports"),
    Position.CONTRADICTS: gettext_lazy("says otherwise"),
    Position.MIXED: gettext_lazy("supports and opposes"),
    Position.NO_EVIDENCE: gettext_lazy("knows of no evidence"),
    Position.SILENT: gettext_lazy("is silent"),
    Position.OUT_OF_SCOPE: gettext_lazy("does not cover this fact"),
}
# Printed instead of "silent" if there are findings on the fact that neither support nor oppose it.
_CONTEXT_ONLY, _HAS_CONTEXT_ONLY = gettext_lazy("Context only"), gettext_lazy("has only context on this fact")
_AGREEMENTS = {
    Agreement.SAME_WAY: gettext_lazy("The reports that address this fact have the same position."),
    Agreement.NOT_THE_SAME: gettext_lazy("The reports that address this fact have different positions."),
    Agreement.ONE_SPEAKS: gettext_lazy(
        "One report addresses this fact. That another does not is neither for nor against it."
    ),
    Agreement.NONE_SPEAKS: gettext_lazy("No report addresses this fact."),
}
LEVELS = {
    Level.THIS_EVENT: gettext_lazy("such an event at this place and time"),
    Level.THIS_KIND: gettext_lazy("events of this kind"),
    Level.WHOLE_COUNTRY: gettext_lazy("events of this kind throughout the country"),
}

CONTEXT_GROUPS = {
    "denial": gettext_lazy("Denials that do not fully cover it"),
    "who": gettext_lazy("Other actors"),
    "what": gettext_lazy("Other event or target"),
    "when": gettext_lazy("Other time"),
    "where": gettext_lazy("Elsewhere in the region, or the whole country"),
    "kind": gettext_lazy("Statistics, analysis, background, or too general"),
}


def when_words(kind: str, start: str, end: str, ongoing: bool | None) -> str:
    """When a fact was, in words, as it is matched: ``23 March 2019``, ``since March 2019, still going on``."""
    if not ongoing:
        return period_words(*matched_ends(kind, start, end, ongoing))
    if not start:
        return _("still going on; its beginning is not stated")
    return _("since %(start)s, still going on") % {"start": moment_words(start)}


def when_of(stated: StatedFact) -> str:
    """When a stated fact was, in words."""
    return when_words(stated.kind, stated.start, stated.end, stated.ongoing)


@dataclass(frozen=True)
class Names(CodeNames):
    """The names behind the codes that reasons carry, and the sentences made with them."""

    def sentence(self, reason: Reason) -> str:
        """The sentence for a reason."""
        return self._said(reason, {})

    def sentence_of_several(self, reason: Reason) -> str:
        """The sentence for a reason about several reports together."""
        return self._said(reason, OF_SEVERAL)

    def sentence_of_one(self, reason: Reason) -> str:
        """The sentence for a reason about one of several reports."""
        return self._said(reason, OF_ONE)

    def _said(self, reason: Reason, instead: dict[str, Callable[[Params], str]]) -> str:
        build = instead.get(reason.code) or SENTENCES[reason.code]
        return str(build(Params(reason, self)))


def report_title(place: int) -> str:
    """The short name of the report at this index of the list: Report A, Report B."""
    return _("Report %(letter)s") % {"letter": chr(ord("A") + place) if place < 26 else str(place + 1)}


def position_words(outcome: Outcome) -> str:
    """The position on a fact, of one report or of several. If there is context to read, it is never "silent"."""
    if outcome.is_context_only:
        return str(_CONTEXT_ONLY)
    return str((_POSITIONS_OF_SEVERAL if len(outcome.by_edition) > 1 else POSITIONS)[outcome.position])


def agreement_words(outcome: Outcome) -> str:
    """Whether several reports have the same position; empty if there is one report."""
    return str(_AGREEMENTS[outcome.agreement]) if outcome.agreement else ""


def edition_position_words(of_one: EditionOutcome) -> str:
    """The position of one of several reports, to print after its name: "supports", "is silent"."""
    if of_one.is_context_only:
        return str(_HAS_CONTEXT_ONLY)
    words = str(_POSITIONS_OF_ONE[of_one.position])
    return f"{words} ({LEVELS[of_one.level]})" if of_one.level else words


def position_of_code(position: str, level: str = "") -> str:
    """The position in words, from stored codes: "is silent", "supports (events of this kind)"."""
    words = str(_POSITIONS_OF_ONE[Position(position)])
    return f"{words} ({LEVELS[Level(level)]})" if level else words


def counted_across_words(originators: Iterable[str]) -> str:
    """A sentence on originators behind findings of more than one report; empty if there are none."""
    names = "; ".join(originators)
    if not names:
        return ""
    return _("More than one report goes back to these originators; each counts once: %(names)s.") % {"names": names}
