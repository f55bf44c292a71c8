"""The codes of a case and of the officer's part, with their labels. None of them judges a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from matching.facts import FactKind

AGE_BANDS = ("0-11", "12-17", "18-34", "35-49", "50-64", "65+")
FACT_KINDS = {
    FactKind.PAST_EVENT: _("Past event"),
    FactKind.CIRCUMSTANCE: _("Circumstance"),
    FactKind.FUTURE_RISK: _("Future risk"),
}


class PlaceRole(models.TextChoices):
    """The role of a place in the applicant's life."""

    BIRTHPLACE = "birthplace", _("Birthplace")
    HOME_AREA = "home-area", _("Home area")
    RESIDENCE = "residence", _("Place of habitual residence")
    DISPLACED_TO = "displaced-to", _("Displaced to")
    TRANSIT = "transit", _("Transit")
    RELOCATION = "relocation", _("Proposed relocation")


class OriginStatus(models.TextChoices):
    """Whether the applicant's origin is established, claimed or doubted."""

    ESTABLISHED = "established", _("Established")
    CLAIMED = "claimed", _("Claimed")
    DOUBTED = "doubted", _("Doubted")


class Sex(models.TextChoices):
    """The sex of a person, as recorded."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")
    NOT_STATED = "not-stated", _("Not stated")


class Outcome(models.TextChoices):
    """The outcome of one material fact."""

    NOT_ASSESSED = "not-assessed", _("not assessed")
    ACCEPTED = "accepted", _("accepted")
    NOT_ACCEPTED = "not-accepted", _("not accepted")


class Indicator(models.TextChoices):
    """The credibility indicators of one material fact (EUAA, Evidence and credibility assessment)."""

    INTERNAL = "internal", _("internal consistency")
    EXTERNAL = "external", _("external consistency")
    DETAIL = "detail", _("sufficiency of detail")
    PLAUSIBILITY = "plausibility", _("plausibility")


class ExternalConsistency(models.TextChoices):
    """The officer's finding on external consistency. Blank: nothing written yet."""

    CONSISTENT = "consistent", _("consistent with the COI")
    INCONSISTENT = "inconsistent", _("inconsistent with the COI")
    OPEN = "open", _("the COI does not settle it")


class ExplanationAsked(models.TextChoices):
    """Whether the applicant could comment on an inconsistency."""

    GIVEN = "given", _("the applicant explained")
    NONE_GIVEN = "none-given", _("the applicant was asked and gave no explanation")
    NOT_ASKED = "not-asked", _("the applicant was not asked")


class Bearing(models.TextChoices):
    """The bearing of an officer's own source on the fact."""

    SUPPORTS = "supports", _("supports")
    OPPOSES = "opposes", _("opposes")


class IpaTest(models.TextChoices):
    """The three tests of internal protection (EUAA, Practical guide on internal protection alternative)."""

    SAFETY = "safety", _("safety")
    TRAVEL = "travel", _("travel and admittance")
    REASONABLENESS = "reasonableness", _("reasonableness")


class Conclusion(models.TextChoices):
    """The officer's conclusion on one test."""

    NOT_ASSESSED = "not-assessed", _("not assessed")
    MET = "met", _("met")
    NOT_MET = "not-met", _("not met")


class QuestionTo(models.TextChoices):
    """The addressee of a question."""

    APPLICANT = "applicant", _("for a further interview")
    COI = "coi", _("for the COI unit")


class Grade(models.TextChoices):
    """A reviewer's grade of one section (EUAA Quality Assurance Tool)."""

    CORRECT = "correct", _("correct")
    MINOR = "minor", _("minor error")
    SIGNIFICANT = "significant", _("significant error")
    NOT_APPLICABLE = "not-applicable", _("not applicable")


class State(models.TextChoices):
    """The state of a case or of a version of its memo."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    IN_REVIEW = "in-review", _("in review")
    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("returned")
    RECALLED = "recalled", _("recalled")
    SUPERSEDED = "superseded", _("superseded")
    CLOSED = "closed", _("closed")


class Closed(models.TextChoices):
    """Why a case was closed without a decision."""

    WITHDRAWN = "withdrawn", _("the application was withdrawn")
    TRANSFERRED = "transferred", _("the case was transferred to another office or state")
    OTHER = "other", _("another reason")


EDITABLE = (State.DRAFT, State.RETURNED)


WAITING = (State.SUBMITTED, State.IN_REVIEW)


# the entries of the audit record that say that a case was erased
ERASED_WHEN_DUE, ERASED_ON_REQUEST = "retention.erase", "erasure.approve"
ERASED = (ERASED_WHEN_DUE, ERASED_ON_REQUEST)
