"""index_search: rebuild every derived row, for example after a change of the vocabulary or the rules."""

from typing import Any

from django.core.management.base import BaseCommand

from coi.library import lookup, search_index
from coi.library.held_editions import compile_edition
from coi.models import Edition, SearchDocument


class Command(BaseCommand):
    help = "Indexes and compiles every published edition for matching and search, and the words and places for search."

    def handle(self, *args: Any, **options: Any) -> None:
        for edition in Edition.objects.filter(publication__isnull=False):
            lookup.rebuild_keys(edition)
            search_index.index_edition(edition)
        search_index.index_words()
        for edition in lookup.current_editions():
            compile_edition(edition)
        self.stdout.write(f"{SearchDocument.objects.count()} items are indexed.")
