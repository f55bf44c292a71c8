"""Telling people that something waits for them, without a word of what it is about."""

import logging
from collections.abc import Iterable
from functools import partial

from django.core import mail
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Case, Notification

log = logging.getLogger(__name__)


def notify(case: Case, kind: str, users: Iterable[User]) -> None:
    """A notification for each of them, and an e-mail once the transaction has gone through."""
    told = [user for user in {u.pk: u for u in users}.values() if user.is_active]
    Notification.objects.bulk_create(Notification(user=user, case=case, kind=kind) for user in told)
    addresses = [user.email for user in told if user.email]
    if addresses:
        transaction.on_commit(partial(_send, addresses))


def notify_no_more(case: Case, kind: str) -> None:
    """What waited is in somebody's hands: nobody else needs to look."""
    Notification.objects.filter(case=case, kind=kind, read_at=None).update(read_at=timezone.now())


def _send(addresses: list[str]) -> None:
    """One message each. A mail server that does not answer never stops the work."""
    subject = _("Something waits for you in Footnote")
    body = _("Something waits for you in Footnote. Sign in to see what it is.")
    try:
        with mail.get_connection() as connection:
            connection.send_messages([mail.EmailMessage(subject, body, to=[to]) for to in addresses])
    except Exception as error:  # what the backend raises differs with it
        log.error("An e-mail could not be sent: %s", type(error).__name__)
