"""What an amendment took off an award and no withdrawal gave back to its envelope yet."""

from __future__ import annotations

from sqlalchemy.orm import Session

from grants.agreements.models import Agreement
from grants.agreements.queries import amount_in_force
from grants.kernel.money import Amount
from grants.withdrawals.queries.effects import standing


def amended_off(session: Session, agreement: Agreement) -> Amount:
    """How much of an award is beyond its agreement as amended; zero where nothing is.

    Needs the acts of the agreement. Of an agreement that was never brought down, no statement.
    """
    agreed = amount_in_force(agreement)
    if agreed >= agreement.original_amount or agreement.ended_on is not None:
        return Amount(0)
    return Amount(max(0, standing(session, agreement.decision_id).worth - agreed))
