"""The case form: it turns posted data into a case-file document and shows each problem at its field."""

from assessments.pages.forms.case import CaseForm

__all__ = ["CaseForm"]
