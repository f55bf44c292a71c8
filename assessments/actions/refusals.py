"""Why an action is not carried out; each message is a sentence that a person can act on."""


class ActionRefused(Exception):
    """The action was not carried out; the message is a sentence that a person can act on."""


class NotAllowed(ActionRefused):
    """This person may not, or not in this state of the case."""


class StaleCase(ActionRefused):
    """Somebody saved it after this form was opened. ``theirs`` is what they saved, where there is one text of it."""

    def __init__(self, message: str, theirs: object = None) -> None:
        super().__init__(message)
        self.theirs = theirs


class HeldElsewhere(StaleCase):
    """Somebody else holds the editing lock of the case."""


class ReferenceTaken(ActionRefused):
    """The office already has a case with this reference."""


class Incomplete(ActionRefused):
    """Something has to be written first; ``field`` names where."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field
