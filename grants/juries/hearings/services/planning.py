"""Plan hearings: the constraints, a whole plan at once, one hearing by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import case, delete, update
from sqlalchemy.orm import Session

from grants.juries.hearings.models import Hearing, HearingPlan, HearingSeat
from grants.juries.hearings.services.reach import (
    locked_hearing,
    locked_jury,
    locked_world,
    one_at_a_time,
    tell,
)
from grants.juries.hearings.slots import Blocked, Board, Case, Placed, Proposal, Slot, Why, propose
from grants.juries.hearings.world import World, plan_of
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id

NO_LONGER_ANSWERED = {
    "answer": None,
    "answer_reason": "",
    "answered_at": None,
    "answered_by": None,
}


@dataclass(frozen=True)
class PlanOf:
    """The constraints as an officer wrote them; minutes count from midnight in Paris."""

    days: tuple[date, ...]
    first_minute: int
    last_minute: int
    length_minutes: int
    pause_minutes: int
    lunch_from: int | None
    lunch_until: int | None
    places: tuple[str, ...]
    counts_silent: bool = False
    bring: str = ""


def proposal_for(world: World) -> Proposal:
    """The plan of everything that nobody was convoked to yet."""
    board = world.board(only_kept=True)
    return propose(board, [one for one in world.cases.values() if not _is_kept(world, one)])


def fingerprint(proposal: Proposal) -> str:
    """What a person saw before applying a plan, in 16 hexadecimal digits."""
    lines = [
        f"{one.application_id} {one.slot.starts_at.isoformat()} {one.slot.place} {one.panel}"
        for one in proposal.placed
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def write_plan(
    session: Session, jury_id: UUID, wanted: PlanOf, *, actor: Actor, now: datetime
) -> HearingPlan:
    """Write the constraints; hearings already placed stay where they are.

    Locks the jury. Announces `hearing.plan_written`.

    Raises:
        Unknown: there is no such jury that the actor manages, or it hears nobody.
        Refused: `jury.closed`, `hearing.plan.too_short`, `hearing.plan.lunch`.
    """
    jury = locked_jury(session, jury_id, actor, now)
    if wanted.first_minute + wanted.length_minutes > wanted.last_minute:
        raise Refused("hearing.plan.too_short", field="last")
    lunch = (wanted.lunch_from, wanted.lunch_until)
    if (lunch[0] is None) != (lunch[1] is None) or (lunch[0] or 0) >= (lunch[1] or 1):
        raise Refused("hearing.plan.lunch", field="lunch_until")
    plan = plan_of(session, jury.id) or HearingPlan(jury_id=jury.id)
    columns = {**asdict(wanted), "places": list(wanted.places)}
    columns["days"] = sorted({one.isoformat() for one in wanted.days})
    for name, value in columns.items():
        setattr(plan, name, value)
    session.add(plan)
    session.flush()
    tell(session, "hearing.plan_written", jury, actor=actor, now=now, days=len(plan.days))
    return plan


def apply_proposal(
    session: Session, jury_id: UUID, *, seen: str, actor: Actor, now: datetime
) -> Proposal:
    """Write down the plan that was seen; hearings that people were convoked to stay.

    Locks the jury. Announces `hearing.planned`.

    Raises:
        Unknown: there is no such jury that the actor manages, or it hears nobody.
        Refused: `jury.closed`, `hearing.no_plan`; `hearing.preview_stale`: something changed
            since the plan was shown; `hearing.place_taken`, `hearing.elsewhere`.
    """
    world = locked_world(session, jury_id, actor, now)
    proposal = proposal_for(world)
    if fingerprint(proposal) != seen:
        raise Refused("hearing.preview_stale")
    loose = [
        one.hearing_id
        for one in world.standing
        if one.jury_id == world.jury.id
        and not one.is_kept
        and one.application_id not in actor.recused_from
    ]
    with one_at_a_time(session):
        session.execute(delete(Hearing).where(Hearing.id.in_(loose)))
        _insert(session, world, proposal.placed)
    tell(
        session,
        "hearing.planned",
        world.jury,
        actor=actor,
        now=now,
        placed=len(proposal.placed),
        unplaced=len(proposal.unplaced),
    )
    return proposal


def move(
    session: Session,
    jury_id: UUID,
    application_id: UUID,
    slot: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Put one application into a slot (as `slot_key` names it), wherever it was before.

    What its applicant had answered is forgotten. Locks the jury. Announces `hearing.moved`.

    Raises:
        Unknown: no such jury, application or slot for the actor.
        Refused: `jury.closed`, `hearing.no_plan`, `hearing.is_over`, `hearing.away`,
            `hearing.quorum`, `hearing.place_taken`, `hearing.elsewhere`; on `slot`.
    """
    world = locked_world(session, jury_id, actor, now)
    wanted = next(
        (one for one in world.board(only_kept=False).slots if slot_key(one) == slot), None
    )
    if wanted is None:
        raise Unknown
    _require_open(session, world, application_id, actor)
    placed = _placed(world, application_id, wanted)
    with one_at_a_time(session):
        _put(session, world, placed)
    tell(
        session,
        "hearing.moved",
        world.jury,
        actor=actor,
        now=now,
        subject=application_id,
        starts_at=wanted.starts_at.isoformat(),
    )


