"""The notes at the foot of a memo's pages: changes to WeasyPrint 70, and the checks that they work."""

import math
import sys
from typing import Any


def _note_key(footnote: Any) -> str | None:
    return None if footnote.element is None else footnote.element.get("data-note")


def _note_number(footnote: Any) -> tuple[int, str]:
    """The place of a note among those of its page: ``9`` before ``16``, and both before ``T1``."""
    number = "" if footnote.element is None else footnote.element.get("data-number", "")
    return (int(number) if number.isdecimal() else sys.maxsize, number)


def keep_notes_on_their_page() -> None:
    """Changes to WeasyPrint 70's footnotes, so that a note stands where it is cited, once, and in the order of numbers.

    A line that does not fit goes to the next page; WeasyPrint would rather send away the notes of
    the lines above it. It does not do so within columns, so every page is taken for one.

    A note cited twice on a page is printed once there; on two pages, on both. Two citations are of
    the same note when they carry the same ``data-note``.

    The notes of a page are laid out once for each set of them, not each time that a line is tried.
    """
    from weasyprint.formatting_structure import build
    from weasyprint.layout import LayoutContext
    from weasyprint.layout.block import block_level_layout

    lay_out, report = LayoutContext.layout_footnote, LayoutContext.report_footnote
    LayoutContext.in_column = property(lambda self: True, lambda self, value: None)

    def laid_out(self: Any) -> tuple[float, bool]:
        """The height of the notes, and whether they are higher than a page allows."""
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
        else:  # left out as a repetition; its line moves to the next page, and it with it
            self.reported_footnotes.append(footnote)

    for change in (_update_footnote_area, layout_footnote, report_footnote):
        setattr(LayoutContext, change.__name__, change)


def notes_not_on_their_page(document: Any) -> list[str]:
    """The notes that are cited on a page but do not stand at its foot, as ``page:note``."""
    from weasyprint.formatting_structure.boxes import FootnoteAreaBox

    lost = []
    for number, page in enumerate(document.pages, start=1):
        root, *others = page._page_box.children
        notes = {_note_key(box) for area in others if isinstance(area, FootnoteAreaBox) for box in area.children}
        cited = {_note_key(box.footnote) for box in root.descendants() if box.footnote is not None}
        lost += [f"{number}:{key}" for key in sorted(key for key in cited - notes if key)]
    return lost


def pages_with_text_under_notes(document: Any) -> list[int]:
    """The pages on which a line stands lower than the notes begin: rows of a table might do that."""
    from weasyprint.formatting_structure.boxes import FootnoteAreaBox, LineBox

    found = []
    for number, page in enumerate(document.pages, start=1):
        root, *others = page._page_box.children
        notes = [area.position_y for area in others if isinstance(area, FootnoteAreaBox) and area.children]
        lowest = max((b.position_y + b.height for b in root.descendants() if isinstance(b, LineBox)), default=0)
        if notes and lowest > min(notes) + 1:
            found.append(number)
    return found
