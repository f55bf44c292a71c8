"""Home and proposed places side by side: the library's findings on each, test by test. It concludes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from assessments.answer.answer import Answer
from assessments.assessing.assessment import Assessment, ConclusionWritten, OwnSourceWritten
from assessments.casefile.values import CaseFile, StatedPlace
from assessments.models.codes import IpaTest
from coi.library import word_trees
from coi.library.cited_findings import FindingCard
from coi.library.region_sheets import RegionSheet
from matching.facts import Kind
from matching.trees import Tree

SAFETY, TRAVEL, REASONABLENESS = IpaTest.SAFETY, IpaTest.TRAVEL, IpaTest.REASONABLENESS

# The tests under which a finding is listed, by its kind of event or a wider kind. Listing concludes nothing and is
# generous: a finding may be under several tests, and a denial is listed like the event that it denies.
TESTS_OF_EVENT: dict[str, tuple[IpaTest, ...]] = {
    # violence against persons, and control of the place
    "attack": (SAFETY,),  # includes explosive devices and killings
    "abduction": (SAFETY,),
    "arrest": (SAFETY,),
    "threat": (SAFETY,),
    "recruitment": (SAFETY,),
    "clash": (SAFETY,),
    "armed-group-presence": (SAFETY,),
    "occupation": (TRAVEL, REASONABLENESS),  # who controls a place controls access and daily life
    "protest-repression": (SAFETY,),
    "coup": (SAFETY,),
    # access and admission
    "blockade": (SAFETY, TRAVEL, REASONABLENESS),  # cuts a place off from food and care too
    "extortion": (SAFETY, TRAVEL, REASONABLENESS),  # on the road, and of livelihoods
    # living conditions
    "displacement": (TRAVEL, REASONABLENESS),
    "property-destruction": (SAFETY, REASONABLENESS),
    "social-unrest": (SAFETY, REASONABLENESS),
    "protest": (SAFETY, REASONABLENESS),
    "peace-agreement": (SAFETY,),
    # persecution of persons, at home or by the state
    **dict.fromkeys(
        (
            "ill-treatment",
            "detention",
            "enforced-disappearance",
            "conscription",
            "draft-evasion-punishment",
            "voluntary-recruitment",
            "sexual-violence",
            "female-genital-mutilation",
            "forced-marriage",
            "early-marriage",
            "domestic-violence",
            "honour-violence",
            "blood-feud",
            "trafficking",
            "mob-violence",
            "witchcraft-accusation",
        ),
        (SAFETY,),
    ),
    # these also decide what life is open to a person there
    **dict.fromkeys(
        ("slavery", "religious-persecution", "political-persecution", "sogi-persecution", "land-dispute"),
        (SAFETY, REASONABLENESS),
    ),
    "robbery": (SAFETY, TRAVEL, REASONABLENESS),  # as extortion
    "expulsion": (SAFETY, TRAVEL, REASONABLENESS),
    "denial-of-documents": (TRAVEL, REASONABLENESS),  # without papers, neither admittance nor work, school or care
}
NO_EVENT = (SAFETY, REASONABLENESS)  # such a finding is about attitudes and living conditions
UNKNOWN_EVENT = tuple(IpaTest)  # a kind that is not in this table is listed under every test


@dataclass(frozen=True)
class Kinds:
    """Kinds of event: the code for each name (findings carry names), and each kind's wider kinds."""

    codes: dict[str, str]
    tree: Tree

    @classmethod
    def load(cls) -> "Kinds":
        """Return those of the vocabulary, kept in memory until it changes."""
        codes = {name: code for code, name in word_trees.word_names()["events"].items()}
        return cls(codes, word_trees.vocabulary().events)

    def tests_of(self, name: str) -> tuple[IpaTest, ...]:
        """Return the tests of a kind of event and of its wider kinds."""
        codes = self.tree.lineage(self.codes.get(name, name))
        found = tuple(test for code in codes for test in TESTS_OF_EVENT.get(code, ()))
        return found or UNKNOWN_EVENT


