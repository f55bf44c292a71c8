"""The case form: it collects what was typed into a case-file document, and shows at which field intake found what."""

from assessments.pages.forms.case import CaseForm

__all__ = ["CaseForm"]
