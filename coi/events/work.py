"""The process that reads uploaded event data: ``python -m coi.events.work``; started by the page."""

import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from coi.events.jobs import work

    work()
