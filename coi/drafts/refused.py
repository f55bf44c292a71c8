"""Refusals of an action on a draft. Nothing has changed when one is raised."""

from coi.drafts.draft_review import Review


class Refused(Exception):
    """The action was refused and nothing changed. Each problem is a field name (or empty) and a sentence.

    ``review`` is the review that was refused, if one was built: the page shows it.
    """

    def __init__(self, *problems: tuple[str, str], review: Review | None = None) -> None:
        super().__init__("\n".join(message for _field, message in problems))
        self.problems = problems
        self.review = review


class OwnDraft(Refused):
    """An author of the draft tried to publish it; a second person must."""


class ChangedSince(Refused):
    """The draft, or the edition that it replaces, has changed since it was shown."""


class Overwrites(ChangedSince):
    """A file would replace what others wrote in the draft. ``version`` identifies their text; sending it back
    confirms.
    """

    def __init__(self, said: str, version: str) -> None:
        super().__init__(("replace", said))
        self.version = version


class ReasonsChanged(ChangedSince):
    """Someone else changed the reasons for the same findings after they were shown."""
