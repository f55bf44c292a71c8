"""What the record's codes are called."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    # cases
    "case.create": _("recorded a case"),
    "case.change": _("changed a case"),
    "case.read": _("read a case"),
    "case.share": _("shared a case with the office"),
    "case.unshare": _("ended the sharing of a case"),
    "case.take-over": _("took over the editing of a case"),
    "case.matches-first-shown": _("saw the matches of a case for the first time"),
    "case.close": _("closed a case"),
    "case.reopen": _("reopened a case"),
    "intake.begin": _("began an intake"),
    "intake.save": _("saved a step of an intake"),
    "intake.discard": _("discarded an intake"),
    "assessment.save": _("saved an assessment of a fact"),
    "assessment.change-seen": _("noted a change of the COI on a fact"),
    "finding.omit": _("took a finding out"),
    "finding.rely": _("put a finding back"),
    "finding.let-go": _("noted that a finding taken out is held no longer"),
    "context.take": _("took context in"),
    "context.drop": _("left context out"),
    "own-source.add": _("added a source of their own"),
    "own-source.change": _("changed a source of their own"),
    "own-source.remove": _("removed a source of their own"),
    "case.conclude": _("wrote a conclusion on internal protection"),
    "case.justify-old-coi": _("justified the use of older information"),
    "question.add": _("added a question"),
    "question.change": _("changed a question"),
    "question.remove": _("removed a question"),
    # memos and review
    "memo.export": _("exported a memo"),
    "memo.submit": _("submitted a memo"),
    "memo.take-back": _("took a memo back"),
    "memo.replace": _("replaced a memo that was taken back unread"),
    "memo.approve": _("approved a memo"),
    "memo.return": _("returned a memo"),
    "memo.recall": _("recalled a memo"),
    "memo.new-findings": _("listed new findings with an approved memo"),
    "memo.uphold": _("upheld a memo that was recalled or on which new findings bear"),
    "memo.supersede": _("superseded a memo"),
    "review.take": _("took a review"),
    "review.hand-back": _("handed a review back"),
    "review.reassign": _("reassigned a review"),
    "review.grade": _("wrote in a review"),
    "review.stand-in": _("stood in for a reviewer"),
    "disclosure.export": _("exported a disclosure sheet"),
    "questions.export": _("exported questions"),
    "batch.create": _("made a batch of memos"),
    "batch.download": _("downloaded a batch of memos"),
    "quality.export": _("exported the quality page"),
    "retention.erase": _("erased a case that was due"),
    "retention.erase-intake": _("erased an intake that was left untouched"),
    "retention.purge": _("erased what was due"),
    # the library
    "coi.source-proposed": _("proposed a source for the library"),
    "coi.load": _("loaded an edition"),
    "coi.draft-copy": _("began a draft edition as a copy"),
    "coi.draft-upload": _("uploaded a draft edition"),
    "coi.draft-new": _("began a draft edition of a new report"),
    "coi.draft-add": _("added to a draft edition"),
    "coi.draft-change": _("changed a draft edition"),
    "coi.draft-remove": _("took something out of a draft edition"),
    "coi.draft-reasons": _("wrote why findings are retired"),
    "coi.draft-ask": _("asked a second person to publish a draft edition"),
    "coi.draft-discard": _("discarded a draft edition"),
    "coi.publish": _("published an edition"),
    "events.import": _("imported event data"),
    "events.import-begun": _("uploaded event data to be imported"),
    "events.import-refused": _("event data could not be imported"),
    "events.import-broken-off": _("an import of event data broke off"),
    "coi.proposal-taken-up": _("took up a proposed source"),
    "coi.proposal-declined": _("declined a proposed source"),
    "coi.link-marked-dead": _("marked a link as dead"),
    "coi.link-unmarked": _("took the mark of a dead link away"),
    "coi.query-added": _("added a curator’s query to a draft edition"),
    "import-places": _("loaded the places of a country"),
    "boundaries.import": _("imported boundaries"),
    # people
    "sign-in": _("signed in"),
    "sign-out": _("signed out"),
    "sign-in.failed": _("failed to sign in"),
    "sign-in.locked": _("was locked out"),
    "user.create": _("made a user"),
    "user.change": _("changed a user"),
    "user.password": _("set a user's password"),
    "user.delete": _("removed a user"),
    "group.create": _("made a group of permissions"),
    "group.change": _("changed a group of permissions"),
    "group.delete": _("removed a group of permissions"),
    "office.create": _("made an office"),
    "office.change": _("changed the settings of an office"),
    "office.delete": _("removed an office"),
    "refused": _("was refused"),
    # the record itself
    "record.read": _("read the record"),
    "record.export": _("exported the record"),
    "record.verify": _("verified the record"),
}


def in_words(action: str) -> str:
    """The action as it is called; a code without words stays as it is."""
    return str(ACTIONS.get(action, action))


def details_in_words(details: dict[str, object]) -> str:
    """The details of an entry on one line."""
    return "; ".join(f"{name}: {_one_line(value)}" for name, value in details.items())


def _one_line(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_one_line(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(_one_line(each) for each in value)
    return str(value)
