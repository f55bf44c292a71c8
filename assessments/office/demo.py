"""The demonstration office: invented cases in every state, made with the same actions that users take."""

import json
import uuid
from datetime import timedelta
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from assessments.actions import (
    add_question,
    assess,
    begin_draft,
    conclude,
    justify_old_coi,
    recalls,
    record_case,
    review,
    share_case,
    show_matches,
    text_version,
)
from assessments.answer.answer import Answer, answer
from assessments.assessing import evidence, relocation_tests, stored_assessment
from assessments.assessing.assessment import FactWritten, IndicatorWritten, OwnSourceWritten
from assessments.assessing.fact_changes import Seen
from assessments.casefile import reader, stored_case
from assessments.casefile.form_data import form_data
from assessments.memo import memo, stored_versions
from assessments.memo.submission import prepare
from assessments.models import Case, IntakeDraft, MemoVersion
from assessments.models.codes import Grade

FOLDER = settings.BASE_DIR / "fixtures" / "demo"
EDITION = "sem-mali-2021-04"
INTAKE_BEGUN = uuid.UUID("7b3f0c52-5d0e-4a41-9d6e-0d1f5b8a2c10")


def plan() -> list[dict[str, Any]]:
    """Read the cases and their steps from fixtures/demo/office.yaml."""
    rows: list[dict[str, Any]] = yaml.safe_load((FOLDER / "office.yaml").read_text(encoding="utf-8"))
    return rows


def document(name: str) -> dict[str, Any]:
    """Read an invented case file."""
    stated: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return stated


def load() -> None:
    """Create every case that does not exist yet, and one unfinished intake."""
    for row in plan():
        with transaction.atomic():
            _load(row)
    _begin_intake(_user("caseworker"))


def _user(name: str) -> User:
    return User.objects.select_related("office").get(username=name)


def _load(row: dict[str, Any]) -> None:
    author = _user(row["author"])
    stated = document(row["case"])
    if Case.objects.filter(office=author.office, reference=stated["reference"]).exists():
        return
    today = timezone.localdate()
    if "due" in row:
        stated["due_on"] = str(today + timedelta(days=row["due"]))
    case = record_case(reader.read(stated, today=today), by=author)
    if row.get("shared"):
        share_case(case, shared=True, by=author)
    if "written" in row or "steps" in row:
        show_matches(case, by=author)
    if "written" in row:
        _write(case, row["written"], author)
    for step in row.get("steps", ()):
        _take(_fresh(case), step)
    if "since" in row:  # so that the queue shows different waiting times
        Case.objects.filter(pk=case.pk).update(state_since=timezone.now() - timedelta(days=row["since"]))


def _fresh(case: Case) -> Case:
    return Case.objects.select_related("office", "author", "reviewer").get(pk=case.pk)


# --- the officer's part -----------------------------------------------------------------------


def _write(case: Case, written: dict[str, Any], by: User) -> None:
    today = timezone.localdate()
    found = answer(stored_case.case_file(case, today=today), on=today)
    places = {stated.place.typed: relocation_tests.place_key(stated) for stated in found.case.relocations}
    own = [_add_source(case, source, places, by) for source in written.get("sources", ())]
    keys = {f"own {number}": key for number, key in enumerate(own, 1)}
    for fact, omitted in written.get("omitted", {}).items():
        for finding, reason in omitted.items():
            assess.omit(case, fact, _key(finding), reason=reason, version=0, by=by)
    for fact, findings in written.get("context", {}).items():
        for finding in findings:
            assess.take_context(case, fact, _key(finding), by=by)
    for fact, words in written.get("facts", {}).items():
        _write_fact(case, found, fact, words, keys, by)
    for place, tests in written.get("regions", {}).items():
        for test, said in tests.items():
            conclude(case, by=by, place=places[place], test=test, version=0, without_coi=False, **said)
    for question in written.get("questions", ()):
        add_question(case, by=by, **question)
    if words := written.get("old_coi"):
        justify_old_coi(case, by=by, words=words, version=text_version(""))


def _key(finding: str) -> str:
    return f"{EDITION}/{finding}"


