"""What the form for a new finding offers, and that it takes nothing by itself."""

import pytest

from coi.models import Finding
from tests.coi.drafts.editing.item_forms import adding, at, opened
from tests.coi.forms_on_pages import sent_by
from tests.sign_in import signed_in

pytestmark = pytest.mark.usefixtures("library")

STATEMENT = (
    "In March 2019, Dogon militias killed Fulani villagers in Ogossagou and Bankass; on 5 May 2019 they came back."
)


@pytest.fixture
def client(second, draft):
    return signed_in(second)


def offered(response, name: str) -> list[str]:
    return list(response.context["form"].fields[name].offered)


def test_what_the_finding_before_had_is_offered_and_not_taken(client, draft):
    last = draft.findings.order_by("pk").last()
    page = client.get(adding("findings"))
    form = page.context["form"]
    assert form.initial["section"] == last.section.code
    for name in ("places", "actors", "events", "targets"):
        assert set(offered(page, name)) == set(getattr(last, name).values_list("code", flat=True))
        assert name not in sent_by(page, "version") or not any(sent_by(page, "version")[name])


def test_words_places_and_dates_of_the_statement_are_offered_and_not_taken(client, draft):
    sent = opened(client, adding("findings"), statement=STATEMENT, section="mopti", take="words")
    page = client.post(adding("findings"), sent)
    assert page.status_code == 200
    assert "dogon-militia" in offered(page, "actors")
    assert "killing" in offered(page, "events")
    assert {"fulani", "villager"} <= set(offered(page, "targets"))
    assert offered(page, "places")[0] == "gn-2452421"
    assert [value for value, _words in page.context["form"].periods][:3] == [
        "2019-03/2019-05-05", "2019-03/2019-03", "2019-05-05/2019-05-05",
    ]  # fmt: skip
    again = sent_by(page, "version")
    assert not any(again.get(name) for name in ("actors", "events", "targets", "footnotes"))
    assert not any(again["places"])
    assert not again["period_from"][0]
    assert Finding.objects.filter(edition=draft, statement=STATEMENT).count() == 0


def test_a_click_takes_a_period_and_an_offered_place(client, draft):
    sent = opened(client, adding("findings"), statement=STATEMENT, section="mopti", take="2019-03/2019-05-05")
    taken = sent_by(client.post(adding("findings"), sent), "version")
    assert (taken["period_from"], taken["period_to"]) == (["March 2019"], ["5 May 2019"])
    taken["places"] = [*taken["places"], "Ogossagou, Bankass, Mopti"]  # as the browser sends a selected offer
    taken |= {"kind": "occurrence", "strength": "stated", "events": ["killing"], "no_footnote": "on"}
    assert client.post(adding("findings"), taken).status_code == 302
    finding = Finding.objects.get(edition=draft, statement=STATEMENT)
    assert list(finding.places.values_list("code", flat=True)) == ["gn-2452421"]


def test_the_footnote_that_covers_the_sentence_is_offered_first(client, draft):
    note = draft.footnotes.get(number=16)
    where = {"section": note.section_code, "paragraph": str(note.paragraph), "sentence": str(note.after_sentence)}
    page = client.post(adding("findings"), opened(client, adding("findings"), take="words", **where))
    assert offered(page, "footnotes")[0] == "16"


def test_a_stored_finding_is_offered_nothing(client):
    page = client.get(at("findings", "mop-20"))
    assert all(not offered(page, name) for name in ("places", "actors", "events", "targets", "footnotes"))


@pytest.mark.parametrize("asked", ["words", "spring/autumn", "/", "x" * 4000, "2019/<b>"])
def test_what_was_not_offered_is_typed_text_like_any_other(client, asked):
    page = client.post(adding("findings"), opened(client, adding("findings"), statement="A. " * 900, take=asked))
    assert page.status_code == 200
