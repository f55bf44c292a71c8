"""The state of each case and of each version of its memo, compared with the steps in the audit record.

Whoever can write in the database can call a returned memo approved. The record says which steps were taken.
"""

from collections.abc import Collection, Iterator
from itertools import islice

from django.utils.translation import gettext as _

from assessments.actions.workflow import TRANSITIONS
from assessments.models import Case, MemoVersion
from assessments.models.codes import State
from audit.genuine import genuine
from audit.models import Entry

AT_ONCE = 500  # cases
BY_EVENT = {step.event: step for step in TRANSITIONS}


def problems() -> Iterator[str]:
    """Return a sentence for each case or version in another state than its last recorded step left it in."""
    keys = Case.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=AT_ONCE)
    while some := list(islice(keys, AT_ONCE)):
        # a step that was taken between reading the cases and the record is no difference: read these again
        if differing := [pk for pk, _words in _differences(some)]:
            yield from (words for _pk, words in _differences(differing))


def _differences(keys: Collection[int]) -> Iterator[tuple[int, str]]:
    cases = list(Case.objects.filter(pk__in=keys).order_by("pk").only("pk", "uuid", "state"))
    versions = MemoVersion.objects.filter(case__in=keys).order_by("pk").values_list("case", "number", "state")
    of_version = {(pk, number): state for pk, number, state in versions}
    of_case, steps = _recorded(cases)
    for case in cases:
        left = of_case.get(str(case.uuid), State.DRAFT)
        if case.state != left:
            names = {"case": case.uuid, "state": case.state, "left": left}
            yield case.pk, _("Case %(case)s is “%(state)s”, but by the audit record it is “%(left)s”.") % names
        for number in sorted(number for pk, number in of_version if pk == case.pk):
            state, left = of_version[case.pk, number], steps.get((str(case.uuid), number), "")
            if state != left:
                words = _(
                    "Version %(number)s of the memo of case %(case)s is “%(state)s”, but by the record “%(left)s”."
                )
                yield case.pk, words % {"case": case.uuid, "number": number, "state": state, "left": left}


def _recorded(cases: Collection[Case]) -> tuple[dict[str, str], dict[tuple[str, object], str]]:
    """Return the state in which the last recorded step left each case, and each version by its number."""
    ids = {str(case.uuid) for case in cases}
    entries = Entry.objects.filter(action__in=BY_EVENT, object_type="case", object_id__in=ids).order_by("pk")
    of_case: dict[str, str] = {}
    of_version: dict[tuple[str, object], str] = {}
    for entry in genuine(entries):
        step = BY_EVENT[entry.action]
        of_case[entry.object_id] = step.target
        if step.version is not None:
            of_version[entry.object_id, entry.details.get("version")] = step.version
    return of_case, of_version
