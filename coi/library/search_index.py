"""The full-text index (FTS5 on SQLite, GIN on PostgreSQL) and its rows."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import connections, transaction

from coi.library import finding_values
from coi.models import Actor, Denial, Edition, EventKind, Finding, Place, SearchDocument, Source, Trait
from coi.text.folding import fold

TABLE, FTS = "coi_searchdocument", "coi_searchdocument_fts"
Kind = SearchDocument.Kind
_OF_WORDS = ["position", "place_id", "body"]
LONGEST_WORD = 60  # characters of a word that are compared
BEGINNING = 3  # from this many letters on, the beginning of a word is enough

# Only words_in() decides what a word is, so that both databases find the same: `ascii` splits at blanks and
# leaves every other script unchanged, array_to_tsvector parses nothing.
_FTS = (
    f"CREATE VIRTUAL TABLE {FTS} USING fts5(body, content='{TABLE}', content_rowid='id', tokenize='ascii', prefix='3')"
)
_SQLITE = (
    f"CREATE TRIGGER IF NOT EXISTS {FTS}_add AFTER INSERT ON {TABLE} BEGIN "  # noqa: S608
    f"INSERT INTO {FTS}(rowid, body) VALUES (new.id, new.body); END",
    f"CREATE TRIGGER IF NOT EXISTS {FTS}_remove AFTER DELETE ON {TABLE} BEGIN "  # noqa: S608
    f"INSERT INTO {FTS}({FTS}, rowid, body) VALUES ('delete', old.id, old.body); END",
    f"CREATE TRIGGER IF NOT EXISTS {FTS}_change AFTER UPDATE ON {TABLE} BEGIN "  # noqa: S608
    f"INSERT INTO {FTS}({FTS}, rowid, body) VALUES ('delete', old.id, old.body); "
    f"INSERT INTO {FTS}(rowid, body) VALUES (new.id, new.body); END",
)
_VECTOR = "array_to_tsvector(string_to_array(body, ' '))"
_POSTGRESQL = (
    f"DROP INDEX IF EXISTS {TABLE}_body_fts",  # from an earlier release, with another parser
    # without fastupdate, a search is no slower after a large edition was published
    f"CREATE INDEX IF NOT EXISTS {TABLE}_words ON {TABLE} USING gin ({_VECTOR}) WITH (fastupdate = off)",
)


def install(using: str = "default", **kwargs: Any) -> None:
    """Create the index after a migration. SQLite drops the triggers when it rebuilds a table."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [FTS])
            held = cursor.fetchone()
            if held is None or held[0] != _FTS:
                cursor.execute(f"DROP TABLE IF EXISTS {FTS}")
                cursor.execute(_FTS)
                cursor.execute(f"INSERT INTO {FTS}({FTS}) VALUES ('rebuild')")  # noqa: S608
        for statement in _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement)


def words_in(text: str) -> list[str]:
    """Return the folded words of a text: the parts between spaces and punctuation."""
    return [word[:LONGEST_WORD] for word in fold(text).replace("_", " ").split()]


# Apostrophes: straight, typographic, and similar characters on keyboards.
_APOSTROPHES = "'’‘‛ʼʻʹ′`´＇"
# Elisions of French and Italian. Not n' and m', which are part of names in the region.
_ELIDED = "jusqu|lorsqu|puisqu|quoiqu|presqu|qu|[cdjlst]|dell|nell|sull|dall|all|un"
_SMALL_WORDS = re.compile(rf"\b(?:{_ELIDED})[{_APOSTROPHES}](?=\w)|(?<=\w)[{_APOSTROPHES}]s\b", re.IGNORECASE)


def words_sought(text: str) -> list[str]:
    """Return the words to search for: those of the text without possessives and elisions.

    ``Fulani's`` searches for Fulani and ``d'Ogossagou`` for Ogossagou, because nobody looks for the single letter.
    """
    return words_in(_SMALL_WORDS.sub(" ", text))


