"""Django's loaddata, which says in one message what it refused in place of a stack trace."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.core.management.base import CommandError
from django.core.management.commands import loaddata
from django.core.serializers.base import DeserializationError, DeserializedObject
from django.db import DatabaseError

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
    """The same command; fixtures of the library are checked by the library itself on publication."""

    def load_label(self, fixture_label: str) -> None:
        """Only YAML: it is the one format that is read strictly."""
        self.serialization_formats = ["yaml"]
        super().load_label(fixture_label)

    def save_obj(self, obj: DeserializedObject) -> bool:
        """A fixture brings the library; users, cases and the record never come by this road.

        Nor do boundaries: their files have limits, and a row in the record.
        """
        if obj.object._meta.app_label != "coi" or obj.object._meta.model_name in ("proposedsource", "boundary"):
            raise ValueError(
                f"{obj.object._meta.label} is not a part of the library, and only the library is loaded so"
            )
        return super().save_obj(obj)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            super().handle(*args, **options)
        except REFUSALS as error:
            raise CommandError(f"Nothing was loaded. {error}") from error
