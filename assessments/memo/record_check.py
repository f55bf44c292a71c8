"""Every stored version of a memo, compared with the audit record."""

from collections.abc import Collection, Iterator
from itertools import islice

from django.utils.translation import gettext as _

from assessments.memo import version_integrity
from assessments.models import MemoVersion

AT_ONCE = 50  # versions in memory, with their PDFs


def problems() -> Iterator[str]:
    """Return a sentence for each version that is not the one submitted, or not the one approved, by the record."""
    rows = MemoVersion.objects.select_related("case").order_by("pk").iterator(chunk_size=AT_ONCE)
    while versions := list(islice(rows, AT_ONCE)):
        yield from problems_of(versions)


def problems_of(versions: Collection[MemoVersion]) -> Iterator[str]:
    """Return these sentences for some versions."""
    said = version_integrity.recorded(versions)
    for version in versions:
        found = version_integrity.differences(version, said[version.pk])
        if version.is_final and (differs := version_integrity.pdf_differs(version)):
            found.append(differs)
        if found:
            yield _(
                "Version %(number)s of the memo of case %(case)s does not agree with the audit record: %(what)s."
            ) % {"number": version.number, "case": version.case.uuid, "what": "; ".join(found)}
