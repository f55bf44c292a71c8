"""The library's addresses, under ``library/``."""

from django.urls import path

from coi import (
    actor_views,
    admin_views,
    events_views,
    health_views,
    import_views,
    inbox_views,
    redline_views,
    search_views,
    spreadsheet_views,
    views,
)

urlpatterns = [
    path("", views.index, name="library"),
    path("search/", search_views.search, name="search"),
    path("places/search/", views.place_search, name="place-search"),
    path("regions/<str:code>/", views.region, name="region"),
    path("actors/", actor_views.index, name="actors"),
    path("actors/<slug:code>/", actor_views.actor, name="actor"),
    path("compare/<slug:old>/<slug:new>/", redline_views.compare, name="redline"),
    path("drafts/", admin_views.drafts, name="drafts"),
    path("drafts/copy/", admin_views.copy, name="draft-copy"),
    path("drafts/upload/", admin_views.upload, name="draft-upload"),
    path("drafts/template.xlsx", spreadsheet_views.template, name="draft-template"),
    path("drafts/<slug:edition>/", admin_views.draft, name="draft"),
    path("drafts/<slug:edition>/reasons/", admin_views.reasons, name="draft-reasons"),
    path("drafts/<slug:edition>/discard/", admin_views.discard, name="draft-discard"),
    path("drafts/<slug:edition>/publish/", admin_views.publish, name="draft-publish"),
    path("<slug:edition>/fixture.yaml", admin_views.edition_fixture, name="edition-fixture"),
    path("<slug:edition>/edition.xlsx", spreadsheet_views.edition, name="edition-spreadsheet"),
    path("inbox/", inbox_views.inbox_page, name="inbox"),
    path("inbox/<int:pk>/", inbox_views.answer, name="inbox-answer"),
    path("health/", health_views.overview, name="citation-health"),
    path("health/<int:pk>/", health_views.mark, name="citation-mark"),
    path("events/", import_views.events, name="events"),
    path("events/imports/<uuid:uuid>/", import_views.event_import, name="event-import"),
    path("<slug:edition>/", views.edition, name="edition"),
    path("<slug:edition>/figures/<slug:dataset>/", events_views.figures, name="figures-compare"),
    path("<slug:edition>/figures/<slug:dataset>/draft/", events_views.begin_draft, name="figures-draft"),
    path("<slug:edition>/figures/<slug:dataset>/query/", events_views.add_query, name="figures-query"),
    path("<slug:edition>/sources/", views.sources, name="sources"),
    path("<slug:edition>/findings/<slug:code>/", views.finding, name="finding"),
]
