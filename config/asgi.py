"""Entry point for an ASGI server."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_asgi_application()

from audit import keys  # noqa: E402 - needs the applications
from operations import database_log  # noqa: E402 - as above

keys.check_at_start()
database_log.warn_at_start()
