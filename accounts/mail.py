"""E-mail to staff. It says that there is a notification, and nothing about a case."""

import logging
from collections.abc import Iterable
from functools import partial

from django.core import mail
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User

log = logging.getLogger(__name__)


def send_notices(users: Iterable[User]) -> None:
    """Send an e-mail to each user with an address, once the transaction is committed."""
    addresses = [user.email for user in users if user.email]
    if addresses:
        transaction.on_commit(partial(_send, addresses))


def _send(addresses: list[str]) -> None:
    """Send one message to each address. A failing mail server is logged and never raises."""
    subject = _("You have a notification in Footnote")
    body = _("You have a notification in Footnote. Sign in to read it.")
    try:
        with mail.get_connection() as connection:
            connection.send_messages([mail.EmailMessage(subject, body, to=[to]) for to in addresses])
    except Exception as error:  # the exception depends on the mail backend
        log.error("An e-mail could not be sent: %s", type(error).__name__)
