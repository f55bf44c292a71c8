"""The addresses of the application, and beside them a bare page of Django with its session and its user."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

BARE = "<!doctype html><title>{{ user }}</title><p>Signed in as {{ user }}.</p>"


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(BARE).render({"user": request.user}, request))


urlpatterns = [path("bare/", bare), path("", include("config.urls"))]
