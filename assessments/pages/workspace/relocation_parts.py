"""The texts of the relocation page: a conclusion for each test at each proposed place, and the justification.

All are in one form. Each is saved separately, with a token of the text it was opened on, so that a text nobody changed
here never overwrites what somebody else wrote meanwhile.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from hashlib import sha256

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from assessments import actions
from assessments.actions import ActionRefused, Incomplete
from assessments.assessing.relocation_tests import place_key
from assessments.models.codes import Conclusion, IpaTest
from assessments.pages.case_with_answer import Opened
from assessments.pages.forms.relocation import ConclusionForm, JustificationForm, Versioned
from assessments.pages.saving import Conflict, conflict_of, is_stale

STALE = -1  # no version that is stored
JUSTIFICATION = "age"  # its HTML id, which also starts the names of its fields


def ident_of(place: str, test: str) -> str:
    """Return an id for HTML and field names: the key of a typed place may contain any character."""
    return f"place-{sha256(place.encode()).hexdigest()[:8]}-{test}"


@dataclass(kw_only=True)
class Part(ABC):
    """One text with its form, which is bound if the text was sent."""

    ident: str
    opened: Opened
    form: Versioned
    conflict: Conflict | None = None
    kept: int | None = None  # the token of the saved text

    @property
    @abstractmethod
    def where(self) -> str:
        """Return the words that tell this field from others like it in a message."""

    @property
    @abstractmethod
    def stored(self) -> int:
        """Return the token of the stored text."""

    @property
    @abstractmethod
    def typed(self) -> int:
        """Return the token that was sent."""

    @abstractmethod
    def write(self, by: User, *, autosave: bool) -> None:
        """Save the text that was sent. Raises ActionRefused."""

    @property
    def token_name(self) -> str:
        return self.form.add_prefix("version")

    @property
    def problems(self) -> list[dict[str, str]]:
        return [p | {"message": self.where + p["message"]} for p in self.form.problems] if self.form.is_bound else []

    def save(self, by: User, *, autosave: bool) -> ActionRefused | None:
        """Save the text if it was changed. Return the refusal if there is one; the form then says why."""
        if not self.form.is_valid() or self.typed == self.form.cleaned_data["version"]:
            return None
        try:
            self.write(by, autosave=autosave)
        except Incomplete as refusal:
            self.form.add_error(refusal.field, str(refusal))
            return None
        except ActionRefused as refusal:
            if is_stale(refusal):
                self.conflict, token = conflict_of(refusal)  # type: ignore[arg-type]
                self.form.over(token if refusal.theirs is not None else self.stored)  # type: ignore[attr-defined]
            return refusal
        self.kept = self.typed
        self.form.over(self.kept)
        return None


@dataclass(kw_only=True)
class ConclusionPart(Part):
    """The officer's conclusion on one test at one place."""

    place: str
    test: IpaTest
    name: str  # of the place

    @property
    def where(self) -> str:
        return _("%(place)s, %(test)s: ") % {"place": self.name, "test": self.test.label}

    @property
    def stored(self) -> int:
        written = self.opened.assessment.test(self.place, self.test)
        return actions.conclusion_token(written.conclusion, written.reasons)

    @property
    def typed(self) -> int:
        words = self.form.cleaned_data
        return actions.conclusion_token(words["conclusion"], words["reasons"])

    def write(self, by: User, *, autosave: bool) -> None:
        words = self.form.cleaned_data
        is_current = words["version"] == self.stored
        actions.conclude(
            self.opened.case,
            by=by,
            place=self.place,
            test=self.test,
            conclusion=words["conclusion"],
            reasons=words["reasons"],
            version=self.opened.assessment.test(self.place, self.test).version if is_current else STALE,
            without_coi=not words["reasons"] and self._is_blank(),
            autosave=autosave,
        )

    def _is_blank(self) -> bool:
        columns = self.opened.sheet.relocations if self.opened.sheet else ()
        return all(column.cell(self.test).is_blank for column in columns if column.place == self.place)


@dataclass(kw_only=True)
class JustificationPart(Part):
    """Why the officer relies on older COI."""

    where = ""

    @property
    def stored(self) -> int:
        return actions.text_version(self.opened.assessment.old_coi_justification)

    @property
    def typed(self) -> int:
        return actions.text_version(self.form.cleaned_data["justification"])

    def write(self, by: User, *, autosave: bool) -> None:
        words = self.form.cleaned_data
        said = {"words": words["justification"], "version": words["version"]}
        actions.justify_old_coi(self.opened.case, by=by, **said, autosave=autosave)


def parts_of(opened: Opened, data: QueryDict | None = None) -> list[Part]:
    """Return every text that the page may hold, with the sent data if there is any."""
    named = {
        place_key(stated): stated.place.value.name if stated.place.located else stated.place.typed
        for stated in opened.file.relocations
    }
    parts: list[Part] = []
    for place, name in named.items():
        for test in IpaTest:
            written, ident = opened.assessment.test(place, test), ident_of(place, test)
            initial = {"conclusion": written.conclusion, "reasons": written.reasons}
            form = ConclusionForm(_sent(data, ident), prefix=ident, initial=initial)
            parts.append(ConclusionPart(ident=ident, opened=opened, form=form, place=place, test=test, name=name))
    words = {"justification": opened.assessment.old_coi_justification}
    justify = JustificationForm(_sent(data, JUSTIFICATION), prefix=JUSTIFICATION, initial=words)
    parts.append(JustificationPart(ident=JUSTIFICATION, opened=opened, form=justify))
    for part in parts:
        part.form.initial["version"] = part.stored
    return parts


def _sent(data: QueryDict | None, ident: str) -> QueryDict | None:
    return data if data and any(name.startswith(f"{ident}-") for name in data) else None


def texts_without_place(opened: Opened, data: QueryDict) -> list[str]:
    """Return the changed texts on places that are no longer proposed."""
    known = {part.ident for part in parts_of(opened)}
    idents = {name.rpartition("-")[0] for name in data if name.startswith("place-")} - known
    found = []
    for ident in sorted(idents):
        form = ConclusionForm(data, prefix=ident)
        reasons = data.get(f"{ident}-reasons", "")
        if form.is_valid():
            words = form.cleaned_data
            if actions.conclusion_token(words["conclusion"], words["reasons"]) == words["version"]:
                continue
            reasons = f"{Conclusion(words['conclusion']).label}. {words['reasons']}"
        found.append(reasons)
    return found
