"""What every page shows of the library."""

from django.http import HttpRequest


def coi_age(request: HttpRequest) -> dict[str, object]:
    return {}