def matching(tokens: Iterable[str], vendor: str) -> tuple[str, list[str]]:
    """Return SQL for the ids of the rows that have, for each of the words, a word that starts with it.

    A word of one or two letters must match exactly, because too many words start with it.
    """
    if vendor == "postgresql":
        sought = " & ".join(f"'{t}'{':*' if len(t) >= BEGINNING else ''}" for t in tokens)
        return f"SELECT id FROM {TABLE} WHERE {_VECTOR} @@ %s::tsquery", [sought]  # noqa: S608
    sought = " ".join(f'"{t}"{"*" if len(t) >= BEGINNING else ""}' for t in tokens)
    return f"SELECT rowid FROM {FTS} WHERE {FTS} MATCH %s", [sought]  # noqa: S608


def index_edition(edition: Edition) -> None:
    """Index the findings and cited items of an edition."""
    findings = finding_values.findings_with_everything(edition.findings.all())
    rows = [_of_finding(edition, finding) for finding in findings]
    sources = Source.objects.filter(footnote__edition=edition).select_related("footnote", "originator")
    rows += [
        SearchDocument(
            kind=Kind.SOURCE, code=f"{edition.code}/{s.footnote.number}/{s.position}", edition=edition, source=s,
            position=s.footnote.number, body=_body((s.citation, s.originator.name)),
        )
        for s in sources
    ]  # fmt: skip
    with transaction.atomic():
        SearchDocument.objects.filter(edition=edition).delete()
        SearchDocument.objects.bulk_create(rows, batch_size=500)


def index_words() -> None:
    """Index the vocabulary and the places under all their names. Writes only differences."""
    kinds: tuple[tuple[Kind, Any], ...] = ((Kind.ACTOR, Actor), (Kind.EVENT, EventKind), (Kind.TRAIT, Trait))
    rows = [
        SearchDocument(kind=kind, code=w.code, position=w.position, body=_body(names_of(w)))
        for kind, model in kinds
        for w in model.objects.all()
    ]
    rows += [
        SearchDocument(kind=Kind.PLACE, code=p.code, place=p, body=_body(names_of(p)))
        for p in Place.objects.prefetch_related("names")
    ]
    of_words = SearchDocument.objects.exclude(kind__in=[Kind.FINDING, Kind.SOURCE])
    with transaction.atomic():
        held = {(kind, code): rest for kind, code, *rest in of_words.values_list("kind", "code", *_OF_WORDS)}
        changed = [r for r in rows if held.pop((r.kind, r.code), None) != [getattr(r, f) for f in _OF_WORDS]]
        # editions of different reports may be published at the same time, and each writes these rows
        SearchDocument.objects.bulk_create(
            changed, batch_size=500, update_conflicts=True, unique_fields=["kind", "code"], update_fields=_OF_WORDS
        )
        for kind in {kind for kind, _code in held}:
            of_words.filter(kind=kind, code__in=[code for k, code in held if k == kind]).delete()


def names_of(word: Any) -> tuple[str, ...]:
    """Return every name of a word or place, its own first."""
    if isinstance(word, Place):
        return (word.name, *(n.name for n in word.names.all()))
    return (word.name, *word.aliases)


def words_of(finding: Finding) -> list[Any]:
    """Return everything that a finding names: places, actors, kinds of event, targets, and those of its denial."""
    denied: Denial | None = getattr(finding, "denies", None)
    parts: list[Finding | Denial] = [finding, denied] if denied else [finding]
    found = [
        word
        for part in parts
        for related in (part.places, part.actors, part.events, part.targets)
        for word in related.all()
    ]
    return list(dict.fromkeys(found))


def _of_finding(edition: Edition, finding: Finding) -> SearchDocument:
    names = [name for word in words_of(finding) for name in names_of(word)]
    return SearchDocument(
        kind=Kind.FINDING, code=f"{edition.code}/{finding.code}", edition=edition, finding=finding,
        position=finding.position, body=_body((finding.statement, *names)),
    )  # fmt: skip


def _body(texts: Iterable[str]) -> str:
    """Return every word once, separated by single spaces."""
    return " ".join(dict.fromkeys(word for text in texts for word in words_in(text)))
