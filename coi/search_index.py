"""The full-text index: FTS5 on SQLite, a GIN index on PostgreSQL; and the rows that it is made of."""

from collections.abc import Iterable
from typing import Any

from django.db import connections, transaction

from coi import library
from coi.models import Actor, Edition, EventKind, Finding, Place, SearchDocument, Source, Trait
from coi.names import fold

TABLE, FTS = "coi_searchdocument", "coi_searchdocument_fts"
Kind = SearchDocument.Kind

_SQLITE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {FTS} USING fts5(body, content='{TABLE}', content_rowid='id', "
    "tokenize='unicode61', prefix='2 3')",
    f"CREATE TRIGGER IF NOT EXISTS {FTS}_add AFTER INSERT ON {TABLE} BEGIN "  # noqa: S608
    f"INSERT INTO {FTS}(rowid, body) VALUES (new.id, new.body); END",
    f"CREATE TRIGGER IF NOT EXISTS {FTS}_remove AFTER DELETE ON {TABLE} BEGIN "  # noqa: S608
    f"INSERT INTO {FTS}({FTS}, rowid, body) VALUES ('delete', old.id, old.body); END",
    f"CREATE TRIGGER IF NOT EXISTS {FTS}_change AFTER UPDATE ON {TABLE} BEGIN "  # noqa: S608
    f"INSERT INTO {FTS}({FTS}, rowid, body) VALUES ('delete', old.id, old.body); "
    f"INSERT INTO {FTS}(rowid, body) VALUES (new.id, new.body); END",
)
_POSTGRESQL = (f"CREATE INDEX IF NOT EXISTS {TABLE}_body_fts ON {TABLE} USING gin (to_tsvector('simple', body))",)


def install(using: str = "default", **kwargs: Any) -> None:
    """After a migration: put the index in place. SQLite drops its triggers with a rebuilt table."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return
        for statement in _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement)


def matching(tokens: Iterable[str], vendor: str) -> tuple[str, list[str]]:
    """SQL that gives the ids of the rows that hold a word beginning with each of the folded tokens."""
    tokens = list(tokens)
    if vendor == "postgresql":
        sql = f"SELECT id FROM {TABLE} WHERE to_tsvector('simple', body) @@ to_tsquery('simple', %s)"  # noqa: S608
        return sql, [" & ".join(f"'{t}':*" for t in tokens)]
    return f"SELECT rowid FROM {FTS} WHERE {FTS} MATCH %s", [" ".join(f'"{t}"*' for t in tokens)]  # noqa: S608


def index_edition(edition: Edition) -> None:
    """Make the findings and cited items of an edition findable."""
    findings = library.findings_with_everything(edition.findings.all())
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
    """Make the words of the vocabulary and the places findable, under all their names."""
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
    with transaction.atomic():
        SearchDocument.objects.exclude(kind__in=[Kind.FINDING, Kind.SOURCE]).delete()
        SearchDocument.objects.bulk_create(rows, batch_size=500)


def names_of(word: Any) -> tuple[str, ...]:
    """Every name of a word or place: its own first."""
    if isinstance(word, Place):
        return (word.name, *(n.name for n in word.names.all()))
    return (word.name, *word.aliases)


def words_of(finding: Finding) -> list[Any]:
    """Everything that a finding names: places, actors, kinds of event, targets, and those that it rules out."""
    parts = [finding, *([finding.denies] if getattr(finding, "denies", None) else [])]
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
    return " | ".join(dict.fromkeys(fold(text) for text in texts))
