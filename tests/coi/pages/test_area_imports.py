"""A COI admin uploads a country's boundary file, sees what it would change, and confirms or discards it."""

import json
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from audit.models import Entry
from coi.maps import area_imports
from coi.models import AreaFile, AreaImport, Boundary, Place
from jobs import queue
from jobs.models import Worker
from tests.coi.boundary_files import circles, regions
from tests.sign_in import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    """The folder for files while they are uploaded; empty after every test."""
    folder = tmp_path / "uploads"
    folder.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = folder
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture
def admin(make_user, office, client):
    user = make_user(Role.COI_ADMIN, office)
    signed_in(user, client)
    return user


@pytest.fixture
def upload(admin, client):
    """Upload a document for Eritrea and return the answer."""

    def run(document, **more):
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        given = {"country": "ER", "source": "OCHA COD-AB Eritrea", "dated": ""} | more
        return client.post(reverse("areas"), given | {"file": SimpleUploadedFile("er.geojson", content)})

    return run


@pytest.fixture
def decide(client):
    """Take a decision on the newest file and return the page that follows."""

    def run(decision):
        answer = client.post(page_of(AreaImport.objects.first()), {"decision": decision}, follow=True)
        return answer.content.decode()

    return run


def page_of(job):
    return reverse("area-import", args=[job.uuid])


def held():
    return Place.objects.filter(country="ER", kind__in=("region", "circle"))


def test_the_dry_run_is_shown_and_nothing_changes_before_it_is_confirmed(upload, decide, client, admin):
    answer = upload(regions())
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "Check what the import changes" in page
    assert "Added: 6" in page
    assert "Left alone: 0" in page
    assert "(ER01)" in page
    assert not held().exists()
    assert not Entry.objects.filter(action="areas.import").exists()
    page = decide("import")
    assert "File imported" in page
    assert held().count() == Boundary.objects.filter(place__country="ER").count() == 6
    assert Entry.objects.get(action="areas.import").actor == str(admin.pk)
    assert Entry.objects.get(action="areas.upload").details == {"country": "ER"}
    assert not AreaFile.objects.exists()
    assert AreaImport.objects.get().confirmed_by == admin


def test_cercles_follow_their_regions(upload, decide):
    upload(regions())
    decide("import")
    upload(circles())
    assert "File imported" in decide("import")
    assert held().count() == 12
    assert Boundary.objects.filter(dated=date(2019, 11, 25), source="OCHA COD-AB Eritrea").count() == 12


def test_a_discarded_file_changes_nothing_and_is_deleted(upload, decide):
    upload(regions())
    assert "File discarded" in decide("discard")
    assert not held().exists()
    assert not AreaFile.objects.exists()


def test_a_decision_is_taken_once(upload, decide, client):
    upload(regions())
    decide("discard")
    answer = client.post(page_of(AreaImport.objects.get()), {"decision": "import"})
    assert answer.status_code == 409
    assert "no longer waits for a decision" in answer.content.decode()
    assert not held().exists()


def test_problems_are_listed_with_feature_and_field(upload, client):
    document = regions()
    document["features"][1]["properties"] |= {"ADM0_PCODE": "ET", "ADM0_EN": "<b>Ethiopia"}
    document["features"][2]["properties"] |= {"ADM1_PCODE": "ER01"}
    answer = upload(document)
    page = client.get(answer["Location"]).content.decode()
    assert "File not imported" in page
    assert "<code>ADM1_PCODE</code>" in page
    assert "ER01 is in feature 1 as well" in page
    assert not AreaFile.objects.exists()
    del document["features"][2]
    page = client.get(upload(document)["Location"]).content.decode()
    assert "ER02 is not stated to be in Eritrea. The file says: ET, &lt;b&gt;Ethiopia" in page


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter(upload, client):
    content = b"\xef\xbb\xbf" + json.dumps(regions(), indent=1).replace("\n", "\r\n").encode()
    assert "Added: 6" in client.get(upload(content)["Location"]).content.decode()


