"""E-mail to staff: that there is a notification, or about their password. It says nothing about a case."""

import logging
from collections.abc import Iterable
from functools import partial
from threading import Thread

from django.core import mail
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User

log = logging.getLogger(__name__)


def send_notices(users: Iterable[User]) -> None:
    """Send an e-mail to each user with an address, once the transaction is committed."""
    addresses = [user.email for user in users if user.email]
    if addresses:
        subject = _("You have a notification in Footnote")
        body = _("You have a notification in Footnote. Sign in to read it.")
        transaction.on_commit(partial(_send, addresses, subject, body))


def tell_auditors() -> None:
    """Send every auditor an e-mail about what somebody may do now. Their start page lists what happened."""
    send_notices(User.objects.filter(is_active=True, role=Role.AUDITOR))


def send_without_waiting(user: User, subject: str, body: str) -> None:
    """Send an e-mail to a user with an address, once the transaction is committed.

    The answer does not wait for it, so how long it takes does not tell whether there is such a user.
    """
    if user.email:
        sending = Thread(target=_send, args=([user.email], subject, body))
        transaction.on_commit(sending.start)


def _send(addresses: list[str], subject: str, body: str) -> None:
    """Send one message to each address. A failing mail server is logged and never raises."""
    try:
        with mail.get_connection() as connection:
            connection.send_messages([mail.EmailMessage(subject, body, to=[to]) for to in addresses])
    except Exception as error:  # the exception depends on the mail backend
        log.error("An e-mail could not be sent: %s", type(error).__name__)
