"""The Word copy of a memo: real footnotes, nothing lost, and a notice that only the PDF is authoritative."""

import io
import stat
import zipfile
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from assessments.memo import pdf_renderer, printing, word_copy
from tests import ROOT, factories
from tests.assessments.memo.built_memos import assessed
from tests.markup import elements, visible_text
from tests.sign_in import signed_in

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CASE = ROOT / "fixtures/demo/bamako-protest.json"

pytestmark = pytest.mark.usefixtures("library")
installed = pytest.mark.skipif(word_copy.pandoc() is None, reason="requirements-word.txt is not installed")


def texts(copy: bytes, part: str, of: str) -> list[str]:
    """Return the text of each such element in a part of the file."""
    with zipfile.ZipFile(io.BytesIO(copy)) as file:
        root = ElementTree.fromstring(file.read(f"word/{part}.xml"))
    return ["".join(t.text or "" for t in found.iter(f"{W}t")) for found in root.iter(f"{W}{of}")]


@installed
def test_every_note_of_the_memo_is_a_footnote_and_every_finding_is_there():
    the_memo = assessed("bamako-protest")
    copy = printing.memo_word(the_memo)
    cited = elements(printing.memo_html(the_memo), "span.footnote")
    notes = [text for text in texts(copy, "footnotes", "footnote") if text.strip()]
    assert len(notes) == len(cited) > 0
    for found, note in zip(cited, notes, strict=True):
        assert note.split() == [f"[{found.get('data-number')}", "in", "the", "PDF]", *visible_text(found).split()]
    body = " ".join(" ".join(texts(copy, "document", "p")).split())
    for card in the_memo.paragraphs.printed:
        assert " ".join(card.statement.split()) in body
    assert printing.memo_word(the_memo) == copy


@installed
def test_its_first_page_and_name_say_that_it_has_no_force(caseworker):
    version = factories.submitted(factories.make_case(caseworker, "bamako-protest"))
    client = signed_in(caseworker)
    page = client.get(reverse("version", args=[version.case.uuid, version.number]))
    address = reverse("version-word", args=[version.case.uuid, version.number])
    assert address in [a.get("href") for a in elements(page, "a")]
    response = client.get(address)
    assert response["Content-Disposition"] == 'attachment; filename="memo-v1-copy-without-force.docx"'
    title, notice, *_rest = texts(response.content, "document", "p")
    assert title == "Copy without force"
    assert "It has no force. Only the PDF is the memo." in notice
    assert version.content_sha256 in notice


def test_page_and_command_say_that_pandoc_is_not_installed(caseworker, monkeypatch, tmp_path):
    monkeypatch.setattr(word_copy, "pandoc", lambda: None)
    version = factories.submitted(factories.make_case(caseworker, "bamako-protest"))
    client = signed_in(caseworker)
    page = client.get(reverse("version", args=[version.case.uuid, version.number]))
    assert "Copies for Word are not installed here." in visible_text(page)
    response = client.get(reverse("version-word", args=[version.case.uuid, version.number]))
    assert response.status_code == 503
    assert "requirements-word.txt" in visible_text(response)
    with pytest.raises(CommandError, match=r"--word: .*requirements-word\.txt"):
        call_command("assess", CASE, word=tmp_path / "memo.docx", stdout=io.StringIO())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("script", "refusal"),
    [
        ("exec sleep 20", pdf_renderer.MemoTooSlow),
        ("sleep 20; true", pdf_renderer.MemoTooSlow),
        ("echo secret >&2; exit 3", pdf_renderer.MemoFailed),
    ],
)
def test_a_pandoc_that_hangs_or_fails_is_a_sentence(script, refusal, monkeypatch, tmp_path):
    program = tmp_path / "pandoc"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(word_copy, "pandoc", lambda: program)
    monkeypatch.setattr(word_copy, "SECONDS", 0.5)
    with pytest.raises(refusal) as refused:
        printing.memo_word(assessed("bamako-protest"))
    assert "secret" not in str(refused.value)
