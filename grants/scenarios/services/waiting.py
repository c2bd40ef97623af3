"""Keep waiting lists: add, reorder; offer when money comes back; accept or pass, by a person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.applications.answers import outlook
from grants.applications.models import Application, ApplicationState
from grants.applications.rules import not_recused
from grants.calls.eligibility import verdicts
from grants.calls.models import Call, CallEnvelope
from grants.decisions.models import Decision, Instrument, Outcome, Proposal
from grants.decisions.rules import RECORDERS
from grants.kernel.access import SYSTEM, Actor
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.kernel.money import Amount
from grants.ledger import queries as ledger
from grants.outbox.services import announce
from grants.scenarios.drafting import draft
from grants.scenarios.models import WaitingPlace, WaitingState
from grants.scenarios.queries import waiting as queries
from grants.scenarios.rules import sees_place

S = ApplicationState
STILL_THERE = {S.WAITLISTED, S.AWARDED, S.UNDER_AGREEMENT, S.IN_PROGRESS}


def add(
    session: Session,
    call_id: UUID,
    envelope_id: UUID,
    application_id: UUID,
    *,
    wanted: Amount | None,
    actor: Actor,
    now: datetime,
) -> WaitingPlace:
    """Put an application at the end of an envelope's list; its top-up, where it has a part already.

    `wanted` None asks for all that it lacks. Locks the call's part in the envelope. Announces
    `waiting.added`. Already there: the place it has.

    Raises:
        Unknown: no such envelope of the call that the actor works with, or the actor is recused.
        Refused: `waiting.not_waitable`: neither on the waiting list by a vote, nor awarded less
            than it asked for; `waiting.too_much`.
    """
    funder_id = _locked_part(session, call_id, envelope_id, actor)
    if (known := _live(session, envelope_id, application_id, actor)) is not None:
        return known
    one = _waitable(session, call_id, funder_id, application_id, actor)
    lacks = one.asked - one.given
    if wanted is not None and not 0 < wanted <= lacks:
        raise Refused("waiting.too_much", field="wanted", amount=lacks, unit="EUR")
    last = select(func.coalesce(func.max(WaitingPlace.position), 0))
    place = WaitingPlace(
        call_id=call_id,
        funder_id=funder_id,
        envelope_id=envelope_id,
        application_id=application_id,
        decision_id=one.decision_id,
        position=(session.scalar(last.where(WaitingPlace.envelope_id == envelope_id)) or 0) + 1,
        wanted=Amount(wanted or lacks),
        state=WaitingState.WAITING,
        added_by=actor.id,
        added_at=now,
    )
    session.add(place)
    session.flush()
    announce(session, "waiting.added", by=actor, at=now, funder=funder_id, subject=place.id)
    return place


def move(session: Session, place_id: UUID, *, up: bool, actor: Actor, now: datetime) -> None:
    """Change places with the neighbour above, or below. At the end of the list nothing moves.

    Locks both places. Announces `waiting.moved`.

    Raises:
        Unknown: there is no such place of the actor's.
        Refused: `waiting.not_waiting`, once it was offered or settled.
    """
    place = queries.locked_place(session, place_id, actor=actor)
    if place.state is not WaitingState.WAITING:
        raise Refused("waiting.not_waiting")
    at = WaitingPlace.position
    beside = select(WaitingPlace).where(
        WaitingPlace.envelope_id == place.envelope_id,
        WaitingPlace.state == WaitingState.WAITING,
        at < place.position if up else at > place.position,
    )
    order = at.desc() if up else at.asc()
    other = session.scalars(beside.order_by(order).limit(1).with_for_update()).one_or_none()
    if other is None:
        return
    place.position, other.position = other.position, place.position
    session.flush()
    announce(session, "waiting.moved", by=actor, at=now, funder=place.funder_id, subject=place.id)


def look(session: Session, *, now: datetime) -> int:
    """Offer what came back: the first of each list whose envelope has money; how many offers.

    One offer at a time for each envelope. Money that is proposed already is not offered. What was
    true when it was put on the list is looked at again: what speaks against it stands beside the
    offer. An offer that nobody accepted and whose money went elsewhere is taken back, and made
    again with what is left. Announces `waiting.offered`. Twice offers nothing twice. By the
    software, for workers.
    """
    _take_back(session)
    offered = select(WaitingPlace.envelope_id).where(WaitingPlace.state == WaitingState.OFFERED)
    first = (
        select(WaitingPlace.envelope_id, func.min(WaitingPlace.position).label("position"))
        .where(WaitingPlace.state == WaitingState.WAITING, WaitingPlace.envelope_id.not_in(offered))
        .group_by(WaitingPlace.envelope_id)
        .subquery()
    )
    is_first = (WaitingPlace.envelope_id == first.c.envelope_id) & (
        WaitingPlace.position == first.c.position
    )
    waiting = session.scalars(
        select(WaitingPlace).join(first, is_first).order_by(WaitingPlace.envelope_id)
    ).all()
    held = ledger.envelope_lines(session, {one.envelope_id for one in waiting})
    rooms = queries.rooms(session, list(held.values()))
    count = 0
    for one in waiting:
        room = rooms.get(one.envelope_id, 0)
        if room > 0 and _offer(session, one.id, room, held[one.envelope_id].label, now):
            count += 1
    return count


def _take_back(session: Session) -> None:
    """Let those wait again whose offer the envelope no longer holds, or whom more would serve.

    Their order stays: what comes back after an offer is theirs too, up to what they want.
    """
    offered = select(WaitingPlace).where(WaitingPlace.state == WaitingState.OFFERED)
    envelopes = {one.envelope_id for one in session.scalars(offered)}
    rooms = queries.rooms(session, list(ledger.envelope_lines(session, envelopes).values()))
    locked = offered.order_by(WaitingPlace.id).with_for_update(skip_locked=True)
    for one in session.scalars(locked.execution_options(populate_existing=True)):
        if (one.offered or 0) != min(one.wanted, rooms.get(one.envelope_id, 0)):
            one.state, one.draft = WaitingState.WAITING, ""
            one.offered = one.offered_at = None
    session.flush()


def accept(
    session: Session,
    place_id: UUID,
    *,
    draft_text: str,
    seen: int | None = None,
    actor: Actor,
    now: datetime,
) -> WaitingPlace:
    """Make a proposal of an offer, for the next vote, and keep the draft of its letter. Once.

    `seen` is the amount that the person read, where they read one.

    Locks the place. Announces `waiting.accepted`. Accepting again returns the first.

    Raises:
        Unknown: there is no such place of the actor's.
        Refused: `waiting.not_offered`, `waiting.offer_changed` or `waiting.money_gone` meanwhile,
            `waiting.not_eligible` any more.
    """
    place = queries.locked_place(session, place_id, actor=actor)
    if place.state is WaitingState.ACCEPTED:
        return place
    if place.state is not WaitingState.OFFERED or place.offered is None:
        raise Refused("waiting.not_offered")
    if seen is not None and seen != place.offered:
        raise Refused("waiting.offer_changed", field="draft")
    application = _application(session, place.application_id)
    if problems(application):
        raise Refused("waiting.not_eligible")
    line = ledger.envelope_line(session, place.envelope_id)
    room = queries.rooms(session, [line])[place.envelope_id]
    if place.offered > room:
        raise Refused("waiting.money_gone", amount=max(room, 0), unit=line.unit)
    _propose(session, place, application, actor=actor, now=now)
    _settle(place, WaitingState.ACCEPTED, actor, now)
    place.draft = draft_text.strip() or place.draft
    session.flush()
    announce(
        session, "waiting.accepted", by=actor, at=now, funder=place.funder_id, subject=place.id
    )
    return place


def pass_over(
    session: Session, place_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> WaitingPlace:
    """Take a place off the list with a reason: the next one's turn comes.

    Locks the place. Announces `waiting.passed`. Passing again returns the first.

    Raises:
        Unknown: there is no such place of the actor's.
        Refused: `waiting.reason_missing`; `waiting.not_waiting` once it was accepted.
    """
    place = queries.locked_place(session, place_id, actor=actor)
    if place.state is WaitingState.PASSED:
        return place
    if place.state is WaitingState.ACCEPTED:
        raise Refused("waiting.not_waiting")
    if not reason.strip():
        raise Refused("waiting.reason_missing", field="reason")
    place.reason = reason.strip()
    _settle(place, WaitingState.PASSED, actor, now)
    session.flush()
    announce(session, "waiting.passed", by=actor, at=now, funder=place.funder_id, subject=place.id)
    return place


def problems(application: Application) -> list[dict[str, str]]:
    """What speaks against an offer today: its state, and the call's rules of eligibility."""
    found = []
    if application.state not in STILL_THERE:
        found.append({"code": application.state.value})
    rules = application.call.eligibility_rules
    judged = verdicts(rules, outlook(application)) if rules else ()
    refusing = (one for one in judged if one.holds is False)
    return found + [{"code": "rule", "fr": o.refusal_fr, "en": o.refusal_en} for o in refusing]


