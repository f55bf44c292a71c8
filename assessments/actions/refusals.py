"""Refusals of actions. Each message is a sentence for the user that says what to do."""


class ActionRefused(Exception):
    """The action was refused. The message is a sentence for the user."""


class NotAllowed(ActionRefused):
    """The user has no permission, or the state of the case does not allow the action."""


class StaleCase(ActionRefused):
    """Somebody else saved after this form was opened. ``theirs`` is the saved object or text, if there is one."""

    def __init__(self, message: str, theirs: object = None) -> None:
        super().__init__(message)
        self.theirs = theirs


class HeldElsewhere(StaleCase):
    """Another person holds the editing lock of the case."""


class ReferenceTaken(ActionRefused):
    """The office already has a case with this reference."""


class Incomplete(ActionRefused):
    """Something must be filled in first. ``field`` is the name of the form field, if known."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field
