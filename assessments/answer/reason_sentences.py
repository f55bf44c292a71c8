"""The sentence for each reason code, in the reader's language. Nothing is decided here."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.answer.reason_parameters import FINDING_KINDS, Params

SENTENCES: dict[str, Callable[[Params], str]] = {
    # where
    "where-same": lambda p: _("Where: the same place, %(place)s.") % {"place": p.place},
    "where-fact-inside": lambda p: (
        _("Where: the finding is about %(place)s, which includes this place.") % {"place": p.place}
    ),
    "where-finding-inside": lambda p: (
        _("Where: the finding is about %(place)s, which is inside the place stated (a weaker link).")
        % {"place": p.place}
    ),
    "where-throughout": lambda p: (
        _("Where: the finding says that it holds throughout %(place)s. It does not name this place (the weakest link).")
        % {"place": p.place}
    ),
    "where-same-region": lambda p: (
        _("Where: the finding is about %(place)s, elsewhere in the same region.") % {"place": p.place}
    ),
    "where-country-wide": lambda p: (
        _("Where: the finding is about %(place)s as a whole, not about this place.") % {"place": p.place}
    ),
    "where-far": lambda p: _("Where: another region."),
    # when
    "when-overlaps": lambda p: (
        _("When: the finding is about %(first)s to %(last)s, which overlaps.") % {"first": p.first, "last": p.last}
    ),
    "when-fact-undated": lambda p: _("When: not known. The applicant gives no date."),
    "when-fact-open": lambda p: _("When: not known. The applicant gives only one end of the period."),
    "when-finding-undated": lambda p: (
        _("When: not known. The finding has no date; its section covers %(first)s to %(last)s.")
        % {"first": p.first, "last": p.last}
    ),
    "when-finding-undated-by-sources": lambda p: (
        _(
            "When: not known. The finding has no date. "
            "The first of its sources was published on or after %(first)s, and the information ends on %(last)s."
        )
        % {"first": p.first, "last": p.last}
    ),
    "when-apart": lambda p: (
        _("When: the finding is about %(first)s to %(last)s, a different time.") % {"first": p.first, "last": p.last}
    ),
    "when-outside-bounds": lambda p: (
        _("When: the finding has no date, but its section covers only %(first)s to %(last)s.")
        % {"first": p.first, "last": p.last}
    ),
    "sources-older-than-fact": lambda p: (
        _("Everything cited for it was published by %(date)s, before this fact. It cannot describe this very event.")
        % {"date": p.date}
    ),
    # who
    "who-same": lambda p: _("Who: the same actor, %(finding)s.") % {"finding": p.finding},
    "who-related": lambda p: (
        _("Who: %(fact)s and %(finding)s. One includes the other.") % {"fact": p.fact, "finding": p.finding}
    ),
    "who-kin": lambda p: (
        _("Who: not known. The applicant names %(fact)s; people may use that name for %(finding)s.")
        % {"fact": p.fact, "finding": p.finding}
    ),
    "who-not-named-by-report": lambda p: _("Who: not known. The report names no one."),
    "who-not-identified-by-report": lambda p: _("Who: not known. The report says that nobody could be identified."),
    "who-not-named-by-applicant": lambda p: (
        _("Who: not known. The applicant names no one; the report names %(finding)s.") % {"finding": p.finding}
    ),
    "who-not-identified-by-applicant": lambda p: (
        _("Who: not known. The applicant could not tell who it was; the report names %(finding)s.")
        % {"finding": p.finding}
    ),
    "who-only-some-named": lambda p: (
        _("Who: not known. The report is about %(finding)s together; the applicant names %(fact)s.")
        % {"fact": p.fact, "finding": p.finding}
    ),
    "who-only-one-side-named": lambda p: (
        _("Who: not known. Of those who fought, the report names only %(finding)s; the applicant names %(fact)s.")
        % {"fact": p.fact, "finding": p.finding}
    ),
    "who-same-side": lambda p: (
        _("Who: the applicant names %(fact)s, who fought on the same side in what the report describes.")
        % {"fact": p.fact}
    ),
    "who-others": lambda p: (
        _("Who: the report names %(finding)s; the applicant names %(fact)s.") % {"fact": p.fact, "finding": p.finding}
    ),
    # what
    "event-same": lambda p: _("What: the same kind of event, %(event)s.") % {"event": p.finding} + p.target_note,
    "event-wider": lambda p: (
        _("What: the report says %(finding)s, which includes %(fact)s.") % {"fact": p.fact, "finding": p.finding}
        + p.target_note
    ),
    "event-narrower": lambda p: (
        _("What: the report says %(finding)s, which is one kind of %(fact)s.") % {"fact": p.fact, "finding": p.finding}
        + p.target_note
    ),
    "event-kin": lambda p: (
        _("What: the report says %(finding)s, which is closely related to %(fact)s.")
        % {"fact": p.fact, "finding": p.finding}
        + p.target_note
    ),
    "event-differs": lambda p: (
        _("What: the report says %(finding)s; the applicant says %(fact)s.") % {"fact": p.fact, "finding": p.finding}
    ),
    "event-not-named-by-report": lambda p: _("What: the report names no kind of event here."),
    "target-differs": lambda p: (
        _("What: the targets differ in %(facets)s; the report names %(targets)s.")
        % {"facets": p.facets, "targets": p.targets}
    ),
    # what a denial covers
    "denied-by-inference": lambda p: (
        _("Inferred from %(word)s: the report does not rule this out in so many words.") % {"word": p.word}
    ),
    "denied-here": lambda p: (
        _("Where: the denial covers %(place)s and so the whole place stated.") % {"place": p.place}
    ),
    "denied-elsewhere": lambda p: (
        _("Where: the denial is about %(place)s and does not cover the whole place stated.") % {"place": p.place}
    ),
    "denied-except-here": lambda p: _("Where: the denial leaves out %(place)s.") % {"place": p.place},
    "denied-then": lambda p: (
        _("When: the denial covers %(first)s to %(last)s, and so the whole period stated.")
        % {"first": p.first, "last": p.last}
    ),
    "denied-other-time": lambda p: (
        _("When: the denial is about %(first)s to %(last)s.") % {"first": p.first, "last": p.last}
    ),
    "denied-part-of-time": lambda p: (
        _("When: the denial is about %(first)s to %(last)s, which covers only part of the period stated.")
        % {"first": p.first, "last": p.last}
    ),
    "denied-fact-undated": lambda p: (
        _("When: not known whether this was between %(first)s and %(last)s, the period the denial covers.")
        % {"first": p.first, "last": p.last}
    ),
    "denied-whoever": lambda p: _("Who: the denial applies whoever did it."),
    "denied-actor": lambda p: (
        _("Who: the denial names %(finding)s, which covers every actor stated.") % {"finding": p.finding}
    ),
    "denied-other-actor": lambda p: (
        _("Who: the denial is about %(finding)s, not about everyone the applicant names.") % {"finding": p.finding}
    ),
    "denied-actor-not-known": lambda p: (
        _("Who: not known whether it was %(finding)s, whom the denial is about.") % {"finding": p.finding}
    ),
    "denied-actor-wider": lambda p: (
        _("Who: the denial is only about %(finding)s. The applicant names %(fact)s, which may include others.")
        % {"fact": p.fact, "finding": p.finding}
    ),
    "denied-only-some-named": lambda p: (
        _("Who: the denial is about %(finding)s together; the applicant names %(fact)s.")
        % {"fact": p.fact, "finding": p.finding}
    ),
    "denied-event": lambda p: _("What: the denial covers %(fact)s.") % {"fact": p.fact},
    "denied-event-wider": lambda p: (
        _("What: the denial is about %(finding)s. %(fact)s may be something else.")
        % {"fact": p.fact[:1].upper() + p.fact[1:], "finding": p.finding}
    ),
    "denied-other-event": lambda p: _("What: the denial is only about %(finding)s.") % {"finding": p.finding},
    "denied-other-target": lambda p: _("What: the denial is only about %(targets)s.") % {"targets": p.targets},
    "denied-target-not-known": lambda p: (
        _("What: not known whether the target was among %(targets)s, whom the denial is about.")
        % {"targets": p.targets}
    ),
    "rules-out-a-part": lambda p: (
        _("It rules out part of the period: %(first)s to %(last)s.") % {"first": p.first, "last": p.last}
    ),
    # context
    "context-denial-falls-short": lambda p: _("A denial that does not fully cover this fact:"),
    "context-sources-older": lambda p: _("A denial whose sources cannot tell of this time:"),
    "context-one-question-fails": lambda p: {
        "where": _("Context only: another place."),
        "when": _("Context only: another time."),
        "who": _("Context only: other actors."),
        "what": _("Context only: another event or target."),
    }[p.reason.param("question")[0]],
    "context-kind": lambda p: (
        _("Context only: this is %(kind)s.")
        % {"kind": FINDING_KINDS.get(p.reason.param("kind")[0], p.reason.param("kind")[0])}
    ),
    "context-states-neither-actor-nor-period": lambda p: _("Context only: it states neither an actor nor a period."),
    "context-wider-event-and-nobody-named": lambda p: _(
        "Context only: it is about a wider kind of event, and the applicant and the report do not both say who did it."
    ),
    # positions
    "reports-this-event": lambda p: _(
        "The report describes such an event at this place and time. It cannot say whether it is the same event."
    ),
    "reports-this-kind": lambda p: _("The report describes events of this kind. It does not identify this one."),
    "reports-whole-country": lambda p: _(
        "The report describes events of this kind throughout the country. It does not name this place."
    ),
    "event-who-not-named-by-report": lambda p: _("The closest findings do not say who did it."),
    "event-who-not-identified-by-report": lambda p: _("It says that nobody could be identified."),
    "reports-otherwise": lambda p: _("The report says otherwise."),
    "reports-otherwise-by-inference": lambda p: (
        _("The report says otherwise, but not in so many words: this is inferred from %(word)s.") % {"word": p.word}
    ),
    "reports-otherwise-in-part": lambda p: (
        _("The report says otherwise for part of the period: %(first)s to %(last)s.")
        % {"first": p.first, "last": p.last}
    ),
    "ruled-out-in-part": lambda p: (
        _(
            "The report rules out part of the period: %(first)s to %(last)s. "
            "The event may have taken place in the rest of it, so this does not oppose the fact."
        )
        % {"first": p.first, "last": p.last}
    ),
    "ruled-out-in-part-of-place": lambda p: (
        _("The report rules this out for a part of the place stated: %(place)s.") % {"place": p.place}
    ),
    "knows-of-none": lambda p: _(
        "The report says it knows of no evidence of this. That alone does not mean it did not happen."
    ),
    "silent": lambda p: _(
        "The report set out to cover such events at this place for at least part of this time. No finding from it supports or opposes this fact. It does not claim to list every event. Silence is not contradiction."
    ),
    "context-only": lambda p: _(
        "The report set out to cover such events at this place for at least part of this time. Nothing in it supports or opposes this fact by itself, but it has statements to read. They are neither for nor against the fact."
    ),
    "only-kinds": lambda p: _("It has this on such events: %(kinds)s.") % {"kinds": p.kinds},
    "only-in-general": lambda p: (
        ngettext(
            "%(n)d statement is too general to support the fact.",
            "%(n)d statements are too general to support the fact.",
            p.count,
        )
        % {"n": p.count}
    ),
    "of-the-whole-country": lambda p: (
        ngettext(
            "%(n)d statement on the country as a whole does not say that it holds here.",
            "%(n)d statements on the country as a whole do not say that they hold here.",
            p.count,
        )
        % {"n": p.count}
    ),
    "denials-fall-short": lambda p: (
        ngettext(
            "%(n)d denial (or statement that no evidence is known) does not fully cover this fact.",
            "%(n)d denials (or statements that no evidence is known) do not fully cover this fact.",
            p.count,
        )
        % {"n": p.count}
    ),
    "reported-of-others": lambda p: (
        _("Such an event is reported, but by or between others: %(actors)s.") % {"actors": p.actors}
    ),
    "also-told-of-others": lambda p: (
        _("Another finding on such an event at this very place and time names others: %(actors)s.")
        % {"actors": p.actors}
    ),
    "outside-country": lambda p: _("The library has no report on this country."),
    "outside-topic": lambda p: _("The report did not set out to cover such events."),
    "outside-place": lambda p: _("The report did not set out to cover such events at this place."),
    "outside-time-after": lambda p: (
        _("This is after %(date)s, the last day covered for such events.") % {"date": p.date}
    ),
    "outside-time-before": lambda p: (
        _("This is before %(date)s, the first day covered for such events.") % {"date": p.date}
    ),
    "outside-time-between": lambda p: (
        _("This is between the times covered. The report covers such events for %(covered)s.") % {"covered": p.covered}
    ),
    "about-the-future": lambda p: (
        _("This is about the future. The information ends on %(date)s; what follows describes the past.")
        % {"date": p.date}
    ),
    "not-covered-from": lambda p: _("From %(date)s onwards the fact is not covered.") % {"date": p.date},
    # what stays open
    "open-who": lambda p: _("who did it"),
    "open-when": lambda p: _("when it happened"),
    "open-target": lambda p: _("who was targeted (%(facets)s)") % {"facets": p.facets},
    # profile
    "profile-names-trait": lambda p: _("It names %(traits)s.") % {"traits": p.traits},
    "profile-same-place": lambda p: _("It is about %(place)s.") % {"place": p.place},
    "profile-area": lambda p: _("It is about %(place)s, which includes %(home)s.") % {"place": p.place, "home": p.home},
    "profile-inside": lambda p: (
        _("It is about %(place)s, which is inside %(home)s.") % {"place": p.place, "home": p.home}
    ),
    "profile-same-region": lambda p: (
        _("It is about %(place)s, in the same region as %(home)s.") % {"place": p.place, "home": p.home}
    ),
    "profile-country-wide": lambda p: _("It is about the country as a whole."),
}
REASON_CODES = frozenset(SENTENCES)
# Sentences that replace those above if several reports were asked.
OF_SEVERAL: dict[str, Callable[[Params], str]] = {
    "reports-this-event": lambda p: _(
        "A report describes such an event at this place and time. It cannot say whether it is the same event."
    ),
    "reports-this-kind": lambda p: _("A report describes events of this kind. It does not identify this one."),
    "reports-whole-country": lambda p: _(
        "A report describes events of this kind throughout the country. It does not name this place."
    ),
    "event-who-not-identified-by-report": lambda p: _("A report says that nobody could be identified."),
    "reports-otherwise": lambda p: _("A report says otherwise."),
    "reports-otherwise-by-inference": lambda p: (
        _("A report says otherwise, but not in so many words: this is inferred from %(word)s.") % {"word": p.word}
    ),
    "reports-otherwise-in-part": lambda p: (
        _("A report says otherwise for part of the period: %(first)s to %(last)s.") % {"first": p.first, "last": p.last}
    ),
    "ruled-out-in-part": lambda p: (
        _(
            "A report rules out part of the period: %(first)s to %(last)s. "
            "The event may have taken place in the rest of it, so this does not oppose the fact."
        )
        % {"first": p.first, "last": p.last}
    ),
    "ruled-out-in-part-of-place": lambda p: (
        _("A report rules this out for a part of the place stated: %(place)s.") % {"place": p.place}
    ),
    "knows-of-none": lambda p: _(
        "A report says it knows of no evidence of this. That alone does not mean it did not happen."
    ),
    "silent": lambda p: _(
        "At least one report set out to cover such events at this place for at least part of this time. No finding from any report supports or opposes this fact. No report claims to list every event. Silence is not contradiction."
    ),
    "context-only": lambda p: _(
        "At least one report set out to cover such events at this place for at least part of this time. Nothing in any report supports or opposes this fact by itself, but there are statements to read. They are neither for nor against the fact."
    ),
    "only-kinds": lambda p: _("The reports have this on such events: %(kinds)s.") % {"kinds": p.kinds},
    "outside-topic": lambda p: _("No report set out to cover such events."),
    "outside-place": lambda p: _("No report set out to cover such events at this place."),
    "outside-time-between": lambda p: (
        _("This is between the times covered. The reports cover such events for %(covered)s.") % {"covered": p.covered}
    ),
}

# Sentences that replace those above for one of several reports, because another may cover more.
OF_ONE: dict[str, Callable[[Params], str]] = {
    "about-the-future": lambda p: (
        _("This is about the future. The information of this report ends on %(date)s; what it says describes the past.")
        % {"date": p.date}
    ),
    "not-covered-from": lambda p: _("From %(date)s onwards this report does not cover the fact.") % {"date": p.date},
    "outside-country": lambda p: _("This report is not on this country."),
}
