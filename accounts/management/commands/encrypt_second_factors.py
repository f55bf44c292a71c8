"""python manage.py encrypt_second_factors: encrypts the secrets of second factors with the present key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import SecondFactor
from accounts.second_factor_codes import decrypted, encrypted


class Command(BaseCommand):
    help = "Encrypts every second factor with SECOND_FACTOR_KEY, so that its older values are no longer needed."

    def handle(self, *args: Any, **options: Any) -> None:
        lost = 0
        with transaction.atomic():
            rows = list(SecondFactor.objects.select_for_update())
            for factor in rows:
                secret = decrypted(factor.secret, factor.user_id)
                if secret is None:
                    lost += 1
                    continue
                factor.secret = encrypted(secret, factor.user_id)
                factor.save(update_fields=["secret"])
        self.stdout.write(f"{len(rows) - lost} of {len(rows)} second factors are encrypted with SECOND_FACTOR_KEY.")
        if lost:
            raise CommandError(f"No key reads the other {lost}. Add the missing key to SECOND_FACTOR_KEY_FALLBACKS.")
