"""Django's loaddata, with one message instead of a stack trace if it refuses a file."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.core.management.base import CommandError
from django.core.management.commands import loaddata
from django.core.serializers.base import DeserializationError, DeserializedObject
from django.db import DatabaseError

from coi.models.base import keys_remembered

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


class Command(loaddata.Command):
    """The same command. The library itself checks its fixtures on publication."""

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
        return super().save_obj(obj)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with keys_remembered():
                super().handle(*args, **options)
        except REFUSALS as error:
            raise CommandError(f"Nothing was loaded. {error}") from error
