"""Base classes and fields of several tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from coi.text import characters
from coi.text.date_fields import MomentInput
from matching.periods import InvalidDate, Moment

_found: ContextVar[dict[Any, Any] | None] = ContextVar("found", default=None)


@contextmanager
def keys_remembered() -> Iterator[None]:
    """Look up each natural key only once inside, because the rows of a file repeat the same places and words."""
    if _found.get() is not None:  # inside another one, which continues
        yield
        return
    token = _found.set({})
    try:
        yield
    finally:
        _found.reset(token)


def link_remembered(row: models.Model) -> None:
    """Give a row the rows that it refers to, if their keys were looked up, so that reading them asks no query."""
    found = _found.get() or {}
    for field in row._meta.concrete_fields:
        if field.is_relation and (related := found.get((field.related_model, getattr(row, field.attname)))):
            field.set_cached_value(row, related)  # type: ignore[attr-defined]  # missing in django-stubs


class NaturalKeyManager(models.Manager):  # type: ignore[type-arg]
    """Finds a row by the fields in its model's ``natural_key_fields``."""

    def get_by_natural_key(self, *key: Any) -> Any:
        found = _found.get()
        if found is not None and (self.model, key) in found:
            return found[self.model, key]
        row = self.get(**dict(zip(self.model.natural_key_fields, key, strict=True)))
        if found is not None:
            found[self.model, key] = found[self.model, row.pk] = row
        return row


def validate_moment(value: str) -> None:
    """Check a date as printed: ``2019``, ``2019-03`` or ``2019-03-23``."""
    try:
        Moment.parse(value)
    except InvalidDate as error:
        raise ValidationError(
            _("%(value)s is not a date. Write a year, a month or a day: 2019, 2019-03 or 2019-03-23."),
            params={"value": value},
        ) from error


class MomentField(models.CharField):  # type: ignore[type-arg]
    """A date in its stated precision: a year, a month or a day; empty if undated."""

    default_validators = [validate_moment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 10
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        return "" if value is None else str(value)

    def formfield(self, **kwargs: Any) -> Any:
        """Return a form field that accepts any way of typing a date and gives ISO text."""
        return super().formfield(**({"form_class": MomentInput} | kwargs))


class PrintedModel(models.Model):
    """A row with texts for pages or memos. The texts are cleaned before they are checked, wherever they come from."""

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Any = None) -> None:
        for field in text_fields(self):
            if field.name not in (exclude or ()):
                setattr(self, field.attname, _cleaned(getattr(self, field.attname)))
        problems: dict[str, list[str]] = {
            name: [said] for name, said in problems_of_text(self) if name not in (exclude or ())
        }
        try:
            super().clean_fields(exclude)
        except ValidationError as error:
            for name, said in error.message_dict.items():
                problems.setdefault(name, []).extend(said)
        if problems:
            raise ValidationError(problems)


def field_of(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    """Return a field that the model itself declares. Raises FieldDoesNotExist for the other side of a relation."""
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise FieldDoesNotExist(f"{model.__name__} declares no field {name}")
    return field


def text_fields(row: models.Model) -> Iterator[Any]:
    """Return the fields of a row with text or lists of texts."""
    kinds = (models.CharField, models.TextField, models.JSONField)
    yield from (field for field in row._meta.concrete_fields if isinstance(field, kinds))


def problems_of_text(row: models.Model) -> Iterator[tuple[str, str]]:
    """Return the names of fields with refused text, each with the reason."""
    for field in text_fields(row):
        for text in _texts(getattr(row, field.attname)):
            if problem := characters.problem_with(text):
                yield field.name, problem
                break


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return characters.cleaned(value)
    return [_cleaned(each) for each in value] if isinstance(value, list) else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


class Tree(PrintedModel):
    """A word of the vocabulary. Statements about its parent apply to it as well."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    parent = models.ForeignKey(
        "self", verbose_name=_("part of"), on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    aliases = models.JSONField(_("also called"), default=list, blank=True)
    countries: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "coi.Place",
        verbose_name=_("countries"),
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "country"},
        help_text=_("lists on other countries offer it only when it is typed; a word without countries is general"),
    )
    note = models.TextField(_("note"), blank=True)
    position = models.PositiveSmallIntegerField(_("position in lists"), default=0)

    natural_key_fields = ("code",)
    objects = NaturalKeyManager()

    class Meta:
        abstract = True
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    def clean(self) -> None:
        """Refuse a word that would contain itself."""
        above, seen = self.parent, set()
        while above is not None and above.pk not in seen:
            if above.code == self.code:
                raise ValidationError({"parent": _("A word cannot be part of itself or of a word below it.")})
            seen.add(above.pk)
            above = above.parent
