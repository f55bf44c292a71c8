"""The library in Django's administration, read-only.

A published edition never changes. Editions are loaded by ``load_coi``, vocabulary and places by ``loaddata``.
No table has Django's search, which puts what is typed into an address. The pages of the library search by POST.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from coi.models import (
    Actor,
    AreaImport,
    Boundary,
    CoverageRow,
    CuratorQuery,
    DeadLink,
    Denial,
    DraftEditor,
    DraftWork,
    Edition,
    EventDataset,
    EventDay,
    EventImport,
    EventKind,
    EventMonth,
    Figure,
    FigureRow,
    Finding,
    FindingKey,
    Footnote,
    Originator,
    Place,
    PlaceName,
    ProposedChange,
    ProposedSource,
    Publication,
    Report,
    Retirement,
    SearchDocument,
    Section,
    Source,
    Trait,
)


class ReadOnly:
    """Staff may view; nobody may add, change or delete."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """A read-only table."""

    list_per_page = 100
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Return every field, so that no form field is created."""
        options = self.model._meta
        return [field.name for field in (*options.fields, *options.many_to_many) if field.name != "id"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return tuple(self.get_readonly_fields(request, obj))


class ReadOnlyInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    """Read-only rows of the object shown."""

    extra = 0
    can_delete = False
    show_change_link = True


# --- reports ----------------------------------------------------------------------------------


class EditionInline(ReadOnlyInline):
    model = Edition
    fields = ("code", "label", "cut_off", "held_on", "latest_access")


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ("code", "title", "publisher", "product_type", "country", "language")
    list_filter = ("country", "language")
    inlines = (EditionInline,)


class SectionInline(ReadOnlyInline):
    model = Section
    fields = ("position", "code", "title", "period_from", "place")


class CoverageInline(ReadOnlyInline):
    model = CoverageRow
    fields = ("code", "place", "period_from", "period_to", "basis")


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    list_display = ("code", "report", "cut_off", "held_on", "latest_access", "published_on", "published_here")
    list_filter = ("report__country", "report")
    list_select_related = ("report", "publication")
    date_hierarchy = "cut_off"
    inlines = (SectionInline, CoverageInline)

    @admin.display(description=_("published in this library on"), ordering="publication__published_at")
    def published_here(self, edition: Edition) -> Any:
        return edition.publication.published_at if edition.is_published else None


@admin.register(Publication)
class PublicationAdmin(ReadOnlyAdmin):
    list_display = ("edition", "published_at", "retired_at")
    list_filter = ("edition__report",)
    list_select_related = ("edition",)


@admin.register(Section)
class SectionAdmin(ReadOnlyAdmin):
    list_display = ("edition", "position", "code", "title", "period_from", "place")
    list_filter = ("edition",)
    list_select_related = ("edition", "place")


@admin.register(CoverageRow)
class CoverageRowAdmin(ReadOnlyAdmin):
    list_display = ("edition", "code", "place", "period_from", "period_to")
    list_filter = ("edition",)
    list_select_related = ("edition", "place")


# --- findings ---------------------------------------------------------------------------------


class DenialInline(ReadOnlyInline):
    model = Denial


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin):
    list_display = ("code", "edition", "section", "paragraph", "sentence", "kind", "strength", "statement")
    list_filter = ("edition", "kind", "strength", "section", "no_footnote")
    list_select_related = ("edition", "section")
    inlines = (DenialInline,)


@admin.register(Denial)
class DenialAdmin(ReadOnlyAdmin):
    list_display = ("finding", "period_from", "period_to", "actors_together")
    list_filter = ("finding__edition",)
    list_select_related = ("finding__edition",)


@admin.register(FindingKey)
class FindingKeyAdmin(ReadOnlyAdmin):
    list_display = ("finding", "aspect", "place", "here", "event", "year_from", "year_to")
    list_filter = ("edition", "aspect", "here", "event")
    list_select_related = ("finding__edition", "place")


@admin.register(CuratorQuery)
class CuratorQueryAdmin(ReadOnlyAdmin):
    list_display = ("edition", "code", "remarked_on", "remark")
    list_filter = ("edition",)
    list_select_related = ("edition",)
    date_hierarchy = "remarked_on"


# --- sources and figures ----------------------------------------------------------------------


class SourceInline(ReadOnlyInline):
    model = Source
    fields = ("position", "originator", "citation", "kind", "is_primary")
    readonly_fields = ("citation",)


@admin.register(Footnote)
class FootnoteAdmin(ReadOnlyAdmin):
    list_display = ("edition", "number", "section_code", "paragraph", "after_sentence")
    list_filter = ("edition", "section_code")
    list_select_related = ("edition",)
    inlines = (SourceInline,)


@admin.register(Originator)
class OriginatorAdmin(ReadOnlyAdmin):
    list_display = ("name", "code")