def _live(
    session: Session, envelope_id: UUID, application_id: UUID, actor: Actor
) -> WaitingPlace | None:
    return session.scalars(
        select(WaitingPlace).where(
            sees_place.where(actor),
            WaitingPlace.envelope_id == envelope_id,
            WaitingPlace.application_id == application_id,
            WaitingPlace.state.in_(queries.LIVE),
        )
    ).one_or_none()


def _waitable(
    session: Session, call_id: UUID, funder_id: UUID, application_id: UUID, actor: Actor
) -> queries.Waitable:
    visible = select(Application.id).where(
        Application.id == application_id,
        Application.call_id == call_id,
        Application.submitted_at.is_not(None),
        not_recused.where(actor),
    )
    if session.scalar(visible) is None:
        raise Unknown
    statement = queries.waitable(call_id, [funder_id], actor)
    row = session.execute(statement.where(Application.id == application_id)).one_or_none()
    if row is None:
        raise Refused("waiting.not_waitable", field="application")
    return queries.Waitable._make(row)


def _offer(session: Session, place_id: UUID, room: int, envelope: str, now: datetime) -> bool:
    place = session.scalars(
        select(WaitingPlace)
        .where(WaitingPlace.id == place_id, WaitingPlace.state == WaitingState.WAITING)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if place is None:
        return False
    application = _application(session, place.application_id)
    amount = min(place.wanted, room)
    place.state = WaitingState.OFFERED
    place.offered, place.offered_at = Amount(amount), now
    place.problems = list(problems(application))
    place.draft = draft(
        title=application.title,
        number=application.number or "",
        envelope=envelope,
        amount=amount,
        wanted=place.wanted,
        unit=application.call.unit,
        more=place.decision_id is not None,
    )
    session.flush()
    announce(
        session, "waiting.offered", by=SYSTEM, at=now, funder=place.funder_id, subject=place.id
    )
    return True


def _propose(
    session: Session,
    place: WaitingPlace,
    application: Application,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """The offer as a proposal of the funder, in the stead of what it proposed before.

    A top-up gives in the form of the award that it adds to, a first award in the call's own.
    """
    session.execute(
        delete(Proposal).where(
            Proposal.application_id == place.application_id, Proposal.funder_id == place.funder_id
        )
    )
    instrument = str(application.call.award_rule.get("instrument") or Instrument.GRANT)
    if place.decision_id is not None:
        instrument = str(session.get_one(Decision, place.decision_id).instrument)
    session.execute(
        insert(Proposal).values(
            id=new_id(),
            call_id=place.call_id,
            funder_id=place.funder_id,
            application_id=place.application_id,
            envelope_id=place.envelope_id,
            outcome=Outcome.AWARD,
            instrument=Instrument(instrument),
            amount=place.offered,
            label="",
            reason="",
            tops_up_id=place.decision_id,
            proposed_by=actor.id,
            proposed_at=now,
        )
    )


def _settle(place: WaitingPlace, state: WaitingState, actor: Actor, now: datetime) -> None:
    place.state, place.settled_by, place.settled_at = state, actor.id, now


def _locked_part(session: Session, call_id: UUID, envelope_id: UUID, actor: Actor) -> UUID:
    """The funder of an envelope of the call; every list of the envelope waits."""
    rows = session.scalars(
        select(CallEnvelope)
        .where(
            CallEnvelope.envelope_id == envelope_id,
            CallEnvelope.funder_id.in_(sorted(actor.funders_as(*RECORDERS))),
        )
        .order_by(CallEnvelope.id)
        .with_for_update()
    ).all()
    found = next((one.funder_id for one in rows if one.call_id == call_id), None)
    if found is None:
        raise Unknown
    return found


def _application(session: Session, application_id: UUID) -> Application:
    statement = (
        select(Application)
        .where(Application.id == application_id)
        .options(
            joinedload(Application.call).selectinload(Call.funders),
            joinedload(Application.revision),
            joinedload(Application.organisation),
            selectinload(Application.files),
        )
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).one()
