"""Take the pictures of docs/gallery/: the main pages with the demonstration cases, and the memo's first page.

Usage: make gallery. It uses its own data and server in a temporary folder, and reads nothing of a development machine.
Like the tests, it needs Chromium, Playwright and poppler-utils.
"""

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
GALLERY = ROOT / "docs" / "gallery"
SIZE = {"width": 1366, "height": 768}
QUALITY = 72  # WebP quality: text stays sharp and the folder small
CASE, DECIDED = "N-2026-00101", "N-2026-00106"


@dataclass(frozen=True)
class Picture:
    """One page: its user, its address, what the picture shows, and what is typed into the search box."""

    name: str
    user: str
    address: str
    words: str
    typed: str = ""


def pictures(case_of: Callable[[str], str], intake: str) -> tuple[Picture, ...]:
    """Return the pages in the order of the work; ``case_of`` returns the address of a case by its reference."""
    case, library = case_of(CASE), "/library/"
    return (
        Picture("cases", "caseworker", "/", "A caseworker's cases: what waits for them, and in which state each is."),
        Picture("intake-fact", "caseworker", f"/intake/{intake}/facts/", "Entering a material fact, one a page."),
        Picture(
            "case", "caseworker", case, "A case: what is next, each fact with position and outcome, the intake folded."
        ),
        Picture(
            "fact",
            "caseworker",
            f"{case}facts/F1/",
            "What the COI says on a fact, and the officer's own part beside it.",
        ),
        Picture(
            "fact-opposed",
            "caseworker",
            f"{case_of('N-2026-00108')}facts/F2/",
            "A fact on which the report says otherwise.",
        ),
        Picture("relocation", "caseworker", f"{case}relocation/", "Home and a proposed place side by side, by test."),
        Picture("open-questions", "caseworker", f"{case}gaps/", "What the COI leaves open, as questions to ask."),
        Picture("memo-preview", "caseworker", f"{case}preview/", "The memo on screen, each note under its sentence."),
        Picture("submit", "caseworker", f"{case}submit/", "Before submission: what is still to do or to look at."),
        Picture(
            "disclosure", "caseworker", f"{case}disclosure/", "All COI that was matched, for the applicant or counsel."
        ),
        Picture("queue", "supervisor", "/", "A supervisor's queue, and the office's open cases."),
        Picture("review", "supervisor", f"{case_of('N-2026-00104')}review/", "Reviewing a memo, section by section."),
        Picture("version", "supervisor", f"{case_of(DECIDED)}versions/1/", "An approved version, which never changes."),
        Picture(
            "recall",
            "supervisor2",
            f"{case_of('N-2026-00107')}recall/",
            "A recalled memo: what changed, and what to decide.",
        ),
        Picture("check-pdf", "supervisor", "/memo-check/", "Checking a PDF that somebody handed over."),
        Picture("library", "caseworker", library, "The library: reports, their age, and what they cover."),
        Picture("search", "caseworker", f"{library}search/", "Search, with the reason for each hit.", "Ogossagou"),
        Picture(
            "region", "caseworker", f"{library}regions/ML-5/", "A region: map, figures with their source, findings."
        ),
        Picture("audit-record", "auditor", "/record/", "The audit record: who read and changed what."),
    )


MEMO = Picture("memo", "supervisor", "", "The first page of an approved memo (PDF).")


def signed_in(browser: Any, address: str, user: str) -> Any:
    from assessments.management.commands.load_demo import PASSWORD

    page = browser.new_context(viewport=SIZE, base_url=address, color_scheme="light").new_page()
    page.set_default_timeout(120_000)
    page.goto("/sign-in/")
    page.fill("[name=username]", user)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def take(page: Any, file: Path) -> None:
    """Save the screen as WebP."""
    page.evaluate("document.fonts.ready")
    taken = page.context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    file.write_bytes(base64.b64decode(taken["data"]))


def take_pages(address: str, folder: Path) -> list[Picture]:
    """Take every page and the memo. Stop at a page that answers with an error."""
    from playwright.sync_api import sync_playwright

    from assessments.models import Case, IntakeDraft
    from tests.demonstration_server import chromium
    from tests.searching import search_in_browser

    uuids = {case.reference: f"/cases/{case.uuid}/" for case in Case.objects.all()}
    drafts = IntakeDraft.objects.filter(case=None, author__username="caseworker")
    listed = [*pictures(uuids.__getitem__, str(drafts.get().uuid)), MEMO]
    pages: dict[str, Any] = {}
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        for picture in listed[:-1]:
            page = pages.get(picture.user) or pages.setdefault(picture.user, signed_in(browser, address, picture.user))
            answer = page.goto(picture.address)
            if not answer.ok:
                raise SystemExit(f"{picture.name}: {picture.address} answers {answer.status}")
            if picture.typed:
                search_in_browser(page, picture.address, picture.typed)
            take(page, GALLERY / f"{picture.name}.webp")
        take_memo(pages["supervisor"], uuids[DECIDED], folder)
        browser.close()
    return listed


def take_memo(page: Any, case: str, folder: Path) -> None:
    """Take the first page of the approved PDF, drawn by poppler and packed by the browser."""
    pdf = folder / "memo.pdf"
    pdf.write_bytes(page.context.request.get(f"{case}versions/1/memo.pdf").body())
    subprocess.run(["pdftoppm", "-r", "92", "-png", "-singlefile", pdf, folder / "memo"], check=True)
    encoded = base64.b64encode((folder / "memo.png").read_bytes()).decode()
    drawn = page.context.browser.new_page(viewport={"width": 760, "height": 1075})
    drawn.set_content(f'<body style="margin:0"><img style="width:760px" src="data:image/png;base64,{encoded}">')
    drawn.wait_for_function("document.images[0].complete")
    take(drawn, GALLERY / "memo.webp")


def write_index(listed: list[Picture]) -> None:
    words = [
        "# The main pages in pictures",
        "`make gallery` takes these pictures anew, from the demonstration cases, at 1366 × 768. All cases are invented.",
    ]
    words += [f"**{picture.words}**\n\n![{picture.words}]({picture.name}.webp)" for picture in listed]
    (GALLERY / "README.md").write_text("\n\n".join(words) + "\n", encoding="utf-8")


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="footnote-gallery-"))
    sys.path.insert(0, str(ROOT))
    import django

    from tests.demonstration_server import environment_of, prepare, served

    os.environ |= environment_of(folder) | {"DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
    django.setup()
    try:
        prepare(folder)
        with served(folder) as address:
            shutil.rmtree(GALLERY, ignore_errors=True)
            GALLERY.mkdir(parents=True)
            write_index(take_pages(address, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    files = list(GALLERY.iterdir())
    print(f"{len(files) - 1} pictures in docs/gallery, {sum(file.stat().st_size for file in files) // 1024} kB")


if __name__ == "__main__":
    main()