def test_a_file_that_the_library_already_has_needs_no_decision(upload, decide, client):
    upload(regions())
    decide("import")
    page = client.get(upload(regions())["Location"]).content.decode()
    assert "Nothing to import" in page
    assert "Left alone: 6" in page
    assert Entry.objects.filter(action="areas.import").count() == 1


def test_if_the_library_changed_meanwhile_the_import_is_shown_again(upload, decide):
    upload(regions())
    Place.objects.create(code="ER-AN", name="Anseba", kind="region", country="ER", source="made up")
    page = decide("import")
    assert "the library has changed since the file was checked" in page
    assert "Changed: 1" in page
    assert held().count() == 1
    assert "File imported" in decide("import")
    assert held().count() == 6


def test_a_second_file_of_a_country_replaces_the_one_that_waits_for_a_decision(upload, client):
    upload(regions())
    upload(regions())
    assert [job.state for job in AreaImport.objects.all()] == ["checked", "discarded"]
    assert AreaFile.objects.get().area_import == AreaImport.objects.first()


def test_a_living_worker_reads_the_file(upload, client):
    Worker.objects.create(name="worker", seen_at=timezone.now())
    page = client.get(upload(regions())["Location"]).content.decode()
    assert "The file is being read" in page
    again = upload(regions())
    assert again.status_code == 422
    assert "Another file of this country is being read" in again.content.decode()
    assert area_imports.KIND.work("worker")
    assert not area_imports.KIND.work("worker")
    answer = client.get(page_of(AreaImport.objects.get()), headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"


def test_a_killed_reading_is_repeated_and_given_up_after_three_attempts(upload):
    Worker.objects.create(name="worker", seen_at=timezone.now())
    upload(regions())
    for _attempt in range(3):
        job = queue.take(AreaImport, by="killed", most=1, lease=area_imports.LEASE)
        AreaImport.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert not area_imports.KIND.work("worker")
    job.refresh_from_db()
    assert job.state == "failed"
    assert not AreaFile.objects.exists()


def test_a_reading_that_lost_its_job_stores_nothing(upload, decide, monkeypatch):
    upload(regions())
    end = queue.end

    def ends_too_late(job, state, **more):
        AreaImport.objects.update(taken_by="another")
        end(job, state, **more)

    monkeypatch.setattr(queue, "end", ends_too_late)
    decide("import")
    assert not held().exists()


def test_a_mistake_of_the_program_ends_the_import(upload, client, monkeypatch):
    def fail(*_given, **_named):
        raise KeyError

    monkeypatch.setattr(area_imports, "import_areas", fail)
    page = client.get(upload(regions())["Location"]).content.decode()
    assert "Import interrupted" in page
    assert not AreaFile.objects.exists()


def test_a_file_that_is_too_large_is_refused(upload, monkeypatch):
    monkeypatch.setattr(area_imports, "LARGEST_UPLOAD", 1000)
    answer = upload(regions())
    assert answer.status_code == 422
    assert "Import it on the server with the command import_areas" in answer.content.decode()
    assert not AreaImport.objects.exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"country": ""}, "Choose a country."),
        ({"country": "ZZ"}, "Select a valid choice"),
        ({"dated": "soon"}, "soon"),
        ({"source": "x" * 201}, "at most 200 characters"),
        ({"source": "a\u202eb"}, "Name the source in at most 200 characters"),
    ],
)
def test_a_wrong_field_is_named(upload, more, said):
    answer = upload(regions(), **more)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not AreaImport.objects.exists()


def test_only_coi_admins_see_the_pages(client, caseworker, upload):
    upload(regions())
    signed_in(caseworker, client)
    assert client.get(reverse("areas")).status_code == 403
    assert client.get(page_of(AreaImport.objects.get())).status_code == 403
    assert "Regions of a country" not in client.get(reverse("library")).content.decode()
