"""Reason codes to sentences, in the reader's language. No code of a reason decides anything here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coi.models import Actor, EventKind, Place, Trait
from coi.places import Resolved
from coi.words import age_words, coi_age_line, day_words, iso_day_words, moment_words, period_words, report_name
from matching.criteria import Reason
from matching.facts import OTHER
from matching.match import Agreement, EditionOutcome, Level, Outcome, Position

POSITIONS = {
    Position.SUPPORTS: gettext_lazy("Supports"),
    Position.CONTRADICTS: gettext_lazy("Points the other way"),
    Position.MIXED: gettext_lazy("Mixed"),
    Position.NO_EVIDENCE: gettext_lazy("The report knows of none"),
    Position.SILENT: gettext_lazy("The report is silent"),
    Position.OUT_OF_SCOPE: gettext_lazy("Outside the report's scope"),
}
# Where several reports were asked.
_POSITIONS_OF_SEVERAL = POSITIONS | {
    Position.NO_EVIDENCE: gettext_lazy("A report knows of none"),
    Position.SILENT: gettext_lazy("The reports are silent"),
    Position.OUT_OF_SCOPE: gettext_lazy("Outside the reports' scope"),
}
# After the name of one of several reports.
_POSITIONS_OF_ONE = {
    Position.SUPPORTS: gettext_lazy("supports"),
    Position.CONTRADICTS: gettext_lazy("points the other way"),
    Position.MIXED: gettext_lazy("supports, and also points the other way"),
    Position.NO_EVIDENCE: gettext_lazy("looked, and knows of none"),
    Position.SILENT: gettext_lazy("is silent"),
    Position.OUT_OF_SCOPE: gettext_lazy("does not cover it"),
}
_AGREEMENTS = {
    Agreement.SAME_WAY: gettext_lazy("The reports that speak of it point the same way."),
    Agreement.NOT_THE_SAME: gettext_lazy("The reports that speak of it do not say the same."),
    Agreement.ONE_SPEAKS: gettext_lazy(
        "One report speaks of it. That another does not says nothing for the fact and nothing against it."
    ),
    Agreement.NONE_SPEAKS: gettext_lazy("No report speaks of it."),
}
LEVELS = {
    Level.THIS_EVENT: gettext_lazy("such an event at that place and time"),
    Level.THIS_KIND: gettext_lazy("events of this kind"),
}

CONTEXT_GROUPS = {
    "denial": gettext_lazy("Denials that fall short of this fact"),
    "who": gettext_lazy("The same, but by others"),
    "what": gettext_lazy("There and then, but something else"),
    "when": gettext_lazy("The same, but at another time"),
    "where": gettext_lazy("The same, but elsewhere in the region or told of the whole country"),
    "kind": gettext_lazy("Statistics, analysis and background that fit"),
}

ROLES = {
    "birthplace": gettext_lazy("Birthplace"),
    "home-area": gettext_lazy("Home area"),
    "residence": gettext_lazy("Place of habitual residence"),
    "displaced-to": gettext_lazy("Displaced to"),
    "transit": gettext_lazy("Transit"),
    "relocation": gettext_lazy("Proposed relocation"),
}
FACT_KINDS = {
    "past-event": gettext_lazy("Past event"),
    "circumstance": gettext_lazy("Circumstance"),
    "future-risk": gettext_lazy("Future risk"),
}
ORIGINS = {
    "established": gettext_lazy("Established"),
    "claimed": gettext_lazy("Claimed"),
    "doubted": gettext_lazy("Doubted"),
}
SEXES = {
    "female": gettext_lazy("Female"),
    "male": gettext_lazy("Male"),
    "other": gettext_lazy("Other"),
    "not-stated": gettext_lazy("Not stated"),
}
FACETS = {
    "ethnicity": gettext_lazy("ethnicity"),
    "occupation": gettext_lazy("occupation"),
    "role": gettext_lazy("role"),
    "standing": gettext_lazy("standing"),
    "status": gettext_lazy("civilian or not"),
}
FINDING_KINDS = {
    "analysis": gettext_lazy("analysis"),
    "background": gettext_lazy("background"),
    "statistic": gettext_lazy("a statistic"),
    "synthesis": gettext_lazy("the author's synthesis"),
}


@dataclass(frozen=True)
class Names:
    """The names behind the codes that reasons carry."""

    actors: dict[str, str] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=dict)
    traits: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, places: Iterable[Resolved] = ()) -> "Names":
        """All of the vocabulary; places by name as reasons need them."""
        names = dict(Place.objects.exclude(kind__in=["town", "village"]).values_list("code", "name"))
        named_by_findings = Place.objects.filter(findings__isnull=False).values_list("code", "name")
        names.update(named_by_findings)
        names.update({p.value.code: p.value.name for p in places})
        return cls(
            actors={**dict(Actor.objects.values_list("code", "name")), OTHER: _("another actor")},
            events={**dict(EventKind.objects.values_list("code", "name")), OTHER: _("another kind of event")},
            traits={**dict(Trait.objects.values_list("code", "name")), OTHER: _("another trait")},
            places=names,
        )

    def sentence(self, reason: Reason) -> str:
        """The sentence for a reason."""
        return self._said(reason, {})

    def sentence_of_several(self, reason: Reason) -> str:
        """The same where it is about several reports together."""
        return self._said(reason, _OF_SEVERAL)

    def sentence_of_one(self, reason: Reason) -> str:
        """The same where it is about one of several reports."""
        return self._said(reason, _OF_ONE)

    def _said(self, reason: Reason, instead: dict[str, "Callable[[_Params], str]"]) -> str:
        build = instead.get(reason.code) or _SENTENCES[reason.code]
        return str(build(_Params(reason, self)))

    def event(self, code: str) -> str:
        return self.events.get(code, code)

    def listed(self, names: dict[str, str], codes: Iterable[str]) -> str:
        return "; ".join(names.get(code, code) for code in codes)


@dataclass(frozen=True)
class _Params:
    """A reason's parameters as words."""

    reason: Reason
    names: Names

    @property
    def fact(self) -> str:
        return self.names.listed(self._kind(), self.reason.param("fact"))

    @property
    def finding(self) -> str:
        return self.names.listed(self._kind(), self.reason.param("finding"))

    def _kind(self) -> dict[str, str]:
        is_event = self.reason.code.startswith(
            ("event-", "target-", "denied-event", "denied-other-event", "denied-target", "denied-other-target")
        )
        return self.names.events if is_event else self.names.actors

    @property
    def place(self) -> str:
        return self.names.listed(self.names.places, self.reason.param("place"))

    @property
    def home(self) -> str:
        return self.names.listed(self.names.places, self.reason.param("home"))

    @property
    def traits(self) -> str:
        return self.names.listed(self.names.traits, self.reason.param("traits"))

    @property
    def targets(self) -> str:
        return self.names.listed(self.names.traits, self.reason.param("targets"))

    @property
    def actors(self) -> str:
        return self.names.listed(self.names.actors, self.reason.param("actors"))

    @property
    def facets(self) -> str:
        return ", ".join(str(FACETS.get(f, f)) for f in self.reason.param("facet"))

    @property
    def first(self) -> str:
        return iso_day_words(self.reason.param("from")[0])

    @property
    def last(self) -> str:
        return iso_day_words(self.reason.param("to")[0])

    @property
    def date(self) -> str:
        return iso_day_words(self.reason.param("date")[0])

    @property
    def target_note(self) -> str:
        """What stays open about the target, where a facet is named on one side alone."""
        return " " + _("Only one side says: %(facets)s.") % {"facets": self.facets} if self.facets else ""


