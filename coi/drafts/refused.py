"""Why an action on a draft is refused; nothing has changed then."""

from coi.drafts.draft_review import Review


class Refused(Exception):
    """It was not done, and nothing changed; each problem is a sentence, by the name of its field if it has one.

    ``review`` is the review that was refused, if one was built: the page shows it.
    """

    def __init__(self, *problems: tuple[str, str], review: Review | None = None) -> None:
        super().__init__("\n".join(message for _field, message in problems))
        self.problems = problems
        self.review = review


class OwnDraft(Refused):
    """A second person publishes."""


class ChangedSince(Refused):
    """The draft, or the edition that it replaces, is not what was shown."""


class Overwrites(ChangedSince):
    """A file would replace what others wrote in the draft; ``version`` stands for that, to be sent back as a yes."""

    def __init__(self, said: str, version: str) -> None:
        super().__init__(("replace", said))
        self.version = version


class ReasonsChanged(ChangedSince):
    """Somebody else wrote other reasons for the same findings since they were shown."""
