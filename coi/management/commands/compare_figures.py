"""compare_figures EDITION DATASET: compare the report's figures with those recomputed from event data."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coi.events.comparing import NARROW, WIDE, Comparison, compare
from coi.models import Edition, EventDataset


class Command(BaseCommand):
    help = "Compares each printed number with the recomputed one, and finds the best-fitting end date of each period."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("edition")
        parser.add_argument("dataset")
        parser.add_argument("--format", choices=["json", "text"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        edition = Edition.objects.filter(code=options["edition"]).first()
        dataset = EventDataset.objects.filter(code=options["dataset"]).first()
        if edition is None:
            known = ", ".join(Edition.objects.values_list("code", flat=True))
            raise CommandError(f"There is no edition {options['edition']}. Known: {known or 'none'}.")
        if dataset is None:
            known = ", ".join(EventDataset.objects.values_list("code", flat=True))
            raise CommandError(f"There is no event data {options['dataset']}. Known: {known or 'none'}.")
        found = compare(edition, dataset)
        self.stdout.write(
            json.dumps(as_document(found), ensure_ascii=False, indent=2)
            if options["format"] == "json"
            else as_text(found)
        )


def as_document(found: Comparison) -> dict[str, Any]:
    """Return the comparison for JSON."""
    data, span = found.dataset, found.perpetrators_span
    return {
        "edition": found.edition,
        "dataset": {
            "code": data.code, "provider": data.provider, "layout": data.layout,
            "retrieved_on": data.retrieved_on.isoformat(), "sha256": data.sha256,
        },
        "cells": [
            {
                "figure": c.figure, "place": c.place, "place_as_printed": c.place_label, "period": c.period,
                "printed": c.printed, "recomputed": c.recomputed, "difference": c.difference,
            }
            for c in found.cells
        ],
        "periods": [
            {
                "figure": f.figure, "period": f.period, "printed_end": f.printed_end.isoformat(), "distance": f.distance,
                "best_end": f.best_end.isoformat(), "best_end_to": f.best_last.isoformat(),
                "best_distance": f.best_distance, "another_end_fits_better": f.another_end_fits_better,
                "no_end_fits": f.no_end_fits,
            }
            for f in found.fits
        ],
        "periods_without_days": list(found.without_days),
        "civilian_share": [
            {"period": s.period, "against_civilians": s.against_civilians, "all": s.all} for s in found.shares
        ],
        "perpetrators": {
            "narrow": str(NARROW), "wide": str(WIDE),
            "from": span[0].isoformat() if span else None, "to": span[1].isoformat() if span else None,
            "groups": [{"group": p.group, "narrow": p.narrow, "wide": p.wide} for p in found.perpetrators],
        },
    }  # fmt: skip


def as_text(found: Comparison) -> str:
    """Return the comparison as text for a terminal."""
    data = found.dataset
    lines = [
        f"{found.edition} beside {data.code} ({data.provider}, retrieved {data.retrieved_on}, {data.sha256[:12]}…)",
        "",
    ]
    lines.append(f"{'fig.':5}{'place':14}{'period':26}{'printed':>9}{'data':>9}{'diff.':>8}")
    for c in found.cells:
        data_words = "–" if c.recomputed is None else f"{c.recomputed:,}"
        difference = "" if not c.difference else f"{c.difference:+,}"
        lines.append(f"{c.figure:<5}{c.place_label:14}{c.period:26}{c.printed:>9,}{data_words:>9}{difference:>8}")
    lines.append("")
    for f in found.fits:
        if f.another_end_fits_better:
            until = "" if f.best_last == f.best_end else f" to {f.best_last}"
            lines.append(
                f"Figure {f.figure}, “{f.period}”: for the printed end date {f.printed_end} the differences add up to {f.distance}; they are smallest ({f.best_distance}) with events up to {f.best_end}{until}."
            )
        elif f.no_end_fits:
            lines.append(
                f"Figure {f.figure}, “{f.period}”: no end date fits (the differences add up to {f.distance} for the printed one, {f.best_distance} at best, of {f.printed} printed)."
            )
        else:
            lines.append(
                f"Figure {f.figure}, “{f.period}”: no other end date fits much better (the differences add up to {f.distance})."
            )
    lines += [
        f"“{period}”: the data were imported before the edition and have no daily totals around its end, so no better end date was looked for."
        for period in found.without_days
    ]
    lines += ["", "Civilians"]
    lines += [
        f"  {s.period}: {s.against_civilians:,} of {s.all:,} fatalities in events against civilians"
        if s.all is not None
        else f"  {s.period}: not covered by the data"
        for s in found.shares
    ]
    span = found.perpetrators_span
    if span:
        lines += ["", f"Who killed civilians, {span[0]} to {span[1]}"]
    lines += [str(NARROW), str(WIDE), f"  {'group':24}{'narrow':>9}{'wide':>9}"]
    lines += [f"  {p.group:24}{p.narrow:>9,}{p.wide:>9,}" for p in found.perpetrators]
    return "\n".join(lines)
