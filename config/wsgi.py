"""Entry point for a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_wsgi_application()

from audit import keys  # noqa: E402 - as below
from operations import database_log  # noqa: E402 - as below
from operations.middleware import only_our_encoding  # noqa: E402 - it imports models, which need the application

application = only_our_encoding(django_application)
keys.check_at_start()
database_log.warn_at_start()
