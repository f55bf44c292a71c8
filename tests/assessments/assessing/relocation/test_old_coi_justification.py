"""The reasons for relying on older COI, written in the one form of the relocation page."""

from django.utils import timezone

from assessments.models import OwnSource
from audit.models import Entry
from tests.assessments.assessing.relocation.relocation_form import BAMAKO, address, justified
from tests.factories import make_case


def test_older_coi_is_justified_on_the_same_page(case, worker):
    page = worker.get(address(case)).content.decode()
    assert "rely only on information older than 24 months" in page
    assert worker.post(address(case), justified("Nothing newer exists.")).status_code == 302
    case.refresh_from_db()
    assert case.old_coi_justification == "Nothing newer exists."
    assert Entry.objects.filter(action="case.justify-old-coi").count() == 1


def test_without_relocation_a_future_risk_needs_it_too(library, caseworker, worker):
    case = make_case(caseworker, places=[{"role": "home-area", "place": "Ogossagou, Mopti"}])  # F4 is a future risk
    page = worker.get(address(case)).content.decode()
    assert "No place is proposed" in page
    assert "Future risk, fact F4" in page


def test_a_place_with_newer_information_needs_no_justification(case, caseworker, worker):
    assert "Relocation to Bamako" in worker.get(address(case)).content.decode()
    OwnSource.objects.create(
        case=case, saved_by=caseworker, place=BAMAKO, citation="A note", published=timezone.localdate().isoformat(),
        says="Now.", bearing="supports",
    )  # fmt: skip
    assert "Relocation to Bamako" not in worker.get(address(case)).content.decode()


def test_a_stale_justification_shows_both_texts(case, worker):
    worker.post(address(case), justified("Saved first"))
    page = worker.post(address(case), justified("Typed meanwhile"))
    assert page.status_code == 409
    assert "Saved first" in page.content.decode()
    assert "Typed meanwhile" in page.content.decode()
    case.refresh_from_db()
    assert case.old_coi_justification == "Saved first"
