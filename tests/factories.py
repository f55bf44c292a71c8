"""Cases in every state, made by the application's own actions, and invented editions."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import User
from assessments import actions
from assessments.actions import Graded
from assessments.answer import answer
from assessments.assessing import evidence, fact_changes, stored_assessment
from assessments.assessing.assessment import FactWritten
from assessments.assessing.fact_changes import Seen
from assessments.casefile import reader, stored_case
from assessments.memo import memo, pdf_renderer, snapshot, submission
from assessments.models import Case, MemoVersion, Recall
from assessments.models.codes import Closed, Grade, Outcome
from audit.record import record
from coi.files import fixture, loading
from coi.models import (
    Actor,
    CoverageRow,
    Denial,
    Edition,
    EventKind,
    FigureRow,
    Finding,
    Footnote,
    Originator,
    Place,
    Publication,
    Report,
    Section,
    Source,
    Trait,
)

DEMO = Path(__file__).resolve().parents[1] / "fixtures" / "demo"
WHY = "Invented for a test."
PDF = b"%PDF-1.7 invented"


def make_case(by: User, name: str = "mopti-ogossagou", **changes: Any) -> Case:
    """Return a new case of this caseworker from an invented case file; ``changes`` replace parts of the document."""
    document = json.loads((DEMO / f"{name}.json").read_text(encoding="utf-8")) | changes
    return actions.record_case(reader.read(document, today=timezone.localdate()), by=by)


def assessed(case: Case, by: User | None = None) -> Case:
    """Return the case with its matches seen, every fact accepted with reasons, and older COI justified."""
    by = by or case.author
    actions.show_matches(case, by=by)
    found = answer.answer(stored_case.case_file(case, today=timezone.localdate()))
    assessment = stored_assessment.assessment_of(case)
    for fact in found.facts:
        written = FactWritten(
            fact.stated.id,
            reasoning=f"Reasoning on {fact.stated.id}. {WHY}",
            outcome=Outcome.ACCEPTED,
            outcome_reasons=f"Reasons for {fact.stated.id}. {WHY}",
            version=assessment.of(fact.stated.id).version,
        )
        actions.assess.save_fact(case, written, evidence.pieces(fact, assessment), by=by, seen=Seen.of(fact))
    token = actions.text_version(case.old_coi_justification)
    actions.justify_old_coi(case, by=by, words=f"Nothing newer was published. {WHY}", version=token)
    return fresh(case)


def submitted(case: Case, by: User | None = None) -> MemoVersion:
    """Submit the memo, after writing what has to be written."""
    if case.matches_first_shown_at is None:
        case = assessed(case, by)
    case = fresh(case)
    shown = submission.prepare(case, on=timezone.localdate())
    return actions.submit(case, by=by or case.author, version=case.version, digest=shown.digest)


def in_review(case: Case, by: User) -> MemoVersion:
    """Take the memo for review by this supervisor."""
    submitted(case)
    actions.take(fresh(case), by=by)
    return newest(case)


def sections_of(version: MemoVersion) -> Sequence[str]:
    """Return the anchors of the graded sections."""
    return [anchor for anchor, _title in memo.build(*snapshot.thaw(version.content)).graded]


def graded(version: MemoVersion, by: User, grade: str = Grade.CORRECT, comment: str = "") -> MemoVersion:
    """Mark every section as read and give it this grade."""
    sections = sections_of(version)
    actions.note_shown(fresh(version.case), by=by, number=version.number, sections=sections)
    actions.grade(
        fresh(version.case),
        by=by,
        number=version.number,
        digest=version.content_sha256,
        token=actions.review_token(version, sections),
        graded=[Graded(section, grade, comment) for section in sections],
    )
    return version


def approved(case: Case, by: User, *, printed: bool = False) -> MemoVersion:
    """Approve the memo as this supervisor; ``printed`` makes its real PDF, which takes a second or two."""
    version = graded(in_review(case, by), by)
    renderer = pdf_renderer.render_pdf
    try:
        if not printed:
            pdf_renderer.render_pdf = lambda html, **limits: PDF
        actions.approve(fresh(case), by=by, number=version.number, digest=version.content_sha256)
    finally:
        pdf_renderer.render_pdf = renderer
    return newest(case)


def recorded(version: MemoVersion) -> MemoVersion:
    """Record the submission, and the approval, of a version that was stored without an action."""
    of = {"object_type": "case", "object_id": str(version.case.uuid), "version": version.number}
    record(by=str(version.submitted_by_id), action="memo.submit", sha256=version.content_sha256, **of)
    if version.is_final:
        record(by=str(version.decided_by_id), action="memo.approve", sha256=version.pdf_sha256, **of)
    return version


def answered(case: Case) -> answer.Answer:
    """Return the library's answer today."""
    return answer.answer(stored_case.case_file(fresh(case), today=timezone.localdate()))


