"""What falls due: one line for each kind, on its side of the wall, in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from build.clock import NOW
from build.decisions import a_deliberation, a_scene, an_award, an_envelope, draws_on, recused
from build.payments import an_award_to_pay
from build.people import a_person, acting_as
from grants.agreements.models import (
    ActState,
    Agreement,
    AgreementAct,
)
from grants.decisions.models import Decision, Instrument
from grants.decisions.services import make_executory
from grants.duties import queries, services, sources
from grants.duties.queries import Duty
from grants.duties.sources import Kind
from grants.followup import services as followup
from grants.followup.services import Terms
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.money import Amount, Cents, Unit
from grants.ledger.operations import Section
from grants.outbox.models import Message
from grants.people.models import AidRegime
from grants.watch.law import Watched, law
from grants.watch.services import rule_aid

TODAY = NOW.date()


def due(session, viewer, *kinds, today=TODAY, **more) -> list[Duty]:
    statement = queries.duties(viewer=viewer, today=today, kinds=kinds, **more)
    return [queries.as_duty(row) for row in session.execute(statement)]


@pytest.fixture
def scene(session: Session):
    return a_scene(session)


def test_a_report_is_due_until_it_is_sent_and_others_see_nothing(session, scene):
    a_deliberation(session, scene, announced=True)
    followup.expect_reports(session, now=NOW)
    (one,) = due(session, scene.officer, Kind.REPORT)
    assert (one.due_on, one.from_on) == (date(2019, 6, 30), date(2018, 12, 31))
    assert due(session, scene.officer, Kind.REPORT, funder_id=scene.call.id) == []
    hidden = recused(scene.officer, scene.applications[0])
    stranger = acting_as(session, a_person(session))
    assert due(session, hidden) == due(session, stranger) == []
    assert due(session, scene.officer, Kind.REPORT, mine=True) == []
    scene.applications[0].referent_id = scene.officer.id
    session.flush()
    assert due(session, scene.officer, Kind.REPORT, mine=True) == [one]


def test_parts_of_an_advance_are_due_by_its_schedule(session):
    scene = a_scene(session, section=Section.CAPITAL)
    a_deliberation(session, scene, an_award(scene, instrument=Instrument.ADVANCE), announced=True)
    award = session.scalars(select(Decision.id)).one()
    terms = Terms(first_on=date(2019, 3, 31), parts=2, every_months=6)
    followup.plan_repayment(session, award, terms, actor=scene.finance, now=NOW)
    found = due(session, scene.finance, Kind.ADVANCE)
    assert [one.due_on for one in found] == [date(2019, 3, 31), date(2019, 9, 30)]


def test_an_agreement_is_due_of_the_grant_that_passes_23_000_and_of_the_one_before(session, scene):
    first, second = scene.applications[:2]
    second.organisation_id = first.organisation_id
    session.flush()
    a_deliberation(session, scene, an_award(scene, amount=1_200_000), announced=True)
    assert due(session, scene.officer, Kind.AGREEMENT) == []
    a_deliberation(session, scene, an_award(scene, 1, amount=1_100_001), announced=True)
    found = due(session, scene.officer, Kind.AGREEMENT)
    assert {one.application_id for one in found} == {first.id, second.id}
    assert {one.due_on for one in found} == {TODAY + timedelta(days=60)}
    signed(session, scene, found[0].application_id)
    assert len(due(session, scene.officer, Kind.AGREEMENT)) == 1


def signed(session, scene, application_id):
    """An agreement in force on the award of an application."""
    award = session.scalars(select(Decision).where(Decision.application_id == application_id)).one()
    agreement = Agreement(
        decision_id=award.id,
        application_id=application_id,
        funder_id=scene.funder.id,
        number="C-1",
        original_amount=Amount(award.amount),
        unit=Unit.EUR,
        drafted_by=scene.officer.id,
        drafted_at=NOW,
    )
    session.add(agreement)
    session.flush()
    act = AgreementAct(
        agreement_id=agreement.id,
        position=0,
        amount=Amount(award.amount),
        state=ActState.IN_FORCE,
        sent_at=NOW,
        in_force_on=TODAY,
    )
    session.add(act)
    session.flush()
    return act


def test_a_claim_is_to_be_paid_by_its_own_clock(session):
    award = an_award_to_pay(session)
    scene = award.scene
    assert due(session, scene.finance, Kind.PAYMENT) == []


def test_aid_is_entered_in_the_register_within_20_working_days(session, scene):
    assert due(session, scene.officer, Kind.AID_REGISTER) == []
    found = a_deliberation(session, scene, executory=False)
    executory, later = date(2026, 4, 30), NOW.replace(year=2026)
    make_executory(session, found.id, on=executory, actor=scene.officer, now=later)
    assert due(session, scene.officer, Kind.AID_REGISTER) == []  # to come, seen from 2018
    (one,) = due(session, scene.officer, Kind.AID_REGISTER, today=date(2026, 5, 4))
    assert (one.due_on, one.from_on) == (date(2026, 6, 3), executory)


def test_a_room_is_entered_at_its_value_and_shares_are_no_aid(session, scene):
    area = an_envelope(session, scene.funder, amount=500, unit=Unit.SQUARE_METRE)
    stakes = an_envelope(session, scene.funder, section=Section.CAPITAL)
    for one in (area, stakes):
        draws_on(session, scene.call, one, scene.funder)
    desk = {"amount": 40, "instrument": Instrument.FLOOR_AREA, "envelope_id": area}
    share = {"instrument": Instrument.EQUITY, "envelope_id": stakes}
    items = an_award(scene, 0, **desk), an_award(scene, 1, **share)
    found = a_deliberation(session, scene, *items, executory=False)
    act = {"actor": scene.officer, "now": NOW.replace(year=2026)}
    make_executory(session, found.id, on=date(2026, 4, 30), **act)
    today = date(2026, 5, 4)
    assert due(session, scene.officer, Kind.AID_REGISTER, today=today) == []
    first = scene.applications[0].id
    rule_aid(
        session, first, scene.funder.id, regime=AidRegime.DE_MINIMIS,
        value_cents=Cents(4_000_00), **act,
    )  # fmt: skip
    (one,) = due(session, scene.officer, Kind.AID_REGISTER, today=today)
    assert one.application_id == first


def test_what_is_entered_in_the_register_leaves_the_calendar_with_its_day(session, scene):
    found = a_deliberation(session, scene, executory=False)
    executory, later = date(2026, 4, 30), NOW.replace(year=2026)
    make_executory(session, found.id, on=executory, actor=scene.officer, now=later)
    today = date(2026, 10, 1)  # long late, and there all the same
    (one,) = due(session, scene.officer, Kind.AID_REGISTER, today=today)
    what = (Kind.AID_REGISTER, one.subject_id, one.application_id)
    act = {"actor": scene.officer, "now": later}
    for day, code in ((date(2026, 10, 2), "later"), (date(2026, 4, 29), "before")):
        with pytest.raises(Refused, match=f"duty.done_{code}"):
            services.mark_done(session, *what, on=day, **act)
    with pytest.raises(Unknown):
        services.mark_done(session, Kind.REPORT, *what[1:], on=executory, **act)
    with pytest.raises(Unknown):
        services.mark_done(session, Kind.PUBLICATION, *what[1:], on=executory, **act)
    with pytest.raises(Forbidden):
        services.mark_done(session, *what, on=executory, actor=scene.finance, now=later)
    walled = replace(scene.officer, recused_from=frozenset({one.application_id}))
    with pytest.raises(Unknown):
        services.mark_done(session, *what, on=executory, actor=walled, now=later)
    for _ in range(2):  # twice is once
        services.mark_done(session, *what, on=date(2026, 5, 20), **act)
    assert due(session, scene.officer, Kind.AID_REGISTER, today=today) == []
    (kept,) = queries.done(session, viewer=scene.officer)
    assert (kept.done_on, kept.author.id) == (date(2026, 5, 20), scene.officer.id)
    assert not queries.done(session, viewer=walled)
    told = session.scalars(select(Message).where(Message.kind == "duty.done")).all()
    assert [one.payload["what"] for one in told] == ["aid_register"]


def test_every_kind_has_its_source(session, scene):
    assert set(sources.SOURCES) == set(sources.LAW) == set(Kind)
    assert due(session, scene.officer) == []
    assert law(Watched.PUBLICATION, TODAY) is not None


def test_a_calendar_is_given_changed_and_taken_back(session, scene):
    by = {"actor": scene.officer, "now": datetime(2018, 10, 1, tzinfo=ZoneInfo("UTC"))}
    services.make_link(session, **by)
    first = queries.live_link(session, viewer=scene.officer)
    assert queries.owner_of(session, first.id) == scene.officer.id
    services.make_link(session, **by)
    second = queries.live_link(session, viewer=scene.officer)
    assert queries.owner_of(session, first.id) is None
    for _ in range(2):
        services.end_link(session, **by)
    assert queries.owner_of(session, second.id) is None
