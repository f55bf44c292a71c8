"""index_search: makes the rows that are searched anew, as after a change of the vocabulary."""

from typing import Any

from django.core.management.base import BaseCommand

from coi import search_index
from coi.models import Edition, SearchDocument


class Command(BaseCommand):
    help = "Indexes every published edition, the vocabulary and the places for the search."

    def handle(self, *args: Any, **options: Any) -> None:
        for edition in Edition.objects.filter(publication__isnull=False):
            search_index.index_edition(edition)
        search_index.index_words()
        self.stdout.write(f"{SearchDocument.objects.count()} things can be found.")
