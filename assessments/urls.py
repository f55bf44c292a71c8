"""Cases: each module of pages brings its own addresses."""

from assessments.views import cases, home, intake, matches, memo, office, relocation, review, versions, workspace

urlpatterns = [
    *home.urlpatterns,
    *intake.urlpatterns,
    *cases.urlpatterns,
    *matches.urlpatterns,
    *memo.urlpatterns,
    *workspace.urlpatterns,
    *relocation.urlpatterns,
    *versions.urlpatterns,
    *review.urlpatterns,
    *office.urlpatterns,
]