_SENTENCES: dict[str, Callable[[_Params], str]] = {
    # where
    "where-same": lambda p: _("Where: the same place, %(place)s.") % {"place": p.place},
    "where-fact-inside": lambda p: _("Where: told of %(place)s, in which the place lies.") % {"place": p.place},
    "where-finding-inside": lambda p: (
        _("Where: told of %(place)s, inside the area named; a weaker link.") % {"place": p.place}
    ),
    "where-same-region": lambda p: _("Where: told of %(place)s, elsewhere in the same region.") % {"place": p.place},
    "where-country-wide": lambda p: _("Where: told of %(place)s as a whole, not of this place.") % {"place": p.place},
    "where-far": lambda p: _("Where: another region."),
    # when
    "when-overlaps": lambda p: (
        _("When: the report speaks of %(first)s to %(last)s, which overlaps.") % {"first": p.first, "last": p.last}
    ),
    "when-fact-undated": lambda p: _("When: not known; the applicant gives no date."),
    "when-fact-open": lambda p: _("When: not known; the applicant gives one end of the period only."),
    "when-finding-undated": lambda p: (
        _("When: not known; the report gives no date, and its section reaches from %(first)s to %(last)s.")
        % {"first": p.first, "last": p.last}
    ),
    "when-apart": lambda p: (
        _("When: the report speaks of %(first)s to %(last)s, another time.") % {"first": p.first, "last": p.last}
    ),
    "when-outside-bounds": lambda p: (
        _("When: undated, but its section reaches only from %(first)s to %(last)s.")
        % {"first": p.first, "last": p.last}
    ),
    # who
    "who-same": lambda p: _("Who: the same actor, %(finding)s.") % {"finding": p.finding},
    "who-related": lambda p: (
        _("Who: %(fact)s and %(finding)s; one is part of the other.") % {"fact": p.fact, "finding": p.finding}
    ),
    "who-not-named-by-report": lambda p: _("Who: not known; the report names nobody."),
    "who-not-identified-by-report": lambda p: _("Who: not known; the report says that nobody could be identified."),
    "who-not-named-by-applicant": lambda p: (
        _("Who: not known; the applicant names nobody, the report %(finding)s.") % {"finding": p.finding}
    ),
    "who-not-identified-by-applicant": lambda p: (
        _("Who: not known; the applicant could not tell who it was, the report names %(finding)s.")
        % {"finding": p.finding}
    ),
    "who-only-some-named": lambda p: (
        _("Who: not known; the report speaks of %(finding)s together, the applicant of %(fact)s.")
        % {"fact": p.fact, "finding": p.finding}
    ),
    "who-others": lambda p: (
        _("Who: the report names %(finding)s, the applicant %(fact)s.") % {"fact": p.fact, "finding": p.finding}
    ),
    # what
    "event-same": lambda p: _("What: the same kind of event, %(event)s.") % {"event": p.finding} + p.target_note,
    "event-wider": lambda p: (
        _("What: the report speaks of %(finding)s, which includes %(fact)s.") % {"fact": p.fact, "finding": p.finding}
        + p.target_note
    ),
    "event-narrower": lambda p: (
        _("What: the report speaks of %(finding)s, one kind of %(fact)s.") % {"fact": p.fact, "finding": p.finding}
        + p.target_note
    ),
    "event-kin": lambda p: (
        _("What: the report speaks of %(finding)s, close to %(fact)s.") % {"fact": p.fact, "finding": p.finding}
        + p.target_note
    ),
    "event-differs": lambda p: (
        _("What: the report speaks of %(finding)s, the applicant of %(fact)s.") % {"fact": p.fact, "finding": p.finding}
    ),
    "event-not-named-by-report": lambda p: _("What: the report names no kind of event here."),
    "target-differs": lambda p: (
        _("What: the targets differ in %(facets)s; the report names %(targets)s.")
        % {"facets": p.facets, "targets": p.targets}
    ),
    # what a denial covers
    "denied-here": lambda p: (
        _("Where: the denial covers %(place)s, and the whole of the place named.") % {"place": p.place}
    ),
    "denied-elsewhere": lambda p: (
        _("Where: the denial is about %(place)s and does not cover the whole place named.") % {"place": p.place}
    ),
    "denied-except-here": lambda p: _("Where: the denial does not extend to %(place)s.") % {"place": p.place},
    "denied-then": lambda p: (
        _("When: the denial covers %(first)s to %(last)s, and the whole of the period named.")
        % {"first": p.first, "last": p.last}
    ),
    "denied-other-time": lambda p: (
        _("When: the denial is about %(first)s to %(last)s.") % {"first": p.first, "last": p.last}
    ),
    "denied-part-of-time": lambda p: (
        _("When: the denial covers only %(first)s to %(last)s of the period named.")
        % {"first": p.first, "last": p.last}
    ),
    "denied-fact-undated": lambda p: (
        _("When: not known whether it lies within %(first)s to %(last)s, which the denial covers.")
        % {"first": p.first, "last": p.last}
    ),
    "denied-whoever": lambda p: _("Who: the denial holds whoever it was."),
    "denied-actor": lambda p: (
        _("Who: the denial names %(finding)s, and covers every actor named.") % {"finding": p.finding}
    ),
    "denied-other-actor": lambda p: (
        _("Who: the denial is about %(finding)s, not about all whom the applicant names.") % {"finding": p.finding}
    ),
    "denied-actor-not-known": lambda p: (
        _("Who: not known whether it was %(finding)s, whom the denial is about.") % {"finding": p.finding}
    ),
    "denied-actor-wider": lambda p: (
        _("Who: the denial is about %(finding)s only; the applicant names %(fact)s, which may be others.")
        % {"fact": p.fact, "finding": p.finding}
    ),
    "denied-only-some-named": lambda p: (
        _("Who: the denial is about %(finding)s together, the applicant names %(fact)s.")
        % {"fact": p.fact, "finding": p.finding}
    ),
    "denied-event": lambda p: _("What: the denial covers %(fact)s.") % {"fact": p.fact},
    "denied-event-wider": lambda p: (
        _("What: the denial is about %(finding)s; %(fact)s may be something else.")
        % {"fact": p.fact, "finding": p.finding}
    ),
    "denied-other-event": lambda p: _("What: the denial concerns only: %(finding)s.") % {"finding": p.finding},
    "denied-other-target": lambda p: _("What: the denial is about %(targets)s only.") % {"targets": p.targets},
    "denied-target-not-known": lambda p: (
        _("What: not known whether the target was among %(targets)s, whom the denial is about.")
        % {"targets": p.targets}
    ),
    # context
    "context-denial-falls-short": lambda p: _("A denial, which does not cover this fact:"),
    "context-one-question-fails": lambda p: {
        "where": _("Context only: it is told of another place."),
        "when": _("Context only: it is told of another time."),
        "who": _("Context only: it is told of others."),
        "what": _("Context only: it is told of something else."),
    }[p.reason.param("question")[0]],
    "context-kind": lambda p: (
        _("Context only: this is %(kind)s.")
        % {"kind": FINDING_KINDS.get(p.reason.param("kind")[0], p.reason.param("kind")[0])}
    ),
    "context-states-neither-actor-nor-period": lambda p: _("Context only: it states neither an actor nor a period."),
    # positions
    "reports-this-event": lambda p: _(
        "The report tells of such an event at that place and time. Whether it is the same one, the report cannot say."
    ),
    "reports-this-kind": lambda p: _(
        "The report tells of events of this kind, at a wider place or time; not of this one."
    ),
    "event-who-not-named-by-report": lambda p: _("Where it tells of that, it does not say who did it."),
    "event-who-not-identified-by-report": lambda p: _("It says that nobody could be identified as having done it."),
    "reports-otherwise": lambda p: _("The report says otherwise."),
    "knows-of-none": lambda p: _("The report looked and knows of none; that alone does not deny that it happened."),
    "silent": lambda p: _(
        "The report’s subject takes in such events there and then, but it mentions none like this one. It does not claim to list them all. Silence is not contradiction."
    ),
    "reported-of-others": lambda p: (
        _("An event of this kind is reported, but by or between others: %(actors)s.") % {"actors": p.actors}
    ),
    "outside-country": lambda p: _("No report in the library is about this country."),
    "outside-topic": lambda p: _("The report did not set out to cover such events: it says nothing of the topic."),
    "outside-place": lambda p: _("The report did not set out to cover such events at this place."),
    "outside-time-after": lambda p: _("It lies after %(date)s, where the information ends.") % {"date": p.date},
    "outside-time-before": lambda p: (
        _("It lies before %(date)s, where what the report covers of such events begins.") % {"date": p.date}
    ),
    "about-the-future": lambda p: (
        _(
            "This is about the future, and nothing in the library reaches past %(date)s: what follows is told of the past."
        )
        % {"date": p.date}
    ),
    "not-covered-from": lambda p: _("From %(date)s on the fact is not covered.") % {"date": p.date},
    # what stays open
    "open-who": lambda p: _("who did it"),
    "open-when": lambda p: _("when it took place"),
    "open-target": lambda p: _("who was targeted (%(facets)s)") % {"facets": p.facets},
    # profile
    "profile-names-trait": lambda p: _("It names %(traits)s.") % {"traits": p.traits},
    "profile-same-place": lambda p: _("It is told of %(place)s.") % {"place": p.place},
    "profile-area": lambda p: (
        _("It is told of %(place)s, in which %(home)s lies.") % {"place": p.place, "home": p.home}
    ),
    "profile-inside": lambda p: _("It is told of %(place)s, inside %(home)s.") % {"place": p.place, "home": p.home},
    "profile-same-region": lambda p: (
        _("It is told of %(place)s, in the same region as %(home)s.") % {"place": p.place, "home": p.home}
    ),
    "profile-country-wide": lambda p: _("It is told of the country as a whole."),
}
REASON_CODES = frozenset(_SENTENCES)
# The same reasons where no one report is meant.
_OF_SEVERAL: dict[str, Callable[[_Params], str]] = {
    "reports-this-event": lambda p: _(
        "A report tells of such an event at that place and time. Whether it is the same one, it cannot say."
    ),
    "reports-this-kind": lambda p: _(
        "A report tells of events of this kind, at a wider place or time; not of this one."
    ),
    "event-who-not-named-by-report": lambda p: _("No report, where it tells of that, says who did it."),
    "event-who-not-identified-by-report": lambda p: _(
        "A report says that nobody could be identified as having done it."
    ),
    "reports-otherwise": lambda p: _("A report says otherwise."),
    "knows-of-none": lambda p: _("A report looked and knows of none; that alone does not deny that it happened."),
    "silent": lambda p: _(
        "The subject of at least one report takes in such events there and then, but none mentions one like this. No report claims to list them all. Silence is not contradiction."
    ),
    "outside-topic": lambda p: _("No report set out to cover such events: they say nothing of the topic."),
    "outside-place": lambda p: _("No report set out to cover such events at this place."),
    "outside-time-before": lambda p: (
        _("It lies before %(date)s, where what the reports cover of such events begins.") % {"date": p.date}
    ),
}

