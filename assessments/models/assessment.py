"""The officer's part: reasons, indicators, omissions, sources, tests, questions."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.case import Case
from assessments.models.codes import (
    Bearing,
    Conclusion,
    ExplanationAsked,
    ExternalConsistency,
    Indicator,
    IpaTest,
    Outcome,
    QuestionTo,
)


class Written(models.Model):
    """Something that a person wrote in a case. ``version`` grows with every save."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(auto_now=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class FactAssessment(Written):
    """The officer's part of one material fact. Everything is unset until the officer writes it."""

    fact_ident = models.CharField(_("fact"), max_length=20)
    reasoning = models.TextField(_("reasoning"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, default=Outcome.NOT_ASSESSED)
    outcome_reasons = models.TextField(_("reasons for the outcome"), blank=True)
    explanation_asked = models.CharField(
        _("chance to explain"), max_length=12, choices=ExplanationAsked.choices, blank=True
    )
    explanation = models.TextField(_("explanation, or why none was asked for"), blank=True)
    answer_seen: Any = models.JSONField(
        _("what the COI said"), default=dict, blank=True, help_text="when this was written, see fact_changes.py"
    )
    answer_changed_at = models.DateTimeField(_("the COI changed since"), null=True, blank=True)

    class Meta:
        default_related_name = "fact_assessments"
        verbose_name = _("assessment of a fact")
        verbose_name_plural = _("assessments of facts")
        ordering = ["case_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "fact_ident"], name="one_assessment_a_fact"),
            models.CheckConstraint(
                condition=models.Q(outcome=Outcome.NOT_ASSESSED) | ~models.Q(outcome_reasons=""),
                name="an_outcome_has_reasons",
            ),
        ]

    def __str__(self) -> str:
        return self.fact_ident


class FactIndicator(models.Model):
    """One credibility indicator of a fact that the officer opened, with their text. No row means not assessed."""

    assessment = models.ForeignKey(FactAssessment, on_delete=models.CASCADE, related_name="indicators")
    indicator = models.CharField(_("indicator"), max_length=12, choices=Indicator.choices)
    words = models.TextField(_("in words"), blank=True)
    view = models.CharField(_("external consistency"), max_length=14, choices=ExternalConsistency.choices, blank=True)
    relies_on: Any = models.JSONField(
        _("COI it rests on"), default=list, help_text="keys of findings, own sources as own:<id>"
    )
    expected = models.TextField(_("why a report of it would be expected"), blank=True)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["assessment_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["assessment", "indicator"], name="one_row_an_indicator")]

    def __str__(self) -> str:
        return self.indicator


class Omission(Written):
    """A supporting or opposing finding that the officer does not rely on for one fact, with the reason."""

    fact_ident = models.CharField(_("fact"), max_length=20)
    finding = models.CharField(_("finding"), max_length=150, help_text="its key, edition/code")
    reason = models.TextField(_("reason"))

    class Meta:
        default_related_name = "omissions"
        verbose_name = _("omission")
        verbose_name_plural = _("omissions")
        ordering = ["case_id", "fact_ident", "finding"]
        constraints = [
            models.UniqueConstraint(fields=["case", "fact_ident", "finding"], name="one_omission_a_fact_and_finding"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="an_omission_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.finding


class ContextTaken(Written):
    """A context finding that the officer added to the memo in full. It can be added and removed at any time."""

    fact_ident = models.CharField(_("fact"), max_length=20)
    finding = models.CharField(_("finding"), max_length=150)

    class Meta:
        default_related_name = "context_taken"
        verbose_name = _("context taken in")
        verbose_name_plural = _("context taken in")
        ordering = ["case_id", "fact_ident", "finding"]
        constraints = [
            models.UniqueConstraint(fields=["case", "fact_ident", "finding"], name="one_context_row_a_fact_and_finding")
        ]

    def __str__(self) -> str:
        return self.finding


class OwnSource(Written):
    """A source that the officer added.

    The memo says that it is not from the library; COI admins get it as a proposal.
    """

    fact_ident = models.CharField(
        _("fact"), max_length=20, blank=True, help_text="empty where it bears on a place of relocation"
    )
    place = models.CharField(_("place of relocation"), max_length=300, blank=True, help_text="its code, or as typed")
    citation = models.TextField(_("citation"))
    published = models.CharField(
        _("date of the information"), max_length=10, help_text="a year, month or day, ISO 8601"
    )
    url = models.URLField(_("address"), max_length=1000, blank=True)
    says = models.TextField(_("what it says"))
    bearing = models.CharField(_("bearing"), max_length=10, choices=Bearing.choices)

    class Meta:
        default_related_name = "own_sources"
        verbose_name = _("source of the officer")
        verbose_name_plural = _("sources of the officer")
        ordering = ["case_id", "pk"]

    def __str__(self) -> str:
        return self.citation


class RegionTest(Written):
    """The officer's conclusion on one test of internal protection at one proposed place."""

    place = models.CharField(_("place"), max_length=300, help_text="its code, or as typed where it is not located")
    test = models.CharField(_("test"), max_length=16, choices=IpaTest.choices)
    conclusion = models.CharField(
        _("conclusion"), max_length=12, choices=Conclusion.choices, default=Conclusion.NOT_ASSESSED
    )
    reasons = models.TextField(_("reasons"), blank=True)

    class Meta:
        default_related_name = "region_tests"
        verbose_name = _("test of internal protection")
        verbose_name_plural = _("tests of internal protection")
        ordering = ["case_id", "place", "test"]
        constraints = [
            models.UniqueConstraint(fields=["case", "place", "test"], name="one_conclusion_a_test_and_place"),
            models.CheckConstraint(
                condition=models.Q(conclusion=Conclusion.NOT_ASSESSED) | ~models.Q(reasons=""),
                name="a_conclusion_has_reasons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.test}"


class Question(Written):
    """A question about an open point, for a further interview or for the COI unit."""

    fact_ident = models.CharField(_("fact"), max_length=20, blank=True)
    to = models.CharField(_("to"), max_length=10, choices=QuestionTo.choices)
    position = models.PositiveSmallIntegerField(default=0)
    words = models.TextField(_("question"))

    class Meta:
        default_related_name = "questions"
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["case_id", "position", "pk"]

    def __str__(self) -> str:
        return self.words
