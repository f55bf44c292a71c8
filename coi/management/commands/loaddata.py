"""Django's loaddata, with one message instead of a stack trace if it refuses a file."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.core.management.base import CommandError
from django.core.management.commands import loaddata
from django.core.serializers.base import DeserializationError, DeserializedObject
from django.db import DatabaseError

from coi.models import Actor, EventKind, Trait
from coi.models.base import keys_remembered
from coi.proposals import deciding
from coi.proposals.values import MODELS, Word

REFUSALS = (
    DeserializationError,
    FieldDoesNotExist,
    ObjectDoesNotExist,
    ValidationError,
    DatabaseError,
    ValueError,
    TypeError,
    OSError,
)


def _refuse_what_contains_itself(word: Word) -> None:
    try:
        word.clean()
    except ValidationError as error:
        raise ValueError(f"{word._meta.verbose_name} {word.code}: {' '.join(error.messages)}") from error


class Command(loaddata.Command):
    """The same command. The library itself checks its fixtures on publication.

    Words that a COI admin approved on screens stay as approved, because every upgrade loads the shipped words again.
    """

    def load_label(self, fixture_label: str) -> None:
        """Accept only YAML, because it is the only format that is read strictly."""
        self.serialization_formats = ["yaml"]
        super().load_label(fixture_label)

    def save_obj(self, obj: DeserializedObject) -> bool:
        """Load only the library. Users, cases and the audit record never come from fixtures.

        Nor do boundaries, because their import checks limits and adds a row to the audit record.
        """
        if obj.object._meta.app_label != "coi" or obj.object._meta.model_name in (
            "proposedsource",
            "proposedchange",
            "boundary",
        ):
            raise ValueError(
                f"{obj.object._meta.label} is not part of the library, and only the library can be loaded this way"
            )
        row = obj.object
        if isinstance(row, Actor | EventKind | Trait) and (str(row._meta.model_name), row.code) in self.approved:
            if self.verbosity >= 1:
                self.stdout.write(f"Left as approved on screens: {row._meta.verbose_name} {row.code}")
            return False
        return super().save_obj(obj)

    def loaddata(self, fixture_labels: Sequence[str]) -> None:
        """Load the files, and refuse them all if a word would then be part of itself."""
        self.approved = deciding.approved_words()
        super().loaddata(fixture_labels)
        for model in MODELS.values():
            if model in self.models:
                for word in model._default_manager.select_related("parent"):
                    _refuse_what_contains_itself(word)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with keys_remembered():
                super().handle(*args, **options)
        except REFUSALS as error:
            raise CommandError(f"Nothing was loaded. {error}") from error
