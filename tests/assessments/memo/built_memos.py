"""The memos of the demonstration cases, built and rendered once."""

import io
import json
from datetime import date

import pypdf

from assessments.answer import answer
from assessments.assessing.assessment import Assessment
from assessments.casefile import reader
from assessments.memo import memo, pdf_renderer, printing
from assessments.memo.heading import Heading
from tests import ROOT
from tests.assessments.assessed import assess

DAY = date(2026, 11, 23)
HEADING = Heading(office="Office A", author="Demo Caseworker")


def built(document: dict, heading: Heading = HEADING) -> memo.Memo:
    return memo.build(answer.answer(reader.read(document, today=DAY)), Assessment(), heading)


def assessed(name: str, heading: Heading = HEADING) -> memo.Memo:
    document = json.loads((ROOT / f"fixtures/demo/{name}.json").read_text())
    found = answer.answer(reader.read(document, today=DAY))
    return memo.build(found, assess(found), heading)


def rendered(the_memo: memo.Memo) -> tuple[bytes, list[str]]:
    """Return the PDF and the text of its pages. Fails if the renderer warns."""
    warnings: list[str] = []
    pdf = pdf_renderer.render_pdf(printing.memo_html(the_memo), on_warning=warnings.append)
    assert warnings == []
    return pdf, [flat(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def flat(text: str) -> str:
    return "".join(text.split())
