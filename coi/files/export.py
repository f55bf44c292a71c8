"""An edition as one document, in the form that docs/encoding.md describes."""

from typing import Any

from coi.library import finding_values
from coi.models import Denial, Edition, Finding


def document(edition: Edition) -> dict[str, Any]:
    """Return everything in an edition as plain values."""
    report = edition.report
    return {
        "edition": edition.code,
        "report": {
            "code": report.code,
            "title": report.title,
            "publisher": report.publisher,
            "product_type": report.product_type,
            "country": report.country,
            "language": report.language,
            "label": edition.label,
            "cut_off": edition.cut_off.isoformat(),
            "held_on": edition.held_on.isoformat() if edition.held_on else None,
            "published_on": edition.published_on.isoformat() if edition.published_on else None,
            "latest_access": edition.latest_access.isoformat() if edition.latest_access else None,
            "period_from": edition.period_from,
            "current_from": edition.current_from,
            "is_selection": edition.is_selection,
        },
        "sections": [{"code": s.code, "title": s.title, "period_from": s.period_from} for s in edition.sections.all()],
        "findings": [_finding(f) for f in finding_values.findings_with_everything(edition.findings.all())],
        "footnotes": [
            {
                "number": note.number,
                "named_in": note.named_in or None,
                "section": note.section_code,
                "paragraph": note.paragraph,
                "after_sentence": note.after_sentence,
                "sources": [
                    {
                        "originator": source.originator.name,
                        "publisher": source.publisher,
                        "publisher_place": source.publisher_place,
                        "authors": source.authors,
                        "title": source.title,
                        "container": source.container,
                        "published_as_printed": source.published_as_printed,
                        "published": source.published or None,
                        "url": source.url,
                        "accessed": source.accessed.isoformat() if source.accessed else None,
                        "pinpoint": source.pinpoint,
                        "kind": source.kind,
                    }
                    for source in note.sources.all()
                ],
            }
            for note in edition.footnotes.prefetch_related("sources__originator")
        ],
        "figures": [
            {
                "number": figure.number,
                "title": figure.title,
                "source": figure.source,
                "values_available": figure.values_available,
                "text_says": figure.text_says,
                "rows": [
                    {
                        "place": row.place_label,
                        "period": row.period_label,
                        "period_from": row.period_from,
                        "period_to": row.period_to,
                        "fatalities": row.fatalities,
                        "is_total": row.is_total,
                        "is_part_year": row.is_part_year,
                    }
                    for row in figure.rows.all()
                ],
            }
            for figure in edition.figures.prefetch_related("rows")
        ],
        "coverage": [
            {
                "place": row.place.name,
                "events": sorted(e.code for e in row.events.all()),
                "from": row.period_from,
                "to": row.period_to,
                "basis": row.basis,
            }
            for row in edition.coverage.select_related("place").prefetch_related("events")
        ],
        "queries": [
            {
                "on": [
                    *(f"finding {f.code}" for f in query.findings.all()),
                    *(f"footnote {n.number}" for n in query.footnotes.all()),
                    *(f"figure {f.number}" for f in query.figures.all()),
                ],
                "remark": query.remark,
                "date": query.remarked_on.isoformat(),
            }
            for query in edition.queries.prefetch_related("findings", "footnotes", "figures")
        ],
    }


def _scope(part: Finding | Denial) -> dict[str, Any]:
    return {
        "places": [p.name for p in part.places.all()],
        "actors": [a.code for a in part.actors.all()],
        "events": [e.code for e in part.events.all()],
        "targets": [t.code for t in part.targets.all()],
        "actors_together": part.actors_together,
        "from": part.period_from or None,
        "to": part.period_to or None,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    denial = getattr(finding, "denies", None)
    return {
        "code": finding.code,
        "statement": finding.statement,
        "section": finding.section.title,
        "paragraph": finding.paragraph,
        "sentence": finding.sentence,
        **_scope(finding),
        "extent": finding.extent,
        "other_side": [a.code for a in finding.other_side.all()],
        "kind": finding.kind,
        "strength": finding.strength,
        "denies": {
            **_scope(denial),
            "places_excepted": [p.name for p in denial.places_excepted.all()],
            "actors_as_named": denial.actors_as_named,
            "inferred_from": denial.inferred_from,
        }
        if denial
        else None,
        "footnotes": [note.number for note in finding.footnotes.all()],
    }
