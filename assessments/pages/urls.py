"""Addresses of the pages of a case: each module of pages has its own."""

from assessments.pages import applicant_data, cases
from assessments.pages.intake import intake
from assessments.pages.memo import disclosure, file_check, memo, versions
from assessments.pages.office import home, office, workload
from assessments.pages.review import review
from assessments.pages.workspace import coi_by_fact, facts, open_questions, relocation

urlpatterns = [
    *home.urlpatterns,
    *intake.urlpatterns,
    *cases.urlpatterns,
    *applicant_data.urlpatterns,
    *coi_by_fact.urlpatterns,
    *memo.urlpatterns,
    *facts.urlpatterns,
    *relocation.urlpatterns,
    *open_questions.urlpatterns,
    *disclosure.urlpatterns,
    *versions.urlpatterns,
    *file_check.urlpatterns,
    *review.urlpatterns,
    *office.urlpatterns,
    *workload.urlpatterns,
]
