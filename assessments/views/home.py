"""The first page of each role."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from assessments.views import cases


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My cases by what they need next; for supervisors the queue; who has neither is shown the way."""
    user: Any = request.user  # noqa: F841
    return cases.home(request)


urlpatterns = [path("", home, name="home")]