def swap(
    session: Session,
    jury_id: UUID,
    application_id: UUID,
    other_id: UUID,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Let two hearings change places. Locks the jury. Announces `hearing.swapped`.

    Raises:
        Unknown: one of them is not there for the actor.
        Refused: `jury.closed`, `hearing.no_plan`, `hearing.is_over`, `hearing.off_grid`,
            `hearing.away`, `hearing.quorum`; on `other`.
    """
    world = locked_world(session, jury_id, actor, now)
    pair = (application_id, other_id)
    here, there = (_require_open(session, world, one, actor, needed=True) for one in pair)
    if here is None or there is None or here.id == there.id:
        raise Unknown
    slots = {(one.starts_at, one.place): one for one in world.board(only_kept=False).slots}
    goes = [slots.get((one.starts_at, one.place)) for one in (there, here)]
    if goes[0] is None or goes[1] is None:
        raise Refused("hearing.off_grid", field="other")
    placed = [
        _placed(world, one, slot, beside=pair, on="other")
        for one, slot in zip(pair, goes, strict=True)
        if slot is not None
    ]
    with one_at_a_time(session):
        _exchange(session, world, (here, there), placed)
    tell(
        session,
        "hearing.swapped",
        world.jury,
        actor=actor,
        now=now,
        subject=application_id,
        other=str(other_id),
    )


def call_off(
    session: Session, jury_id: UUID, application_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Take a hearing out of the plan; whoever was convoked is told with the next convocations.

    Locks the jury. Announces `hearing.called_off`.

    Raises:
        Unknown: there is none for the actor.
        Refused: `jury.closed`, `hearing.is_over`.
    """
    jury = locked_jury(session, jury_id, actor, now)
    hearing = locked_hearing(session, jury, application_id, actor)
    if hearing.attendance is not None:
        raise Refused("hearing.is_over")
    session.execute(delete(Hearing).where(Hearing.id == hearing.id))
    tell(session, "hearing.called_off", jury, actor=actor, now=now, subject=application_id)


def slot_key(slot: Slot) -> str:
    """How a form names a slot: its first second, and the place's rank."""
    return f"{slot.starts_at:%Y%m%d%H%M}-{hashlib.sha256(slot.place.encode()).hexdigest()[:8]}"


def refusal_of(blocked: Blocked, *, quorum: int, on: str = "slot") -> Refused:
    """What keeps an application from a slot, as a refusal."""
    if blocked.why is Why.QUORUM:
        return Refused("hearing.quorum", field=on, present=blocked.present, quorum=quorum)
    return Refused(f"hearing.{blocked.why.value}", field=on)


def why_blocked(
    world: World, board: Board, slot: Slot, application_id: UUID, *, on: str = "slot"
) -> Refused | None:
    """What keeps an application from a slot of that board; None when it may be heard there."""
    if not board.is_free(slot):
        return Refused("hearing.place_taken", field=on)
    blocked = board.blocked(slot, world.cases[application_id])
    return refusal_of(blocked, quorum=world.jury.quorum, on=on) if blocked else None


def _is_kept(world: World, one: Case) -> bool:
    standing = world.hearing_of(one.application_id)
    return standing is not None and standing.is_kept


def _require_open(
    session: Session, world: World, application_id: UUID, actor: Actor, *, needed: bool = False
) -> Hearing | None:
    if application_id not in world.cases:
        raise Unknown
    if not needed and world.hearing_of(application_id) is None:
        return None
    hearing = locked_hearing(session, world.jury, application_id, actor)
    if hearing.attendance is not None:
        raise Refused("hearing.is_over")
    return hearing


def _placed(
    world: World,
    application_id: UUID,
    slot: Slot,
    *,
    beside: tuple[UUID, ...] = (),
    on: str = "slot",
) -> Placed:
    """The application in that slot, or why not; hearings of `beside` do not stand in the way."""
    board, one = world.without(application_id, *beside), world.cases[application_id]
    if why := why_blocked(world, board, slot, application_id, on=on):
        raise why
    return Placed(application_id, slot, board.panel(slot, one))


def _put(session: Session, world: World, placed: Placed) -> None:
    standing = world.hearing_of(placed.application_id)
    if standing is None:
        _insert(session, world, (placed,))
        return
    slot = placed.slot
    session.execute(
        update(Hearing)
        .where(Hearing.id == standing.hearing_id)
        .values(
            starts_at=slot.starts_at, ends_at=slot.ends_at, place=slot.place, **NO_LONGER_ANSWERED
        )
    )
    _seat(session, {standing.hearing_id: placed.panel})


def _exchange(
    session: Session, world: World, pair: tuple[Hearing, ...], placed: list[Placed]
) -> None:
    """Both in one statement: between the two, a place would hold two hearings."""
    goes = {one.id: to.slot for one, to in zip(pair, placed, strict=True)}

    def by(column: str) -> object:
        whens = {key: getattr(slot, column) for key, slot in goes.items()}
        return case(whens, value=Hearing.id)

    session.execute(
        update(Hearing)
        .where(Hearing.id.in_(list(goes)), Hearing.jury_id == world.jury.id)
        .values(**{one: by(one) for one in ("starts_at", "ends_at", "place")})
        .values(**NO_LONGER_ANSWERED)
        .execution_options(synchronize_session=False)
    )
    _seat(session, {one.id: to.panel for one, to in zip(pair, placed, strict=True)})


def _insert(session: Session, world: World, placed: tuple[Placed, ...]) -> None:
    rows = [
        Hearing(
            id=new_id(),
            jury_id=world.jury.id,
            call_id=world.jury.call_id,
            application_id=one.application_id,
            place=one.slot.place,
            starts_at=one.slot.starts_at,
            ends_at=one.slot.ends_at,
        )
        for one in placed
    ]
    session.add_all(rows)
    session.flush()
    _seat(session, {row.id: one.panel for row, one in zip(rows, placed, strict=True)})


def _seat(session: Session, panels: Mapping[UUID, tuple[UUID, ...]]) -> None:
    session.execute(delete(HearingSeat).where(HearingSeat.hearing_id.in_(list(panels))))
    session.add_all(
        HearingSeat(hearing_id=hearing, seat_id=seat)
        for hearing, panel in panels.items()
        for seat in panel
    )
    session.flush()
