"""Whoever comes from the waiting list knows of the list, and not of the award, until it is told."""

from __future__ import annotations

import re
from datetime import date, timedelta

from build.clock import NOW
from build.decisions import PLAN_OF_2016, a_deliberation, a_scene, an_award
from build.people import acting_as
from grants.applications.models import ApplicationState
from grants.decisions.models import Body, Outcome
from grants.decisions.services import (
    Item,
    acknowledge,
    announce_results,
    deliberate,
    make_executory,
    open_session,
)

LATER = NOW + timedelta(days=40)


def words(answer) -> str:
    main = answer.get_data(as_text=True).partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def awarded_later(session, scene):
    """A second vote, weeks after the first, executory and told to nobody."""
    by = {"actor": scene.officer, "now": LATER}
    day = date(2018, 11, 9)
    sitting = open_session(session, scene.funder.id, body=Body.COUNCIL, held_on=day, **by)
    act = deliberate(
        session,
        sitting.id,
        number="DEL2018_777",
        object="Liste d’attente",
        vote=PLAN_OF_2016,
        items=[an_award(scene)],
        **by,
    )
    make_executory(session, act.id, on=day, **by)
    return act.id


def test_a_promotion_is_silent_until_it_is_announced_and_read(session, as_person, clock):
    scene = a_scene(session, applications=1)
    file, author = scene.applications[0], scene.author
    waits = Item(application_id=file.id, outcome=Outcome.WAITLIST)
    first = a_deliberation(session, scene, waits, announced=True)
    acknowledge(session, file.id, first.id, actor=acting_as(session, author), now=NOW)
    session.flush()
    address, mine = f"/dossiers/{file.id}", "/dossiers"
    browser = as_person(author)
    assert "liste d’attente" in words(browser.get(address)).lower()
    act = awarded_later(session, scene)
    session.expire_all()
    assert (file.state, file.knew_at) == (ApplicationState.AWARDED, None)
    clock.instant = LATER + timedelta(hours=1)
    browser = as_person(author)
    silent = [words(browser.get(one)) for one in (address, mine)]
    by = {"actor": scene.officer, "now": LATER + timedelta(hours=1)}
    announce_results(session, act, **by)
    session.flush()
    told = [words(browser.get(one)) for one in (address, mine)]
    acknowledge(session, file.id, act, actor=acting_as(session, author), now=clock.instant)
    session.flush()
    known = [words(browser.get(one)) for one in (address, mine)]
    for before, after, last in zip(silent, told, known, strict=True):
        assert "En cours d’examen" in before
        assert "Une décision a été prise" in after
        assert "Accepté" not in before + after
        assert "Accepté" in last
    session.expire_all()
    assert file.knew_at >= file.decided_at