def _add_source(case: Case, source: dict[str, Any], places: dict[str, str], by: User) -> str:
    day = timezone.localdate() - timedelta(days=30 * source["months"])
    added = OwnSourceWritten(
        id=0,
        fact=source.get("fact", ""),
        place=places[source["place"]] if "place" in source else "",
        citation=source["citation"],
        published=f"{day:%Y-%m}",
        url="",
        says=source["says"],
        bearing=source["bearing"],
    )
    return f"own:{assess.add_source(case, added, by=by).pk}"


def _write_fact(case: Case, found: Answer, fact: str, words: dict[str, Any], own: dict[str, str], by: User) -> None:
    indicators = tuple(_indicator(code, said, own) for code, said in words.get("indicators", {}).items())
    rest = {name: value for name, value in words.items() if name != "indicators"}
    written = FactWritten(fact, **rest, indicators=indicators)
    on = next(f for f in found.facts if f.stated.id == fact)
    assess.save_fact(case, written, evidence.pieces(on, stored_assessment.assessment_of(case)), by=by, seen=Seen.of(on))


def _indicator(code: str, said: Any, own: dict[str, str]) -> IndicatorWritten:
    if isinstance(said, str):
        return IndicatorWritten(code, said)
    rests = tuple(own.get(key) or _key(key) for key in said.get("rests", ()))
    return IndicatorWritten(code, said["words"], said.get("view", ""), rests, said.get("expected", ""))


# --- steps of the workflow ----------------------------------------------------------------------


def _take(case: Case, step: dict[str, Any]) -> None:
    by, reason = _user(step["by"]), step.get("reason", "")
    match step["do"]:
        case "submit":
            shown = prepare(case, on=timezone.localdate())
            review.submit(case, by=by, version=case.version, digest=shown.digest)
        case "take":
            review.take(case, by=by)
        case "approve" | "return" as decision:
            newest = _newest(case)
            number, digest = newest.number, newest.content_sha256
            _grade(case, newest, step.get("sections", {}), by=by, number=number, digest=digest)
            if decision == "approve":
                review.approve(case, by=by, number=number, digest=digest, remark=step.get("remark", ""), here=True)
            else:
                review.send_back(case, by=by, number=number, digest=digest, remark=reason)
        case "recall":
            finding = _key(step["finding"]) if "finding" in step else ""
            recalls.recall(_newest(case), finding, reason, by=by)
        case "supersede":
            recalls.supersede(case, by=by, reason=reason)
        case "reopen":
            review.reopen(case, by=by, reason=reason)
        case "close":
            review.close(case, by=by, because=step["because"], note=step["note"])
        case unknown:
            raise ValueError(f"office.yaml: nobody does {unknown!r}")


def _newest(case: Case) -> MemoVersion:
    version = case.versions.order_by("-number").first()
    assert version is not None  # noqa: S101 - the steps in office.yaml submit a memo before this one
    return version


def _grade(case: Case, version: MemoVersion, named: dict[str, Any], *, by: User, number: int, digest: str) -> None:
    printed = memo.build(*stored_versions.thawed(version))
    fine = {"grade": Grade.CORRECT.value}
    graded = [
        review.Graded(anchor, said["grade"], said.get("comment", ""))
        for anchor, _title in printed.graded
        for said in (named.get(anchor, fine),)
    ]
    sections = [each.section for each in graded]
    review.note_shown(case, by=by, number=number, sections=sections)
    token = review.review_token(version, sections)
    review.grade(case, by=by, number=number, digest=digest, token=token, graded=graded)


def _begin_intake(by: User) -> None:
    """Create an intake that was interrupted after the first place."""
    if IntakeDraft.objects.filter(uuid=INTAKE_BEGUN).exists():
        return
    begun = {
        "reference": "N-2026-00113",
        "country": "ML",
        "interview_language": "French",
        "persons": [{"id": "P1", "relation": "principal applicant", "sex": "female", "age_band": "18-34"}],
        "places": [{"role": "home-area", "place": "Sikasso"}],
        "material_facts": [{"id": "F1"}],
        "note": "Invented for demonstration; no real person.",
    }
    begin_draft(INTAKE_BEGUN, dict(form_data(begun).lists()), by=by)
