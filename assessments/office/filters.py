"""The filters of a list: read, checked, and written to an address. A typed text is in no address, only its key."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from audit.searches import KEY, Search
from coi.text import characters, dates

LONGEST_SEARCH = 100
TYPED, CHOSEN = ("q", "due"), ("need", "whose", "view", "officer")
MINE, SHARED = "mine", "shared"


def day(text: str) -> date | None:
    """Return the day typed in any accepted form; None for anything else."""
    try:
        return dates.day(text)
    except dates.NotADate:
        return None


def day_problem(name: str, text: str) -> str:
    """Return a sentence on why the text of a field is not a day; empty if it is one."""
    try:
        dates.day(text)
    except dates.NotADate as problem:
        return f"{name}: {problem.message}"
    return ""


@dataclass(frozen=True)
class Filters:
    """The filters asked for. Those that are not understood are not applied; ``problems`` explains them."""

    q: str = ""
    need: str = ""
    whose: str = ""
    due: str = ""  # as typed
    view: str = ""
    officer: str = ""  # id of the author
    key: str = ""  # of the typed texts, in the session
    problems: tuple[dict[str, str], ...] = field(default=(), compare=False)

    @property
    def due_before(self) -> date | None:
        return day(self.due)

    @property
    def narrows(self) -> bool:
        """Whether a filter other than the need excludes cases."""
        return bool(self.q or self.whose or self.due_before or self.officer)

    def address(self, **changes: Any) -> str:
        """Return the query string of these filters with some changed."""
        changed = replace(self, **changes)
        stated = {name: getattr(changed, name) for name in CHOSEN}
        if any(getattr(changed, name) for name in TYPED):
            stated[KEY] = self.key
        return "?" + urlencode({name: value for name, value in stated.items() if value})


def read(search: Search, needs: tuple[str, ...], officers: Collection[str] = ()) -> Filters:
    """Read the filters that a page is asked for. ``needs`` are the codes that the page knows, ``officers`` the ids."""
    asked = search.asked
    q = searchable(asked.get("q", ""))
    need, whose, view = asked.get("need", ""), asked.get("whose", ""), asked.get("view", "")
    due = searchable(asked.get("due", ""))
    why = day_problem(_("Due before"), due) if due else ""
    problems = ({"href": "#id_due", "message": why},) if why else ()
    return Filters(
        q=q,
        need=need if need in needs else "",
        whose=whose if whose in (MINE, SHARED) else "",
        due=due,
        view=view if view == "all" else "",
        officer=asked.get("officer", "") if asked.get("officer", "") in officers else "",
        key=search.key,
        problems=problems,
    )


def searchable(text: str) -> str:
    """Return a typed search text without invisible characters and those that a database refuses."""
    kept = characters.without_unseen(characters.cleaned(text))
    return " ".join(kept[:LONGEST_SEARCH].split())
