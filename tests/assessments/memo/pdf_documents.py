"""Small documents for the PDF renderer, and what can be read back from them."""

import io

import pypdf

HEAD = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>COI memo N-2026-00123</title>
<meta name="dcterms.created" content="2026-11-23T09:00:00Z"><meta name="dcterms.modified" content="2026-11-23T10:30:00Z">
<link rel="stylesheet" href="memo.css">{head}</head><body class="{status}" data-reference="N-2026-00123"
data-office="Asylum Office" data-version="rules 1.0" data-page="Page" data-of="of" data-draft="DRAFT"
data-standing="{standing}"><main>"""
FOOT = "</main></body></html>"


def memo(body: str, *, head: str = "", status: str = "final") -> str:
    standing = "DRAFT" if status == "draft" else "Approved"
    return HEAD.format(head=head, status=status, standing=standing) + "<h1>Memo</h1>" + body + FOOT


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in read(pdf).pages]
