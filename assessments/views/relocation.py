"""Regions side by side, the three tests, and the gaps with their questions."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


def relocation(request: HttpRequest, uuid: Any) -> HttpResponse:
    raise Http404


def gaps(request: HttpRequest, uuid: Any) -> HttpResponse:
    raise Http404


def questions_pdf(request: HttpRequest, uuid: Any) -> HttpResponse:
    raise Http404


def disclosure(request: HttpRequest, uuid: Any) -> HttpResponse:
    raise Http404


def disclosure_pdf(request: HttpRequest, uuid: Any) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("cases/<uuid:uuid>/relocation/", relocation, name="relocation"),
    path("cases/<uuid:uuid>/gaps/", gaps, name="gaps"),
    path("cases/<uuid:uuid>/questions.pdf", questions_pdf, name="questions-export"),
    path("cases/<uuid:uuid>/disclosure/", disclosure, name="disclosure"),
    path("cases/<uuid:uuid>/disclosure.pdf", disclosure_pdf, name="disclosure-export"),
]
