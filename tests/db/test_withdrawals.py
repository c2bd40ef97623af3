"""Awards taken back: who is heard, when it may be decided, and what it does to every cent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.decisions import a_deliberation, a_scene, an_award, standing
from build.payments import a_claim, a_document, a_paid_order, an_award_to_pay, an_order
from build.withdrawing import (
    AFTER,
    UNTIL,
    a_ruling,
    an_intent,
    asked_back,
    carried_out,
    decided,
    notified,
)
from grants.applications.models import Application, ApplicationState
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.money import Amount
from grants.ledger import queries as balances
from grants.outbox.models import Message
from grants.payments import queries as payments
from grants.payments import services as paying
from grants.payments.models import Claim, ClaimState
from grants.payments.plan import Part
from grants.withdrawals import queries, services
from grants.withdrawals.models import Reason, WithdrawalState

ALL = 1_000_000
DAY = AFTER.date()


def by(award, now=AFTER):
    return {"actor": award.scene.officer, "now": now}


def refused(code: str, field: str | None = None):
    return pytest.raises(Refused, match=rf"^{code.replace('.', chr(92) + '.')}$")


def kinds(session, award) -> list[str]:
    about = Message.subject_id == award.decision.application_id
    found = session.scalars(select(Message.kind).where(about).order_by(Message.id)).all()
    return [one for one in found if one.startswith("withdrawal.")]


def state_of(session, award) -> ApplicationState:
    where = Application.id == award.decision.application_id
    return session.scalar(select(Application.state).where(where))


def test_whole_withdrawal_gives_unpaid_money_back_and_closes_everything(session):
    award = an_award_to_pay(session)
    claim = a_claim(session, award)
    row = carried_out(session, award)
    assert (row.state, row.cancelled, row.to_claim) == (WithdrawalState.EFFECTIVE, ALL, 0)
    assert standing(session, award.scene.envelope_id) == {"available": 6_000_000}
    parts = payments.instalments_of(session, award.decision.id)
    assert [(one.payable, one.is_closed) for one in parts] == [(0, True)] * 2
    assert session.get_one(Claim, claim.id).state is ClaimState.REFUSED
    assert state_of(session, award) is ApplicationState.CLOSED
    with refused("claim.award_withdrawn"):
        a_claim(session, award)
    assert kinds(session, award) == [
        "withdrawal.notified", "withdrawal.decided", "withdrawal.carried_out",
    ]  # fmt: skip
    again = services.carry_out(session, row.id, on=DAY, **by(award))
    assert again.id == row.id
    assert standing(session, award.scene.envelope_id) == {"available": 6_000_000}


def test_what_was_paid_is_asked_back_and_recovered_in_parts(session):
    award = an_award_to_pay(session)
    a_paid_order(session, award)  # 8 000 € of 10 000 €
    row = asked_back(session, award, 500_000)
    assert (row.cancelled, row.to_claim, row.title) == (200_000, 300_000, "2018-T-41")
    stands = queries.standing(session, award.decision.id)
    assert (stands.committed, stands.paid, stands.claimed) == (0, 500_000, 300_000)
    finance = {"actor": award.scene.finance, "now": AFTER}
    one = services.recover(session, row.id, amount=Amount(100_000), on=DAY, **finance)
    services.recover(
        session, row.id, amount=Amount(100_000), on=DAY, recovery_id=one.id, **finance
    )  # the same part, sent twice
    with refused("withdrawal.beyond_claim") as beyond:
        services.recover(session, row.id, amount=Amount(200_001), on=DAY, **finance)
    assert beyond.value.facts["available"] == 200_000
    services.recover(session, row.id, amount=Amount(200_000), on=DAY, **finance)
    assert queries.recovered(session, row.id) == 300_000
    stands = queries.standing(session, award.decision.id)
    assert (stands.paid, stands.claimed, stands.recovered) == (500_000, 0, 300_000)
    # What came back is no credit: the expense stays in its year.
    line = balances.envelope_line(session, award.scene.envelope_id)
    assert (line.available, line.paid) == (5_200_000, 800_000)


def test_a_part_leaves_the_rest_to_be_paid(session):
    award = an_award_to_pay(session)
    a_paid_order(session, award)
    carried_out(session, award, 50_000)
    last = payments.instalments_of(session, award.decision.id)[1]
    assert (last.amount, last.cut, last.payable) == (200_000, 50_000, 150_000)
    assert state_of(session, award) is ApplicationState.IN_PROGRESS
    order = a_paid_order(session, award, a_claim(session, award, 1))
    assert order.amount == 150_000
    assert state_of(session, award) is ApplicationState.CLOSED
    assert queries.standing(session, award.decision.id).worth == 950_000


def test_an_award_planned_after_a_part_was_withdrawn_pays_the_rest(session):
    scene = a_scene(session)
    act = a_deliberation(session, scene, announced=True)
    (decision,) = act.decisions
    intent = an_intent(300_000)
    row = services.notify(session, decision.id, intent, actor=scene.officer, now=NOW)
    services.decide(session, row.id, a_ruling(300_000), actor=scene.officer, now=AFTER)
    services.carry_out(session, row.id, on=DAY, actor=scene.officer, now=AFTER)
    parts = paying.plan_instalments(
        session, decision.id, parts=(paying_part(80), paying_part(20)),
        actor=scene.officer, now=AFTER,
    )  # fmt: skip
    assert [(one.amount, one.payable) for one in parts] == [(800_000, 700_000), (200_000, 0)]


def paying_part(percent: int):
    return Part(percent=percent, label=f"{percent} %")


def test_nobody_is_decided_upon_before_they_could_answer(session):
    award = an_award_to_pay(session)
    with refused("withdrawal.too_short"):
        notified(session, award, until=UNTIL - timedelta(days=1))
    row = notified(session, award)
    last_day = NOW + timedelta(days=15)
    with refused("withdrawal.too_early"), session.begin_nested():
        services.decide(session, row.id, a_ruling(on=last_day.date()), **by(award, last_day))
    decided_row = services.decide(session, row.id, a_ruling(), **by(award))
    assert decided_row.state is WithdrawalState.DECIDED


def test_observations_open_the_decision_and_a_hearing_that_was_asked_closes_it(session):
    award = an_award_to_pay(session)
    row = notified(session, award)
    paper = a_document(session, award.applicant.id, "reponse.pdf")
    services.observe(
        session, row.id, observations="Le chantier reprend.", hearing_asked=True,
        documents=[paper], actor=award.applicant, now=NOW,
    )  # fmt: skip
    tomorrow = NOW + timedelta(days=1)
    with refused("withdrawal.not_heard"), session.begin_nested():
        services.decide(session, row.id, a_ruling(on=tomorrow.date()), **by(award, tomorrow))
    services.hear(session, row.id, on=NOW.date(), note="Reçus par Mme Roux.", **by(award, NOW))
    found = services.decide(
        session, row.id, a_ruling(600_000, on=tomorrow.date()), **by(award, tomorrow)
    )
    assert (found.decided_amount, found.amount) == (600_000, ALL)
    with refused("withdrawal.not_open"):
        services.observe(
            session, row.id, observations="Encore.", actor=award.applicant, now=tomorrow
        )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("notified_on = notified_on + 1", "never changes"),
        ("amount = amount + 1", "never changes"),
        ("state = 'decided', act = 'A', decided_on = :day, decided_amount = 1, motives = 'M',"
         " decided_by = started_by, decided_at = now()", "decided_after_observations"),
        ("state = 'effective', executory_on = :day", "withdrawal"),
    ],
)  # fmt: skip
def test_postgresql_knows_the_procedure(session, change, words):
    award = an_award_to_pay(session)
    row = notified(session, award)
    with pytest.raises(IntegrityError, match=words), session.begin_nested():
        session.execute(
            text(f"UPDATE withdrawal SET {change} WHERE id = :id"),
            {"id": row.id, **({"day": UNTIL} if ":day" in change else {})},
        )


def test_postgresql_takes_no_more_than_the_award_nor_recovers_more_than_was_asked(session):
    award = an_award_to_pay(session)
    a_paid_order(session, award)
    row = asked_back(session, award, 500_000)
    for statement, words in (
        ("INSERT INTO withdrawal_recovery (id, withdrawal_id, amount, received_on, noted_by,"
         " noted_at) SELECT gen_random_uuid(), id, 300001, claimed_on, started_by, now()"
         " FROM withdrawal WHERE id = :id", "recovery_fits_claim|never more"),
        ("UPDATE withdrawal SET title = 'AUTRE' WHERE id = :id", "never changes"),
        ("UPDATE withdrawal SET cancelled = 0, to_claim = 500000 WHERE id = :id", "never changes"),
        ("DELETE FROM withdrawal WHERE id = :id", "never deleted"),
        ("UPDATE instalment SET cut = 1 WHERE decision_id = (SELECT decision_id FROM withdrawal"
         " WHERE id = :id) AND position = 1", "spares what is ordered"),
        ("UPDATE instalment SET cut = 0 WHERE decision_id = (SELECT decision_id FROM withdrawal"
         " WHERE id = :id) AND position = 2", "a cut grows"),
    ):  # fmt: skip
        with pytest.raises(IntegrityError, match=words), session.begin_nested():
            session.execute(text(statement), {"id": row.id})


def test_an_order_on_its_way_is_settled_first(session):
    award = an_award_to_pay(session)
    row = decided(session, award)
    order = an_order(session, award)
    with refused("withdrawal.order_waits") as waits, session.begin_nested():
        services.carry_out(session, row.id, on=DAY, **by(award))
    assert waits.value.facts["number"] == order.number
    paying.reject(session, order.id, reason="Retrait.", actor=award.scene.finance, now=AFTER)
    assert services.carry_out(session, row.id, on=DAY, **by(award)).cancelled == ALL


def test_giving_up_needs_nobody_to_be_heard(session):
    award = an_award_to_pay(session)
    a_paid_order(session, award)
    act = {"actor": award.applicant, "now": AFTER}
    row = services.give_up(
        session, award.decision.id, grounds="Notre salarié part.", keep_paid=True, **act
    )
    assert (row.state, row.amount) == (WithdrawalState.ASKED, 200_000)
    assert services.give_up(session, award.decision.id, grounds="Bis.", **act).id == row.id
    with pytest.raises(Unknown):
        services.accept(session, row.id, act="Courrier", actor=award.applicant, now=AFTER)
    with pytest.raises(Forbidden):
        services.accept(session, row.id, act="Courrier", actor=award.scene.finance, now=AFTER)
    done = services.accept(session, row.id, act="Courrier du 17", **by(award))
    assert (done.cancelled, done.to_claim) == (200_000, 0)
    assert state_of(session, award) is ApplicationState.CLOSED


def test_a_withdrawal_that_is_dropped_leaves_the_award_as_it_was(session):
    award = an_award_to_pay(session)
    row = notified(session, award)
    with refused("withdrawal.under_way"), session.begin_nested():
        notified(session, award)
    services.drop(session, row.id, reason="Le bilan est arrivé.", **by(award))
    assert standing(session, award.scene.envelope_id)["committed"] == ALL
    assert notified(session, award).id != row.id
    with refused("withdrawal.drop.from_dropped"), session.begin_nested():
        services.drop(session, row.id, reason="Bis.", **by(award))


def test_each_refusal_of_a_notice(session):
    award = an_award_to_pay(session)
    for code, given in (
        ("withdrawal.grounds_missing", {"grounds": " "}),
        ("withdrawal.breach_missing", {"reason": Reason.REPUBLICAN_CONTRACT}),
        ("withdrawal.beyond_award", {"amount": Amount(ALL + 1)}),
    ):
        with refused(code), session.begin_nested():
            services.notify(session, award.decision.id, an_intent(**given), **by(award, NOW))
    with pytest.raises(Forbidden):
        services.notify(session, award.decision.id, an_intent(), actor=award.scene.finance, now=NOW)
    scene = a_scene(session)
    act = a_deliberation(session, scene)  # voted, not executory
    session.refresh(act, ["decisions"])
    with refused("withdrawal.not_committed"), session.begin_nested():
        services.notify(session, act.decisions[0].id, an_intent(), actor=scene.officer, now=NOW)


def test_after_a_breach_one_repays_within_six_months(session):
    award = an_award_to_pay(session)
    row = decided(session, award, reason=Reason.REPUBLICAN_CONTRACT, breach_on=date(2018, 9, 1))
    with refused("withdrawal.repay_too_late"), session.begin_nested():
        late = date(2019, 4, 18)
        services.carry_out(session, row.id, on=DAY, repay_by=late, **by(award))
    last = date(2019, 4, 17)
    assert services.carry_out(session, row.id, on=DAY, repay_by=last, **by(award)).repay_by == last


def test_an_error_is_put_right_within_four_months_of_the_vote(session):
    award = an_award_to_pay(session)  # voted on 28 September
    row = notified(session, award, reason=Reason.ERROR)
    late = NOW.replace(year=2019, month=1, day=29)
    with refused("withdrawal.too_late_for_error"), session.begin_nested():
        services.decide(session, row.id, a_ruling(on=late.date()), **by(award, late))
    last = NOW.replace(year=2019, month=1, day=28)
    services.decide(session, row.id, a_ruling(on=last.date()), **by(award, last))


def test_a_judgment_withdraws_what_is_left_without_hearing_anybody_again(session):
    award = an_award_to_pay(session)
    a_paid_order(session, award)
    row = services.record_judgment(
        session, award.decision.id, act="TA 1802345", on=NOW.date(),
        grounds="La séance n’avait pas le quorum.", **by(award, NOW),
    )  # fmt: skip
    assert (row.state, row.reason) == (WithdrawalState.DECIDED, Reason.ANNULLED)
    done = services.carry_out(session, row.id, on=NOW.date(), **by(award, NOW))
    assert (done.cancelled, done.to_claim) == (200_000, 800_000)


def test_two_awards_of_one_file_are_withdrawn_one_by_one(session):
    scene = a_scene(session, applications=2)
    award = an_award_to_pay(session, an_award(scene, 0), an_award(scene, 1), scene=scene)
    carried_out(session, award)
    assert standing(session, scene.envelope_id) == {"available": 5_000_000, "committed": ALL}
