"""The parts of the audit record, each written with one key.

The first entry of a new key holds the number of entries before it, the last hash, the SHA-256 of the content of the
part before and the signature of the old key under all three. So a part whose key was lost is still attested.
"""

import hashlib
import hmac

from django.conf import settings
from django.utils.translation import gettext as _

from audit import keys
from audit.models import FIRST, Entry
from audit.result import Result


class Part:
    """The entries of one key, read one after the other."""

    def __init__(self, *, is_complete: bool = True) -> None:
        self.is_complete = is_complete  # read from its first entry on
        self.key: str | None = None
        self.sha256 = hashlib.sha256()
        self.unknown: list[int] = []  # rows that fit no key, while none of this part is known
        self.mac = FIRST

    @classmethod
    def newest_sha256(cls) -> str:
        """Return the SHA-256 of the content of the last part."""
        begins = Entry.objects.filter(action=keys.CHANGED).order_by("-pk").values_list("pk", flat=True).first() or 0
        sha256 = hashlib.sha256()
        for entry in Entry.objects.filter(pk__gte=begins).order_by("pk").iterator(chunk_size=2000):
            sha256.update(_content(entry))
        return sha256.hexdigest()

    def read(self, entry: Entry, result: Result) -> None:
        """Check the hash of an entry with the key of its part."""
        self.sha256.update(_content(entry))
        self.mac = entry.mac
        if self.key is None:
            self.key = keys.key_of(entry)
            if self.key is None:
                self.unknown.append(entry.pk)
            else:
                self._tell(result)
        elif not hmac.compare_digest(entry.computed_mac(self.key), entry.mac):
            result.add(_changed(entry.pk))

    def close(self, first: Entry, result: Result) -> None:
        """Compare the part with what the first entry of the next key says of it."""
        said = first.details
        digest = self.sha256.hexdigest()
        names = {"row": first.pk, "count": said.get("count")}
        is_attested = keys.key_of(first) is not None and said.get("head") == self.mac
        if self.is_complete:
            is_attested &= said.get("sha256") == digest and said.get("count") == result.entries
            if not is_attested:
                result.add(_("The rows before row %(row)s are not those that it attests. Rows were rewritten.") % names)
            elif self.key is not None:
                right = keys.signature(self.key, said["count"], said["head"], digest)
                if not hmac.compare_digest(right, str(said.get("signed"))):
                    result.add(_("Row %(row)s, which begins a new key, is not signed with the old key.") % names)
        if self.key is None and is_attested:
            words = _(
                "The key of the rows before row %(row)s is not known. That row attests them: entries up to %(count)s."
            )
            result.notes.append(words % names)
        else:
            self._tell(result)

    def end(self, result: Result) -> None:
        """Check the last part, which must be of the present key: an older one may be in other hands."""
        self._tell(result)
        if self.key is not None and self.key != settings.AUDIT_KEY:
            result.add(
                _("The newest rows were written with an older key. Run rotate_audit_key, if you changed the key.")
            )

    def _tell(self, result: Result) -> None:
        for row in self.unknown:
            result.add(_changed(row))
        self.unknown = []


def _content(entry: Entry) -> bytes:
    return entry.message() + entry.mac.encode()


def _changed(row: int) -> str:
    return _("Row %(row)s was changed, or was inserted without the key.") % {"row": row}
