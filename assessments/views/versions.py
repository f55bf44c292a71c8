"""What was submitted, and how two submissions differ."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


def preview(request: HttpRequest, uuid: Any) -> HttpResponse:
    raise Http404


def versions(request: HttpRequest, uuid: Any) -> HttpResponse:
    raise Http404


def compare(request: HttpRequest, uuid: Any) -> HttpResponse:
    raise Http404


def version(request: HttpRequest, uuid: Any, number: Any) -> HttpResponse:
    raise Http404


def version_pdf(request: HttpRequest, uuid: Any, number: Any) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("cases/<uuid:uuid>/preview/", preview, name="preview"),
    path("cases/<uuid:uuid>/versions/", versions, name="versions"),
    path("cases/<uuid:uuid>/versions/compare/", compare, name="compare"),
    path("cases/<uuid:uuid>/versions/<int:number>/", version, name="version"),
    path("cases/<uuid:uuid>/versions/<int:number>/memo.pdf", version_pdf, name="version-memo"),
]
