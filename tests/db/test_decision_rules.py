"""Rules of decisions and payments read both ways; refusals have sentences; doubles at once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from build.clock import NOW
from build.decisions import (
    PLAN_OF_2016,
    a_delegation,
    a_deliberation,
    a_scene,
    a_session,
    an_award,
    recused,
    standing,
)
from build.payments import ONCE, a_claim, an_award_to_pay, an_order
from build.people import a_funder, a_funder_member, a_person, acting_as
from config import ROOT
from grants.applications.models import Application
from grants.decisions import rules as deciding
from grants.decisions.models import (
    CouncilSession,
    Decision,
    Delegation,
    Deliberation,
    Instrument,
    Outcome,
    Proposal,
)
from grants.decisions.services import Wanted, deliberate, propose
from grants.kernel.access import Actor, FunderRole
from grants.kernel.errors import Refused
from grants.kernel.identity import new_id
from grants.kernel.money import Amount
from grants.payments import lifecycle, services
from grants.payments import rules as paying
from grants.payments.models import Claim, ClaimState, OrderState, PaymentOrder
from grants.web import sentences

RULES = [
    (deciding.may_open, CouncilSession),
    (deciding.may_record, CouncilSession),
    (deciding.may_announce, Deliberation),
    (deciding.can_read, Deliberation),
    (deciding.may_delegate, Delegation),
    (deciding.can_read_delegation, Delegation),
    (deciding.may_propose, Proposal),
    (deciding.can_read_proposal, Proposal),
    (deciding.can_read_decision, Decision),
    (paying.may_certify, Claim),
    (paying.may_order_claim, Claim),
    (paying.may_follow, Claim),
    (paying.can_read_claim, Claim),
    (paying.may_prepare, PaymentOrder),
    (paying.may_approve, PaymentOrder),
    (paying.may_pay, PaymentOrder),
    (paying.may_read_bank, PaymentOrder),
    (paying.can_read_order, PaymentOrder),
    (paying.may_claim, Application),
]


@pytest.fixture
def people(session) -> list[Actor]:
    """Everyone who may have to do with one of two funders, and the recused."""
    actors: list[Actor] = []
    for _ in range(2):
        scene = a_scene(session)
        award = an_award_to_pay(session, scene=scene)
        an_order(session, award, a_claim(session, award))
        wanted = Wanted(
            application_id=scene.applications[1].id,
            outcome=Outcome.AWARD,
            instrument=Instrument.GRANT,
            amount=Amount(5),
            envelope_id=scene.envelope_id,
        )
        propose(
            session,
            scene.call.id,
            scene.funder.id,
            wanted=[wanted],
            actor=scene.officer,
            now=NOW,
        )
        a_delegation(session, scene.funder, scene.officer)
        actors += scene.actors.values()
        actors += [acting_as(session, one) for one in scene.authors]
        actors += [recused(one, *scene.applications) for one in scene.actors.values()]
        actors.append(recused(acting_as(session, scene.author), *scene.applications))
    stranger = acting_as(session, a_funder_member(session, a_funder(session)))
    return [*actors, stranger, acting_as(session, a_person(session)), Actor(id=new_id())]


@pytest.mark.parametrize(("rule", "model"), RULES, ids=lambda one: getattr(one, "name", ""))
def test_a_rule_selects_in_sql_the_rows_for_which_it_holds(session, people, rule, model):
    rows = session.scalars(select(model)).all()
    assert rows
    sizes = set()
    for actor in people:
        held = {row.id for row in rows if rule.holds(actor, row)}
        assert held == set(session.scalars(select(model.id).where(rule.where(actor)))), actor
        sizes.add(len(held))
    assert len(sizes) > 1, "the rule tells nobody from anybody"


def test_every_refusal_has_its_sentence():
    sources = [
        path.read_text()
        for domain in ("decisions", "councils", "payments", "notices")
        for path in sorted(Path(ROOT, "grants", domain).rglob("*.py"))
    ]
    codes = {code for text in sources for code in re.findall(r'Refused\(\s*"([a-z_.]+)"', text)}
    assert len(codes) > 30
    codes |= {
        f"{one.subject}.{transition.name}.from_{state}"
        for one, states in ((lifecycle.CLAIM, ClaimState), (lifecycle.ORDER, OrderState))
        for transition in one.transitions
        for state in states
        if state not in transition.sources
    }
    assert {code for code in codes if not sentences.is_known(code)} == set()


@pytest.mark.parametrize(
    ("table", "states"), [(lifecycle.CLAIM, ClaimState), (lifecycle.ORDER, OrderState)]
)
def test_a_transition_leaves_only_from_its_sources(table, states):
    funder, model = new_id(), Claim if table is lifecycle.CLAIM else PaymentOrder
    actor = Actor(id=new_id(), funders={funder: frozenset(FunderRole)})
    for transition in table.transitions:
        for state in states:
            row = model(state=state, funder_id=funder, application_id=new_id())
            if state in transition.sources:
                table.move(row, transition.name, actor=actor, now=NOW)
                assert row.state is transition.target
            else:
                with pytest.raises(Refused, match=f"from_{state}"):
                    table.move(row, transition.name, actor=actor, now=NOW)
                assert row.state is state


def at_once(act, times: int = 8) -> list[object]:
    """The outcomes of as many threads doing the same thing."""
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(lambda _: act(), range(times)))


def test_one_deliberation_sent_eight_times_at_once_is_recorded_and_booked_once(fresh_database):
    with fresh_database.transaction() as session:
        scene = a_scene(session)
        sitting_id, item = a_session(session, scene).id, an_award(scene)

    def send() -> object:
        with fresh_database.transaction() as session:
            return deliberate(
                session,
                sitting_id,
                number="DEL1",
                object="Soutien",
                vote=PLAN_OF_2016,
                items=[item],
                actor=scene.officer,
                now=NOW,
            ).id

    assert len(set(at_once(send))) == 1
    with fresh_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Decision)) == 1
        assert standing(session, scene.envelope_id)["reserved"] == 1_000_000


def test_deliberations_at_once_never_award_more_than_the_envelope_holds(fresh_database):
    with fresh_database.transaction() as session:
        scene = a_scene(session, applications=8, voted=3_500_000)
        a_session(session, scene)
    turns = iter(range(8))

    def send() -> str:
        nth = next(turns)
        try:
            with fresh_database.transaction() as session:
                a_deliberation(session, scene, an_award(scene, nth), number=f"DEL{nth}")
        except Refused as refusal:
            return refusal.code
        return "recorded"

    outcomes = at_once(send)
    assert (outcomes.count("recorded"), outcomes.count("ledger.insufficient")) == (3, 5)
    with fresh_database.reading() as session:
        assert standing(session, scene.envelope_id) == {
            "available": 500_000,
            "reserved": 3_000_000,
        }


def test_orders_prepared_at_once_are_numbered_without_gap_or_double(fresh_database):
    with fresh_database.transaction() as session:
        scene = a_scene(session, applications=6)
        claims = []
        for nth in range(6):
            award = an_award_to_pay(session, an_award(scene, nth), scene=scene, parts=ONCE)
            award.applicant = acting_as(session, scene.authors[nth])
            claim = a_claim(session, award)
            services.certify(session, claim.id, actor=scene.officer, now=NOW)
            claims.append(claim.id)
    turns = iter(claims * 2)

    def prepare() -> str:
        with fresh_database.transaction() as session:
            claim_id = next(turns)
            return services.prepare(session, [claim_id], actor=scene.finance, now=NOW)[0].number

    numbers = at_once(prepare, times=12)
    assert sorted(set(numbers)) == [f"2018-{n:04d}" for n in range(1, 7)]
