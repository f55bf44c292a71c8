"""The steps of the intake, and which of the form's names each of them owns."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.casefile.fields import FACT, HEAD, INTERVIEW, ORIGIN, PERSON, PLACE, inputs
from coi.text import characters

LONGEST_VALUE = 100_000  # characters that are kept of one field; intake accepts far fewer, and says so
MOST_VALUES = 200  # of one name, as intake accepts

Data = dict[str, list[str]]  # as IntakeDraft.data holds it


@dataclass(frozen=True)
class Step:
    """One page of the intake."""

    slug: str
    title: Any
    owns: re.Pattern[str]
    anchors: tuple[str, ...]  # how ids on its page begin


def _names(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns).replace("#", "[0-9]{1,4}"), re.ASCII)


def _rows(kind: str, names: Iterable[str]) -> str:
    """The names of the inputs of a row, and of the list of rows."""
    return f"{kind}|{kind}-#-({'|'.join((*names, 'removed'))})"


_OF_PLACE = ("pin", "pinned", "choice", "asked")
_AT_THE_END = ("note",)  # of the head; the last step asks for it
_PROFILE_FIELDS = ("actual", "imputed", "other_note", "other_imputed_note", "notes")

# A step that is posted replaces exactly the names that it owns; # is the key of a row. A name that no step
# owns is never accepted from a browser.
STEPS = (
    Step(
        "applicant",
        gettext_lazy("Applicant and places"),
        _names(
            "no_name",
            *(name for name in inputs(HEAD + ORIGIN) if name not in _AT_THE_END),
            _rows("persons", inputs(PERSON)),
            _rows("places", (*inputs(PLACE), *_OF_PLACE)),
        ),
        ("section-applicant", "section-persons", "section-places", "section-origin", "places-", "persons-"),
    ),
    Step(
        "profile",
        gettext_lazy("Profile"),
        _names(f"persons-#-({'|'.join(_PROFILE_FIELDS)})"),
        ("section-profile",),
    ),
    Step(
        "facts",
        gettext_lazy("Material facts"),
        _names(_rows("facts", (*inputs(FACT), *_OF_PLACE)), _rows("facts-#-interviews", inputs(INTERVIEW))),
        ("section-facts", "facts-"),
    ),
    Step(
        "relocation",
        gettext_lazy("Relocation"),
        _names(
            *_AT_THE_END,
            _rows("relocations", (*(name for name in inputs(PLACE) if name != "role"), *_OF_PLACE)),
        ),
        ("section-relocation", "section-note", "relocations-"),
    ),
    Step("check", gettext_lazy("Check your answers"), _names("(?!)"), ()),
)
BY_SLUG = {step.slug: step for step in STEPS}
FACTS = "facts"  # the step that has a page for each of its rows
_OF_FACT = re.compile(r"facts-([0-9]{1,4})-.*", re.ASCII | re.DOTALL)
FIRST, CHECK = STEPS[0].slug, STEPS[-1].slug


def after(slug: str) -> str:
    """The step that follows."""
    slugs = [step.slug for step in STEPS]
    return slugs[min(slugs.index(slug) + 1, len(slugs) - 1)]


def step_of(kind: str, field: str) -> str:
    """Return the step whose page has this field of a row of this kind. ``kind`` is empty for fields of the head."""
    if kind == "persons" and field in _PROFILE_FIELDS:
        return "profile"
    of_rows = {"facts": "facts", "interviews": "facts", "relocations": "relocation"}
    return "relocation" if not kind and field in _AT_THE_END else of_rows.get(kind, FIRST)


def merged(stored: Data, posted: Mapping[str, Iterable[str]], slug: str) -> Data:
    """Return the whole data after a page of this step was posted.

    The page's own names are replaced; all others stay.

    A page of a fact owns the names of that fact. It is posted with the fact's key in ``facts``; other facts stay.
    """
    owns = BY_SLUG[slug].owns
    rows = list(posted.get(FACTS, ())) if slug == FACTS else []

    def is_own(name: str) -> bool:
        of_fact = _OF_FACT.fullmatch(name) if slug == FACTS else None
        return bool(owns.fullmatch(name)) and (of_fact is None or of_fact[1] in rows)

    kept = {name: values for name, values in stored.items() if not is_own(name)}
    own = {name: values for name, values in posted.items() if is_own(name)}
    if slug == FACTS and (listed := list(dict.fromkeys([*stored.get(FACTS, []), *rows]))):
        own[FACTS] = listed
    return kept | {name: [characters.with_line_feeds(value) for value in values] for name, values in own.items()}


_SAVED_AT = "version-%s"  # of the draft when the page was last changed; no step owns the name


def changed_pages(before: Data, after: Data, slug: str) -> list[str]:
    """Return the pages of the step on which the two differ.

    That is the step itself or, if it has a page for each row, the keys of those rows.
    """
    if slug != FACTS:
        return [slug]
    names = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    changed = {found[1] for name in names if (found := _OF_FACT.fullmatch(name))}
    changed |= set(after.get(FACTS, [])) - set(before.get(FACTS, []))
    return [f"{FACTS}-{key}" for key in sorted(changed)]


def changed_at(data: Data, pages: Iterable[str]) -> int:
    """The version of the draft at which one of these pages last changed. A page opened since then is up to date."""
    return max((int(data.get(_SAVED_AT % page, ["1"])[0]) for page in pages), default=1)


def marked(data: Data, pages: Iterable[str], version: int) -> Data:
    """The data with the note that these pages changed at this version."""
    return data | {_SAVED_AT % page: [str(version)] for page in pages}


def unstorable(data: Data) -> tuple[str, str] | None:
    """Return the name of a field that no database can store unchanged, and why; None if there is none."""
    for name, values in data.items():
        if len(values) > MOST_VALUES:
            return name, _("Too many values are given.")
        for value in values:
            if len(value) > LONGEST_VALUE:
                return name, _("The text is longer than %(longest)s characters.") % {"longest": f"{LONGEST_VALUE:,}"}
            if found := characters.unstorable(value):
                code = f"U+{ord(found):04X}"
                return name, _("The text has a character that cannot be saved (%(code)s). Remove it.") % {"code": code}
    return None
