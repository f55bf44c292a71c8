"""Django's loaddata, which says in one message what it refused in place of a stack trace."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.core.management.base import CommandError
from django.core.management.commands import loaddata
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError

REFUSALS = (
    DeserializationError,
    FieldDoesNotExist,
    ObjectDoesNotExist,
    ValidationError,
    DatabaseError,
    ValueError,
    OSError,
)


class Command(loaddata.Command):
    """The same command; fixtures of the library are checked by the library itself on publication."""

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            super().handle(*args, **options)
        except REFUSALS as error:
            raise CommandError(f"Nothing was loaded. {error}") from error
