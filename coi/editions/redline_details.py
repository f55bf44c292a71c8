"""The rest of what a redline compares: how findings are matched, and the edition's details."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from coi.library import finding_values
from coi.models import Edition, Finding
from coi.text.dates import day_words, moment_words, period_words


def meant(rows: QuerySet[Finding]) -> dict[str, dict[str, str]]:
    """Return, by the finding's key, the values that it is matched by and that no card shows."""
    found = {}
    for row in finding_values.findings_with_everything(rows):
        denial = getattr(row, "denies", None)
        flags = [_("about these actors together")] if row.actors_together else []
        if denial and denial.actors_together:
            flags.append(_("denied of these actors together"))
        # if the denial names actors, its own text says so
        if denial and denial.actors_as_named and not denial.actors.all():
            flags.append(_("denied only of those whom the applicant names in the same words"))
        denied = [*denial.places.all(), *denial.places_excepted.all()] if denial else []
        found[f"{row.edition.code}/{row.code}"] = {
            _("Open dates are read as"): _open_dates(row),
            _("Actors are meant"): "; ".join(flags),
            _("Places are meant"): _coded([*row.places.all(), *denied]),
            _("Quotation"): row.quotation,
        }
    return found


def _open_dates(row: Finding) -> str:
    """If no start is stated, return how far back its section allows it to cover. A denial prints its days.

    An open end is the cut-off date, which is one of the edition's details: a later cut-off date changes no finding.
    """
    if row.period_from:
        return ""
    return _("from %(start)s on") % {"start": day_words(finding_values.span_of(row, row).first)}


def _coded(places: Iterable[Any]) -> str:
    """Return names with codes, because a region, its cercle and its town may have the same name."""
    return "; ".join(sorted({f"{place.name} [{place.code}]" for place in places}))


def frame(edition: Edition) -> dict[str, str]:
    """Return the edition's other details by a stable name, except its code and label, which always differ."""
    found = {
        _("Cut-off date"): _day(edition.cut_off),
        _("Talk held on"): _day(edition.held_on),
        _("Publication date printed"): _day(edition.published_on),
        _("Latest access date in its footnotes"): _day(edition.latest_access),
        _("Reported period from"): moment_words(edition.period_from),
        _("Current period from"): moment_words(edition.current_from),
        _("Scope"): edition.scope_note,
        _("Extent in the library"): _("part of the report") if edition.is_selection else "",
    }
    for section in edition.sections.select_related("place").order_by("position", "code"):
        reach = _("undated statements cover the time from %(date)s at most") % {
            "date": moment_words(section.period_from)
        }
        parts = [section.title, str(section.position), reach, _coded([section.place]) if section.place else ""]
        found[_("Section %(code)s") % {"code": section.code}] = _line(parts)
    for row in edition.coverage.select_related("place").prefetch_related("events").order_by("code"):
        events = ", ".join(sorted(event.name for event in row.events.all()))
        parts = [_coded([row.place]), period_words(row.period_from, row.period_to), events, row.basis]
        found[_("Coverage row %(code)s") % {"code": row.code}] = _line(parts)
    for note in edition.footnotes.prefetch_related("sources__originator").order_by("number"):
        at = _("section %(section)s, %(paragraph)d.%(sentence)d")
        where = {"section": note.section_code, "paragraph": note.paragraph, "sentence": note.after_sentence}
        named = _("named in %(where)s") % {"where": note.get_named_in_display()} if note.named_in else ""
        found[_("Position of footnote %(n)s") % {"n": note.mark}] = _line([at % where, named])
        for source in note.sources.all():
            name = _("Originator of %(n)s.%(item)d") % {"n": note.mark, "item": source.position}
            primary = _("primary") if source.is_primary else ""
            published = _("published %(date)s") % {"date": moment_words(source.published)} if source.published else ""
            found[name] = _line([source.originator.name, source.get_kind_display(), published, primary])
    found |= _figures(edition) | _queries(edition)
    return found


def _figures(edition: Edition) -> dict[str, str]:
    found = {}
    for figure in edition.figures.select_related("originator").prefetch_related("footnotes", "rows__place"):
        values = "" if figure.values_available else _("its values are not in the text")
        parts = [figure.title, figure.source, figure.originator.name, figure.unit, _numbers(figure.footnotes.all())]
        found[_("Figure %(n)d") % {"n": figure.number}] = _line([*parts, values, figure.text_says])
        for row in figure.rows.all():
            name = _("Figure %(n)d, row %(place)s, %(period)s")
            name %= {"n": figure.number, "place": row.place_label, "period": row.period_label}
            marks = [_("part of a year") if row.is_part_year else "", _("a total as printed") if row.is_total else ""]
            found[name] = _line([_coded([row.place]), period_words(row.period_from, row.period_to), *marks])
    return found


def _queries(edition: Edition) -> dict[str, str]:
    found = {}
    for query in edition.queries.prefetch_related("findings", "footnotes", "figures").order_by("code"):
        about = [
            ", ".join(sorted(finding.code for finding in query.findings.all())),
            _numbers(query.footnotes.all()),
            _("figures %(numbers)s") % {"numbers": _numbers(query.figures.all(), "")} if query.figures.all() else "",
        ]
        name = _("Curator’s query %(code)s") % {"code": query.code}
        found[name] = _line([_day(query.remarked_on), query.remark, *about])
    return found


def _numbers(rows: Iterable[Any], word: str | None = None) -> str:
    numbers = ", ".join(str(number) for number in sorted(row.number for row in rows))
    return _("footnotes %(numbers)s") % {"numbers": numbers} if numbers and word is None else numbers


def _line(parts: Iterable[str]) -> str:
    return "; ".join(str(part) for part in parts if part)


def _day(day: Any) -> str:
    return day.isoformat() if day else ""
