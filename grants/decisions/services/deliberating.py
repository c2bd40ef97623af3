"""The vote itself: figures, awards and refusals in one act, and the money with them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.applications import services as applications
from grants.applications.models import Application, ApplicationState
from grants.applications.rules import may_decide
from grants.calls.models import Call
from grants.decisions import queries
from grants.decisions.instruments import UNDRAWN
from grants.decisions.lifecycle import LIFECYCLE
from grants.decisions.models import (
    CouncilSession,
    Decision,
    Deliberation,
    Outcome,
    Proposal,
)
from grants.decisions.services.committing import reserve
from grants.decisions.services.delegating import delegation_for
from grants.decisions.services.fitting import require_fit
from grants.decisions.services.preparing import Item, Wanted, check_line
from grants.decisions.vote import Vote
from grants.juries import queries as juries
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.kernel.money import Unit
from grants.outbox.services import announce

S = ApplicationState
AWARDED_ALREADY = {S.AWARDED, S.UNDER_AGREEMENT, S.IN_PROGRESS, S.CLOSED}


def deliberate(
    session: Session,
    council_session_id: UUID,
    *,
    number: str,
    object: str,  # noqa: A002 -- the act's own word, « objet »
    vote: Vote,
    items: Sequence[Item],
    actor: Actor,
    now: datetime,
) -> Deliberation:
    """Record one deliberation and all that it decides, or nothing of it.

    Locks the session of the body, then the juries that ranked the applications (none opens
    again meanwhile), then the applications in the order of their identifiers, then (in the
    ledger) the envelopes. Adopted: the credits of each award are held in the ledger until the
    act is executory (`make_executory` commits them), the applications move, their proposals go.
    The bureau and the president decide under a delegation in force, within its limits. Not
    adopted: only the vote is kept. Announces `deliberation.recorded`. The same number with the
    same content again returns the first.

    Raises:
        Unknown: the actor does not record for that funder, or may not see an application.
        Refused: the figures of the vote (`deliberation.*`), a line (`proposal.*`), a number
            already taken, an application already decided, `ledger.insufficient`;
            `deliberation.jury_reopened`: a ranking of it is being corrected; `delegation.*`:
            beyond what the council delegated.
    """
    council_session = queries.locked_session(session, council_session_id, viewer=actor)
    act = _Act(number.strip(), object.strip(), vote, tuple(items))
    if known := _known(session, council_session, act):
        return known
    LIFECYCLE.move(council_session, "hold", actor=actor, now=now)
    _refuse_nonsense(act)
    deliberation = _recorded(session, council_session, act, actor=actor, now=now)
    if vote.adopted:
        _adopt(session, deliberation, items, actor=actor, now=now)
    announce(
        session,
        "deliberation.recorded",
        by=actor,
        at=now,
        funder=deliberation.funder_id,
        subject=deliberation.id,
        adopted=vote.adopted,
        decisions=len(items) if vote.adopted else 0,
    )
    return deliberation


@dataclass(frozen=True)
class _Act:
    """What the minutes say of one deliberation."""

    number: str
    object: str
    vote: Vote
    items: tuple[Item, ...]


def _known(session: Session, council_session: CouncilSession, act: _Act) -> Deliberation | None:
    """The same deliberation, recorded before; a refusal when its number is another one's."""
    known = queries.under_number(session, council_session.funder_id, act.number)
    if known is None or known.fingerprint == _fingerprint(council_session.id, act):
        return known
    raise Refused("deliberation.number_taken", field="number", number=act.number)


def _refuse_nonsense(act: _Act) -> None:
    if not act.number or not act.object:
        raise Refused("deliberation.unnamed", field="object" if act.number else "number")
    if refusal := act.vote.refusal():
        raise refusal
    if not act.items:
        raise Refused("deliberation.empty", field="items")


def _recorded(
    session: Session, council_session: CouncilSession, act: _Act, *, actor: Actor, now: datetime
) -> Deliberation:
    delegation = delegation_for(session, council_session, act.items)
    deliberation = Deliberation(
        id=new_id(),
        delegation_id=delegation.id if delegation else None,
        council_session_id=council_session.id,
        funder_id=council_session.funder_id,
        number=act.number,
        object=act.object,
        voted_on=council_session.held_on,
        adopted=act.vote.adopted,
        recorded_by=actor.id,
        recorded_at=now,
        fingerprint=_fingerprint(council_session.id, act),
        **asdict(act.vote),
    )
    session.add(deliberation)
    session.flush()
    return deliberation


