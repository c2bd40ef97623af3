"""Usual texts: what none may omit, their versions, agreements and orders that begin with them."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from build.clock import NOW
from build.decisions import HELD_ON, a_delegation, a_deliberation, a_scene, an_award
from config import ROOT
from grants.agreements.beginnings import BEGINNINGS
from grants.agreements.services import keep_usual
from grants.agreements.usual import BLOCKS, Kind, UsualText, missing, unknown
from grants.decisions.models import Body, Decision, Instrument
from grants.decisions.services import deliberate, make_executory, open_session
from grants.decisions.vote import Vote
from grants.kernel.access import FunderRole
from grants.kernel.errors import Refused, Unknown
from grants.notices.models import LetterWording
from grants.notices.pdf import typeset
from grants.notices.services import write_letter
from grants.outbox.models import Message
from workers.rendering import Pages

BASE = "/instruction/textes-types"
FOUR = Vote(seats=5, present=4, votes_for=4)
BODY = BEGINNINGS[Kind.AGREEMENT]
ORDER = BEGINNINGS[Kind.ORDER].replace("# Article 1", "# Article premier")


@pytest.fixture
def scene(session):
    return a_scene(session)


@pytest.fixture
def officer(scene, as_person):
    return as_person(scene.people[FunderRole.OFFICER])


def kept(session, scene, kind=Kind.AGREEMENT, instrument=None, body=BODY):
    return keep_usual(
        session, scene.funder.id, kind, instrument, body=body, actor=scene.officer, now=NOW
    )


@pytest.mark.parametrize("kind", Kind)
def test_what_a_text_begins_as_holds_every_block_and_names_nothing_else(kind):
    assert missing(kind, BEGINNINGS[kind]) == []
    assert unknown(kind, BEGINNINGS[kind]) == []


@pytest.mark.parametrize(("kind", "block"), [(kind, one) for kind in Kind for one in BLOCKS[kind]])
def test_no_text_is_kept_without_a_block_whoever_writes(session, scene, kind, block):
    bare = BEGINNINGS[kind].replace(f"[{block}]", "…")
    with pytest.raises(Refused, match="block_missing") as refused:
        kept(session, scene, kind, body=bare)
    assert refused.value.facts == {"blocks": f"[{block}]"}
    row = UsualText(
        funder_id=scene.funder.id, kind=kind, instrument=None, number=1, body=bare,
        kept_by=scene.officer.id, kept_at=NOW,
    )  # fmt: skip
    with pytest.raises(DBAPIError, match="holds_blocks"), session.begin_nested():
        session.add(row)
        session.flush()


def test_each_keeping_is_a_version_and_the_same_words_are_none(session, scene):
    first = kept(session, scene)
    assert kept(session, scene).id == first.id
    second = kept(session, scene, body=BODY + "\n\nFin.")
    assert (first.number, second.number) == (1, 2)
    assert kept(session, scene, instrument=Instrument.ADVANCE).number == 1
    with pytest.raises(Refused, match="variable_unknown"):
        kept(session, scene, body=BODY + " [montan]")
    with pytest.raises(Unknown):
        keep_usual(
            session, a_scene(session).funder.id, Kind.ORDER, None, body=ORDER,
            actor=scene.officer, now=NOW,
        )  # fmt: skip
    with pytest.raises(DBAPIError, match="never changed"), session.begin_nested():
        session.execute(text("UPDATE usual_text SET body = body || ' '"))


def test_a_text_is_written_kept_and_compared_on_its_pages(session, scene, officer):
    assert "pas encore de texte type" in officer.get(BASE).text
    new = f"{BASE}/nouveau?genre=agreement"
    assert "[engagement_republicain]" in officer.get(new).text
    assert officer.get(f"{BASE}/nouveau?genre=autre").status_code == 404
    form = {"funder": str(scene.funder.id), "instrument": "", "body": BODY.replace("[duree]", "")}
    odd = officer.post(new, data=form)
    assert (odd.status_code, "[duree]" in odd.text) == (422, True)
    made = officer.post(new, data={**form, "body": BODY})
    assert made.status_code == 303
    again = officer.post(made.location, data={"body": BODY.replace("Objet", "But")})
    page = officer.get(again.location).text
    assert "<ins>But</ins>" in page
    assert made.location in page
    assert 'name="body"' not in officer.get(made.location).text


def test_an_agreement_begins_with_the_text_of_its_form_of_award(session, scene, officer):
    voted = a_deliberation(session, scene, an_award(scene, amount=2_400_000), announced=True)
    one = session.scalars(select(Decision.id).where(Decision.deliberation_id == voted.id)).one()
    url = f"/instruction/conventions/attributions/{one}"
    begun = officer.get(url).text
    assert not re.findall(r"\[[a-z_]+\]", begun)
    assert "six mois" in begun
    kept(session, scene, body=BODY.replace("Entre [fin", "Pour tous : [fin"))
    assert "Pour tous : Métropole" in officer.get(url).text
    own = BODY.replace("Entre [fin", "Pour une subvention : [fin")
    kept(session, scene, instrument=Instrument.GRANT, body=own)
    assert "Pour une subvention : Métropole" in officer.get(url).text


@pytest.fixture
def act(session, scene):
    """An award by the bureau, under the council's delegation."""
    act = {"actor": scene.officer, "now": NOW}
    a_delegation(session, scene.funder, scene.officer)
    sitting = open_session(session, scene.funder.id, body=Body.BUREAU, held_on=HELD_ON, **act)
    made = deliberate(
        session, sitting.id, number="B7", object="Soutien", vote=FOUR,
        items=[an_award(scene)], **act,
    )  # fmt: skip
    make_executory(session, made.id, on=HELD_ON, **act)
    return made


