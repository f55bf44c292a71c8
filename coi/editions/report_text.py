"""Reads the plain text of a report: its sections, paragraphs, sentences and the positions of footnotes.

For checking only: people encode an edition, and this finds where the encoding differs from the text.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_SENTENCE_END = re.compile(r"(?<=[.!?])[”\"]?\s*(?:\d{1,2}\b)?\s+(?=[A-ZÀ-Ý“\"])")
_NUMBERED = re.compile(r"(\d{1,2})\s{1,2}[A-ZÀ-Ý“]")
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
PAGE_SEPARATOR = 20  # least number of spaces on the line above the footnotes of a page


@dataclass(frozen=True)
class Mark:
    """The position of a footnote's number in the text."""

    number: int
    section: str
    paragraph: int
    after_sentence: int


def body_paragraphs(text: str) -> list[str]:
    """Return the paragraphs of the body, without footnotes and with words joined across line ends."""
    paragraphs: list[str] = []
    current: list[str] = []
    expected, in_notes = 1, False

    def close() -> None:
        if current:
            paragraphs.append(_join(current))
            current.clear()

    for line in text.splitlines():
        numbered = _NUMBERED.match(line)
        if not in_notes and numbered and int(numbered[1]) == expected:
            in_notes = True
        if in_notes:
            if numbered and int(numbered[1]) == expected:
                expected += 1
            # a new page starts with one space, then its first word
            if not re.match(r" \S", line):
                continue
            in_notes = False
            if (
                paragraphs
                and not re.search(r"[.!?”)]\s*\d*$", paragraphs[-1])
                and re.match(r" (?![A-Z][\w ]+ region)", line)
            ):
                current.append(paragraphs.pop())
        if not line.strip():
            in_notes = len(line) >= PAGE_SEPARATOR
            close()
            continue
        current.append(line.strip())
    close()
    return [p for p in paragraphs if p]


def _join(lines: Sequence[str]) -> str:
    text = "\n".join(lines)
    text = re.sub(r"(?<=[a-zà-ÿ])-\n(?=[a-zà-ÿ])", "", text)
    return " ".join(text.split())


def sentences(paragraph: str) -> list[str]:
    """Return the sentences of a paragraph. A footnote's number stays with the sentence before it."""
    ends = [m.end() for m in _SENTENCE_END.finditer(paragraph)]
    starts = [0, *ends]
    return [paragraph[a:b].strip() for a, b in zip(starts, [*ends, len(paragraph)], strict=True)]


def marks(text: str, titles: Iterable[tuple[str, str]]) -> list[Mark]:
    """Return the position of each footnote's number, given the codes and titles of the sections in order."""
    headings = {_plain(title): code for code, title in titles}
    found: list[Mark] = []
    section, paragraph, expected = "", 0, 1
    for block in body_paragraphs(text):
        if code := headings.get(_plain(block)):
            section, paragraph = code, 0
            continue
        paragraph += 1
        for index, sentence in enumerate(sentences(block), start=1):
            while re.search(rf"[.,)]\s?{expected}(?:\s|$)", sentence):
                found.append(Mark(expected, section, paragraph, index))
                expected += 1
    return found


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def shared_runs(statement: str, text: str, names: Iterable[str], length: int = 8) -> list[str]:
    """Return runs of ``length`` words or more that the statement shares with the text. Names and titles end a run."""
    for name in sorted(names, key=len, reverse=True):
        statement = re.sub(re.escape(name), " | ", statement, flags=re.IGNORECASE)
    haystack = f" {_plain(_dehyphenated(text))} "
    runs: list[str] = []
    for part in statement.split("|"):
        words = _WORD.findall(part.lower())
        for start in range(len(words) - length + 1):
            run = " ".join(words[start : start + length])
            if f" {run} " in haystack:
                runs.append(run)
    return runs


def _dehyphenated(text: str) -> str:
    return re.sub(r"(?<=\w)-\s*\n\s*(?=[a-zà-ÿ])", "", text)
