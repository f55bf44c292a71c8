"""Words for the codes of the audit record."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    # cases
    "case.create": _("recorded a case"),
    "case.change": _("edited a case"),
    "case.read": _("read a case"),
    "case.share": _("shared a case with the office"),
    "case.unshare": _("stopped sharing a case"),
    "case.export": _("exported everything stored about a case"),
    "case.hand-over": _("gave a case to another caseworker"),
    "intake.hand-over": _("gave an intake to another caseworker"),
    "case.take-over": _("took over the editing of a case"),
    "case.matches-first-shown": _("saw the matches of a case for the first time"),
    "case.close": _("closed a case"),
    "case.reopen": _("reopened a case"),
    "intake.begin": _("started an intake"),
    "intake.save": _("saved a step of an intake"),
    "intake.discard": _("discarded an intake"),
    "assessment.save": _("saved an assessment of a fact"),
    "assessment.change-seen": _("noted a change of COI on a fact"),
    "finding.omit": _("chose not to rely on a finding"),
    "finding.rely": _("chose to rely on a finding again"),
    "finding.let-go": _("noted that a finding not relied on was retired"),
    "context.take": _("added context to the memo"),
    "context.drop": _("removed context from the memo"),
    "own-source.add": _("added an own source"),
    "own-source.change": _("changed an own source"),
    "own-source.remove": _("removed an own source"),
    "case.conclude": _("wrote a conclusion on internal protection"),
    "case.justify-old-coi": _("gave reasons for relying on older COI"),
    "question.add": _("added a question"),
    "question.change": _("changed a question"),
    "question.remove": _("removed a question"),
    # memos and review
    "memo.export": _("exported a memo"),
    "memo.check": _("checked the PDF of a memo"),
    "memo.submit": _("submitted a memo"),
    "memo.take-back": _("took a memo back"),
    "memo.replace": _("replaced a memo that was taken back before it was read"),
    "memo.approve": _("approved a memo"),
    "memo.return": _("returned a memo"),
    "memo.recall": _("recalled a memo"),
    "memo.new-findings": _("listed new findings for an approved memo"),
    "memo.uphold": _("upheld a memo that was recalled or has relevant new findings"),
    "memo.supersede": _("marked a memo as superseded"),
    "review.take": _("took a memo for review"),
    "review.hand-back": _("put a memo back in the queue"),
    "review.reassign": _("assigned a review to a colleague"),
    "review.show": _("opened sections for review"),
    "review.grade": _("saved a review"),
    "review.stand-in": _("took over a review"),
    "disclosure.export": _("exported a disclosure sheet"),
    "questions.export": _("exported questions"),
    "batch.create": _("made a ZIP file of memos"),
    "batch.download": _("downloaded a ZIP file of memos"),
    "quality.export": _("exported the quality figures"),
    "backup.make": _("made a backup"),
    "backup.restore": _("restored a backup"),
    "retention.erase": _("erased a case at the end of its retention period"),
    "retention.erase-intake": _("erased an intake that was not saved for long"),
    "retention.purge": _("erased data at the end of its retention period"),
    "erasure.request": _("asked for the erasure of a case"),
    "erasure.decline": _("withdrew or declined a request for erasure"),
    "erasure.approve": _("erased a case on request"),
    # the library
    "coi.source-proposed": _("proposed a source for the library"),
    "record.key": _("began to write the record with a new key"),
    "record.anchor": _("made a new anchor file"),
    "coi.load": _("loaded an edition"),
    "coi.draft-copy": _("started a draft edition as a copy"),
    "coi.draft-upload": _("uploaded a draft edition"),
    "coi.draft-new": _("started a draft edition of a new report"),
    "coi.draft-add": _("added to a draft edition"),
    "coi.draft-change": _("changed a draft edition"),
    "coi.draft-remove": _("removed something from a draft edition"),
    "coi.draft-reasons": _("gave reasons for retiring findings"),
    "coi.draft-ask": _("asked a second person to publish a draft edition"),
    "coi.draft-discard": _("discarded a draft edition"),
    "coi.publish": _("published an edition"),
    "events.import": _("imported event data"),
    "events.import-begun": _("uploaded event data for import"),
    "events.import-refused": _("could not import event data"),
    "events.import-broken-off": _("could not finish an import of event data"),
    "coi.proposal-taken-up": _("accepted a proposed source"),
    "coi.proposal-declined": _("declined a proposed source"),
    "coi.change-proposed": _("proposed a change of the vocabulary"),
    "coi.change-approved": _("approved a change of the vocabulary"),
    "coi.change-declined": _("declined a change of the vocabulary"),
    "coi.change-withdrawn": _("withdrew a change of the vocabulary"),
    "coi.link-marked-dead": _("marked a link as dead"),
    "coi.link-unmarked": _("removed the mark of a dead link"),
    "coi.query-added": _("added a curator’s query to a draft edition"),
    "import-places": _("loaded the places of a country"),
    "boundaries.import": _("imported boundaries"),
    "areas.upload": _("uploaded a boundary file of a country"),
    "areas.import": _("imported the regions or cercles of a country"),
    # people
    "sign-in": _("signed in"),
    "sign-out": _("signed out"),
    "sign-in.failed": _("failed to sign in"),
    "sign-in.locked": _("was locked out"),
    "password.failed": _("gave a wrong present password"),
    "password.change": _("changed their own password"),
    "password.ask": _("asked for a link to set a new password"),
    "password.reset": _("set a new password by a link"),
    "second-factor.set-up": _("set up a second factor"),
    "second-factor.codes": _("renewed their recovery codes"),
    "second-factor.recovery": _("signed in with a recovery code"),
    "second-factor.off": _("turned their second factor off"),
    "second-factor.failed": _("gave a wrong code at sign-in"),
    "second-factor.reset": _("reset a user's second factor"),
    "user.create": _("created a user"),
    "user.change": _("changed a user"),
    "user.password": _("set a user's password"),
    "user.delete": _("deleted a user"),
    "group.create": _("created a group of permissions"),
    "group.change": _("changed a group of permissions"),
    "group.delete": _("deleted a group of permissions"),
    "office.create": _("created an office"),
    "office.change": _("changed the settings of an office"),
    "office.delete": _("deleted an office"),
    "standing.record": _("recorded all users and offices as they are stored"),
    "refused": _("was refused access"),
    # the audit record itself
    "record.read": _("read the audit record"),
    "record.export": _("exported the audit record"),
    "record.verify": _("verified the audit record"),
}


def in_words(action: str) -> str:
    """Return the words for an action; an unknown code is returned unchanged."""
    return str(ACTIONS.get(action, action))


def details_in_words(details: dict[str, object]) -> str:
    """Return the details of an entry on one line."""
    return "; ".join(f"{name}: {_one_line(value)}" for name, value in details.items())


def _one_line(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_one_line(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(_one_line(each) for each in value)
    return str(value)