def _adopt(
    session: Session,
    deliberation: Deliberation,
    items: Sequence[Item],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    _refuse_reopened(session, {item.application_id for item in items})
    found = _locked_applications(session, {item.application_id for item in items}, actor)
    units = _units(session, deliberation.funder_id, found)
    _refuse_decided(session, deliberation.funder_id, found)
    decisions = [
        _decision(deliberation, position, item, units)
        for position, item in enumerate(items, start=1)
    ]
    require_fit(session, [(one, "items") for one in decisions])
    session.add_all(decisions)
    session.flush()
    for application_id in sorted(found):
        mine = [one for one in decisions if one.application_id == application_id]
        _move(session, found[application_id], mine, actor=actor, now=now)
    session.execute(
        delete(Proposal).where(
            Proposal.funder_id == deliberation.funder_id,
            Proposal.application_id.in_(sorted(found)),
        )
    )
    # Last: what the ledger locks, others wait for.
    reserve(session, deliberation, decisions, actor=actor, now=now)


def _refuse_reopened(session: Session, ids: set[UUID]) -> None:
    """A ranking that is being corrected is no ground for a decision."""
    for jury in juries.locked_ranked(session, ids):
        if jury.closed_at is None:
            raise Refused("deliberation.jury_reopened", jury=jury.name_fr)


def _locked_applications(session: Session, ids: set[UUID], actor: Actor) -> dict[UUID, Application]:
    statement = (
        select(Application)
        .where(Application.id.in_(sorted(ids)), may_decide.where(actor))
        .options(
            joinedload(Application.call).options(
                selectinload(Call.funders), selectinload(Call.envelopes)
            )
        )
        .order_by(Application.id)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    )
    found = {one.id: one for one in session.scalars(statement).unique()}
    if set(found) != ids:
        raise Unknown
    return found


def _units(
    session: Session, funder_id: UUID, found: dict[UUID, Application]
) -> dict[UUID, dict[UUID, Unit]]:
    """By call, the envelopes of this funder that its awards may draw on."""
    calls = {one.call_id: one.call for one in found.values()}
    for call in calls.values():
        if funder_id not in {part.funder_id for part in call.funders}:
            raise Unknown
    return {call_id: queries.envelopes_of(session, call_id, funder_id) for call_id in calls}


def _refuse_decided(session: Session, funder_id: UUID, found: dict[UUID, Application]) -> None:
    decided = session.scalar(
        select(Decision.application_id)
        .where(
            Decision.application_id.in_(sorted(found)),
            Decision.funder_id == funder_id,
            Decision.outcome != Outcome.WAITLIST,
            queries.stands(),
            ~_tops_up(funder_id),
        )
        .limit(1)
    )
    if decided is not None:
        raise Refused("proposal.already_decided", title=found[decided].title)


def _tops_up(funder_id: UUID) -> ColumnElement[bool]:
    """Whether the funder's waiting list proposes more for what it decided upon."""
    more = select(Proposal.id).where(
        Proposal.application_id == Decision.application_id,
        Proposal.funder_id == funder_id,
        Proposal.tops_up_id.is_not(None),
    )
    return more.exists()


def _decision(
    deliberation: Deliberation, position: int, item: Item, units: dict[UUID, dict[UUID, Unit]]
) -> Decision:
    every = {envelope: unit for ones in units.values() for envelope, unit in ones.items()}
    check_line(Wanted(**asdict(item)), every)
    draws = item.outcome is Outcome.AWARD and item.instrument not in UNDRAWN
    envelope_id = item.envelope_id if draws else None
    return Decision(
        id=new_id(),
        deliberation_id=deliberation.id,
        position=position,
        application_id=item.application_id,
        funder_id=deliberation.funder_id,
        outcome=item.outcome,
        instrument=item.instrument if item.outcome is Outcome.AWARD else None,
        amount=item.amount if draws else None,
        unit=every[envelope_id] if envelope_id else None,
        envelope_id=envelope_id,
        label=item.label.strip(),
        reason=item.reason.strip(),
    )


def _move(
    session: Session,
    application: Application,
    decisions: Sequence[Decision],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Move one application where this and the other funders' decisions take it."""
    outcomes = {one.outcome for one in decisions}
    if application.state in AWARDED_ALREADY:
        return  # another funder awarded it: ours adds to it, or does not
    if Outcome.AWARD in outcomes:
        name = "award"
    elif _others_may_award(session, application, decisions[0].funder_id):
        return
    elif Outcome.WAITLIST in outcomes:
        if application.state is S.WAITLISTED:
            return
        name = "waitlist"
    else:
        name = "decline"
    applications.move(session, application.id, name, actor=actor, now=now)


def _others_may_award(session: Session, application: Application, funder_id: UUID) -> bool:
    """Whether another funder of the call still proposes an award for it."""
    pending = select(Proposal.id).where(
        Proposal.application_id == application.id,
        Proposal.funder_id != funder_id,
        Proposal.outcome == Outcome.AWARD,
    )
    return session.scalar(pending.limit(1)) is not None


def _fingerprint(council_session_id: UUID, act: _Act) -> str:
    """What makes two records of a deliberation the same one, sent twice."""
    content = {
        "session": council_session_id,
        "object": act.object,
        "vote": asdict(act.vote),
        "items": sorted(
            (asdict(item) for item in act.items),
            key=lambda one: (str(one["application_id"]), str(one["envelope_id"])),
        ),
    }
    text = json.dumps(content, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
