"""Change one line of a scenario: whoever comes second is told, and overwrites nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session, joinedload

from grants.decisions import queries as decisions
from grants.decisions.instruments import counted_in
from grants.decisions.models import Decision, Instrument, Outcome, Proposal
from grants.decisions.services import Wanted
from grants.decisions.services.preparing import check_line
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.kernel.money import Amount, Unit
from grants.ledger import queries as ledger
from grants.ledger.remaining import standing
from grants.people.models import Person
from grants.scenarios import rules
from grants.scenarios.models import Scenario, ScenarioLine


@dataclass(frozen=True, kw_only=True)
class Typed:
    """One line as it was typed: an amount or a rate, never both. `outcome` None takes it off.

    `shares` (envelope, amount), two at least, split it: they make the amount, and the first is
    its envelope.
    """

    outcome: Outcome | None
    instrument: Instrument | None = None
    envelope_id: UUID | None = None
    base: Amount
    amount: Amount | None = None
    rate: int | None = None
    shares: tuple[tuple[UUID, Amount], ...] = ()
    reason: str = ""


def save_line(
    session: Session,
    scenario_id: UUID,
    application_id: UUID,
    *,
    version: int,
    typed: Typed,
    actor: Actor,
    now: datetime,
) -> ScenarioLine:
    """Write one line that was read at `version`. The same again changes nothing.

    Locks the line. PostgreSQL keeps who changed what, and refuses a line of an accepted scenario.

    Raises:
        Unknown: no such line, or none that the actor may prepare or see.
        Refused: `scenario.accepted`, `scenario.line_changed` by somebody else meanwhile,
            `proposal.*` where the parts do not go together or a decision was taken,
            `scenario.above_base`, `scenario.public_aid`: with the other funders, more than the
            call's cap on public aid leaves; `scenario.split_twice`, `scenario.split_unlike`:
            parts of one envelope, or of several units or sections.
    """
    line = _locked(session, scenario_id, application_id, actor)
    if line.scenario.accepted_at is not None:
        raise Refused("scenario.accepted")
    wanted = _values(typed)
    if all(getattr(line, name) == value for name, value in wanted.items()):
        return line
    if line.version != version:
        name = session.scalar(select(Person.name).where(Person.id == line.changed_by))
        raise Refused("scenario.line_changed", name=name)
    _check(session, line, typed, wanted)
    for name, value in wanted.items():
        setattr(line, name, value)
    line.version += 1
    line.changed_by, line.changed_at = actor.id, now
    session.flush()
    return line


def _locked(
    session: Session, scenario_id: UUID, application_id: UUID, actor: Actor
) -> ScenarioLine:
    statement = (
        select(ScenarioLine)
        .join(ScenarioLine.scenario)
        .where(
            ScenarioLine.scenario_id == scenario_id,
            ScenarioLine.application_id == application_id,
            rules.may_prepare.where(actor),
            rules.sees_line.where(actor),
        )
        .options(
            joinedload(ScenarioLine.scenario).joinedload(Scenario.call),
            joinedload(ScenarioLine.application),
        )
        .with_for_update(of=ScenarioLine)
        .execution_options(populate_existing=True)
    )
    line = session.scalars(statement).one_or_none()
    if line is None:
        raise Unknown
    return line


def _values(typed: Typed) -> dict[str, object]:
    """The columns that a typed line fills; an amount follows from its rate."""
    award = typed.outcome is Outcome.AWARD
    draws = award and typed.instrument is not Instrument.TITLE
    shares = typed.shares if draws else ()
    rate = typed.rate if draws and not shares else None
    amount = rules.amount_of(typed.base, rate) if rate else typed.amount
    if shares:
        amount = Amount(sum(share for _envelope, share in shares))
    return {
        "outcome": typed.outcome,
        "instrument": typed.instrument if award else None,
        "envelope_id": (shares[0][0] if shares else typed.envelope_id) if draws else None,
        "shares": [{"envelope": str(one), "amount": share} for one, share in shares],
        "base": typed.base,
        "amount": amount if draws else None,
        "rate": rate,
        "reason": typed.reason.strip(),
    }


def _check(session: Session, line: ScenarioLine, typed: Typed, wanted: dict[str, object]) -> None:
    scenario: Scenario = line.scenario
    decided = select(Decision.id).where(
        Decision.application_id == line.application_id,
        Decision.funder_id == scenario.funder_id,
        Decision.outcome != Outcome.WAITLIST,
        decisions.stands(),
    )
    if session.scalar(decided.limit(1)) is not None:
        raise Refused("proposal.already_decided", title=line.application.title)
    amount = wanted["amount"]
    units = decisions.envelopes_of(session, scenario.call_id, scenario.funder_id)
    envelope = wanted["envelope_id"]
    whole = Wanted(
        application_id=line.application_id,
        outcome=typed.outcome,
        instrument=typed.instrument,
        amount=Amount(amount) if isinstance(amount, int) else None,
        envelope_id=envelope if isinstance(envelope, UUID) else typed.envelope_id,
        reason=typed.reason,
    )
    for part in _parts(whole, typed):
        check_line(part, units)
    _refuse_unlike(session, typed)
    if not isinstance(amount, int) or not isinstance(envelope, UUID):
        return
    unit = units[envelope]
    if amount > typed.base:
        raise Refused("scenario.above_base", field="amount", amount=typed.base, unit=unit)
    if line.aid_room is not None:
        others = promised_by_others(
            session, line.application_id, scenario.funder_id, scenario.call.unit
        )
        if amount + others > line.aid_room:
            left = max(line.aid_room - others, 0)
            raise Refused("scenario.public_aid", field="amount", amount=left, unit=unit)


def _parts(whole: Wanted, typed: Typed) -> list[Wanted]:
    """The line as the proposals that it would make."""
    return [replace(whole, envelope_id=one, amount=share) for one, share in typed.shares] or [whole]


def _refuse_unlike(session: Session, typed: Typed) -> None:
    """Refuse parts that no one award could be made of, as PostgreSQL would."""
    ids = {one for one, _share in typed.shares}
    if len(ids) < len(typed.shares):
        raise Refused("scenario.split_twice", field="amount")
    held = ledger.envelope_lines(session, ids) if ids else {}
    if len({(one.unit, one.section) for one in held.values()}) > 1:
        raise Refused("scenario.split_unlike", field="amount")


def promised_by_others(session: Session, application_id: UUID, funder_id: UUID, unit: Unit) -> int:
    """What the call's other funders decided for an application; where they did not, propose.

    In the call's unit alone, less what was cancelled or claimed back.
    """
    theirs = counted_in(unit)
    decided = select(Decision.funder_id).where(
        Decision.application_id == application_id,
        Decision.outcome != Outcome.WAITLIST,
        decisions.stands(),
    )
    held = standing(Decision.id)
    net = func.sum(func.greatest(func.coalesce(held.c.net, Decision.amount), 0))
    awards = (
        select(net)
        .select_from(Decision)
        .outerjoin(held, true())
        .where(
            Decision.application_id == application_id,
            Decision.funder_id != funder_id,
            Decision.instrument.in_(theirs),
            decisions.stands(),
        )
    )
    pencilled = select(func.sum(Proposal.amount)).where(
        Proposal.application_id == application_id,
        Proposal.funder_id != funder_id,
        Proposal.instrument.in_(theirs),
        Proposal.funder_id.not_in(decided),
    )
    return int(session.scalar(awards) or 0) + int(session.scalar(pencilled) or 0)
