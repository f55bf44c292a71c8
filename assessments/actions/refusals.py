"""Why an action is not carried out; each message is a sentence that a person can act on."""


class ActionRefused(Exception):
    """The action was not carried out; the message is a sentence that a person can act on."""


class StaleCase(ActionRefused):
    """Somebody saved the case after this form was opened."""


class ReferenceTaken(ActionRefused):
    """The office already has a case with this reference."""
