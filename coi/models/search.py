"""The searched rows: one for each finding, place, word of the vocabulary and cited item."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coi.models.citation import Source
from coi.models.finding import Finding
from coi.models.place import Place
from coi.models.report import Edition


class SearchDocument(models.Model):
    """One searchable item. Derived, never in a fixture. ``body`` is folded and includes other names.

    SQLite has an FTS5 table beside it, PostgreSQL an index on ``body`` (search_index.py).
    """

    class Kind(models.TextChoices):
        FINDING = "finding", _("finding")
        ACTOR = "actor", _("actor")
        EVENT = "event", _("kind of event")
        TRAIT = "trait", _("trait")
        PLACE = "place", _("place")
        SOURCE = "source", _("source")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    code = models.CharField(max_length=150)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, null=True, related_name="+")
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, null=True, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.CASCADE, null=True, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, null=True, related_name="+")
    position = models.PositiveIntegerField(default=0)
    body = models.TextField()

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        ordering = ["kind", "edition", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="one_document_a_thing")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"
