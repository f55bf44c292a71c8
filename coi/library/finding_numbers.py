"""The numbers of findings on the library's pages."""

from collections import defaultdict
from collections.abc import Collection
from string import ascii_lowercase

from coi.models import Edition, Finding


def numbers_of(editions: Collection[Edition]) -> dict[str, str]:
    """Return the numbers of all findings of some editions by key: section, paragraph, sentence. One query.

    If a sentence is split into several findings, each has a letter: 7.1.3a, 7.1.3b.
    """
    rows = Finding.objects.filter(edition__in=editions).order_by("edition__code", "position")
    by_sentence: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for edition, code, *where in rows.values_list(
        "edition__code", "code", "section__position", "paragraph", "sentence"
    ):
        by_sentence[(edition, *where)].append(f"{edition}/{code}")
    return {
        key: ".".join(map(str, where)) + (ascii_lowercase[n % 26] if len(keys) > 1 else "")
        for (_edition, *where), keys in by_sentence.items()
        for n, key in enumerate(keys)
    }
