"""Entry point for a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from operations.middleware import only_our_encoding

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = only_our_encoding(get_wsgi_application())
