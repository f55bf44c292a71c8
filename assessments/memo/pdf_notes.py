"""Changes to WeasyPrint 70 for the notes at the foot of a memo's pages, and the checks that they work."""

import math
import sys
from typing import Any


def _note_key(footnote: Any) -> str | None:
    return None if footnote.element is None else footnote.element.get("data-note")


def _note_number(footnote: Any) -> tuple[int, str]:
    """Return the sort key of a note among those of its page: ``9`` before ``16``, and both before ``T1``."""
    number = "" if footnote.element is None else footnote.element.get("data-number", "")
    return (int(number) if number.isdecimal() else sys.maxsize, number)


def keep_notes_on_their_page() -> None:
    """Change WeasyPrint 70's footnotes, so that a note is on the page that cites it, once, and in the order of numbers.

    A line that does not fit goes to the next page. WeasyPrint would instead move the notes of the lines above it. It
    does not do so within columns, so every page is treated as one.

    A note cited twice on a page is printed once there, and on two pages once on each. Two citations with the same
    ``data-note`` cite the same note.

    The notes of a page are laid out once for each set of them, not for each line that is tried.
    """
    from weasyprint.formatting_structure import build
    from weasyprint.layout import LayoutContext
    from weasyprint.layout.block import block_level_layout

    lay_out, report = LayoutContext.layout_footnote, LayoutContext.report_footnote
    LayoutContext.in_column = property(lambda self: True, lambda self, value: None)

    def laid_out(self: Any) -> tuple[float, bool]:
        """Return the height of the notes, and whether they are higher than a page allows."""
        area = build.create_anonymous_boxes(self.current_footnote_area.deepcopy())
        area = block_level_layout(self, area, -math.inf, None, self.current_footnote_area.page)[0]
        last = area.children[-1]
        lowest = last.position_y + last.margin_height() - last.margin_bottom
        return area.height, lowest > area.position_y + area.margin_height() - area.margin_bottom

    def _update_footnote_area(self: Any) -> Any:
        area, known = self.current_footnote_area, self.__dict__.setdefault("areas_of_notes", {(): (0, False)})
        if area.height != "auto":
            self.page_bottom += area.margin_height()
        area.children = sorted(self.current_page_footnotes, key=_note_number)
        notes = tuple(area.children)
        if notes not in known:
            known[notes] = laid_out(self)
        area.height, overflows = known[notes]
        self.page_bottom -= area.margin_height()
        return overflows

    def layout_footnote(self: Any, footnote: Any) -> Any:
        if _note_key(footnote) and _note_key(footnote) in map(_note_key, self.current_page_footnotes):
            self.footnotes.remove(footnote)
            return False
        return lay_out(self, footnote)

    def report_footnote(self: Any, footnote: Any) -> None:
        if footnote in self.current_page_footnotes:
            report(self, footnote)
        else:  # a repetition: it moves to the next page with its line
            self.reported_footnotes.append(footnote)

    for change in (_update_footnote_area, layout_footnote, report_footnote):
        setattr(LayoutContext, change.__name__, change)


def notes_not_on_their_page(document: Any) -> list[str]:
    """Return the notes that are cited on a page but are not at its foot, as ``page:note``."""
    from weasyprint.formatting_structure.boxes import FootnoteAreaBox

    lost = []
    for number, page in enumerate(document.pages, start=1):
        root, *others = page._page_box.children
        notes = {_note_key(box) for area in others if isinstance(area, FootnoteAreaBox) for box in area.children}
        cited = {_note_key(box.footnote) for box in root.descendants() if box.footnote is not None}
        lost += [f"{number}:{key}" for key in sorted(key for key in cited - notes if key)]
    return lost


def pages_with_text_under_notes(document: Any) -> list[int]:
    """Return the pages on which a line is lower than the start of the notes, as rows of a table might be."""
    from weasyprint.formatting_structure.boxes import FootnoteAreaBox, LineBox

    found = []
    for number, page in enumerate(document.pages, start=1):
        root, *others = page._page_box.children
        notes = [area.position_y for area in others if isinstance(area, FootnoteAreaBox) and area.children]
        lowest = max((b.position_y + b.height for b in root.descendants() if isinstance(b, LineBox)), default=0)
        if notes and lowest > min(notes) + 1:
            found.append(number)
    return found
