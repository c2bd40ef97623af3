"""Waiting lists: order, what comes back, eligibility looked at again, one person's yes or no."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.decisions import a_deliberation, a_scene, an_award, recused
from build.ledger import booked
from grants.applications.models import ApplicationState
from grants.decisions.models import Decision, Instrument, Outcome, Proposal
from grants.decisions.services import Item
from grants.kernel.errors import Refused, Unknown
from grants.kernel.money import Amount
from grants.scenarios.models import WaitingPlace, WaitingState
from grants.scenarios.services import waiting

S = WaitingState


def a_list(session, scene, *, first=0, many=2):
    """The scene's applications from `first` on: waitlisted by a vote, and on the list."""
    chosen = scene.applications[first : first + many]
    items = [Item(application_id=one.id, outcome=Outcome.WAITLIST) for one in chosen]
    a_deliberation(session, scene, *items)
    return [added(session, scene, one.id) for one in chosen]


def added(session, scene, application_id, wanted=None, actor=None):
    return waiting.add(
        session,
        scene.call.id,
        scene.envelope_id,
        application_id,
        wanted=wanted,
        actor=actor or scene.officer,
        now=NOW,
    )


def act(verb, session, scene, place, **given):
    return verb(session, place.id, actor=scene.officer, now=NOW, **given)


def emptied(session, scene, amount):
    """All of the envelope is held by something else."""
    booked(session, "reserve", scene.envelope_id, amount)


def states(session):
    every = select(WaitingPlace).order_by(WaitingPlace.position)
    session.expire_all()
    return [(one.state, one.offered) for one in session.scalars(every)]


def test_money_that_comes_back_is_offered_to_the_first_and_waits(session):
    scene = a_scene(session, voted=2_000_000)
    one, two = a_list(session, scene)
    emptied(session, scene, 2_000_000)
    assert waiting.look(session, now=NOW) == 0
    booked(session, "release", scene.envelope_id, 900_000)
    assert waiting.look(session, now=NOW) == 1
    assert waiting.look(session, now=NOW) == 0
    assert states(session) == [(S.OFFERED, 900_000), (S.WAITING, None)]
    assert "9\u202f000,00\u202f€" in one.draft
    assert session.scalars(select(Proposal)).all() == []
    act(waiting.accept, session, scene, one, draft_text="À relire.")
    act(waiting.accept, session, scene, one, draft_text="Deux fois.")
    (proposal,) = session.scalars(select(Proposal)).all()
    assert (proposal.amount, proposal.tops_up_id) == (900_000, None)
    assert session.get_one(WaitingPlace, one.id).draft == "À relire."
    # What is proposed is not offered again.
    assert waiting.look(session, now=NOW) == 0
    booked(session, "release", scene.envelope_id, 500_000)
    assert waiting.look(session, now=NOW) == 1
    assert states(session)[1] == (S.OFFERED, 500_000)
    with pytest.raises(Refused, match=r"waiting\.reason_missing"):
        act(waiting.pass_over, session, scene, two, reason=" ")
    act(waiting.pass_over, session, scene, two, reason="L’association a renoncé.")
    assert states(session)[1][0] is S.PASSED


def test_a_partly_funded_project_is_topped_up_by_a_second_vote(session):
    scene = a_scene(session, applications=1, voted=1_500_000)
    prize = {"instrument": Instrument.PRIZE}
    a_deliberation(session, scene, an_award(scene, 0, amount=1_000_000, **prize))
    with pytest.raises(Refused, match=r"waiting\.too_much"):
        added(session, scene, scene.applications[0].id, Amount(250_001))
    place = added(session, scene, scene.applications[0].id)
    assert place.wanted == 250_000
    assert added(session, scene, scene.applications[0].id).id == place.id
    first = session.scalars(select(Decision)).one()
    assert place.decision_id == first.id
    assert waiting.look(session, now=NOW) == 1
    act(waiting.accept, session, scene, place, draft_text="")
    assert session.scalars(select(Proposal.tops_up_id)).one() == first.id
    assert session.scalars(select(Proposal.instrument)).one() is Instrument.PRIZE
    a_deliberation(session, scene, an_award(scene, 0, amount=250_000, **prize))
    assert sum(one.amount for one in session.scalars(select(Decision))) == 1_250_000
    with pytest.raises(Refused, match=r"proposal\.already_decided"):
        a_deliberation(session, scene, an_award(scene, 0, amount=1))


