"""What is too easy to guess for a password."""

import re
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator

COMMON = "password"  # what stands for a text without letters, or with one letter only


class EasyPasswordValidator(CommonPasswordValidator):
    """Refuses common passwords, also with figures and signs around them or repeated to make them longer."""

    def validate(self, password: str, user: Any = None) -> None:
        letters = re.sub(r"[\W\d_]", "", password.lower())
        unit = re.fullmatch(r"(.+?)\1*", letters)  # the shortest text of which it is a repetition
        for easy in (password, letters, unit[1] if unit else COMMON):
            super().validate(easy if len(easy) > 1 else COMMON, user)
