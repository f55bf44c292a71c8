"""Word-by-word differences between two texts, for editions of a report and versions of a memo."""

import difflib
import re
from dataclasses import dataclass

MOST_WORDS = 2_000  # words of both texts between their common ends; with more, comparing word by word takes too long
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """Words that are in both texts, only in the new one (ins), or only in the old one (del)."""

    kind: str
    text: str


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """Return the differences word by word; for very long texts, the differing part as a whole."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    start = next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    head, tail = before[:start], before[len(before) - end :]
    before, after = before[start : len(before) - end], after[start : len(after) - end]
    if len(before) + len(after) > MOST_WORDS:
        steps = [("del", before), ("ins", after)]
    else:
        steps = []
        for what, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            steps += [("both", before[a:b])] if what == "equal" else [("del", before[a:b]), ("ins", after[c:d])]
    found: list[Piece] = []
    for kind, words in [("both", head), *steps, ("both", tail)]:
        if not words:
            continue
        text = "".join(words)
        if found and found[-1].kind == kind:
            text = found.pop().text + text
        found.append(Piece(kind, text))
    return tuple(found)