# The same reasons where another report may reach further.
_OF_ONE: dict[str, Callable[[_Params], str]] = {
    "about-the-future": lambda p: (
        _("This is about the future, and this report does not reach past %(date)s: what it says is told of the past.")
        % {"date": p.date}
    ),
    "not-covered-from": lambda p: _("From %(date)s on this report does not cover the fact.") % {"date": p.date},
}


def report_title(place: int) -> str:
    """What the report at this place of the list is called for short: Report A, Report B."""
    return _("Report %(letter)s") % {"letter": chr(ord("A") + place) if place < 26 else str(place + 1)}


def position_words(outcome: Outcome) -> str:
    """The position of a fact, said of one report or of several."""
    return str((_POSITIONS_OF_SEVERAL if len(outcome.by_edition) > 1 else POSITIONS)[outcome.position])


def agreement_words(outcome: Outcome) -> str:
    """Whether several reports say the same; empty where there is one."""
    return str(_AGREEMENTS[outcome.agreement]) if outcome.agreement else ""


def edition_position_words(of_one: EditionOutcome) -> str:
    """What one of several reports does, to stand after its name: "supports", "is silent"."""
    words = str(_POSITIONS_OF_ONE[of_one.position])
    return f"{words} ({LEVELS[of_one.level]})" if of_one.level else words


def position_of_code(position: str, level: str = "") -> str:
    """The same from codes that were kept: "is silent", "supports (events of this kind)"."""
    words = str(_POSITIONS_OF_ONE[Position(position)])
    return f"{words} ({LEVELS[Level(level)]})" if level else words


def counted_across_words(originators: Iterable[str]) -> str:
    """Of originators behind findings of more than one report: each counts once. Empty where there are none."""
    names = "; ".join(originators)
    if not names:
        return ""
    return _("Counted across the reports, once each although more than one report goes back to them: %(names)s.") % {
        "names": names
    }


__all__ = [
    "REASON_CODES",
    "Names",
    "age_words",
    "agreement_words",
    "coi_age_line",
    "counted_across_words",
    "day_words",
    "edition_position_words",
    "iso_day_words",
    "moment_words",
    "period_words",
    "position_words",
    "report_name",
    "report_title",
]
