"""The relocation page and its form data."""

from django.urls import reverse

from assessments import actions
from assessments.models import Case
from assessments.pages.workspace.relocation_parts import ident_of

BAMAKO, KAYES = "ML-BKO", "ML-1"
NOTHING = str(actions.conclusion_token("not-assessed", ""))  # the token of a conclusion that nobody wrote


def address(case: Case) -> str:
    return reverse("relocation", args=[case.uuid])


def posted(test="safety", conclusion="met", reasons="Because.", version=NOTHING, place=BAMAKO):
    ident = ident_of(place, test)
    return {f"{ident}-conclusion": conclusion, f"{ident}-reasons": reasons, f"{ident}-version": version}


def justified(words, before=""):
    return {"age-justification": words, "age-version": str(actions.text_version(before))}