def test_an_act_by_delegation_leaves_with_its_order(session, scene, officer, act, file_store):
    url = f"/instruction/deliberations/{act.id}/courriers"
    one = f"{url}/{scene.applications[0].id}"
    shown = officer.get(one).text
    for words in (
        "Décision du bureau n°\u202fB7",
        "DEL2018_000",
        "10\u202f000,00\u202f€",
        "Article 1",
    ):
        assert words in shown, words
    page = officer.get(url).text
    assert "avec son arrêté" in page
    seen = re.search(r'name="seen"[^>]*value="([0-9a-f]+)"', page)[1]
    kept(session, scene, Kind.ORDER, body=ORDER)
    assert officer.post(url, data={"seen": seen, "looked": "y"}).status_code == 409
    seen = re.search(r'name="seen"[^>]*value="([0-9a-f]+)"', officer.get(url).text)[1]
    assert officer.post(url, data={"seen": seen, "looked": "y"}).status_code == 303
    frozen = session.scalars(select(LetterWording)).one()
    assert frozen.order_text == ORDER
    kept(session, scene, Kind.ORDER, body=ORDER.replace("premier", "nouveau"))
    assert "Article premier" in officer.get(one).text
    message = session.scalars(select(Message.id).where(Message.kind == "decision.announced")).one()
    given = {"renderer": Pages(ROOT), "typeset": typeset, "store": file_store, "now": NOW}
    letter = write_letter(session, message, **given)
    session.refresh(letter, ["stored_file"])
    with file_store.open(letter.stored_file.sha256) as stream:
        pdf = PdfReader(io.BytesIO(stream.read()))
    told = " ".join(pdf.pages[-1].extract_text().split())
    assert "Décision du bureau n° B7 du 28 septembre 2018" in told
    assert "Article premier" in told
    assert "Voies et délais de recours" in told


def test_an_act_of_the_council_has_no_order(session, scene, officer):
    voted = a_deliberation(session, scene, an_award(scene))
    url = f"/instruction/deliberations/{voted.id}/courriers/{scene.applications[0].id}"
    assert "arrêté" not in officer.get(url).text
