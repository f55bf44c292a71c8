"""E-mail to staff. It says that something waits, and not a word of what."""

import logging
from collections.abc import Iterable
from functools import partial

from django.core import mail
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User

log = logging.getLogger(__name__)


def something_waits(users: Iterable[User]) -> None:
    """Tell those whose address is on file, once the transaction has gone through."""
    addresses = [user.email for user in users if user.email]
    if addresses:
        transaction.on_commit(partial(_send, addresses))


def _send(addresses: list[str]) -> None:
    """One message each. A mail server that does not answer never stops the work."""
    subject = _("Something waits for you in Footnote")
    body = _("Something waits for you in Footnote. Sign in to see what it is.")
    try:
        with mail.get_connection() as connection:
            connection.send_messages([mail.EmailMessage(subject, body, to=[to]) for to in addresses])
    except Exception as error:  # what the backend raises differs with it
        log.error("An e-mail could not be sent: %s", type(error).__name__)
