"""A repayable advance: its schedule, what is asked back, repaid, or waived by an act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.decisions.models import Decision
from grants.followup import queries, rules
from grants.followup.models import AdvancePart, PartState
from grants.kernel.access import Actor
from grants.kernel.calendar import months_later
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused, Unknown
from grants.kernel.money import Cents, split
from grants.ledger import queries as balances
from grants.ledger import services as ledger
from grants.ledger.operations import Stage
from grants.outbox.services import announce

PARTS_MAX = 120
MONTHS_MAX = 12


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How an advance is repaid: so many equal parts, from a first day, every so many months."""

    first_on: date
    parts: int
    every_months: int


def plan_repayment(
    session: Session, decision_id: UUID, terms: Terms, *, actor: Actor, now: datetime
) -> Sequence[AdvancePart]:
    """Write the schedule of an advance: parts that sum to it, not a cent lost. Locks the award.

    The same schedule again is the first. Announces `advance.planned`.

    Raises:
        Unknown: none that the actor follows.
        Refused: `advance.already_planned`, `advance.terms_wrong`.
    """
    decision = _followed(session, decision_id, actor)
    if known := queries.schedule(session, decision_id):
        if [one.due_on for one in known] == _days(terms):
            return known
        raise Refused("advance.already_planned")
    sound = 1 <= terms.parts <= PARTS_MAX and 1 <= terms.every_months <= MONTHS_MAX
    if not sound or terms.first_on <= decision.deliberation.voted_on:
        raise Refused("advance.terms_wrong", field="parts", max=PARTS_MAX)
    amounts = split(Cents(decision.amount or 0), [1] * terms.parts)
    rows = [
        AdvancePart(
            decision_id=decision.id,
            application_id=decision.application_id,
            funder_id=decision.funder_id,
            position=at,
            due_on=due,
            amount_cents=amount,
        )
        for at, (due, amount) in enumerate(zip(_days(terms), amounts, strict=True), start=1)
    ]
    session.add_all(rows)
    session.flush()
    announce(
        session,
        "advance.planned",
        by=actor,
        at=now,
        funder=decision.funder_id,
        subject=decision.application_id,
        parts=len(rows),
    )
    return rows


def ask_back(session: Session, part_id: UUID, *, actor: Actor, now: datetime) -> AdvancePart:
    """Ask for one part (titre de recette): the ledger claims it back. Locks it; twice is once.

    Announces `advance.asked`, which is mailed to the beneficiary.

    Raises:
        Unknown: none that the actor follows.
        Refused: `advance.settled`; `ledger.*`: not so much of the advance was paid.
    """
    part = queries.locked_part(session, part_id, viewer=actor)
    if part.state is PartState.ASKED:
        return part
    if part.state is not PartState.PLANNED:
        raise Refused("advance.settled")
    part.state, part.asked_on = PartState.ASKED, paris_date(now)
    session.flush()
    _tell(session, "advance.asked", part, actor=actor, now=now)
    _book(session, "claim_back", part, actor=actor, now=now)
    return part


def note_repaid(
    session: Session,
    part_id: UUID,
    *,
    on: date,
    reference: str,
    actor: Actor,
    now: datetime,
) -> AdvancePart:
    """Note that one part came back; what was not asked yet is asked with it. Twice is once.

    Locks it; announces `advance.repaid`.

    Raises:
        Unknown: none that the actor follows.
        Refused: `advance.settled`, `advance.repaid_in_future`; `ledger.*`.
    """
    part = queries.locked_part(session, part_id, viewer=actor)
    if part.state is PartState.REPAID:
        return part
    if part.state is PartState.WAIVED:
        raise Refused("advance.settled")
    if on > paris_date(now):
        raise Refused("advance.repaid_in_future", field="received_on")
    asked = part.state is PartState.ASKED
    part.asked_on = part.asked_on or on
    part.state, part.repaid_on, part.reference = PartState.REPAID, on, reference.strip()
    session.flush()
    _tell(session, "advance.repaid", part, actor=actor, now=now)
    if not asked:
        _book(session, "claim_back", part, actor=actor, now=now)
    _book(session, "recover", part, actor=actor, now=now)
    return part


def waive(
    session: Session, part_id: UUID, *, act: str, on: date, actor: Actor, now: datetime
) -> AdvancePart:
    """Let one part go, by an act of the authority (its number). Locks it; twice is once.

    What was asked already is no longer claimed in the ledger. Announces `advance.waived`.

    Raises:
        Unknown: none that the actor follows.
        Refused: `advance.settled`, `advance.act_missing`, `advance.act_in_future`.
    """
    part = queries.locked_part(session, part_id, viewer=actor)
    if part.state is PartState.WAIVED:
        return part
    if part.state is PartState.REPAID:
        raise Refused("advance.settled")
    if not act.strip():
        raise Refused("advance.act_missing", field="act")
    if on > paris_date(now):
        raise Refused("advance.act_in_future", field="acted_on")
    asked = part.state is PartState.ASKED
    part.state, part.waived_on, part.waived_by = PartState.WAIVED, on, actor.id
    part.act = act.strip()
    session.flush()
    _tell(session, "advance.waived", part, actor=actor, now=now)
    if asked:
        _book(session, "waive_claim", part, actor=actor, now=now)
    return part


def _followed(session: Session, decision_id: UUID, actor: Actor) -> Decision:
    decision = queries.advance(session, decision_id, viewer=actor)
    if decision.funder_id not in actor.funders_as(*rules.PURSE):
        raise Unknown
    session.execute(select(Decision.id).where(Decision.id == decision_id).with_for_update())
    return decision


def _days(terms: Terms) -> list[date]:
    return [months_later(terms.first_on, at * terms.every_months) for at in range(terms.parts)]


def _book(
    session: Session, operation: str, part: AdvancePart, *, actor: Actor, now: datetime
) -> None:
    """One operation, year by year where the advance was paid in several: the earliest first."""
    for envelope_id, amount in _where(session, operation, part):
        ledger.book(
            session,
            operation,
            [ledger.Movement(envelope_id, amount, part.decision_id)],
            key=f"advance:{operation}:{part.id}:{envelope_id}",
            on=paris_date(now),
            reason=f"Avance remboursable, échéance {part.position}",
            actor=actor,
            now=now,
        )


def _where(session: Session, operation: str, part: AdvancePart) -> list[tuple[UUID, int]]:
    """The part cut over the envelopes that hold it; what none holds is left to be refused."""
    found = balances.award_envelopes(session, [part.decision_id])[part.decision_id]
    if not found:
        raise Refused("advance.not_paid")
    places = balances.places(session, found)
    left = int(part.amount_cents)
    cut: list[tuple[UUID, int]] = []
    in_order = sorted(found, key=lambda one: (places[one].year, one))
    for envelope_id in in_order:
        stages = found[envelope_id]
        held = stages.get(Stage.CLAIMED, 0)
        if operation == "claim_back":
            held = stages.get(Stage.PAID, 0) - held - stages.get(Stage.RECOVERED, 0)
        if taken := min(held, left):
            cut.append((envelope_id, int(taken)))
            left -= taken
    if left:
        return [(in_order[0], part.amount_cents)]
    return cut


def _tell(session: Session, kind: str, part: AdvancePart, *, actor: Actor, now: datetime) -> None:
    announce(
        session,
        kind,
        by=actor,
        at=now,
        funder=part.funder_id,
        subject=part.application_id,
        part=str(part.id),
    )
