"""Pages of ``docs/`` that are generated from the code and can be checked against it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation


class PageCommand(BaseCommand):
    """Writes a page. With ``--check`` it only says whether the page is up to date."""

    path: Path

    def page(self, as_it_is: str) -> str:
        """Return the text of the page; ``as_it_is`` is the present one."""
        raise NotImplementedError

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether the page is as it has to be")

    def handle(self, *args: Any, **options: Any) -> None:
        as_it_is = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        with translation.override("en"):
            page = self.page(as_it_is)
        if not options["check"]:
            self.path.write_text(page, encoding="utf-8")
        elif page != as_it_is:
            name = type(self).__module__.rpartition(".")[2]
            raise CommandError(f"{self.path.name} is not what the code says: run manage.py {name}")
