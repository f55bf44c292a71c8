"""Published editions never change, whether by form, shell or loaddata.

Loading the same content again is allowed. Any other change is refused. A correction needs a new edition.
"""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from django.dispatch import receiver

from coi.models import Edition, Originator, Publication, Report
from coi.models.parts import CONTENT, edition_key_of


class PublishedEditionError(ValueError):
    """An attempt to change a published edition."""


RELATIONS = [field.remote_field.through for model in CONTENT for field in model._meta.local_many_to_many]


def _is_published(row: Model) -> bool:
    edition = edition_key_of(row)
    return edition is not None and Publication.objects.filter(edition_id=edition).exists()


def _describe(row: Model) -> str:
    return f"{row._meta.verbose_name} {row}"


def _refuse(row: Model, how: str) -> None:
    raise PublishedEditionError(
        f"{_describe(row)}: {how}. A published edition cannot change. Give the file a new edition code."
    )


def changed_fields(row: Model) -> list[str]:
    """Return the fields in which a row differs from the stored row of its key; all fields if none is stored."""
    stored = type(row)._default_manager.filter(pk=row.pk).first() if row.pk else None
    fields = [f for f in row._meta.concrete_fields if not f.primary_key]
    if stored is None:
        return [f.name for f in fields]
    return [f.name for f in fields if f.to_python(getattr(row, f.attname)) != getattr(stored, f.attname)]


def used_by(row: Originator | Report) -> QuerySet[Edition]:
    """Return the editions that print the name of this originator or report."""
    if isinstance(row, Report):
        return Edition.objects.filter(report=row)
    return Edition.objects.filter(Q(footnotes__sources__originator=row) | Q(figures__originator=row)).distinct()


@receiver(pre_save)
def keep_published_rows(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """Refuse a new or changed row of a published edition, and a renamed originator or report in use."""
    if sender in CONTENT:
        if _is_published(instance) and (changed := changed_fields(instance)):
            is_new = instance.pk is None
            _refuse(instance, "is not in the published edition" if is_new else f"differs in {', '.join(changed)}")
    elif isinstance(instance, (Originator, Report)) and instance.pk and (changed := changed_fields(instance)):
        if used_by(instance).filter(publication__isnull=False).exists():
            _refuse(instance, f"differs in {', '.join(changed)}, and a published edition rests on it")
    elif sender is Publication and instance.pk and set(changed_fields(instance)) - {"retired_at"}:
        _refuse(instance, "was published on another day")


@receiver(pre_delete)
def keep_published_from_deletion(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """Refuse to delete a row of a published edition: findings are retired with their edition."""
    if (sender in CONTENT and _is_published(instance)) or sender is Publication:
        _refuse(instance, "cannot be deleted")


def _linked(through: type[Model], instance: Model) -> list[int]:
    """Return the keys of the rows that a relation links to the instance, all of which a clearing would remove."""
    to_instance, *others = sorted(
        (f for f in through._meta.fields if f.is_relation), key=lambda f: f.related_model is not type(instance)
    )
    found = through._default_manager.filter(**{to_instance.name: instance})
    return list(found.values_list(others[0].attname, flat=True))


@receiver(m2m_changed)
def keep_published_relations(
    sender: type[Model], instance: Model, action: str, reverse: bool, model: type[Model], pk_set: Any, **kwargs: Any
) -> None:
    """Refuse a changed list of places, actors, events, targets or footnotes."""
    if sender not in RELATIONS or action not in ("pre_add", "pre_remove", "pre_clear"):
        return
    if action == "pre_add" and not pk_set:
        return
    rows = (
        [instance] if not reverse else list(model._default_manager.filter(pk__in=pk_set or _linked(sender, instance)))
    )
    for row in rows:
        if type(row) in CONTENT and _is_published(row):
            _refuse(row, "differs in one of its lists")


@receiver(pre_save, sender=Publication)
def keep_one_edition_current(sender: type[Model], instance: Publication, **kwargs: Any) -> None:
    """Keep one current edition for each report. A replaced edition stays replaced, even if an older file is loaded."""
    if instance.pk:
        stored = Publication.objects.filter(pk=instance.pk).first()
        if stored and stored.retired_at and not instance.retired_at:
            instance.retired_at = stored.retired_at
        return
    current = Publication.objects.filter(edition__report=instance.edition.report_id, retired_at=None).first()
    if current and not instance.retired_at:
        raise PublishedEditionError(
            f"{current.edition.code} is the current edition of the same report as {instance.edition.code}. Load the new edition "
            "with load_coi or publish it as a draft. It then replaces the other, and memos are recalled."
        )


@receiver(pre_save, sender=Publication)
def publish_only_what_passes(sender: type[Model], instance: Publication, **kwargs: Any) -> None:
    """Refuse to publish an edition in which the checks find problems, also by plain loaddata."""
    from coi.editions.checks import check_edition

    if not instance.pk and (problems := check_edition(instance.edition)):
        listed = "\n".join(f"- {problem}" for problem in problems)
        raise PublishedEditionError(f"{instance.edition.code} cannot be published:\n{listed}")


@receiver(post_save, sender=Publication)
def key_what_is_published(sender: type[Model], instance: Publication, created: bool, **kwargs: Any) -> None:
    """Index the findings of a newly published edition by key and by words, and compile it for those who read it."""
    from coi.library import search_index
    from coi.library.held_editions import compile_edition
    from coi.library.lookup import rebuild_keys

    if created:
        rebuild_keys(instance.edition)
        search_index.index_edition(instance.edition)
        search_index.index_words()
        transaction.on_commit(partial(compile_edition, instance.edition), robust=True)
