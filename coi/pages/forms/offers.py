"""What the form for a new finding offers: what the finding before had, and words, places and dates spotted in the
statement. Nothing is taken without a click.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from coi.models import FIRST_NAMED_NUMBER, Edition, Finding, Footnote, Place, PlaceName
from coi.pages.forms.field_choices import Option
from coi.text import citations
from coi.text.folding import fold, name_key
from matching.periods import Moment

MOST_WORDS = 8  # offered in one list
MOST_DATES = 6
MOST_OF_A_NAME = 3  # places that share it
LONGEST_NAME = 4  # words
_RANK = {kind.value: n for n, kind in enumerate(Place.Kind)}
_SMALL = frozenset(fold("a an and at by for from in of on or the to with au aux de des du en et la le les").split())
_ENDINGS = ("ings", "ing", "ions", "ion", "ed", "es", "s", "e")
_WORD = re.compile(r"[^\W\d_][\w’'-]*")


def before(draft: Edition, section: str) -> Finding | None:
    """Return the finding that was added last: to the section, or else to the draft."""
    rows = Finding.objects.filter(edition=draft).select_related("section").order_by("pk")
    return rows.filter(section__code=section).last() or rows.last()


def words(statement: str, options: Sequence[Option], also: Iterable[str]) -> list[str]:
    """Return the codes of the options that the statement names, in its order, and then the others."""
    found = [_stem(word) for word in fold(statement).split()]
    named = []
    for option in options:
        names = [_stems(name) for name in option.names] if not option.elsewhere else []
        if at := [min(map(found.index, name)) for name in names if name and name <= set(found)]:
            named.append((min(at), option.code))
    spotted = [code for _at, code in sorted(named)]
    known = {option.code for option in options}
    return [code for code in dict.fromkeys([*spotted, *also]) if code in known][:MOST_WORDS]


def _stems(name: str) -> set[str]:
    return {_stem(word) for word in fold(name).split() if word not in _SMALL}


def _stem(word: str) -> str:
    return next((word[: -len(end)] for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= 4), word)


def places(statement: str, draft: Edition, also: Iterable[str]) -> list[str]:
    """Return the codes of places in the edition's country that the statement names, and then the others."""
    keys = list(dict.fromkeys(_names(statement)))
    country = draft.report.country
    rows = {place.pk: place for place in Place.objects.filter(folded__in=keys, country=country)}
    others = PlaceName.objects.filter(folded__in=keys, place__country=country).select_related("place")
    rows |= {name.place_id: name.place for name in others}
    called: dict[str, list[Place]] = {key: [] for key in keys}
    for key, place in [*((p.folded, p) for p in rows.values()), *((n.folded, n.place) for n in others)]:
        if key in called and place not in called[key]:
            called[key].append(place)
    told = set(Place.objects.filter(findings__edition=draft, pk__in=rows).values_list("pk", flat=True))
    spotted = [place.code for named in called.values() for place in sorted(named, key=_closest(told))[:MOST_OF_A_NAME]]
    return list(dict.fromkeys([*spotted, *also]))[:MOST_WORDS]


def _closest(told: set[int]) -> Any:
    return lambda place: (place.pk not in told, _RANK[place.kind], -place.population, place.code)


def _names(statement: str) -> Iterator[str]:
    """Yield the keys of what may be names: words from a capital on, the longest first."""
    found = list(_WORD.finditer(statement))
    for n, word in enumerate(found):
        if not word.group()[0].isupper():
            continue
        for last in reversed(found[n : n + LONGEST_NAME]):
            yield name_key(statement[word.start() : last.end()])


def periods(statement: str, draft: Edition, last: Finding | None) -> list[tuple[str, str]]:
    """Return the periods that the statement's dates make, and then that of the finding before."""
    stated = [day for _, day in citations.dates_in(statement) if Moment.parse(day).first <= draft.cut_off]
    stated = list(dict.fromkeys(stated))[:MOST_DATES]
    found = [(day, day) for day in stated]
    if len(stated) > 1:
        found.insert(0, (min(stated), max(stated)))
    if last and (last.period_from or last.period_to):
        found.append((last.period_from, last.period_to))
    return list(dict.fromkeys(found))


def footnotes(draft: Edition, at: Mapping[str, Any], last: Finding | None) -> list[str]:
    """Return the number of the footnote that covers the sentence, and then those of the finding before."""
    found: list[str] = []
    section, paragraph, sentence = (str(at.get(name) or "") for name in ("section", "paragraph", "sentence"))
    if paragraph.isdecimal() and sentence.isdecimal():
        marks = Footnote.objects.filter(edition=draft, number__lt=FIRST_NAMED_NUMBER, section_code=section)
        covering = marks.filter(paragraph=paragraph[:5], after_sentence__gte=sentence[:5]).order_by(
            "after_sentence", "number"
        )
        nearest = covering.first()
        found = [str(note.number) for note in covering if nearest and note.after_sentence == nearest.after_sentence]
    named = last.footnotes.order_by("number") if last else ()
    return list(dict.fromkeys([*found, *(str(note.number) for note in named)]))
