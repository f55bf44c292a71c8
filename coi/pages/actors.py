"""The actors' pages: the tree with a search by any name, and one page for each actor. Reads only."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.searches import Search, by_post
from coi.library import actors, cited_findings, region_sheets
from coi.library.finding_numbers import numbers_of
from coi.text import characters, words

LONGEST = 200  # characters of a search
A_PAGE = 100  # findings


@by_post("q")
@require_safe
def index(request: HttpRequest, search: Search) -> HttpResponse:
    """Show the tree of actors, or those with the name that is searched for."""
    typed = " ".join(characters.cleaned(search.asked.get("q", "")).split())
    errors = []
    if len(typed) > LONGEST or not characters.accepts(typed):
        message = _("Write a name of at most %(n)d visible characters.") % {"n": LONGEST}
        errors.append({"href": "#id_q", "message": message})
    tree = actors.Tree(actors.current())
    is_search = bool(typed) and not errors
    context = {
        "section": "library",
        "errors": errors,
        "typed": typed,
        "is_search": is_search,
        "found": tree.search(typed) if is_search else (),
        "roots": () if is_search else tree.roots(),
    }
    return render(request, "coi/library/actors.html", context, status=422 if errors else 200)


@require_safe
def actor(request: HttpRequest, code: str) -> HttpResponse:
    """Show one actor: names, place in the tree, rivals, findings by theme, every denial, regions."""
    editions = actors.current()
    tree = actors.Tree(editions)
    row = tree.by_code(code)
    if row is None:
        raise Http404
    page = Paginator(actors.findings_naming(row, editions), A_PAGE).get_page(request.GET.get("page"))
    found = cited_findings.finding_cards(actors.findings_naming(row, editions).filter(pk__in=[f.pk for f in page]))
    denials = actors.denials(row, tree, editions)
    regions, elsewhere = actors.regions_of(row, editions)
    today = timezone.localdate()
    context = {
        "section": "library",
        "node": tree.node(row),
        "rivals": actors.rivals_of(row, tree),
        "editions": [(edition, cited_findings.edition_card(edition, today)) for edition in editions],
        "report_names": {e.code: words.report_name(e.label, e.cut_off) for e in editions if len(editions) > 1},
        "page": page,
        "themes": region_sheets.by_theme(found),
        "denials": cited_findings.finding_cards(denials.own),
        "wider_denials": cited_findings.finding_cards(denials.wider),
        "denials_of_parts": cited_findings.finding_cards(denials.of_parts),
        "unnamed_denials": denials.nobody,
        "regions": regions,
        "elsewhere": elsewhere,
        "numbers": numbers_of(editions),
    }
    return render(request, "coi/library/actor.html", context)
