"""Suggestions of places while a name is typed, as JSON. The name is posted, so that no address and no log has it."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coi import gazetteer as places
from coi.text import characters

MOST_OFFERED = 10  # suggested places
FEWEST_LETTERS = 2


@login_not_required
@require_POST
def place_search(request: HttpRequest) -> JsonResponse:
    """Return suggestions of places while a name is typed, as JSON. Errors are JSON too, even if the session has
    ended.
    """
    if not request.user.is_authenticated:
        return _refused(_("Sign in to search for places."), 401)
    try:
        query, country = _asked(request)
    except BadRequest as error:
        return _refused(str(error), 400)
    found = places.search(query, country=country, limit=MOST_OFFERED)
    return JsonResponse({"results": [suggestion.as_dict() for suggestion in found]})


def _asked(request: HttpRequest) -> tuple[str, str]:
    query = " ".join(characters.cleaned(request.POST.get("q", "")).split())
    country = request.POST.get("country", "").strip().upper()
    if len(query) < FEWEST_LETTERS:
        raise BadRequest(_("Type at least two letters of a place name."))
    if problem := characters.problem_with(query):
        raise BadRequest(problem)
    if len(query) > places.LONGEST:
        raise BadRequest(_("A place may have at most %(count)d characters.") % {"count": places.LONGEST})
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise BadRequest(_("Write a country as its two-letter code, such as ML."))
    return query, country


def _refused(message: str, status: int) -> JsonResponse:
    return JsonResponse({"results": [], "error": message}, status=status)
