"""An office's figures describe its process and name nobody."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from assessments.models import Recall, Reliance, SectionReview
from assessments.models.codes import State
from assessments.office import quality
from audit.models import Entry
from tests.assessments.pages.office.office_cases import make_case, make_version
from tests.markup import markup as words
from tests.sign_in import signed_in

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


@pytest.fixture
def reviewed(library, caseworker, supervisor):
    """Two decided memos, one under review, one recalled, and one from a year and a half ago."""
    now = timezone.now()
    key = "sem-mali-2021-04/mop-20"
    first = make_version(
        make_case(caseworker, reference="SECRET"), supervisor, submitted_at=now - timedelta(days=10),
        decided_at=now - timedelta(days=8), coi_cut_off=date(2021, 4, 17),
    )  # fmt: skip
    returned = make_version(
        make_case(caseworker, state=State.RETURNED), state=State.RETURNED, decided_by=supervisor,
        submitted_at=now - timedelta(days=9), decided_at=now - timedelta(days=3), coi_cut_off=timezone.localdate(),
        pdf_sha256="",
    )  # fmt: skip
    make_version(make_case(caseworker, state=State.SUBMITTED), submitted_at=now)
    make_version(
        make_case(caseworker), supervisor, submitted_at=now - timedelta(days=500), decided_at=now - timedelta(days=490)
    )
    for version, section, grade in (
        (first, "fact-F1", "correct"), (first, "fact-F2", "minor"), (first, "pairs", "significant"),
        (returned, "fact-1", "correct"), (returned, "sources", ""),
    ):  # fmt: skip
        SectionReview.objects.create(version=version, section=section, grade=grade, by=supervisor)
    for version, omitted in ((first, True), (returned, False)):
        Reliance.objects.create(
            case=version.case, version=version, finding=key, relation="supports", fact_ident="F1", omitted=omitted
        )
        Reliance.objects.create(
            case=version.case, version=version, finding=key, relation="supports", fact_ident="F2", omitted=omitted
        )
    recall = Recall.objects.create(version=first, finding=key, reason="changed")
    Recall.objects.filter(pk=recall.pk).update(recalled_at=now - timedelta(days=4))
    return first


def test_the_figures_count_the_process_of_the_office(reviewed, supervisor, office):
    found = signed_in(supervisor).get(reverse("quality")).context["quality"]
    assert (found.submitted, found.approved, found.returned) == (3, 1, 1)
    assert (found.review.n, round(found.review.middle), round(found.review.longest)) == (2, 4, 6)
    assert {g.name: g.counts for g in found.grades} == {
        "Material facts": (2, 1, 0, 0), "Home and proposed relocation": (0, 0, 1, 0),
    }  # fmt: skip
    assert [(o.key, o.memos, o.of) for o in found.omitted] == [("sem-mali-2021-04/mop-20", 1, 2)]
    assert (found.on_old_coi, found.with_coi) == (1, 2)
    assert (found.recalls.n, round(found.recalls.longest)) == (1, 4)


def test_the_page_says_what_it_does_not_count_and_names_nobody(reviewed, supervisor, caseworker):
    page = words(signed_in(supervisor).get(reverse("quality")))
    assert "It counts nothing by outcome" in page
    assert reverse("finding", args=["sem-mali-2021-04", "mop-20"]) in page
    main = page.split("<main")[1]
    assert str(caseworker) not in main
    assert str(supervisor) not in main
    assert "SECRET" not in main


def test_another_offices_figures_are_never_counted(reviewed, make_user, other_office):
    client = signed_in(make_user(Role.SUPERVISOR, other_office))
    response = client.get(reverse("quality"))
    assert response.context["quality"].is_empty
    assert "Nothing was submitted or decided" in words(response)


def test_the_period_is_the_last_year_by_default(reviewed, supervisor):
    client = signed_in(supervisor)
    today = timezone.localdate()
    far = (today - timedelta(days=600)).isoformat()
    assert client.get(reverse("quality"), {"from": far}).context["quality"].approved == 2
    only = client.get(reverse("quality"), {"from": far, "to": (today - timedelta(days=400)).isoformat()})
    assert (only.context["quality"].submitted, only.context["quality"].approved) == (1, 1)
    assert quality.period({}, date(2024, 2, 29)).first == date(2023, 3, 1)
    assert quality.period({}, TODAY).first == date(2025, 11, 24)


@pytest.mark.parametrize(
    "query",
    [{"from": "02.2026"}, {"to": "2026-02-30"}, {"from": "2026-06-01", "to": "2026-05-01"}, {"to": "9999-12-31"}],
)
def test_an_invalid_period_is_reported_and_keeps_the_text(query, reviewed, supervisor):
    client = signed_in(supervisor)
    for address in ("quality", "quality-export"):
        response = client.get(reverse(address), query)
        assert response.status_code == 422
        assert response.context["errors"]
        for typed in query.values():
            assert f'value="{typed}"' in words(response)


@pytest.mark.parametrize(
    ("cut_off", "on", "is_old"),
    [
        (date(2024, 11, 23), date(2026, 11, 23), False),
        (date(2024, 11, 22), date(2026, 11, 23), True),
        (date(2026, 11, 23), date(2026, 11, 23), False),
        (date(2027, 1, 1), date(2026, 11, 23), False),
    ],
)
def test_old_is_more_than_the_limit(cut_off, on, is_old):
    assert quality._is_old(cut_off, on, 24) is is_old


def test_the_figures_leave_as_a_table_without_formulas_and_on_record(reviewed, supervisor, office):
    office.name = "=HYPERLINK(1)"
    office.save()
    response = signed_in(supervisor).get(reverse("quality-export"))
    assert response["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert ["office", "", "'=HYPERLINK(1)", ""] in rows
    assert ["submitted", "", "3", "memos"] in rows
    assert ["finding not relied on", "sem-mali-2021-04/mop-20", "1", "cases"] in rows
    assert not any(cell[:1] in tuple("=+-@\t") for row in rows for cell in row)
    entry = Entry.objects.get(action="quality.export")
    assert (entry.object_type, entry.object_id) == ("office", str(office.pk))


def test_only_supervisors_of_an_office_see_figures(others, caseworker, make_user):
    for user in (caseworker, *others, make_user(Role.SUPERVISOR, None, "boss-of-nothing")):
        expected = 200 if user.is_supervisor and user.office_id else 403
        for address in ("quality", "quality-export"):
            assert signed_in(user).get(reverse(address)).status_code == expected, user
