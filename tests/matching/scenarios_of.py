"""The scenarios of scenarios/*.yaml, which caseworkers can read, and the check of the library's answers.

``failures`` returns the differences between an answer and a scenario's expectation.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from assessments.answer.answer import Answer, answer
from assessments.casefile.problems import BadCase
from assessments.casefile.reader import read
from matching.outcome import Relation

FOLDER = Path(__file__).parent / "scenarios"
TODAY = date(2026, 11, 23)
EXPECTED = {
    "position", "reasons", "open", "supports", "opposes", "context", "absent", "not_supports", "not_opposes",
    "independent_origins", "event_origins", "kind_origins", "opposing_origins", "not_covered_from", "findings", "place",
    "profile", "not_profile",
    "refused",
}  # fmt: skip
OPPOSING = (Relation.CONTRADICTS, Relation.NO_EVIDENCE)


@dataclass(frozen=True)
class Scenario:
    """One fact, and what the note says about it."""

    file: str
    title: str
    why: str
    country: str
    fact: dict[str, Any]
    profile: tuple[dict[str, Any], ...]
    expect: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.file}:{self.title}"

    @property
    def document(self) -> dict[str, Any]:
        """Return the scenario as a case file."""
        fact = {"id": "F1", "statement": self.title, **self.fact}
        return {
            "reference": "SCENARIO",
            "country": self.country,
            "places": [{"role": "home-area", "place": fact["place"]}],
            "profile": list(self.profile),
            "material_facts": [fact],
        }


def _load(path: Path) -> list[Scenario]:
    found = []
    for row in yaml.safe_load(path.read_text(encoding="utf-8")):
        unknown = set(row) - {"title", "why", "country", "fact", "profile", "expect"}
        unknown |= set(row["expect"]) - EXPECTED
        if unknown or not row["why"]:
            raise ValueError(f"{path.name}: {row['title']}: {sorted(unknown) or 'no why'}")
        profile = tuple(row.get("profile", ()))
        found.append(
            Scenario(path.stem, row["title"], row["why"], row.get("country", "ML"), row["fact"], profile, row["expect"])
        )
    return found


SCENARIOS = [scenario for path in sorted(FOLDER.glob("*.yaml")) for scenario in _load(path)]
BY_ID = {scenario.id: scenario for scenario in SCENARIOS}


def ask(scenario: Scenario) -> Answer:
    """Return the library's answer."""
    return answer(read(scenario.document, today=TODAY), on=TODAY)


def failures(scenario: Scenario) -> list[str]:
    """Return the differences between the answer and the scenario's expectation."""
    expect = scenario.expect
    if "refused" in expect:
        return _refusal_failures(scenario)
    case_answer = ask(scenario)
    found = case_answer.facts[0]
    outcome = found.outcome
    matches = {m.finding.key.split("/")[1]: m for m in outcome.matches}
    wrong: list[str] = []

    def differs(what: str, expected: object, got: object) -> None:
        if expected != got:
            wrong.append(f"{what}: expected {expected}, got {got}")

    def codes(*relations: Relation) -> set[str]:
        return {code for code, m in matches.items() if m.relation in relations}

    def includes(what: str, expected: list[str], got: set[str]) -> None:
        if missing := set(expected) - got:
            wrong.append(f"{what}: {sorted(missing)} missing among {sorted(got)}")

    def excludes(what: str, unwanted: list[str], got: set[str]) -> None:
        if surplus := set(unwanted) & got:
            wrong.append(f"{what}: {sorted(surplus)} must not be there")

    reason_codes = {r.code for r in outcome.reasons}
    if "position" in expect:
        differs("position", expect["position"], outcome.position.value)
    includes("reasons", expect.get("reasons", []), reason_codes)
    if "open" in expect:
        differs("open", sorted(expect["open"]), sorted(r.code for r in outcome.open))
    for name, relations in (
        ("supports", (Relation.SUPPORTS,)),
        ("opposes", OPPOSING),
        ("context", (Relation.CONTEXT,)),
    ):
        if expect.get(name) == []:
            differs(name, set(), codes(*relations))
        includes(name, expect.get(name, []), codes(*relations))
    excludes("supports", expect.get("not_supports", []), codes(Relation.SUPPORTS))
    excludes("opposes", expect.get("not_opposes", []), codes(*OPPOSING))
    excludes("matches", expect.get("absent", []), set(matches))
    for name in ("independent_origins", "event_origins", "kind_origins", "opposing_origins"):
        if name in expect:
            differs(name, expect[name], getattr(outcome, name).least)
    if "not_covered_from" in expect:
        got = outcome.not_covered_from.isoformat() if outcome.not_covered_from else None
        differs("not covered from", expect["not_covered_from"], got)
    for code, wanted in expect.get("findings", {}).items():
        if code not in matches:
            wrong.append(f"{code}: not among {sorted(matches)}")
            continue
        m = matches[code]
        for name, value in wanted.items():
            if name == "reasons":
                includes(f"{code} reasons", value, {r.code for r in m.reasons})
            else:
                differs(f"{code} {name}", value, getattr(m, name))
    place = found.stated.place
    for name, value in expect.get("place", {}).items():
        differs(f"place {name}", value, getattr(place, name))
    profile = {p.card.code: list(p.match.traits) for p in case_answer.profile}
    for code, traits in expect.get("profile", {}).items():
        differs(f"profile {code}", traits, profile.get(code))
    excludes("profile", expect.get("not_profile", []), set(profile))
    return wrong


def _refusal_failures(scenario: Scenario) -> list[str]:
    wanted = scenario.expect["refused"]
    try:
        read(scenario.document, today=TODAY)
    except BadCase as refused:
        problems = [p for p in refused.problems if p.path == wanted["path"]]
        if not problems:
            return [f"refused, but not at {wanted['path']}: {refused}"]
        offered = {c.label for c in problems[0].candidates}
        missing = set(wanted.get("offers", [])) - offered
        return [f"{sorted(missing)} not offered; offered: {sorted(offered)}"] if missing else []
    return ["was not refused"]
