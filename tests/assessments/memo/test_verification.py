"""A PDF checked against its record, and the message if they differ."""

import json
from dataclasses import replace
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from assessments.answer import answer
from assessments.casefile import reader
from assessments.memo import memo, printing, snapshot
from assessments.memo.document_mark import DocumentMark, mark_in
from assessments.memo.heading import Heading
from assessments.memo.verification import verify
from tests import ROOT
from tests.assessments.assessed import assess
from tests.verapdf import violations

DAY = date(2026, 11, 23)

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture(scope="module")
def approved():
    """Return a record and its approved PDF, printed once for ``printed``."""
    return {}


def printed(kept: dict) -> tuple[str, bytes]:
    if not kept:
        document = json.loads((ROOT / "fixtures/demo/bamako-protest.json").read_text())
        found = answer.answer(reader.read(document, today=DAY))
        heading = Heading(office="Office A", author="Demo Caseworker", version=3, status="submitted")
        kept["record"] = snapshot.freeze(found, assess(found), heading)
        decided = replace(heading, status="approved", reviewer="Demo “Q”, Supervisor <x>", decided_on=DAY)
        built = memo.build(*snapshot.thaw(kept["record"])[:2], decided, record_sha256=snapshot.sha256(kept["record"]))
        kept["pdf"] = printing.memo_pdf(built)
    return kept["record"], kept["pdf"]


@pytest.mark.slow
def test_a_memo_names_the_record_that_it_prints(approved):
    record, pdf = printed(approved)
    digest = snapshot.sha256(record)
    assert mark_in(pdf) == DocumentMark(digest, 3, "approved", "Demo “Q”, Supervisor <x>", DAY)
    assert violations(pdf) == []


@pytest.mark.slow
def test_a_memo_is_verified_from_its_record_without_the_database(approved, django_assert_num_queries):
    record, pdf = printed(approved)
    with django_assert_num_queries(0):
        found = verify(pdf, record)
    assert found.holds
    assert "version 3. Approved on 23 November 2026." in found.words


@pytest.mark.slow
def test_another_record_a_changed_pdf_and_other_files_get_different_answers(approved):
    record, pdf = printed(approved)
    assert "not the one that the PDF names" in verify(pdf, record.replace("Office A", "Office B")).words
    changed = verify(pdf + b"\n% changed", record)
    assert not changed.holds
    assert "prints other bytes" in changed.words
    for other in (b"", b"%PDF-1.7 nothing", b"stream\nx\nendstream", b"stream\n<x:xmpmeta></x:xmpmeta>\nendstream"):
        assert "names no record" in verify(other, record).words


@pytest.mark.slow
def test_the_command_reports_it_in_a_sentence(approved, tmp_path, capsys):
    record, pdf = printed(approved)
    (tmp_path / "memo.pdf").write_bytes(pdf)
    (tmp_path / "record.json").write_text(record, encoding="utf-8")
    call_command("verify_memo", tmp_path / "memo.pdf", tmp_path / "record.json")
    assert capsys.readouterr().out.startswith("The PDF is byte for byte what this release prints")
    (tmp_path / "record.json").write_text("{}", encoding="utf-8")
    with pytest.raises(CommandError, match="not the one that the PDF names") as refused:
        call_command("verify_memo", tmp_path / "memo.pdf", tmp_path / "record.json")
    assert refused.value.returncode == 1
    with pytest.raises(CommandError, match="cannot be read") as missing:
        call_command("verify_memo", tmp_path / "memo.pdf", tmp_path / "nothing.json")
    assert missing.value.returncode == 2
