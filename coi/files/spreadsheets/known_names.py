"""The names that cells may refer to: the vocabulary, places, and the rows read so far."""

from collections.abc import Iterable
from typing import Any, Protocol

from django.db.models import Model
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from coi import gazetteer as places
from coi.files.spreadsheets.columns import Takes
from coi.models import Actor, EventKind, Originator, Place, Trait
from coi.text.folding import fold

MOST_NEAR = 4  # suggestions for an unknown word
SHORTEST_PART = 3  # least letters of a word for suggestions


class Bad(ValueError):
    """A cell is refused; each message is a sentence. Without messages, the problem was reported elsewhere."""

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


class Names:
    """Items that a cell may name by code, name or other name."""

    def __init__(self, rows: Iterable[tuple[str, Iterable[str]]]) -> None:
        self.codes: dict[str, str] = {}
        self.by_name: dict[str, set[str]] = {}
        for code, names in rows:
            self.add(code, names)

    def add(self, code: str, names: Iterable[str]) -> None:
        """Add an item."""
        names = list(names)
        self.codes[code] = names[0] if names else ""
        for name in (code, *names):
            self.by_name.setdefault(fold(name), set()).add(code)

    def find(self, text: str, unknown: str, listed: str = "") -> str:
        """Return the code that is meant. ``unknown`` is the message for an unknown text, ``listed`` says where all
        are listed.
        """
        if text in self.codes:
            return text
        found = sorted(self.by_name.get(fold(text), ()))
        if len(found) == 1:
            return found[0]
        if found:
            raise Bad(_("“%(text)s” may mean %(these)s. Write the code.") % {"text": text, "these": "; ".join(found)})
        message = unknown % {"text": text}
        if codes := self._near(fold(text)):
            message += " " + _("Similar: %(these)s.") % {"these": "; ".join(map(self._shown, codes))}
        elif 0 < len(self.codes) <= 12:
            message += " " + _("Accepted: %(these)s.") % {"these": "; ".join(self.codes)}
        elif listed:
            message += " " + listed
        raise Bad(message)

    def _near(self, folded: str) -> list[str]:
        """Return codes of items with a similar spelling, else of items that share a whole word with it."""
        near = [found[0] for found in process.extract(folded, list(self.by_name), scorer=fuzz.ratio, score_cutoff=72)]
        if not near and len(folded) >= SHORTEST_PART:
            near = [
                name
                for name in self.by_name
                if f" {folded} " in f" {name} " or (len(name) >= SHORTEST_PART and f" {name} " in f" {folded} ")
            ]
            near.sort(key=lambda name: (abs(len(name) - len(folded)), name))
        return list(dict.fromkeys(code for name in near for code in sorted(self.by_name[name])))[:MOST_NEAR]

    def knows(self, text: str) -> bool:
        """Return whether any item has it as a code or name."""
        return fold(text) in self.by_name

    def _shown(self, code: str) -> str:
        name = self.codes[code]
        return f"{code} ({name})" if name and fold(name) != fold(code) else code


def _vocabulary(model: type[Any]) -> Names:
    return Names((word.code, (word.name, *word.aliases)) for word in model.objects.all())


class HasRow(Protocol):
    """The position of a row."""

    @property
    def row(self) -> int:
        """Counted from 1."""


class Known:
    """Everything that cells may refer to: the vocabulary, places, and the rows read so far."""

    def __init__(self) -> None:
        self.report = self.edition = self.country = ""
        self.keys: dict[tuple[type[Model], Any], HasRow] = {}
        self.refused: dict[type[Model], set[str]] = {}  # folded names by which a refused row may be referred to
        self.unread: set[type[Model]] = set()  # models whose sheet or key column is missing
        self.sections = Names(())
        self.originators = Names((o.code, (o.name,)) for o in Originator.objects.all())
        self.countries = Names(
            (p.code, (p.name, *(n.name for n in p.names.all())))
            for p in Place.objects.filter(kind=Place.Kind.COUNTRY).prefetch_related("names")
        )
        self.words = {
            Takes.ACTORS: _vocabulary(Actor),
            Takes.EVENTS: _vocabulary(EventKind),
            Takes.TARGETS: _vocabulary(Trait),
        }
        self.places: dict[str, str | Bad] = {}

    def refuse(self, model: type[Model], names: Iterable[str]) -> None:
        """Record the name of a refused row, so that references to it are not reported again."""
        self.refused.setdefault(model, set()).update(filter(None, map(fold, names)))

    def follows(self, model: type[Model], text: str) -> bool:
        """Return whether a reference is only wrong because its row was refused."""
        return model in self.unread or fold(text) in self.refused.get(model, ())

    def place(self, text: str) -> str:
        """Return the code of the place, which is resolved and never guessed."""
        if text not in self.places:
            try:
                self.places[text] = self._resolved(text)
            except Bad as bad:
                self.places[text] = bad
        found = self.places[text]
        if isinstance(found, Bad):
            raise found
        return found

    def _resolved(self, text: str) -> str:
        if not self.country:
            raise Bad  # the country's problem is already reported; the places can be read once it is fixed
        try:
            return places.resolve(text, country=self.country, held=True).place.code
        except places.UnknownPlace as unknown:
            if Place.objects.filter(code=text).exists():  # a code, if no place has it as a name
                return text
            raise Bad(unknown.message) from unknown
        except places.PlaceError as error:
            raise Bad(error.message) from error
