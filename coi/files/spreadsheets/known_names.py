"""The names that cells may refer to: the library's words and places, and the rows read so far."""

from collections.abc import Iterable
from typing import Any, Protocol

from django.db.models import Model
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from coi import gazetteer as places
from coi.files.spreadsheets.columns import Takes
from coi.models import Actor, EventKind, Originator, Place, Trait
from coi.text.folding import fold

MOST_NEAR = 4  # named beside a word that is not held
SHORTEST_PART = 3  # letters of a word by which something near is found


class Bad(ValueError):
    """A cell is not accepted; each message is a sentence. Without any, what is wrong was said elsewhere already."""

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


class Names:
    """What may be named by a code, a name or another name."""

    def __init__(self, rows: Iterable[tuple[str, Iterable[str]]]) -> None:
        self.codes: dict[str, str] = {}
        self.by_name: dict[str, set[str]] = {}
        for code, names in rows:
            self.add(code, names)

    def add(self, code: str, names: Iterable[str]) -> None:
        """One more of them."""
        names = list(names)
        self.codes[code] = names[0] if names else ""
        for name in (code, *names):
            self.by_name.setdefault(fold(name), set()).add(code)

    def find(self, text: str, unknown: str, listed: str = "") -> str:
        """The code that is meant; ``unknown`` says what the text is not, ``listed`` where all that are stand."""
        if text in self.codes:
            return text
        found = sorted(self.by_name.get(fold(text), ()))
        if len(found) == 1:
            return found[0]
        if found:
            raise Bad(_("“%(text)s” may mean %(these)s; write the code.") % {"text": text, "these": "; ".join(found)})
        message = unknown % {"text": text}
        if codes := self._near(fold(text)):
            message += " " + _("Near to it: %(these)s.") % {"these": "; ".join(map(self._shown, codes))}
        elif 0 < len(self.codes) <= 12:
            message += " " + _("Accepted: %(these)s.") % {"these": "; ".join(self.codes)}
        elif listed:
            message += " " + listed
        raise Bad(message)

    def _near(self, folded: str) -> list[str]:
        """Codes of what is spelled nearly so; else of what has it as a whole word, or is a whole word of it."""
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
        """Whether anything bears it as a code or name."""
        return fold(text) in self.by_name

    def _shown(self, code: str) -> str:
        name = self.codes[code]
        return f"{code} ({name})" if name and fold(name) != fold(code) else code


def _vocabulary(model: type[Any]) -> Names:
    return Names((word.code, (word.name, *word.aliases)) for word in model.objects.all())


class HasRow(Protocol):
    """Where something stands."""

    @property
    def row(self) -> int:
        """Counted from 1."""


class Known:
    """What cells may refer to: the library's words and places, and the rows read so far."""

    def __init__(self) -> None:
        self.report = self.edition = self.country = ""
        self.keys: dict[tuple[type[Model], Any], HasRow] = {}
        self.refused: dict[type[Model], set[str]] = {}  # folded: how a row that was refused may be referred to
        self.unread: set[type[Model]] = set()  # whose sheet or column of keys is missing
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
        """Note what a refused row would have been called: of what refers to it nothing more is said."""
        self.refused.setdefault(model, set()).update(filter(None, map(fold, names)))

    def follows(self, model: type[Model], text: str) -> bool:
        """Whether a reference is wrong only because the row that it means was refused."""
        return model in self.unread or fold(text) in self.refused.get(model, ())

    def place(self, text: str) -> str:
        """The code of the place that is meant: resolved, never guessed."""
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
            raise Bad  # said of the country already; once it is right the places can be read
        try:
            return places.resolve(text, country=self.country, held=True).place.code
        except places.UnknownPlace as unknown:
            if Place.objects.filter(code=text).exists():  # a code, where no place bears it as a name
                return text
            raise Bad(unknown.message) from unknown
        except places.PlaceError as error:
            raise Bad(error.message) from error
