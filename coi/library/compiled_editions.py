"""A published edition compiled into one row: a head with the keys, and each finding as JSON, parsed on demand.

A row is used only if its stamps show that it was made from the present rows, its format is the present one and its
digest, which needs the secret key, is right. Otherwise the edition is compiled again from its rows.
"""

import hashlib
import json
import zlib
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language

from coi.library.cited_findings import FindingCard
from coi.library.edition_values import HeldEdition, HeldFinding, Key, ReadWhenAsked, Where
from coi.library.plain_values import plain, reader, shape
from coi.models import LIBRARY, CompiledEdition, Edition, stamps, subject_of
from matching import facts

_SALT = "coi.compiled-edition"
_PARTS = (facts.EditionFrame, facts.Finding, FindingCard, tuple[Key, ...])
_FORMAT = hashlib.sha256(" ".join(shape(part) for part in _PARTS).encode()).hexdigest()[:16]
_FRAME, _VALUE, _CARD, _KEYS = (reader(part) for part in _PARTS)
_HEAD = 8  # bytes that give the length of the head


def store(edition: Edition, held: HeldEdition) -> None:
    """Store the compiled edition in place of an older one. Drafts are not compiled."""
    if made_from := _made_from(edition):
        content = zlib.compress(written(held), 6)
        CompiledEdition.objects.update_or_create(
            edition=edition,
            language=get_language() or "",
            defaults={"made_from": made_from, "content": content, "digest": _digest(edition, made_from, content)},
        )


def stored(edition: Edition) -> HeldEdition | None:
    """Return the compiled edition; None if there is none, it is out of date, or its row is damaged."""
    made_from = _made_from(edition)
    if not made_from:
        return None
    row = CompiledEdition.objects.filter(edition=edition, language=get_language() or "", made_from=made_from).first()
    if row is None or not constant_time_compare(row.digest, _digest(edition, made_from, bytes(row.content))):
        return None
    return read(zlib.decompress(row.content))


def _made_from(edition: Edition) -> str:
    """Return the format and the stamps of the rows; empty for a draft, which has no stamp."""
    known = stamps([edition])
    of_edition, shared = known.get(subject_of(edition)), known.get(LIBRARY)
    return f"{_FORMAT} {of_edition} {shared}" if of_edition and shared else ""


def _digest(edition: Edition, made_from: str, content: bytes) -> str:
    said = f"{edition.pk} {get_language()} {made_from} ".encode() + hashlib.sha256(content).digest()
    return salted_hmac(_SALT, said, algorithm="sha256").hexdigest()


def written(held: HeldEdition) -> bytes:
    """Return the edition as one text."""
    body = bytearray()

    def add(value: Any) -> tuple[int, int]:
        first = len(body)
        body.extend(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
        return first, len(body)

    codes = {pk: code for code, pk in held.by_code.items()}
    head = {
        "frame": plain(held.frame),
        "findings": [(pk, codes[pk], *add((plain(f.value), plain(f.card)))) for pk, f in held.findings.items()],
        "keys": [(code, here, *add(plain(keys))) for (code, here), keys in held.keys.items()],
        "targets": {target: list(pks) for target, pks in held.by_target.items()},
        "places": dict(held.places),
    }
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    return len(text).to_bytes(_HEAD, "big") + text + bytes(body)


def read(text: bytes) -> HeldEdition:
    """Return the edition from its text. Findings and keys are parsed on demand."""
    end = _HEAD + int.from_bytes(text[:_HEAD], "big")
    head, body = json.loads(text[_HEAD:end]), text[end:]
    of_findings = {pk: (first, last) for pk, _code, first, last in head["findings"]}
    of_keys: dict[Where, tuple[int, int]] = {(code, here): (a, b) for code, here, a, b in head["keys"]}
    return HeldEdition(
        frame=_FRAME(head["frame"]),
        findings=ReadWhenAsked(body, of_findings, _finding),
        keys=ReadWhenAsked(body, of_keys, lambda part: _KEYS(json.loads(part))),
        by_code={code: pk for pk, code, _first, _last in head["findings"]},
        by_target=head["targets"],
        places=head["places"],
    )


def _finding(part: bytes) -> HeldFinding:
    value, card = json.loads(part)
    return HeldFinding(_VALUE(value), _CARD(card))
