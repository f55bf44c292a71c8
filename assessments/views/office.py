"""What the office sees of its work: batches, quality, notifications."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


def new_batch(request: HttpRequest) -> HttpResponse:
    raise Http404


def batch(request: HttpRequest, uuid: Any) -> HttpResponse:
    raise Http404


def pack(request: HttpRequest, uuid: Any) -> HttpResponse:
    raise Http404


def batch_file(request: HttpRequest, uuid: Any) -> HttpResponse:
    raise Http404


def quality(request: HttpRequest) -> HttpResponse:
    raise Http404


def quality_export(request: HttpRequest) -> HttpResponse:
    raise Http404


def notifications(request: HttpRequest) -> HttpResponse:
    raise Http404


def read_notifications(request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("batches/new/", new_batch, name="batch-new"),
    path("batches/<uuid:uuid>/", batch, name="batch"),
    path("batches/<uuid:uuid>/pack/", pack, name="batch-pack"),
    path("batches/<uuid:uuid>/memos.zip", batch_file, name="batch-file"),
    path("quality/", quality, name="quality"),
    path("quality/export.csv", quality_export, name="quality-export"),
    path("notifications/", notifications, name="notifications"),
    path("notifications/read/", read_notifications, name="notifications-read"),
]
