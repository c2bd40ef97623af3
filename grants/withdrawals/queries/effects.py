"""What a withdrawal would take, place by place: the preview, and what is booked, are the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from grants.kernel.money import Amount
from grants.ledger import queries as balances
from grants.ledger.operations import Stage
from grants.ledger.queries import Place
from grants.withdrawals.prorating import split


@dataclass(frozen=True)
class Standing:
    """What became of an award, in its unit's smallest part; `paid` net of what was asked back."""

    committed: int = 0
    ordered: int = 0
    paid: int = 0
    claimed: int = 0
    recovered: int = 0

    @property
    def worth(self) -> int:
        """What may still be withdrawn: not paid, or paid and not asked back."""
        return self.committed + self.ordered + self.paid


@dataclass(frozen=True)
class Part:
    """One movement: by `operation`, in the envelope of a place; `to` where it returns to."""

    operation: str
    place: Place
    amount: int
    to: Place | None = None


@dataclass(frozen=True)
class Effect:
    """All that a withdrawal would book: first what is cancelled, then what is asked back."""

    parts: tuple[Part, ...]

    @property
    def cancelled(self) -> int:
        """What goes back to credits."""
        return sum(one.amount for one in self.parts if one.operation == "decommit")

    @property
    def claimed(self) -> int:
        """What the beneficiary would owe."""
        return sum(one.amount for one in self.parts if one.operation == "claim_back")


def standing(session: Session, decision_id: UUID) -> Standing:
    """Where the money of one award stands. One statement."""
    return standings(session, [decision_id])[decision_id]


def standings(session: Session, decision_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Where the money of each of these awards stands. One statement."""
    found = balances.award_balances(session, decision_ids)
    return {one: _standing(found[one]) for one in decision_ids}


def _standing(held: Mapping[Stage, int]) -> Standing:
    claimed, recovered = held.get(Stage.CLAIMED, 0), held.get(Stage.RECOVERED, 0)
    return Standing(
        committed=held.get(Stage.COMMITTED, 0),
        ordered=held.get(Stage.ORDERED, 0),
        paid=held.get(Stage.PAID, 0) - claimed - recovered,
        claimed=claimed,
        recovered=recovered,
    )


def effect(session: Session, decision_id: UUID, amount: int) -> Effect:
    """What withdrawing that much would book, in the order of its bookings.

    What is not paid goes first: of an authorisation, what was not drawn, then what was drawn
    into the latest years. What was paid is asked back from the latest year on; a closed year
    takes the claim and gives no credit back.
    """
    return effects(session, {decision_id: amount})[decision_id]


def effects(session: Session, amounts: Mapping[UUID, int]) -> dict[UUID, Effect]:
    """The same for each of these awards, by what would be withdrawn of it. Four statements."""
    held = balances.award_envelopes(session, amounts)
    homes = balances.authorisations_of(session, amounts)
    ids = {envelope for each in held.values() for envelope in each} | set(homes.values())
    places = balances.places(session, ids)
    whole = balances.award_balances(session, amounts)
    return {
        one: _effect(
            amount,
            held[one],
            whole[one].get(Stage.COMMITTED, 0),
            places,
            places.get(homes[one]) if one in homes else None,
        )
        for one, amount in amounts.items()
    }


def _effect(
    amount: int,
    held: Mapping[UUID, Mapping[Stage, int]],
    whole: int,
    places: Mapping[UUID, Place],
    home: Place | None,
) -> Effect:
    parts = split(Amount(amount), Amount(whole))
    years = sorted(held, key=lambda one: (places[one].year, one), reverse=True)
    drawn = {one: held[one].get(Stage.COMMITTED, 0) for one in years}
    undrawn = whole - sum(drawn.values())
    cancels = _cancels(parts.cancelled, undrawn, [(places[one], drawn[one]) for one in years], home)
    return Effect((*cancels, *_claims(parts.claimed, held, places)))


def claims(session: Session, decision_id: UUID, amount: int) -> list[Part]:
    """From which envelopes that much of what was paid is asked back, the latest years first."""
    held = balances.award_envelopes(session, [decision_id])[decision_id]
    return _claims(amount, held, balances.places(session, set(held)))


def _claims(
    amount: int, held: Mapping[UUID, Mapping[Stage, int]], places: Mapping[UUID, Place]
) -> list[Part]:
    years = sorted(held, key=lambda one: (places[one].year, one), reverse=True)
    net = [(places[one], _still_paid(held[one])) for one in years]
    return [Part("claim_back", place, taken) for place, taken in _taken(amount, net)]


def _still_paid(stages: Mapping[Stage, int]) -> int:
    back = stages.get(Stage.CLAIMED, 0) + stages.get(Stage.RECOVERED, 0)
    return stages.get(Stage.PAID, 0) - back


def _cancels(
    amount: int, undrawn: int, drawn: list[tuple[Place, int]], home: Place | None
) -> list[Part]:
    if home is None:
        return [Part("decommit", place, taken) for place, taken in _taken(amount, drawn)]
    back = _taken(amount - min(amount, undrawn), drawn)
    returned = [Part("return_credits", place, taken, home) for place, taken in back]
    return [*returned, *([Part("decommit", home, amount)] if amount else [])]


def _taken(amount: int, held: list[tuple[Place, int]]) -> list[tuple[Place, int]]:
    """Take an amount from places, in their order; nothing where nothing is left to take."""
    found, left = [], amount
    for place, most in held:
        taken = min(left, most)
        if taken > 0:
            found.append((place, taken))
            left -= taken
    return found
