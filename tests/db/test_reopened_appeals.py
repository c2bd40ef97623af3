"""An accepted appeal, and a person who follows it: decided again, or more proposed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.decisions import a_deliberation, a_refusal, a_scene, an_award, standing
from build.people import acting_as
from grants.appeals import services
from grants.appeals.models import Effect
from grants.applications.models import Application, ApplicationState
from grants.decisions.models import Decision, Outcome, Proposal
from grants.decisions.services import Item, Wanted, acknowledge, propose
from grants.kernel.errors import Refused
from grants.kernel.money import Amount

S = ApplicationState


def contested(session, *items, effect=Effect.NEW_DELIBERATION, accepted=True):
    """A scene whose first decision was contested, and the appeal answered."""
    scene = a_scene(session, applications=1)
    act = a_deliberation(session, scene, *[one(scene) for one in items], announced=True)
    author = acting_as(session, scene.author)
    file = scene.applications[0]
    acknowledge(session, file.id, act.id, actor=author, now=NOW)
    appeal = services.file_appeal(
        session, file.id, act.id, grounds="Le dossier fut mal lu.", actor=author, now=NOW
    )
    if accepted:
        services.answer_appeal(
            session, appeal.id, effect=effect, answer="En effet.", actor=scene.officer, now=NOW
        )
    return scene, appeal


def refusal(scene):
    return a_refusal(scene, 0)


def state_of(session, scene):
    where = Application.id == scene.applications[0].id
    return session.scalar(select(Application.state).where(where))


def test_a_refused_file_is_decided_again_by_another_vote(session):
    scene, appeal = contested(session, refusal)
    file = scene.applications[0]
    wanted = Wanted(
        application_id=file.id, outcome=Outcome.AWARD, instrument=an_award(scene).instrument,
        amount=Amount(500_000), envelope_id=scene.envelope_id,
    )  # fmt: skip
    by = {"actor": scene.officer, "now": NOW}
    with pytest.raises(Refused, match="already_decided"), session.begin_nested():
        propose(session, scene.call.id, scene.funder.id, wanted=[wanted], **by)
    for _ in range(2):
        found = services.reopen_file(session, appeal.id, **by)
    assert (found.reopened_at, found.reopened_by) == (NOW, scene.officer.id)
    assert state_of(session, scene) is S.IN_REVIEW
    propose(session, scene.call.id, scene.funder.id, wanted=[wanted], **by)
    a_deliberation(session, scene, an_award(scene, amount=500_000), announced=True)
    assert state_of(session, scene) is S.AWARDED
    assert standing(session, scene.envelope_id)["committed"] == 500_000


def test_an_award_is_added_to_and_never_decided_again(session):
    scene, appeal = contested(session, an_award)
    by = {"actor": scene.officer, "now": NOW}
    with pytest.raises(Refused, match=r"reopen\.award_stands"), session.begin_nested():
        services.reopen_file(session, appeal.id, **by)
    for _ in range(2):
        services.propose_more(session, appeal.id, amount=Amount(200_000), **by)
    (more,) = session.scalars(select(Proposal)).all()
    assert (more.amount, more.envelope_id) == (200_000, scene.envelope_id)
    assert state_of(session, scene) is S.AWARDED
    item = Item(
        application_id=more.application_id, outcome=more.outcome, instrument=more.instrument,
        amount=more.amount, envelope_id=more.envelope_id,
    )  # fmt: skip
    a_deliberation(session, scene, item, announced=True)
    amounts = session.scalars(select(Decision.amount).order_by(Decision.amount)).all()
    assert amounts == [200_000, 1_000_000]
    assert standing(session, scene.envelope_id)["committed"] == 1_200_000


@pytest.mark.parametrize(
    ("given", "code"),
    [({"accepted": False}, "not_accepted"), ({"effect": Effect.WITHDRAWAL}, "not_accepted")],
)
def test_only_an_appeal_accepted_for_that_opens_anything(session, given, code):
    scene, appeal = contested(session, refusal, **given)
    with pytest.raises(Refused, match=code):
        services.reopen_file(session, appeal.id, actor=scene.officer, now=NOW)
    with pytest.raises(Refused, match=code):
        services.propose_more(session, appeal.id, amount=Amount(1), actor=scene.officer, now=NOW)