def test_order_is_kept_and_changed_only_while_it_waits(session):
    scene = a_scene(session, applications=3)
    emptied(session, scene, 6_000_000)
    one, two, three = a_list(session, scene, many=3)
    act(waiting.move, session, scene, three, up=True)
    act(waiting.move, session, scene, one, up=True)  # already first
    session.expire_all()
    assert (one.position, three.position, two.position) == (1, 2, 3)
    booked(session, "release", scene.envelope_id, 1)
    waiting.look(session, now=NOW)
    with pytest.raises(Refused, match=r"waiting\.not_waiting"):
        act(waiting.move, session, scene, one, up=False)
    act(waiting.move, session, scene, three, up=True)
    session.expire_all()
    assert three.position == 2


def test_whoever_is_no_longer_eligible_is_told_and_not_accepted(session):
    scene = a_scene(session)
    one, _two = a_list(session, scene)
    session.execute(text("SET LOCAL session_replication_role = replica"))
    scene.applications[0].state = ApplicationState.WITHDRAWN
    scene.applications[0].withdrawn_at = NOW
    session.flush()
    session.execute(text("SET LOCAL session_replication_role = origin"))
    waiting.look(session, now=NOW)
    session.expire_all()
    assert one.problems == [{"code": "withdrawn"}]
    with pytest.raises(Refused, match=r"waiting\.not_eligible"):
        act(waiting.accept, session, scene, one, draft_text="")


def test_money_that_went_meanwhile_is_not_promised(session):
    scene = a_scene(session, voted=2_000_000)
    one, _two = a_list(session, scene)
    waiting.look(session, now=NOW)
    emptied(session, scene, 1_500_000)
    with pytest.raises(Refused, match=r"waiting\.money_gone"):
        act(waiting.accept, session, scene, one, draft_text="")
    # What is left is offered in its stead; nothing left, it waits in its place, and nobody passes.
    assert waiting.look(session, now=NOW) == 1
    assert states(session) == [(S.OFFERED, 500_000), (S.WAITING, None)]
    assert "5\u202f000,00" in one.draft
    emptied(session, scene, 500_000)
    assert waiting.look(session, now=NOW) == 0
    assert states(session) == [(S.WAITING, None), (S.WAITING, None)]
    booked(session, "release", scene.envelope_id, 600_000)
    waiting.look(session, now=NOW)
    act(waiting.accept, session, scene, one, draft_text="")
    assert states(session)[0] == (S.ACCEPTED, 600_000)


def test_who_may_not(session):
    scene = a_scene(session)
    one, _two = a_list(session, scene)
    aside = recused(scene.officer, scene.applications[0])
    for actor in (aside, scene.finance):
        with pytest.raises(Unknown):
            waiting.pass_over(session, one.id, reason="Non", actor=actor, now=NOW)
    for actor in (aside, scene.finance):
        with pytest.raises(Unknown):
            added(session, scene, scene.applications[0].id, actor=actor)
    with pytest.raises(Refused, match=r"waiting\.not_offered"):
        act(waiting.accept, session, scene, one, draft_text="")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE waiting_place SET position = 1",
        "UPDATE waiting_place SET state = 'offered', offered = 1, offered_at = now()",
        "UPDATE waiting_place SET state = 'passed', settled_at = now(), settled_by = added_by",
        "DELETE FROM waiting_place",
        "UPDATE waiting_place SET application_id = (SELECT min(id::text)::uuid FROM application)",
    ],
)
def test_raw_sql_keeps_the_order_and_one_offer(session, statement):
    scene = a_scene(session)
    a_list(session, scene)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(statement))
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