@dataclass(frozen=True)
class Cell:
    """The COI and own sources on one test at one place."""

    findings: tuple[FindingCard, ...] = ()
    own_sources: tuple[OwnSourceWritten, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether there is no COI. That says nothing about the place and never means that the test is met."""
        return not self.findings and not self.own_sources


@dataclass(frozen=True)
class Column:
    """A home region, or one place proposed for relocation."""

    role: str  # home or relocation
    place: str  # its key, from place_key
    name: str
    names: tuple[str, ...]  # from the place up to the country
    sheet: RegionSheet | None
    cells: tuple[tuple[IpaTest, Cell], ...]
    tests: tuple[ConclusionWritten, ...] = ()  # for a relocation: one for each test, in order
    same_as: str = ""  # the place of an earlier column with the same region, which has the findings

    @property
    def is_relocation(self) -> bool:
        return self.role == "relocation"

    def cell(self, test: str) -> Cell:
        return dict(self.cells)[IpaTest(test)]

    def conclusion(self, test: str) -> ConclusionWritten:
        """Return the officer's conclusion on a test; "not assessed" if nothing was written."""
        return next((t for t in self.tests if t.test == test), ConclusionWritten(self.place, test))

    @property
    def own_sources(self) -> tuple[OwnSourceWritten, ...]:
        """Return the officer's own sources on the place, the same under every test."""
        return self.cells[0][1].own_sources

    @property
    def findings(self) -> tuple[FindingCard, ...]:
        """Return every finding listed under any test, each once."""
        return tuple({card.key: card for _test, cell in self.cells for card in cell.findings}.values())


@dataclass(frozen=True)
class PairSheet:
    """Home and all proposed places side by side, and once what is said of the whole country, with its tests."""

    columns: tuple[Column, ...]
    country: tuple[tuple[FindingCard, tuple[IpaTest, ...]], ...] = ()
    country_name: str = ""

    @property
    def homes(self) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if not c.is_relocation)

    @property
    def relocations(self) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.is_relocation)

    @property
    def findings(self) -> tuple[FindingCard, ...]:
        """Return every finding of the sheet, each once, in printing order."""
        cards = [card for column in self.columns for card in column.findings] + [card for card, _tests in self.country]
        return tuple({card.key: card for card in cards}.values())

    def told_of_country(self, test: str) -> bool:
        """Return whether there is a finding on the whole country for this test."""
        return any(test in tests for _card, tests in self.country)

    @property
    def rows(self) -> tuple[tuple[IpaTest, tuple[tuple[Column, Cell], ...]], ...]:
        """Return each test with the cell of every column."""
        return tuple((test, tuple((c, c.cell(test)) for c in self.columns)) for test in IpaTest)


def place_key(stated: StatedPlace) -> str:
    """Return the key of a place in conclusions and own sources: its code or, if it is not located, the typed text."""
    return stated.place.value.code if stated.place.located else stated.place.typed


def for_whom(case: CaseFile, key: str) -> str:
    """Return the person that a place is proposed for, ``wife (P2)``; empty in a case of one person."""
    return "; ".join(
        dict.fromkeys(filter(None, (case.whose(p.person) for p in case.relocations if place_key(p) == key)))
    )


def named_place(case: CaseFile, key: str, name: str) -> str:
    """Return the place with the person it is proposed for, ``Bamako, wife (P2)``."""
    return ", ".join(filter(None, (name, for_whom(case, key))))


def pair_sheet(answer: Answer, assessment: Assessment) -> PairSheet | None:
    """Return the sheet of a case, or None if no place is proposed."""
    if not answer.case.relocations:
        return None
    kinds = Kinds.load()
    sheets = {place_key(p.stated): p.sheet for p in answer.places}
    homes = [p for p in answer.case.homes if p.role != "relocation"]  # a case may have no home
    columns = _marked_same(
        [
            *_columns("home", homes, sheets, assessment, kinds),
            *_columns("relocation", answer.case.relocations, sheets, assessment, kinds),
        ]
    )
    told = next((c.sheet.whole_country for c in columns if c.sheet and c.sheet.whole_country), None)
    if told is None:
        return PairSheet(columns)
    cards = {card.key: card for card in (*told.stated, *told.denials)}
    listed = ((card, tests_of(card, kinds)) for card in cards.values())
    country = tuple((card, tuple(test for test in IpaTest if test in tests)) for card, tests in listed)
    return PairSheet(columns, country, told.name)


def _marked_same(columns: Iterable[Column]) -> tuple[Column, ...]:
    """Mark all but the first of the columns with the same region: they have the same findings."""
    first: dict[str, str] = {}
    return tuple(
        replace(column, same_as=first[column.sheet.code])
        if column.sheet and first.setdefault(column.sheet.code, column.name) != column.name
        else column
        for column in columns
    )


def tests_of(card: FindingCard, kinds: Kinds) -> frozenset[IpaTest]:
    """Return the tests under which a finding is listed."""
    names = (*card.events, *(card.denies.events if card.denies else ()))
    if not names:
        return frozenset(NO_EVENT)
    return frozenset(test for name in names for test in kinds.tests_of(name))


def _columns(
    role: str,
    places: Iterable[StatedPlace],
    sheets: dict[str, RegionSheet | None],
    assessment: Assessment,
    kinds: Kinds,
) -> list[Column]:
    """Return the columns: each proposed place once, each home region once."""
    found: dict[str, Column] = {}
    for stated in places:
        key = place_key(stated)
        sheet = sheets.get(key)
        once = sheet.code if sheet and role == "home" else key
        if once in found:
            continue
        relocation = role == "relocation"
        own = assessment.sources_on_place(key) if relocation else ()
        told = _listed_findings(sheet) if sheet else ()
        found[once] = Column(
            role=role,
            place=key,
            name=stated.place.value.name if stated.place.located else stated.place.typed,
            names=stated.place.names,
            sheet=sheet,
            cells=tuple((test, Cell(tuple(c for c in told if test in tests_of(c, kinds)), own)) for test in IpaTest),
            tests=tuple(assessment.test(key, test) for test in IpaTest) if relocation else (),
        )
    return list(found.values())


def _listed_findings(sheet: RegionSheet) -> tuple[FindingCard, ...]:
    """Return the findings that assert or deny something of the region, or of an area between it and the country.

    Findings on the whole country are listed once, beside the columns. Statistics, analysis and background appear only
    on the region's sheet.
    """
    wider = [card for card in sheet.about_wider_area if Kind(card.kind).asserts or card.denies]
    cards = (*sheet.stated, *sheet.denials, *wider, *sheet.wider_denials)
    return tuple({card.key: card for card in cards}.values())
