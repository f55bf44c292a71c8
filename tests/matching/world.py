"""A small invented world for tests of the pure core: a country, two regions, a few words. No database."""

from datetime import date

from matching.facts import Coverage, Denies, EditionFrame, FactKind, Finding, Kind, MaterialFact, Place, Strength
from matching.match import match
from matching.outcome import Outcome
from matching.periods import Period, Span
from matching.relation import relate
from matching.trees import Tree, Vocabulary

CUT_OFF = date(2021, 4, 17)
TODAY = date(2026, 11, 23)
CURRENT = Span(date(2019, 1, 1), CUT_OFF)

WORDS = Vocabulary(
    actors=Tree(
        {
            "jihadists": None, "big": "jihadists", "katiba": "big", "rival": "jihadists",
            "militias": None, "red": "militias", "blue": "militias", "hunters": "militias", "army": None, "unknown": None,
        }
    ),
    events=Tree(
        {"attack": None, "raid": "attack", "killing": "attack", "beheading": "killing", "ambush": "attack",
         "clash": None, "threat": None, "presence": None, "occupation": "presence"}
    ),
    targets=Tree(
        {"fulani": None, "dogon": None, "herder": None, "soldier": None, "hunter": None,
         "villager": None, "chief": "villager", "civilians": None}
    ),
    facets={"fulani": "ethnicity", "dogon": "ethnicity", "herder": "occupation", "soldier": "occupation",
            "hunter": "occupation", "villager": "role", "chief": "role", "civilians": "status"},
    civilian={"herder": True, "soldier": False, "villager": True, "chief": True, "civilians": True},
    kin=frozenset({frozenset({"clash", "ambush"})}),
    actor_kin=frozenset({frozenset({"hunters", "red"})}),
)  # fmt: skip


def place(code: str, *above: Place, regions: tuple[str, ...] = (), is_country: bool = False) -> Place:
    lineage = frozenset({code}).union(*(p.lineage for p in above))
    inherited = frozenset(regions).union(*(p.regions for p in above)) if above else frozenset(regions)
    country = above[0].country if above else code
    return Place(code, code, country, lineage, inherited, is_country)


LAND = place("land", is_country=True)
MACRO = Place("macro", "macro", "land", frozenset({"macro", "land"}), frozenset({"east", "west"}))
EAST = place("east", MACRO, regions=("east",))
EAST = Place("east", "east", "land", EAST.lineage, frozenset({"east"}))
WEST = Place("west", "west", "land", frozenset({"west", "macro", "land"}), frozenset({"west"}))
CIRCLE = place("circle", EAST)
TOWN = place("town", CIRCLE)
VILLAGE = place("village", CIRCLE)
FARM = place("farm", place("other-circle", EAST))
PORT = place("port", WEST)
ABROAD = place("abroad", is_country=True)
PLACES = (LAND, MACRO, EAST, WEST, CIRCLE, TOWN, VILLAGE, FARM, PORT)

FRAME = EditionFrame(
    "ed", "land", CUT_OFF, (Coverage("ed", LAND, ("attack", "clash", "presence"), CURRENT),)
)  # fmt: skip


def span(first: str, last: str) -> Span:
    return Span(date.fromisoformat(first), date.fromisoformat(last))


def fact(where: Place = VILLAGE, event: str = "attack", start: str = "2020", end: str = "2020", **more) -> MaterialFact:
    return MaterialFact("F1", where, event, Period.parse(start, end), **more)


def finding(kind: Kind = Kind.PATTERN, where: tuple[Place, ...] = (VILLAGE,), **more) -> Finding:
    defaults = {
        "key": "ed/f1", "edition": "ed", "strength": Strength.STATED, "span": span("2020-01-01", "2020-12-31"),
        "is_dated": True, "actors": ("big",), "events": ("attack",),
    }  # fmt: skip
    return Finding(kind=kind, places=where, **(defaults | more))


def denial(kind: Kind = Kind.DENIAL, key: str = "ed/d1", **more) -> Finding:
    defaults = {"places": (EAST,), "events": ("attack",), "span": CURRENT, "actors": ("big",)}
    return finding(kind, (), key=key, actors=(), events=(), denies=Denies(**(defaults | more)))


def ask(one: MaterialFact, *findings: Finding, frames: tuple[EditionFrame, ...] = (FRAME,)) -> Outcome:
    return match(one, findings, frames, WORDS, on=TODAY)


def codes(reasons) -> list[str]:
    return [r.code for r in reasons]


LASTED = {"actors": ("big",), "start": "2018-03", "end": "2020-06", "kind": FactKind.CIRCUMSTANCE}


def related(one, other):
    return relate(one, other, WORDS)
