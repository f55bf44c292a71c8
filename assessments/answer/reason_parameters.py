"""The parameters of a reason, as words for its sentence."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.answer.code_names import CodeNames
from coi.models import Trait
from coi.text.dates import iso_day_words
from matching.criteria import Reason

FACETS = dict(Trait.Facet.choices) | {Trait.Facet.STATUS: gettext_lazy("civilian or not")}
FINDING_KINDS = {
    "analysis": gettext_lazy("analysis"),
    "background": gettext_lazy("background"),
    "statistic": gettext_lazy("a statistic"),
    "synthesis": gettext_lazy("the author's synthesis"),
}


@dataclass(frozen=True)
class Params:
    """A reason's parameters as words."""

    reason: Reason
    names: CodeNames

    @property
    def fact(self) -> str:
        return self.names.listed(self._kind(), self.reason.param("fact"))

    @property
    def finding(self) -> str:
        return self.names.listed(self._kind(), self.reason.param("finding"))

    def _kind(self) -> dict[str, str]:
        is_event = self.reason.code.startswith(
            ("event-", "target-", "denied-event", "denied-other-event", "denied-target", "denied-other-target")
        )
        return self.names.events if is_event else self.names.actors

    @property
    def place(self) -> str:
        return self.names.listed(self.names.places, self.reason.param("place"))

    @property
    def home(self) -> str:
        return self.names.listed(self.names.places, self.reason.param("home"))

    @property
    def traits(self) -> str:
        return self.names.listed(self.names.traits, self.reason.param("traits"))

    @property
    def targets(self) -> str:
        return self.names.listed(self.names.traits, self.reason.param("targets"))

    @property
    def actors(self) -> str:
        return self.names.listed(self.names.actors, self.reason.param("actors"))

    @property
    def facets(self) -> str:
        return ", ".join(str(FACETS.get(f, f)) for f in self.reason.param("facet"))

    @property
    def first(self) -> str:
        return iso_day_words(self.reason.param("from")[0])

    @property
    def last(self) -> str:
        return iso_day_words(self.reason.param("to")[0])

    @property
    def date(self) -> str:
        return iso_day_words(self.reason.param("date")[0])

    @property
    def word(self) -> str:
        """The words of the report from which a denial is inferred, in quotation marks."""
        return " / ".join(f"“{word}”" for word in self.reason.param("word"))

    @property
    def count(self) -> int:
        return int(self.reason.param("count")[0])

    @property
    def kinds(self) -> str:
        return ", ".join(str(FINDING_KINDS.get(kind, kind)) for kind in self.reason.param("kinds"))

    @property
    def covered(self) -> str:
        """The stretches of time that are covered, in words."""
        spans = (stretch.split("/") for stretch in self.reason.param("covered"))
        return "; ".join(
            _("%(first)s to %(last)s") % {"first": iso_day_words(first), "last": iso_day_words(last)}
            for first, last in spans
        )

    @property
    def target_note(self) -> str:
        """A sentence on target facets that only the applicant or only the report names; empty if there are none."""
        said = _("%(facets)s: stated by the applicant or by the report, not by both.") % {"facets": self.facets}
        return " " + said[:1].upper() + said[1:] if self.facets else ""
