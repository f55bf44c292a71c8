"""The regions that an event file names, as the regions of the library's edition."""

from types import MappingProxyType

from coi.models import Place
from coi.names import fold

# Regions made after the report, by the region that they were cut out of. Mali: Ménaka and Taoudénit
# (law of 2012, in force from 2016), and those of the law of March 2023.
CUT_OUT_OF = MappingProxyType(
    {
        "ML": MappingProxyType(
            {
                "menaka": "Gao", "taoudenit": "Tombouctou", "taoudeni": "Tombouctou", "taoudenni": "Tombouctou",
                "nioro": "Kayes", "nioro du sahel": "Kayes", "kita": "Kayes", "dioila": "Koulikoro",
                "nara": "Koulikoro", "bougouni": "Sikasso", "koutiala": "Sikasso", "san": "Ségou",
                "bandiagara": "Mopti", "douentza": "Mopti",
            }
        )
    }
)  # fmt: skip
SUFFIXES = (" region", " district", " capital district", " (region)")


def region_names(country: str) -> dict[str, str]:
    """Every folded name under which a file may give a region, with the region's code."""
    regions = Place.objects.filter(kind=Place.Kind.REGION, country=country).prefetch_related("names")
    codes = {}
    for region in regions:
        for name in (region.name, *(n.name for n in region.names.all())):
            codes[fold(name)] = region.code
    for newer, older in CUT_OUT_OF.get(country, {}).items():
        if newer not in codes and fold(older) in codes:
            codes[newer] = codes[fold(older)]
    return codes


def region_code(typed: str, names: dict[str, str]) -> str | None:
    """The code of the region that a file names; None where it names none that is known."""
    folded = fold(typed)
    for suffix in ("", *SUFFIXES):
        if suffix and not folded.endswith(suffix):
            continue
        found = names.get(folded.removesuffix(suffix).strip())
        if found:
            return found
    return None
