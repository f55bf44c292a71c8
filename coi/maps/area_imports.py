"""Reads uploaded boundary files one at a time outside the requests: first as a dry run, then, once confirmed, for good.

A worker reads them. If none is alive, the request does, because a file of the size that the page accepts takes
seconds. Between the two readings the file is in the database. The end of an import is written in the transaction that
stores its areas.
"""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.record import record
from coi.maps.boundaries import checked_source
from coi.maps.country_areas import SAME, Area, Done, File, import_areas
from coi.maps.geojson import BadBoundaries, BoundaryProblem
from coi.models import AreaFile, AreaImport, Place
from jobs import queue
from jobs.kinds import Kind

LARGEST_UPLOAD = 20 * 1024 * 1024  # bytes; the command takes larger files
LEASE = timedelta(minutes=3)  # many times longer than such a file takes
MOST_PROBLEMS = 200  # kept of one file
State = AreaImport.States


class Changed(Exception):
    """The import would do something else than its dry run said, because the library changed meanwhile."""

    def __init__(self, done: Done) -> None:
        super().__init__()
        self.done = done


# --- what people do ----------------------------------------------------------------------------


def begin(content: bytes, *, country: str, source: str, dated: date | None, by: Any) -> AreaImport:
    """Store the uploaded file and have its dry run made. Raises BadBoundaries if another file is being read.

    A file of the same country that waits for a decision is discarded.
    """
    source = checked_source(source)
    with transaction.atomic():
        # the country is locked, so that two users who start at the same time do not both get in
        Place.objects.select_for_update().get(kind=Place.Kind.COUNTRY, code=country)
        earlier = AreaImport.objects.filter(country=country)
        if earlier.filter(state__in=AreaImport.OPEN).exists():
            said = _("Another file of this country is being read. Upload this one when it is done.")
            raise BadBoundaries([BoundaryProblem(said)])
        for one in earlier.filter(state=State.CHECKED):
            _decided(one, State.DISCARDED)
        job = AreaImport.objects.create(country=country, source=source, dated=dated, begun_by=by)
        AreaFile.objects.create(area_import=job, content=content)
        record(by=str(by.pk), action="areas.upload", object_type="area-import", object_id=str(job.uuid), country=country)  # fmt: skip
    KIND.tend()
    return job


def confirm(job: AreaImport, *, by: Any) -> bool:
    """Have the import done as its dry run said. Return False if it does not wait for a decision."""
    if not _decided(job, State.WAITING, confirmed_by=by, attempts=0, ended_at=timezone.now()):
        return False
    KIND.tend()
    return True


def discard(job: AreaImport) -> bool:
    """Discard the file. Return False if it does not wait for a decision."""
    with transaction.atomic():
        return _decided(job, State.DISCARDED)


def _decided(job: AreaImport, state: str, **more: Any) -> bool:
    is_mine = AreaImport.objects.filter(pk=job.pk, state=State.CHECKED).update(state=state, **more)
    if is_mine and state == State.DISCARDED:
        AreaFile.objects.filter(area_import=job).delete()
    return bool(is_mine)


# --- reading -----------------------------------------------------------------------------------


def _clean() -> None:
    AreaFile.objects.filter(area_import__state=State.FAILED).delete()


def _read(job: AreaImport) -> None:
    is_confirmed = job.confirmed_by_id is not None

    def finish(done: Done) -> None:
        """Write how the reading ended. It is called in the transaction that stores the areas."""
        areas = stored(done)
        if is_confirmed and areas != job.areas:
            raise Changed(done)
        if is_confirmed:
            _end(job, State.DONE)

    try:
        done = import_areas(
            [File("", bytes(job.file.content))], job.country, source=job.source, dated=job.dated,
            by=str(job.confirmed_by_id or job.begun_by_id), dry_run=not is_confirmed, on_stored=finish,
        )  # fmt: skip
    except Changed as changed:
        with transaction.atomic():
            _end(job, State.CHECKED, areas=stored(changed.done), confirmed_by=None, has_changed=True)
        return
    except BadBoundaries as bad:
        with transaction.atomic():
            problems = [{"message": p.message, "feature": p.feature, "field": p.field} for p in bad.problems]
            _end(job, State.REFUSED, areas=[], problems=problems[:MOST_PROBLEMS])
        return
    if not is_confirmed:
        with transaction.atomic():
            does_nothing = all(area.what == SAME for area in done.areas)
            _end(job, State.DONE if does_nothing else State.CHECKED, areas=stored(done))


def _end(job: AreaImport, state: str, **more: Any) -> None:
    """Write how the reading ended, and delete the file unless it waits for a decision. Call it in a transaction."""
    queue.end(job, state, **more)
    if state != State.CHECKED:
        AreaFile.objects.filter(area_import=job).delete()


def stored(done: Done) -> list[dict[str, Any]]:
    """Return the areas as a job keeps them."""
    return [asdict(area) | {"parts": list(area.parts)} for area in done.areas]


def shown(job: AreaImport) -> Done:
    """Return what the import does, or did, from its row."""
    areas = (Area(**one | {"parts": tuple(one["parts"])}) for one in job.areas)
    return Done(job.country, tuple(areas), job.source)


def problems_of(job: AreaImport) -> list[BoundaryProblem]:
    """Return the problems of the file, by feature."""
    return sorted((BoundaryProblem(**one) for one in job.problems), key=lambda problem: problem.feature)


KIND = Kind(AreaImport, _read, lease=lambda: LEASE, clean=_clean)
