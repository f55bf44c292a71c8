"""The process that reads uploaded event data: ``python -m coi.events.work``. The page starts it."""

import os
import time

import django

ATTEMPTS = 5  # a process that checks for a reader holds the lock for a moment

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from coi.events.jobs import work

    for _attempt in range(ATTEMPTS):
        if work():
            break
        time.sleep(0.2)
