"""One material fact at a time: what the COI says of it, and the officer’s part."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


def fact(request: HttpRequest, uuid: Any, ident: Any) -> HttpResponse:
    raise Http404


def omission(request: HttpRequest, uuid: Any, ident: Any) -> HttpResponse:
    raise Http404


def context(request: HttpRequest, uuid: Any, ident: Any) -> HttpResponse:
    raise Http404


def new_source(request: HttpRequest, uuid: Any) -> HttpResponse:
    raise Http404


def source(request: HttpRequest, uuid: Any, pk: Any) -> HttpResponse:
    raise Http404


def remove_source(request: HttpRequest, uuid: Any, pk: Any) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("cases/<uuid:uuid>/facts/<slug:ident>/", fact, name="fact"),
    path("cases/<uuid:uuid>/facts/<slug:ident>/omission/", omission, name="fact-omission"),
    path("cases/<uuid:uuid>/facts/<slug:ident>/context/", context, name="fact-context"),
    path("cases/<uuid:uuid>/own-sources/new/", new_source, name="own-source-new"),
    path("cases/<uuid:uuid>/own-sources/<int:pk>/", source, name="own-source"),
    path("cases/<uuid:uuid>/own-sources/<int:pk>/remove/", remove_source, name="own-source-remove"),
]
