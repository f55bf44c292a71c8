"""The library's addresses, under ``library/``."""

from django.urls import path

from coi import admin_views, events_views, health_views, inbox_views, redline_views, search_views, views
from coi.draft_views import contents, items

urlpatterns = [
    path("", views.index, name="library"),
    path("search/", search_views.search, name="search"),
    path("places/search/", views.place_search, name="place-search"),
    path("regions/<str:code>/", views.region, name="region"),
    path("compare/<slug:old>/<slug:new>/", redline_views.compare, name="redline"),
    path("drafts/", admin_views.drafts, name="drafts"),
    path("drafts/copy/", admin_views.copy, name="draft-copy"),
    path("drafts/upload/", admin_views.upload, name="draft-upload"),
    path("drafts/new/", contents.new_report, name="draft-new"),
    path("drafts/<slug:edition>/", admin_views.draft, name="draft"),
    path("drafts/<slug:edition>/reasons/", admin_views.reasons, name="draft-reasons"),
    path("drafts/<slug:edition>/discard/", admin_views.discard, name="draft-discard"),
    path("drafts/<slug:edition>/publish/", admin_views.publish, name="draft-publish"),
    path("drafts/<slug:edition>/contents/", contents.contents, name="draft-contents"),
    path("drafts/<slug:edition>/frame/", items.item, {"kind": "frame"}, name="draft-frame"),
    path("drafts/<slug:edition>/add/<slug:kind>/", items.add, name="draft-add"),
    path("drafts/<slug:edition>/<slug:kind>/<slug:key>/", items.item, name="draft-item"),
    path("drafts/<slug:edition>/<slug:kind>/<slug:key>/remove/", items.remove, name="draft-item-remove"),
    path("<slug:edition>/fixture.yaml", admin_views.edition_fixture, name="edition-fixture"),
    path("inbox/", inbox_views.inbox_page, name="inbox"),
    path("inbox/<int:pk>/", inbox_views.answer, name="inbox-answer"),
    path("health/", health_views.overview, name="citation-health"),
    path("health/<int:pk>/", health_views.mark, name="citation-mark"),
    path("events/", events_views.events, name="events"),
    path("<slug:edition>/", views.edition, name="edition"),
    path("<slug:edition>/figures/<slug:dataset>/", events_views.figures, name="figures-compare"),
    path("<slug:edition>/figures/<slug:dataset>/query/", events_views.add_query, name="figures-query"),
    path("<slug:edition>/sources/", views.sources, name="sources"),
    path("<slug:edition>/findings/<slug:code>/", views.finding, name="finding"),
]