@admin.register(Source)
class SourceAdmin(ReadOnlyAdmin):
    list_display = ("footnote", "position", "originator", "publisher", "title", "published_as_printed", "kind")
    list_filter = ("footnote__edition", "kind", "is_primary", "originator")
    list_select_related = ("footnote__edition", "originator")


class FigureRowInline(ReadOnlyInline):
    model = FigureRow
    fields = ("position", "place_label", "period_label", "fatalities", "is_part_year", "is_total")


@admin.register(Figure)
class FigureAdmin(ReadOnlyAdmin):
    list_display = ("edition", "number", "title", "source", "originator", "values_available")
    list_filter = ("edition", "values_available")
    list_select_related = ("edition", "originator")
    inlines = (FigureRowInline,)


@admin.register(FigureRow)
class FigureRowAdmin(ReadOnlyAdmin):
    list_display = ("figure", "place_label", "period_label", "fatalities", "is_part_year", "is_total")
    list_filter = ("figure__edition", "is_part_year", "is_total")
    list_select_related = ("figure__edition", "place")


# --- places and words -------------------------------------------------------------------------


class PlaceNameInline(ReadOnlyInline):
    model = PlaceName
    fields = ("name",)


@admin.register(Place)
class PlaceAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "country", "code", "pcode", "valid_from", "valid_to", "source")
    list_filter = ("kind", "country", "source")
    inlines = (PlaceNameInline,)


@admin.register(PlaceName)
class PlaceNameAdmin(ReadOnlyAdmin):
    list_display = ("name", "place")
    list_filter = ("place__country",)
    list_select_related = ("place",)


class WordAdmin(ReadOnlyAdmin):
    """A word of the controlled vocabulary."""

    list_display: tuple[str, ...] = ("code", "name", "parent", "aliases", "note")
    list_select_related = ("parent",)


@admin.register(Actor)
class ActorAdmin(WordAdmin):
    list_display = (*WordAdmin.list_display, "is_state")
    list_filter = ("is_state",)


@admin.register(EventKind)
class EventKindAdmin(WordAdmin):
    pass


@admin.register(Trait)
class TraitAdmin(WordAdmin):
    list_display = (*WordAdmin.list_display, "facet", "civilian")
    list_filter = ("facet", "civilian")


@admin.register(DraftEditor)
class DraftEditorAdmin(ReadOnlyAdmin):
    list_display = ("edition", "editor", "since")


@admin.register(DraftWork)
class DraftWorkAdmin(ReadOnlyAdmin):
    list_display = ("edition", "begun_by", "begun_at")
    list_select_related = ("edition", "begun_by")


@admin.register(Retirement)
class RetirementAdmin(ReadOnlyAdmin):
    list_display = ("finding", "edition", "reason")


@admin.register(ProposedSource)
class ProposedSourceAdmin(ReadOnlyAdmin):
    """Sources that officers propose. They name no case."""

    list_display = ("citation", "country", "published", "proposed_at", "status")
    list_filter = ("status", "country")


@admin.register(ProposedChange)
class ProposedChangeAdmin(ReadOnlyAdmin):
    """Changes of the vocabulary, proposed by one COI admin and decided by another."""

    list_display = ("code", "subject", "status", "proposed_by", "proposed_at", "decided_by")
    list_filter = ("status", "subject")


@admin.register(DeadLink)
class DeadLinkAdmin(ReadOnlyAdmin):
    """Links that a person marked as dead."""

    list_display = ("source", "marked_on", "marked_by", "note")


@admin.register(Boundary)
class BoundaryAdmin(ReadOnlyAdmin):
    """Outlines imported for the maps."""

    list_display = ("place", "source", "dated", "imported_at")
    exclude = ("rings",)


@admin.register(AreaImport)
class AreaImportAdmin(ReadOnlyAdmin):
    """Uploaded boundary files."""

    list_display = ("country", "source", "state", "asked_at", "begun_by", "confirmed_by")
    exclude = ("areas", "problems")


# --- event data, search -------------------------------------------------------------------------


@admin.register(EventDataset)
class EventDatasetAdmin(ReadOnlyAdmin):
    list_display = ("code", "provider", "country", "retrieved_on", "events", "first_day", "last_day")


@admin.register(EventImport)
class EventImportAdmin(ReadOnlyAdmin):
    list_display = ("code", "country", "state", "asked_at", "begun_by", "rows")


@admin.register(EventMonth)
class EventMonthAdmin(ReadOnlyAdmin):
    list_display = (
        "dataset", "place", "month", "event_type", "against_civilians", "actor_group", "events", "fatalities",
    )  # fmt: skip
    list_filter = ("dataset",)
    list_select_related = ("dataset", "place")


@admin.register(EventDay)
class EventDayAdmin(ReadOnlyAdmin):
    list_display = ("dataset", "place", "day", "events", "fatalities")
    list_filter = ("dataset",)
    list_select_related = ("dataset", "place")


@admin.register(SearchDocument)
class SearchDocumentAdmin(ReadOnlyAdmin):
    list_display = ("kind", "code", "body")
    list_filter = ("kind",)
