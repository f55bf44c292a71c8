"""Cases."""

from django.urls import path

from assessments.views import cases, matches, memo, record

urlpatterns = [
    path("", cases.home, name="home"),
    path("cases/new/", record.new, name="case-new"),
    path("cases/rows/<slug:kind>/", record.row, name="case-row"),
    path("cases/<uuid:uuid>/", cases.detail, name="case"),
    path("cases/<uuid:uuid>/edit/", record.edit, name="case-edit"),
    path("cases/<uuid:uuid>/matches/", matches.show, name="case-matches"),
    path("cases/<uuid:uuid>/memo.pdf", memo.download, name="case-memo"),
]
