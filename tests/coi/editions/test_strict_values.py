"""No way into the library accepts a value that another refuses: each bad value is tried on all of them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models, transaction
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Role, User
from coi.drafts import starting
from coi.editions import checks, field_values, strict_values
from coi.editions.refusals import ImportRefused
from coi.files.spreadsheets import reading
from coi.files.spreadsheets.columns import SHEETS
from coi.models import (
    CompiledEdition,
    CuratorQuery,
    DeadLink,
    DraftEditor,
    DraftWork,
    Edition,
    Finding,
    FindingKey,
    Footnote,
    Originator,
    Report,
    Retirement,
    SearchDocument,
    parts,
)
from coi.pages.forms.finding import FindingForm
from coi.pages.forms.frame import CoverageForm, ReportForm, SectionForm
from coi.pages.forms.notes import FigureForm, FootnoteForm, QueryForm
from coi.pages.forms.rows import FigureRowForm, SourceForm
from tests.coi.files.uploaded_spreadsheets import held
from tests.coi.sheet_files import rows, sheet_file

pytestmark = pytest.mark.usefixtures("library")
NOTE = "sem-mali-2021-04"
TOMORROW = (timezone.localdate() + timedelta(days=1)).isoformat()
LONG = "x" * 2_001


@dataclass(frozen=True)
class Bad:
    """A value that no way accepts: as written in YAML, in a cell and in a form."""

    field: str  # model.field
    yaml: str
    said: str
    cell: Any = None
    typed: str | None = None


def text(field: str, value: str, said: str) -> Bad:
    """Return the same text for all ways."""
    return Bad(field, json.dumps(value), said, cell=value, typed=value)


WHOLE = "Write a whole number from 1 to 32,767"
TEXT = "Write text; put it in quotation marks."
BAD = [
    *(Bad("finding.paragraph", value, WHOLE, cell=value, typed=value) for value in (
        "12:30", "010", "0x1F", "0o17", "1_0", "1e1", "١", "-1", "1.5", "0", "99999", "true", "[1]",
    )),
    Bad("finding.paragraph", "1.0", WHOLE, typed="1.0"),
    Bad("finding.paragraph", '"1"', WHOLE),
    Bad("finding.paragraph", "yes", WHOLE, cell=True, typed="yes"),
    Bad("finding.paragraph", "null", "It must be filled in"),
    Bad("footnote.number", "0", WHOLE, cell=0, typed="0"),
    Bad("section.position", "0", WHOLE, cell=0, typed="0"),
    Bad("figurerow.fatalities", "-5", "from 0 to", cell=-5, typed="-5"),
    Bad("figurerow.fatalities", '"1,271"', "from 0 to", cell="1,271", typed="1,271"),
    *(Bad("finding.statement", value, TEXT, cell=cell) for value, cell in (
        ("no", False), ("yes", True), ("on", None), ("off", None), ("true", True), ("12", 12), ("1.5", 1.5), ("010", None),
        ("12:30", None), ("0x1F", None), ("[a, b]", None), ("{a: b}", None), ("2019-01-01T00:00:00Z", None),
        (".inf", None), ("+1", None),
    )),
    Bad("finding.statement", "null", "It must be filled in"),
    Bad("finding.statement", "~", "It must be filled in"),
    text("finding.statement", LONG, "At most 2,000 characters"),
    text("finding.statement", "a\u202eb", "cannot be shown: U+202E"),
    Bad("finding.statement", '" "', "It has no visible text"),
    text("section.title", "x" * 201, "At most 200 characters"),
    Bad("section.title", "2024", TEXT, cell=2024),
    text("curatorquery.remark", "x" * 4_001, "At most 4,000 characters"),
    text("coveragerow.basis", "x" * 4_001, "At most 4,000 characters"),
    text("edition.label", "x" * 301, "At most 300 characters"),
    text("figure.title", "x" * 301, "At most 300 characters"),
    text("finding.quotation", "x" * 401, "At most 400 characters"),
    text("source.title", "x" * 401, "At most 400 characters"),
    text("finding.code", "a b", "A code may have only letters"),
    text("finding.kind", "rumour", "Write one of: occurrence"),
    Bad("finding.no_footnote", "no", "Write true or false", cell="perhaps"),
    Bad("finding.no_footnote", "1", "Write true or false", cell=1),
    Bad("finding.no_footnote", '"true"', "Write true or false"),
    text("report.country", "QQ", "a country in the library"),
    Bad("report.country", '"ml"', "two capital letters", typed="ml"),
    text("report.language", "english", "At most 5"),
    text("report.language", "EN", "code of a language"),
    text("source.url", "ftp://example.org/x", "web address"),
    text("edition.cut_off", "9999-12-31", "from 1900 to 2100"),
    text("edition.cut_off", "2021-02-30", "from 1900 to 2100"),
    Bad("edition.cut_off", "2021-04-17T23:00:00+05:00", "not a day"),
    Bad("edition.cut_off", '"17.04.2021"', "not a day"),
    Bad("edition.cut_off", "20210417", "not a day", cell=20210417),
    Bad("edition.cut_off", '"2021-4-7"', "not a day"),
    text("edition.cut_off", TOMORROW, "is in the future"),
    text("source.accessed", TOMORROW, "is in the future"),
    text("source.published", "2099", "is in the future"),
    text("curatorquery.remarked_on", TOMORROW, "is in the future"),
    Bad("edition.published_on", f'"{TOMORROW}"', "is in the future", cell=TOMORROW),
    Bad("edition.held_on", TOMORROW, "is in the future", cell=TOMORROW),
    Bad("edition.latest_access", f'"{TOMORROW}"', "is in the future", cell=TOMORROW),
    Bad("finding.period_from", "true", "not a date", cell=True),
    Bad("finding.period_from", "12:30", "not a date", cell="12:30", typed="12:30"),
    Bad("finding.period_from", "2019.0", "not a date"),
    text("finding.period_from", "2019-13", "not a date"),
    Bad("finding.places", "[1]", "by its key"),
    Bad("finding.places", "[[1]]", "by its key"),
    Bad("finding.places", "5", "Write a list of keys"),
    Bad("finding.places", '[["nowhere"]]', "There is no place “nowhere”", cell="nowhere", typed="nowhere"),
    Bad("finding.actors", '[["martians"]]', "There is no actor “martians”", cell="martians", typed="martians"),
    Bad("finding.section", '["made-up-niger-2024", "nowhere"]', "There is no section", cell="nowhere", typed="nowhere"),
    Bad("finding.section", "1", "Name the section by its key", typed="1"),
    Bad("finding.colour", "red", "There is no such field"),
    Bad("finding.id", "1", "identified by its code"),
    Bad("finding.keys", "[]", "No file fills in this field"),
]  # fmt: skip
FORMS: dict[str, Callable[[Edition, QueryDict], Any]] = {
    "report": lambda draft, data: ReportForm(data),
    "edition": lambda draft, data: ReportForm(data),
    "section": lambda draft, data: SectionForm(draft, None, data),
    "coveragerow": lambda draft, data: CoverageForm(draft, None, data),
    "footnote": lambda draft, data: FootnoteForm(draft, None, data),
    "source": lambda draft, data: SourceForm(data, country="NE", number=1),
    "finding": lambda draft, data: FindingForm(draft, None, data),
    "figure": lambda draft, data: FigureForm(draft, None, data),
    "figurerow": lambda draft, data: FigureRowForm(data, country="NE", number=1),
    "curatorquery": lambda draft, data: QueryForm(draft, None, data),
}


def entries() -> list[dict[str, Any]]:
    """Return a valid edition as its file has it."""
    found = reading.read(sheet_file()).entries
    day = {"model": "coi.publication", "fields": {"edition": ["made-up-niger-2024"], "published_at": "2026-11-02"}}
    return [*found, day]


def as_file(folder: Path, document: list[dict[str, Any]], raw: str = "") -> Path:
    """Write the file. JSON is YAML as well; ``raw`` replaces the mark."""
    path = folder / "made-up.yaml"
    lines = [f"- {json.dumps(entry, ensure_ascii=False)}" for entry in document]
    path.write_text("\n".join(lines).replace('"@@"', raw or '"@@"') + "\n", encoding="utf-8")
    return path


def with_value(bad: Bad) -> list[dict[str, Any]]:
    model, field = bad.field.split(".")
    changed = entries()
    first = next(entry for entry in changed if entry["model"] == f"coi.{model}")
    first["fields"][field] = "@@"
    return changed


def refused_by(road: str, path: Path, by: User) -> str:
    """Return the message with which this way refuses the file."""
    if road == "upload":
        with pytest.raises(ImportRefused) as refused:
            starting.upload(path.read_bytes(), by=by)
    else:
        with pytest.raises(CommandError) as refused, transaction.atomic():
            call_command(road, str(path), stdout=StringIO())
    return str(refused.value)


@pytest.fixture
def keeper(make_user, office) -> User:
    return make_user(Role.COI_ADMIN, office, "keeper")


ROADS = ["load_coi", "check_coi", "loaddata", "upload"]


def name_of(bad: Bad) -> str:
    return f"{bad.field}: {bad.yaml[:30]}"


@pytest.mark.parametrize("bad", BAD, ids=name_of)
def test_a_bad_value_in_a_file_is_refused_by_every_road_with_its_entry_and_field(bad, keeper, tmp_path):
    path = as_file(tmp_path, with_value(bad), bad.yaml)
    before = held()
    for road in ROADS:
        message = refused_by(road, path, keeper)
        said = bad.said
        if road == "loaddata" and bad.field == "finding.id":
            said = "No file fills in this field"
        assert said in message, road
        assert bad.field.split(".")[1] in message, road
        assert "entry " in message, road
        for of_django in ("matching query", "Ensure this", "This field", "Select a valid", "Enter a valid"):
            assert of_django not in message, road
    assert held() == before


@pytest.mark.parametrize("bad", [bad for bad in BAD if bad.cell is not None], ids=name_of)
def test_a_bad_value_in_a_cell_is_refused_at_its_cell(bad, keeper):
    model, field = bad.field.split(".")
    sheet, column = next(
        (sheet, column)
        for sheet in SHEETS
        for column in sheet.columns
        if column.model._meta.model_name == model and column.field == field
    )
    filled = rows()
    filled[sheet.name][0][column.header] = bad.cell
    before = held()
    with pytest.raises(ImportRefused) as refused:
        starting.upload(sheet_file(filled), by=keeper)
    assert any(problem.startswith(f"{sheet.name}, row 2, “{column.header}”") for problem in refused.value.problems)
    assert held() == before


@pytest.mark.parametrize("bad", [bad for bad in BAD if bad.typed is not None], ids=name_of)
def test_a_bad_value_typed_into_a_form_is_refused_at_its_field(bad):
    model, field = bad.field.split(".")
    data = QueryDict(mutable=True)
    data[field] = bad.typed
    form = FORMS[model](Edition.objects.get(code=NOTE), data)
    assert field in form.errors
    assert "must be filled" not in str(form.errors[field])
    assert "required" not in str(form.errors[field])


@pytest.mark.parametrize("model", [label for label, m in parts.MODELS.items() if m is not Edition])
def test_the_same_row_twice_is_refused_by_every_road(model, keeper, tmp_path):
    document = entries()
    again = next(entry for entry in document if entry["model"] == model)
    document.append({"model": model, "fields": {**again["fields"]}})
    path = as_file(tmp_path, document)
    before = held()
    for road in ROADS:
        assert "This row is in the file already" in refused_by(road, path, keeper), road
    assert held() == before


def test_a_cell_that_a_figure_prints_twice_is_refused(keeper):
    filled = rows()
    filled["Figure rows"][1]["Period as printed"] = "2022"
    with pytest.raises(ImportRefused, match="row 1 already prints this cell"):
        starting.upload(sheet_file(filled), by=keeper)


def test_a_valid_file_loads_in_every_way(keeper, tmp_path):
    path = as_file(tmp_path, entries())
    call_command("check_coi", str(path), stdout=StringIO())
    for command in ("load_coi", "loaddata"):
        with transaction.atomic():
            call_command(command, str(path), stdout=StringIO(), verbosity=0)
            assert Edition.objects.get(code="made-up-niger-2024").is_published
            transaction.set_rollback(True)
    assert starting.upload(path.read_bytes(), by=keeper).findings.count() == 2


def test_text_is_stored_cleaned_by_every_road(keeper, tmp_path):
    """A YAML file and a spreadsheet with the same uncleaned text make the same edition."""
    typed, kept = "  Made up: Me\u0301naka,\r\nin the Nig\u00ader  ", "Made up: Ménaka,\nin the Niger"
    document = entries()
    next(entry for entry in document if entry["model"] == "coi.finding")["fields"]["statement"] = typed
    filled = rows()
    filled["Findings"][0]["Statement"] = typed
    path = as_file(tmp_path, document)
    for command in ("load_coi", "loaddata"):
        with transaction.atomic():
            call_command(command, str(path), stdout=StringIO(), verbosity=0)
            assert Finding.objects.get(edition__code="made-up-niger-2024", code="w-01").statement == kept, command
            transaction.set_rollback(True)
    for content in (path.read_bytes(), sheet_file(filled)):
        assert starting.upload(content, by=keeper).findings.get(code="w-01").statement == kept


def test_plain_values_of_yaml_are_read_as_they_are_written(keeper, tmp_path):
    document = entries()
    finding = next(entry for entry in document if entry["model"] == "coi.finding")
    finding["fields"]["period_from"] = "@@"
    draft = starting.upload(as_file(tmp_path, document, "2024").read_bytes(), by=keeper)
    assert draft.findings.get(code="w-01").period_from == "2024"
    document = entries()
    next(entry for entry in document if entry["model"] == "coi.edition")["fields"]["cut_off"] = "@@"
    draft = starting.upload(as_file(tmp_path, document, "2024-06-30").read_bytes(), by=keeper)
    assert draft.cut_off == date(2024, 6, 30)


def test_all_bad_values_are_named_at_once(keeper, tmp_path):
    document = entries()
    for entry in document:
        if entry["model"] == "coi.finding":
            entry["fields"] |= {"paragraph": "1", "statement": 5}
    message = refused_by("load_coi", as_file(tmp_path, document), keeper)
    assert message.count("paragraph:") == message.count("statement:") == 2


def test_a_reference_to_a_later_row_is_refused_with_its_position(keeper, tmp_path):
    document = entries()
    at = next(n for n, entry in enumerate(document) if entry["model"] == "coi.footnote")
    document.append(document.pop(at))
    path = as_file(tmp_path, document)
    assert "comes later in the file" in refused_by("load_coi", path, keeper)


def test_other_formats_than_yaml_are_not_loaded(keeper, tmp_path):
    path = tmp_path / "made-up.json"
    path.write_text(json.dumps(entries()), encoding="utf-8")
    assert "json is not a known serialization format" in refused_by("loaddata", path, keeper)


STORED = [
    (Edition, {}, {"cut_off": TOMORROW}, "edition", "cut_off"),
    (Finding, {"code": "mop-20"}, {"statement": LONG}, "finding mop-20", "statement"),
    (Footnote, {"number": 1}, {"paragraph": 0}, "footnote 1", "paragraph"),
    (CuratorQuery, {"code": "acled-export"}, {"remarked_on": TOMORROW}, "query acled-export", "remarked_on"),
    (Report, {}, {"country": "QQ"}, "edition", "country"),
]


@pytest.mark.parametrize(("model", "wanted", "values", "where", "field"), STORED, ids=lambda v: str(v)[:20])
def test_bad_values_already_stored_are_not_published(model, wanted, values, where, field):
    """However it got there, the checks before publishing use the same rules."""
    edition = Edition.objects.get(code=NOTE)
    of_it = (
        {"pk": edition.pk}
        if model is Edition
        else {"pk": edition.report_id}
        if model is Report
        else {"edition": edition}
    )
    assert model.objects.filter(**of_it, **wanted).update(**values) == 1
    edition = Edition.objects.get(code=NOTE)
    assert any((p.where, p.field) == (where, field) for p in checks.check_edition(edition))


def test_every_field_of_an_edition_has_a_rule():
    """A new field is checked by its type; one of a type without a rule would be refused in every file."""
    for model in parts.BY_MODEL:
        for field in strict_values._own_fields(model):
            assert field.is_relation or any(isinstance(field, kind) for kind, _check in field_values._CHECKS)
            assert not isinstance(field, models.DateTimeField)


# These refer to an edition or a part of one, and are not part of its content.
BESIDE_EDITIONS = {CompiledEdition, DeadLink, DraftEditor, DraftWork, FindingKey, Retirement, SearchDocument}


def test_every_table_that_refers_to_an_edition_is_one_of_its_parts():
    """A part that is not on the list is missing from fixtures, checks, copies and guards."""
    of_coi = apps.get_app_config("coi").get_models()
    referring = {m for m in of_coi for f in m._meta.get_fields() if f.concrete and f.related_model in parts.CONTENT}
    assert referring == set(parts.BY_MODEL) - {Report, Edition, Originator} | BESIDE_EDITIONS


def test_each_part_comes_after_those_that_it_refers_to():
    listed = list(parts.BY_MODEL)
    for at, model in enumerate(listed):
        related = {field.related_model for field in model._meta.get_fields() if field.concrete and field.is_relation}
        assert related.isdisjoint(listed[at:])


def test_a_word_with_a_facet_that_is_not_listed_is_not_loaded(db, tmp_path):
    path = tmp_path / "words.yaml"
    path.write_text("- {model: coi.trait, fields: {code: example, facet: planet, name: EXAMPLE}}", encoding="utf-8")
    with pytest.raises(CommandError, match="facet: “planet” is not accepted"):
        call_command("loaddata", str(path), verbosity=0)
