"""Submitting, reviewing, deciding, recalling."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


def submit(request: HttpRequest, uuid: Any) -> HttpResponse:
    raise Http404


def step(request: HttpRequest, uuid: Any, action: Any) -> HttpResponse:
    raise Http404


def review(request: HttpRequest, uuid: Any) -> HttpResponse:
    raise Http404


def decide(request: HttpRequest, uuid: Any) -> HttpResponse:
    raise Http404


def recall(request: HttpRequest, uuid: Any) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("cases/<uuid:uuid>/submit/", submit, name="submit"),
    path("cases/<uuid:uuid>/steps/<slug:action>/", step, name="case-step"),
    path("cases/<uuid:uuid>/review/", review, name="review"),
    path("cases/<uuid:uuid>/review/decide/", decide, name="decide"),
    path("cases/<uuid:uuid>/recall/", recall, name="recall"),
]
