"""Letters that leave, and scanned pages placed by hand, without a mouse; and without scripts."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.decisions import a_deliberation, a_refusal, a_scene, an_award
from build.juries import a_store
from build.sides import PDF
from grants.decisions.models import Deliberation
from grants.files import services as files
from grants.kernel.access import FunderRole
from grants.notices.papers import Scan
from grants.notices.services.scanning import bring_scan, keep_pages
from journeys.inside import Ears, inside
from journeys.keyboard import Hands


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def scripts(request):
    return request.param


@pytest.fixture
def stage(app, chromium, database, clock):
    with inside(app, chromium, database, clock, eyes=Ears()) as stage:
        yield stage


def test_letters_are_read_on_and_leave_and_a_page_is_matched(stage, scripts):
    with stage.session() as session:
        scene = a_scene(session, applications=2)
        act = a_deliberation(session, scene, an_award(scene, 0), a_refusal(scene, 1))
        officer, act_id = scene.people[FunderRole.OFFICER].id, act.id
        by = {"actor": scene.officer}
        pile = files.deposit(session, a_store(), io.BytesIO(PDF), name="pile.pdf", **by)
        bring_scan(session, scene.funder.id, pile, **by, now=NOW)
        scan = session.scalars(select(Scan.id).order_by(Scan.id)).one()
        keep_pages(session, scan, [None], now=NOW)
    letters, pages = f"/instruction/deliberations/{act_id}/courriers", f"/instruction/scans/{scan}"
    visitor = stage.enter(stage.visitor(scripts=scripts), officer).goto(letters)
    Hands(visitor).walk()
    hands = Hands(visitor.goto(letters))
    hands.enter('main td a[href*="/courriers/"]')
    hands.enter('main a[rel="next"]')
    hands.enter('main a[rel="prev"]')
    hands = Hands(visitor.goto(letters))
    hands.reach('[name="looked"]').type(" ")
    hands.enter('form:has([name="looked"]) button')
    visitor.says("Les courriers partent")
    with stage.alone, stage.session() as session:
        told = session.scalar(select(Deliberation.announced_at).where(Deliberation.id == act_id))
    assert told == NOW
    Hands(visitor.goto(pages)).walk()
    hands = Hands(visitor.goto(pages))
    hands.reach('main [name="number"]').type("DEL-0/INCONNU")
    hands.enter('form[action*="/pages/"] button', status=422)
    assert visitor.page.locator('main [name="number"]').input_value() == "DEL-0/INCONNU"
