"""The process that reads uploaded event data where no worker is alive: ``python -m coi.events.work``."""

import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from coi.events.jobs import work_all

    work_all()
