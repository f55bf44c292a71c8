"""How many independent origins stand behind a set of findings.

Several footnotes that go back to one originator count as one. Where one footnote mixes several
originators, it is not said which of them carries the sentence: the count is a range, and only its
lower end is ever used.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from matching.facts import Finding


@dataclass(frozen=True)
class Origins:
    """The range of independent origins; ``least`` is the one to print. ``names`` are the originators' codes."""

    least: int
    most: int
    names: tuple[str, ...] = ()


def count(findings: Iterable[Finding]) -> Origins:
    """Independent origins of the findings together; one without a footnote adds none."""
    sets = {c.originators for finding in findings for c in finding.citations if c.originators}
    everyone = sorted(frozenset().union(*sets))
    return Origins(_fewest_that_explain(sets, everyone), len(everyone), tuple(everyone))


def _fewest_that_explain(sets: set[frozenset[str]], everyone: list[str]) -> int:
    """The smallest number of originators of which every footnote has at least one."""
    certain = {next(iter(s)) for s in sets if len(s) == 1}
    mixed = [s for s in sets if not s & certain]
    candidates = [name for name in everyone if any(name in s for s in mixed)]
    for size in range(len(candidates) + 1):
        if any(all(s & set(chosen) for s in mixed) for chosen in combinations(candidates, size)):
            return len(certain) + size
    return len(certain)
