"""Count the independent originators behind a set of findings.

Several footnotes that go back to one originator count as one. If one footnote cites several originators,
the report does not say which of them a sentence comes from. The count is then a range, and only its lower
end is used.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from matching.facts import Finding


@dataclass(frozen=True)
class Origins:
    """How many independent originators there are, as a range. Print ``least``. ``names`` are the originators' codes."""

    least: int
    most: int
    names: tuple[str, ...] = ()


def count(findings: Iterable[Finding]) -> Origins:
    """Count the originators of all the findings together. A finding without a footnote adds none."""
    sets = {c.originators for finding in findings for c in finding.citations if c.originators}
    everyone = sorted(frozenset().union(*sets))
    return Origins(_fewest_that_explain(sets, everyone), len(everyone), tuple(everyone))


def _fewest_that_explain(sets: set[frozenset[str]], everyone: list[str]) -> int:
    """Return the smallest number of originators that includes at least one of every footnote."""
    certain = {next(iter(s)) for s in sets if len(s) == 1}
    mixed = [s for s in sets if not s & certain]
    candidates = [name for name in everyone if any(name in s for s in mixed)]
    for size in range(len(candidates) + 1):
        if any(all(s & set(chosen) for s in mixed) for chosen in combinations(candidates, size)):
            return len(certain) + size
    return len(certain)
