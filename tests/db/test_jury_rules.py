"""A rule reads the same on one row and in SQL; refusals all have their sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from build.juries import a_panel, a_recusal, a_seat, an_assignment, as_juror
from build.people import a_funder_member, a_person
from grants.calls.models import Call, CallFunder, Jury
from grants.juries import rules
from grants.juries.lifecycle import REVIEW
from grants.juries.models import Assignment, Seat, SeatRole
from grants.kernel.access import Actor, FunderRole
from grants.kernel.identity import new_id
from grants.people.models import Funder
from grants.web import sentences

ON_JURIES = (rules.manages, rules.follows, rules.sits)
ON_SEATS = (rules.is_invited, rules.holds, rules.presides)


@pytest.fixture
def people(session):
    """Everyone who may have to do with one of two juries."""
    first, second = a_panel(session, jurors=2, applications=2), a_panel(session)
    invited, presiding = a_person(session), a_person(session)
    a_seat(session, first.jury, person=invited, accepted=False)
    chair = a_seat(session, first.jury, person=presiding, role=SeatRole.CHAIR)
    an_assignment(session, chair, first.applications[0])
    a_recusal(session, first.jurors[0], first.applications[0])
    funder = session.scalars(
        select(Funder)
        .join(CallFunder, CallFunder.funder_id == Funder.id)
        .where(CallFunder.call_id == first.call.id)
    ).one()
    auditor = a_funder_member(session, funder, FunderRole.AUDITOR)
    finance = a_funder_member(session, funder, FunderRole.FINANCE)
    known = [invited, presiding, auditor, finance, first.officer, second.officer]
    known += [*first.jurors, *second.jurors]
    return [as_juror(session, one) for one in known] + [Actor(id=new_id(), email="x@example.org")]


def agree(session, people, rule, loaded, joined=None):
    everything = session.scalars(loaded).unique().all()
    assert everything
    model = type(everything[0])
    ids = select(model.id).join(joined) if joined else select(model.id)
    selected = []
    for actor in people:
        held = {row.id for row in everything if rule.holds(actor, row)}
        found = set(session.scalars(ids.where(rule.where(actor))).all())
        assert held == found, (rule.name, actor)
        selected.append(len(held))
    assert len(set(selected)) > 1, "the rule tells nobody from anybody"


@pytest.mark.parametrize("rule", ON_JURIES, ids=lambda rule: rule.name)
def test_a_rule_on_juries_reads_the_same_both_ways(session, people, rule):
    loaded = select(Jury).options(joinedload(Jury.call).selectinload(Call.funders))
    agree(session, people, rule, loaded)


@pytest.mark.parametrize("rule", ON_SEATS, ids=lambda rule: rule.name)
def test_a_rule_on_seats_reads_the_same_both_ways(session, people, rule):
    agree(session, people, rule, select(Seat))


def test_the_rule_on_assignments_reads_the_same_both_ways(session, people):
    loaded = select(Assignment).options(joinedload(Assignment.seat))
    agree(session, people, rules.reads, loaded, Seat)


def test_chairs_and_officers_close(session, people):
    loaded = select(Jury).options(joinedload(Jury.call).selectinload(Call.funders))
    for jury in session.scalars(loaded).unique():
        for actor in people:
            seats = session.scalars(select(Seat).where(Seat.jury_id == jury.id)).all()
            expected = rules.manages.holds(actor, jury) or any(
                rules.presides.holds(actor, seat) for seat in seats
            )
            found = session.scalar(
                select(Jury.id).where(Jury.id == jury.id, rules.may_close(actor))
            )
            assert (found is not None) == expected


def test_every_refusal_of_juries_has_its_sentence():
    written = "".join(one.read_text() for one in Path("grants/juries").rglob("*.py"))
    codes = set(re.findall(r'Refused\(\s*"([a-z_.]+)"', written))
    codes |= {f"review.{one.name}.from_final" for one in REVIEW.transitions}
    assert len(codes) > 15
    assert {code for code in codes if not sentences.is_known(code)} == set()
