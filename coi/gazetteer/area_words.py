"""Words for a kind of place ("Mopti region", "cercle de Bankass"), and regions newer than the stored map.

Cases, library and event files all read them by these rules.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from coi.gazetteer.hierarchy import SETTLEMENTS, Kind
from coi.text.folding import fold, name_key

# The kinds that each folded word may mean, in English, French and German; the first with a place of that name counts.
_WORDS: dict[str, tuple[Kind, ...]] = {
    **dict.fromkeys(("region", "regions", "district", "capital district"), (Kind.REGION,)),
    **dict.fromkeys(("circle", "cercle", "kreis"), (Kind.CERCLE,)),
    **dict.fromkeys(("town", "city", "ville", "stadt"), SETTLEMENTS),
    **dict.fromkeys(("village", "dorf"), SETTLEMENTS[::-1]),
}
_ANY = "|".join(sorted(_WORDS, key=len, reverse=True))
_BEFORE = re.compile(
    rf"(?:(?:the|la|le|die|der|das) )?(?P<word>{_ANY})(?: (?:of the|of|de la|de l|du|des|de|d|von))? (?P<name>.+)"
)
_AFTER = re.compile(rf"(?P<name>.+?) (?P<word>{_ANY})")

# Regions newer than the stored map, with the stored area that each is or was split from. Mali: Ménaka, a cercle
# until then, and Taoudénit (law of 2012, in force from 2016), and those of the law of March 2023.
NEWER_REGIONS = MappingProxyType(
    {
        "ML": MappingProxyType(
            {
                "menaka": "ML0704", "taoudenit": "ML-6", "taoudeni": "ML-6", "taoudenni": "ML-6",
                "nioro": "ML-1", "niorodusahel": "ML-1", "kita": "ML-1", "dioila": "ML-2", "nara": "ML-2",
                "bougouni": "ML-3", "koutiala": "ML-3", "san": "ML-4", "bandiagara": "ML-5", "douentza": "ML-5",
            }
        )
    }
)  # fmt: skip


def without_kind_word(name: str) -> list[tuple[str, tuple[Kind, ...]]]:
    """Return the name without its word for a kind, with the kinds that the word allows; empty if it has no such
    word.
    """
    folded = fold(name)
    found = [pattern.fullmatch(folded) for pattern in (_BEFORE, _AFTER)]
    return [(match["name"], _WORDS[match["word"]]) for match in found if match]


def newer_region(name: str, country: str) -> str:
    """Return the code of the stored area that this newer region is or was split from; empty for other names."""
    newer: Mapping[str, str] = NEWER_REGIONS.get(country, {})
    readings = [name, *(bare for bare, kinds in without_kind_word(name) if Kind.REGION in kinds)]
    return next((newer[key] for key in map(name_key, readings) if key in newer), "")


def spellings(names: Iterable[str]) -> set[str]:
    """Return the folded names, each with and without a word for its kind."""
    folded = {fold(name) for name in names}
    return {n for n in folded | {bare for name in folded for bare, _kinds in without_kind_word(name)} if n}
