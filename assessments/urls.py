"""Cases: each module of pages brings its own addresses."""

from assessments.views import (
    cases,
    disclosure,
    facts,
    gaps,
    home,
    intake,
    matches,
    memo,
    office,
    relocation,
    review,
    versions,
)

urlpatterns = [
    *home.urlpatterns,
    *intake.urlpatterns,
    *cases.urlpatterns,
    *matches.urlpatterns,
    *memo.urlpatterns,
    *facts.urlpatterns,
    *relocation.urlpatterns,
    *gaps.urlpatterns,
    *disclosure.urlpatterns,
    *versions.urlpatterns,
    *review.urlpatterns,
    *office.urlpatterns,
]
