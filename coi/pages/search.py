"""The search page: one form. The filters chosen from lists are in its address, the typed words are not."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from audit.searches import Search, by_post
from coi.library import lookup, near_words
from coi.library.search import LONGEST, Wanted, find, hits
from coi.models import Actor, EventKind, Finding, Place, SearchDocument
from coi.pages.choice_fields import choice_field
from coi.pages.context_processors import country_names
from coi.text import characters, dates
from coi.text.collation import in_reading_order, reading_order
from matching.periods import Moment

A_PAGE = 25
TYPED = ("q", "since", "until")
CHOSEN = ("what", "country", "region", "place", "actor", "event", "kind", "superseded")
ANY = ("", gettext_lazy("any"))


class SearchForm(forms.Form):
    """Search words and filters. An unknown code is shown as an error."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=LONGEST)
    what = forms.ChoiceField(label=gettext_lazy("Type"), required=False, choices=[ANY, *SearchDocument.Kind.choices])
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    region = forms.ChoiceField(label=gettext_lazy("Region"), required=False)
    place = forms.CharField(label=gettext_lazy("Place"), required=False, max_length=60)
    actor = forms.ChoiceField(label=gettext_lazy("Actor"), required=False)
    event = forms.ChoiceField(label=gettext_lazy("Kind of event"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of finding"), required=False, choices=[ANY, *Finding.Kind.choices]
    )
    since = forms.CharField(label=gettext_lazy("From"), required=False, max_length=40)
    until = forms.CharField(label=gettext_lazy("To"), required=False, max_length=40)
    superseded = forms.BooleanField(label=gettext_lazy("Replaced editions too"), required=False)

    def __init__(self, data: Mapping[str, Any] | None) -> None:
        super().__init__(data)
        countries = country_names(lookup.current_editions().values_list("report__country", flat=True))
        choice_field(self, "country").choices = [
            ANY,
            *sorted(countries.items(), key=lambda item: reading_order(item[1])),
        ]
        choice_field(self, "region").choices = [ANY, *_regions(countries)]
        choice_field(self, "actor").choices = [ANY, *Actor.objects.values_list("code", "name")]
        choice_field(self, "event").choices = [ANY, *EventKind.objects.values_list("code", "name")]

    def clean_q(self) -> str:
        return " ".join(characters.accepted(self.cleaned_data["q"]).split())

    def clean_place(self) -> str:
        code = self.cleaned_data["place"]
        if code and not Place.objects.filter(code=code).exists():
            raise forms.ValidationError(
                _("No place has the code %(code)s. Search for its name and follow the link there."),
                params={"code": code},
            )
        return str(code)

    @property
    def place_name(self) -> str:
        """The requested place in words, because there is no list of places to choose from."""
        place = Place.objects.filter(code=self.cleaned_data.get("place") or "").first()
        return f"{place.name} ({place.get_kind_display()})" if place else ""

    def _day(self, name: str, *, last: bool) -> date | None:
        text = self.cleaned_data[name].strip()
        if not text:
            return None
        try:
            moment = Moment.parse(dates.iso(text))
        except dates.NotADate as problem:
            raise forms.ValidationError(problem.message) from problem
        return moment.last if last else moment.first

    def clean_since(self) -> date | None:
        return self._day("since", last=False)

    def clean_until(self) -> date | None:
        return self._day("until", last=True)

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("The period ends before it begins. Write a later end or an earlier start."))
        return data

    @property
    def wanted(self) -> Wanted:
        """The search of the valid fields."""
        data = self.cleaned_data
        return Wanted(
            text=data.get("q", ""), kinds=frozenset(filter(None, [data.get("what")])), country=data.get("country", ""),
            region=data.get("region", ""), place=data.get("place", ""), actor=data.get("actor", ""), event=data.get("event", ""),
            finding_kind=data.get("kind", ""), first=data.get("since"), last=data.get("until"),
            with_superseded=data.get("superseded", False),
        )  # fmt: skip


def _regions(countries: dict[str, str]) -> list[tuple[str, Any]]:
    """Return the regions of the countries with COI, grouped by country if there are several."""
    rows = Place.objects.filter(kind=Place.Kind.REGION, country__in=countries)
    found = {
        country: [(p.code, p.name) for p in in_reading_order(rows) if p.country == country] for country in countries
    }
    by_name = [
        (countries[country], found[country]) for country in sorted(countries, key=lambda c: reading_order(countries[c]))
    ]
    return by_name if len(by_name) > 1 else [option for _name, options in by_name for option in options]


@by_post(*TYPED, chosen=CHOSEN)
@require_safe
def search(request: HttpRequest, search: Search) -> HttpResponse:
    """Search findings, actors, kinds of event, traits, places and sources by words and filters."""
    form = SearchForm(search.asked)
    is_valid = form.is_valid()
    wanted = form.wanted if is_valid else Wanted()
    page = Paginator(find(wanted), A_PAGE).get_page(request.GET.get("page"))
    asked = is_valid and not wanted.is_empty
    context = {
        "section": "library",
        "form": form,
        "errors": [
            {"href": f"#{form[name].id_for_label}", "message": message}
            for name, messages in form.errors.items()
            for message in messages
        ],
        "wanted": wanted,
        "page": page,
        "hits": hits(list(page), wanted),
        "address": search.query,
        "asked": asked,
        "missing": near_words.missing(wanted.tokens) if asked and not page.object_list else (),
        "is_filtered": wanted.narrows_findings or bool(wanted.kinds or wanted.country),
    }
    return render(request, "coi/library/search.html", context, status=200 if is_valid else 422)