def saw_changes(case: Case) -> None:
    """Mark every change of the COI as seen by the author, who changes nothing."""
    case = fresh(case)
    found = answered(case)
    facts = {f.stated.id: f for f in found.facts}
    for ident in fact_changes.changes(case, found).by_fact:
        actions.note_change_seen(case, ident, Seen.of(facts[ident]), by=case.author)


def returned(case: Case, by: User, remark: str = "Please look again.") -> MemoVersion:
    """Return the memo with comments."""
    version = graded(in_review(case, by), by, Grade.MINOR, "Say more.")
    actions.send_back(fresh(case), by=by, number=version.number, digest=version.content_sha256, remark=remark)
    return newest(case)


def recalled(case: Case, by: User, finding: str | None = None, reason: str = "The report was corrected.") -> Recall:
    """Approve the memo, then recall it because of a finding that it relies on."""
    version = approved(case, by)
    if finding is None:
        finding = version.reliances.filter(omitted=False).order_by("pk").first().finding
    return actions.recall(version, finding, reason)


def superseded(case: Case, by: User) -> MemoVersion:
    """Recall the memo and mark it as superseded."""
    recalled(case, by)
    actions.supersede(fresh(case), by=by, reason=WHY)
    return newest(case)


def closed(case: Case, by: User | None = None, because: str = Closed.WITHDRAWN) -> Case:
    """Close the case without a decision."""
    actions.close(fresh(case), by=by or case.author, because=because, note=WHY)
    return fresh(case)


def fresh(case: Case) -> Case:
    """Return the case as it is stored now."""
    return Case.objects.select_related("office", "author", "reviewer").get(pk=case.pk)


def newest(case: Case) -> MemoVersion:
    """Return its newest version."""
    return MemoVersion.objects.filter(case=case).order_by("-number").get(number=submission.next_number(case) - 1)


# --- the library --------------------------------------------------------------------------------


def made_up_edition(
    code: str,
    *,
    country: str = "ML",
    covers: str = "",
    events: Sequence[str] = ("attack",),
    originator: str = "hrw",
    report: Report | None = None,
    cut_off: date = date(2022, 6, 30),
) -> Edition:
    """Return an invented, unpublished edition with one section, one row of coverage and footnote 1."""
    report = report or Report.objects.create(
        code=f"report-{code}",
        title="Made up for tests",
        publisher="Nobody",
        product_type="note",
        country=country,
        language="en",
    )
    edition = Edition.objects.create(
        report=report, code=code, label=f"Made up: {code}", cut_off=cut_off,
        period_from="2015", current_from="2019", latest_access=cut_off,
    )  # fmt: skip
    Section.objects.create(edition=edition, code="all", title="All", position=1, period_from="2015")
    row = CoverageRow.objects.create(
        edition=edition, code="all", place=Place.objects.get(code=covers or country), period_from="2015",
        period_to=f"{cut_off:%Y-%m}", basis="Made up for tests.",
    )  # fmt: skip
    row.events.set(EventKind.objects.filter(code__in=events))
    note = Footnote.objects.create(edition=edition, number=1, section_code="all", paragraph=1, after_sentence=99)
    Source.objects.create(
        footnote=note, position=1, originator=Originator.objects.get(code=originator), publisher="Somebody",
        title=f"Something in {code}", kind="ngo",
    )  # fmt: skip
    return edition


