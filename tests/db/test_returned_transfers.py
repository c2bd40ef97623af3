"""A transfer that comes back once its year is closed: still owed, and paid under its number."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.payments import a_paid_order, an_approved_order, an_award_to_pay
from grants.kernel.access import SYSTEM
from grants.kernel.errors import Refused
from grants.ledger import queries as balances
from grants.ledger import services as ledger
from grants.ledger.services import Signature
from grants.ledger.verify import verify
from grants.payments import services
from grants.payments.models import Claim, ClaimState, OrderState

NEW_YEAR = datetime(2019, 1, 31, 9, tzinfo=UTC)
LATER = datetime(2019, 2, 6, 9, tzinfo=UTC)


def close(session, award) -> None:
    line = balances.envelope_line(session, award.scene.envelope_id)
    left = balances.state_fingerprint(balances.left_in(session, line.book_id))
    ledger.close_year(
        session, line.book_id, {}, Signature("Nadia Ferrand", left), voted={},
        actor=SYSTEM, now=NEW_YEAR,
    )  # fmt: skip


def stages(session, award) -> tuple[int, int, int]:
    line = balances.envelope_line(session, award.scene.envelope_id)
    return line.ordered, line.paid, line.available


def test_what_comes_back_is_owed_again_and_paid_by_the_same_order(session):
    award = an_award_to_pay(session)
    order = a_paid_order(session, award)
    close(session, award)
    assert stages(session, award) == (0, 800_000, 0)
    by = {"actor": award.scene.finance, "now": LATER}
    back = {"reason": "Compte clos", "on": date(2019, 2, 5), **by}
    for _ in range(2):  # the same line of the bank, twice
        found = services.bounce(session, order.id, **back)
    assert (found.state, found.returns) == (OrderState.APPROVED, 1)
    assert (found.returned_on, found.return_reason) == (date(2019, 2, 5), "Compte clos")
    assert found.paid_on is None
    assert session.get_one(Claim, order.claim_id).state is ClaimState.ORDERED
    assert stages(session, award) == (800_000, 0, 0)
    with pytest.raises(Refused, match=r"come_back\.from_approved"), session.begin_nested():
        services.bounce(session, order.id, **{**back, "on": date(2019, 2, 6)})
    services.pay(session, [order.id], on=date(2019, 2, 6), reference="Bordereau 40", **by)
    assert stages(session, award) == (0, 800_000, 0)
    # And once more: each way is booked, none twice.
    services.bounce(session, order.id, **{**back, "on": date(2019, 2, 6)})
    services.pay(session, [order.id], on=date(2019, 2, 6), reference="Bordereau 41", **by)
    assert stages(session, award) == (0, 800_000, 0)
    assert list(verify(session)) == []


def test_an_order_that_the_treasury_sends_back_too_late_stays_to_be_paid(session):
    award = an_award_to_pay(session)
    order = an_approved_order(session, award)
    close(session, award)
    by = {"actor": award.scene.finance, "now": LATER}
    found = services.reject(session, order.id, reason="RIB illisible", **by)
    assert (found.state, found.returns) == (OrderState.APPROVED, 1)
    services.pay(session, [order.id], on=date(2019, 2, 6), reference="Bordereau 42", **by)
    assert stages(session, award) == (0, 800_000, 0)


def test_in_an_open_year_the_money_is_committed_again(session):
    award = an_award_to_pay(session)
    order = a_paid_order(session, award)
    found = services.bounce(
        session, order.id, reason="Compte clos", on=NOW.date(),
        actor=award.scene.finance, now=NOW,
    )  # fmt: skip
    assert (found.state, found.returns) == (OrderState.REJECTED, 0)
    assert balances.envelope_line(session, award.scene.envelope_id).committed == 1_000_000
    with pytest.raises(IntegrityError, match="returns_are_told"), session.begin_nested():
        session.execute(text("UPDATE payment_order SET returns = 1"))
