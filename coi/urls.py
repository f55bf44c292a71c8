"""The library's addresses, under ``library/``."""

from django.urls import path

from coi import redline_views, search_views, views

urlpatterns = [
    path("", views.index, name="library"),
    path("search/", search_views.search, name="search"),
    path("places/search/", views.place_search, name="place-search"),
    path("regions/<str:code>/", views.region, name="region"),
    path("compare/<slug:old>/<slug:new>/", redline_views.compare, name="redline"),
    path("<slug:edition>/", views.edition, name="edition"),
    path("<slug:edition>/sources/", views.sources, name="sources"),
    path("<slug:edition>/findings/<slug:code>/", views.finding, name="finding"),
]
