"""The Django administration can only read the library."""

from datetime import date

import pytest
from django.contrib import admin
from django.urls import reverse

from coi.models import (
    AreaFile,
    AreaImport,
    Boundary,
    DeadLink,
    DraftEditor,
    DraftWork,
    Edition,
    EventDataset,
    EventDay,
    EventFilePart,
    EventImport,
    EventMonth,
    Place,
    ProposedChange,
    ProposedSource,
    Retirement,
    Source,
)
from coi.models.compiled import CompiledEdition
from coi.models.stamp import ContentStamp
from tests.markup import elements
from tests.sign_in import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

COI_MODELS = [model for model in admin.site._registry if model._meta.app_label == "coi"]


@pytest.mark.parametrize("model", COI_MODELS, ids=lambda model: model.__name__)
def test_the_administration_reads_only(client, django_user_model, model):
    signed_in(django_user_model.objects.create_superuser("root", password="a long enough password"), client)
    name = f"admin:coi_{model._meta.model_name}"
    assert client.get(reverse(f"{name}_changelist")).status_code == 200
    root = django_user_model.objects.get(username="root")
    if model is ProposedSource:
        model.objects.create(country="ML", citation="x", published="2026", says="x", proposed_by=root)
    if model is ProposedChange:
        model.objects.create(subject="actor", code="x", values={"name": "x"}, reason="x", proposed_by=root)
    if model is DraftWork:
        model.objects.create(edition=Edition.objects.first(), begun_by=root)
    if model is DraftEditor:
        model.objects.create(edition=Edition.objects.first(), editor=root)
    if model is AreaImport:
        model.objects.create(country="ML", source="made up", begun_by=root)
    if model is EventImport:
        model.objects.create(country="ML", code="made-up", retrieved_on=date(2026, 11, 2), begun_by=root)
    if model is Boundary:
        model.objects.create(place=Place.objects.get(code="ML-5"), rings=[], source="made up")
    if model is DeadLink:
        model.objects.create(source=Source.objects.first(), marked_by=root, marked_on=date(2026, 11, 23))
    if model in (EventDataset, EventMonth, EventDay):
        day, place = date(2021, 3, 1), Place.objects.get(code="ML-5")
        numbers = {"rows": 1, "events": 1, "retrieved_on": day, "first_day": day, "last_day": day}
        dataset = EventDataset.objects.create(code="made-up", country="ML", **numbers)
        dataset.months.create(place=place, month=day, event_type="x", against_civilians=False, events=1, fatalities=1)
        dataset.days.create(place=place, day=day, events=1, fatalities=1)
    if model is Retirement:
        model.objects.create(edition=Edition.objects.first(), finding="gone-01", reason="made up")
    first = model.objects.order_by("pk").first()
    address = reverse(f"{name}_change", args=[first.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {}).status_code == 403
    assert client.get(reverse(f"{name}_add")).status_code == 403
    assert client.post(reverse(f"{name}_delete", args=[first.pk]), {"post": "yes"}).status_code == 403


def test_no_table_of_the_administration_puts_a_search_into_an_address(client, django_user_model):
    signed_in(django_user_model.objects.create_superuser("root", password="a long enough password"), client)
    for model in admin.site._registry:
        page = client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
        assert page.status_code == 200
        assert not elements(page, "input[name=q]"), model


def test_the_whole_library_is_in_the_administration():
    from django.apps import apps

    kept = {ContentStamp, CompiledEdition, EventFilePart, AreaFile}  # internal tables of the application
    assert set(apps.get_app_config("coi").get_models()) - kept == set(COI_MODELS)