def made_up_finding(
    edition: Edition,
    code: str,
    *,
    place: str,
    kind: str = "occurrence",
    events: Sequence[str] = ("attack-on-village",),
    actors: Sequence[str] = (),
    targets: Sequence[str] = (),
    period: tuple[str, str] = ("", ""),
    statement: str = "",
    is_cited: bool = True,
) -> Finding:
    """Return an invented finding. A denial or no-evidence rules out the given events, by anyone."""
    number = edition.findings.count() + 1
    denies = kind in ("denial", "no-evidence")
    finding = Finding.objects.create(
        edition=edition, section=edition.sections.get(), code=code, position=number, paragraph=1, sentence=number,
        kind=kind, strength="stated", statement=statement or f"Made up: {code}.", no_footnote=not is_cited,
        period_from="" if denies else period[0], period_to="" if denies else period[1],
    )  # fmt: skip
    if is_cited:
        finding.footnotes.set(edition.footnotes.all())
    finding.places.set(Place.objects.filter(code=place))
    part: Any = finding
    if denies:
        part = Denial.objects.create(finding=finding, period_from=period[0], period_to=period[1])
        part.places.set(Place.objects.filter(code=place))
    part.events.set(EventKind.objects.filter(code__in=events))
    part.actors.set(Actor.objects.filter(code__in=actors))
    part.targets.set(Trait.objects.filter(code__in=targets))
    return finding


def copied(edition: Edition, *, code: str, label: str) -> Edition:
    """Return a draft that is a copy of the edition and has no author."""
    with loading.stored(fixture.entries(edition, code=code, label=label, published=False)) as done:
        return done.edition


def correct_figure(edition: Edition, place: str = "ML-7", balance: str = "ML-5") -> None:
    """Add one death in 2019 to the place and remove one from the other, so that every total still adds up."""
    rows = FigureRow.objects.filter(figure__edition=edition, figure__number=1, period_label__in=["2019", "Total"])
    rows.filter(place__code=place).update(fatalities=models.F("fatalities") + 1)
    rows.filter(place__code=balance).update(fatalities=models.F("fatalities") - 1)


def take_out(edition: Edition, code: str) -> None:
    """Remove this finding from a draft."""
    for row in Finding.objects.filter(edition=edition, code=code):
        Denial.objects.filter(finding=row).delete()
        row.delete()


def published(edition: Edition) -> Edition:
    """Publish the edition in place of the current one, without calling listeners."""
    loading.retire_current(edition)
    Publication.objects.create(edition=edition, published_at=date(2026, 11, 23))
    return edition


def second_report(report_code: str = "made-up", edition_code: str = "made-up-2022") -> Edition:
    """Return a second, invented report on Mali, published, which denies an attack on Ogossagou in March 2019."""
    report = Report.objects.create(
        code=report_code,
        title="Made up for tests",
        publisher="Nobody",
        product_type="note",
        country="ML",
        language="en",
    )
    edition = Edition.objects.create(
        report=report, code=edition_code, label="Made up, 2022", cut_off=date(2022, 6, 30),
        period_from="2015", current_from="2019", latest_access=date(2022, 6, 30),
    )  # fmt: skip
    section = Section.objects.create(edition=edition, code="all", title="All", position=1, period_from="2015")
    row = CoverageRow.objects.create(
        edition=edition,
        code="all",
        place=Place.objects.get(code="ML"),
        period_from="2015",
        period_to="2022-06",
        basis="It says so.",
    )
    row.events.set(EventKind.objects.filter(code="attack"))
    note = Footnote.objects.create(edition=edition, number=1, section_code="all", paragraph=1, after_sentence=1)
    Source.objects.create(
        footnote=note,
        position=1,
        originator=Originator.objects.get(code="hrw"),
        publisher="Somebody",
        title="Something",
        kind="ngo",
    )
    finding = Finding.objects.create(
        edition=edition, section=section, code="a-01", position=1, paragraph=1, sentence=1, kind="denial",
        strength="stated", statement="Ogossagou was not attacked in March 2019.",
    )  # fmt: skip
    finding.places.set(Place.objects.filter(code="gn-2452421"))
    finding.footnotes.set([note])
    denial = Denial.objects.create(finding=finding, period_from="2019-03", period_to="2019-03")
    denial.places.set(Place.objects.filter(code="gn-2452421"))
    denial.events.set(EventKind.objects.filter(code="attack"))
    Publication.objects.create(edition=edition, published_at=date(2026, 11, 23))
    return edition
