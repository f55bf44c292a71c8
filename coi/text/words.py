"""The age of information and the names of reports in words, in the reader's language. Pure: it reads nothing."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coi.text.dates import day_words


def age_words(months: int) -> str:
    """Return an age in words: ``5 years 7 months``."""
    years, rest = divmod(months, 12)
    parts = []
    if years:
        parts.append(ngettext("%(n)d year", "%(n)d years", years) % {"n": years})
    if rest or not years:
        parts.append(ngettext("%(n)d month", "%(n)d months", rest) % {"n": rest})
    return " ".join(parts)


def coi_age_line(country: str, cut_off: date, months: int) -> str:
    """Return the line on the age of COI that every use of it shows."""
    return _("%(country)s: information up to %(day)s, %(age)s old") % {
        "country": country,
        "day": day_words(cut_off),
        "age": age_words(months),
    }


def report_name(label: str, cut_off: date) -> str:
    """Return the name of one of several reports, with its cut-off date."""
    return _("%(report)s, information up to %(day)s") % {"report": label, "day": day_words(cut_off)}
