"""An item of the agenda put to the vote: counted from the room, recorded as a deliberation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.councils import queries
from grants.councils.models import AgendaItem, Choice, Meeting, Voice
from grants.councils.room import Room
from grants.councils.services.holding import require_instant, require_open
from grants.decisions import services as decisions
from grants.decisions.models import CouncilSession, Deliberation, Proposal
from grants.decisions.vote import CastingVote, Vote
from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce
from grants.watch.services import lines_of, require_lawful


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """How the members voted: by name (`choices` by member), or counted.

    By show of hands those who are neither against nor abstain are for. In a secret ballot the
    three are counted, blank and void votes as abstentions.
    """

    choices: Mapping[UUID, Choice] | None = None
    votes_for: int | None = None
    votes_against: int = 0
    abstentions: int = 0
    casting_vote: CastingVote | None = None
    secret: bool = False


def vote_item(
    session: Session,
    item_id: UUID,
    ballot: Ballot,
    *,
    number: str,
    at: datetime,
    president_id: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> Deliberation:
    """Put an item to the vote: its proposals become decisions, with the figures of the room.

    The figures are those of the members in office, there, represented and outside at `at`; the
    quorum is asked for this very item. How each member counted is kept, and who presided: whom
    `president_id` names, else the chair, or the next in order while the chair is out. Locks the
    meeting, then as `decisions.services.deliberate`. Announces `council_item.voted`. The same
    number again returns the first.

    Raises:
        Unknown: not the actor's meeting, or an application that they may not decide upon.
        Refused: `council.not_open`, `council.other_day`, `council.item_voted`,
            `council.item_withdrawn`, `council.nothing_to_vote`, `council.nothing_proposed`,
            `council.no_quorum`, `council.president_out`, `council.choices_missing`; what
            `deliberate` refuses.
    """
    meeting, item = queries.locked_item(session, item_id, viewer=actor)
    if item.deliberation is not None and item.number == number.strip():
        return item.deliberation
    _require_votable(meeting, item, at, now)
    proposals = _proposals(session, meeting, item)
    room, president = _seated(queries.hall(session, meeting, at), item, president_id)
    deliberation = record(
        session,
        meeting.council_session,
        number=number,
        object=item.object,
        vote=_counted(room, ballot, president),
        items=[_as_item(one) for one in proposals],
        actor=actor,
        now=now,
    )
    item.presided_by_id = president
    _keep(session, item, room, ballot, at=at, deliberation=deliberation)
    told = {"deliberation": str(deliberation.id), "adopted": deliberation.adopted}
    to = deliberation.funder_id
    announce(session, "council_item.voted", by=actor, at=now, funder=to, subject=item.id, **told)
    return deliberation


def record(
    session: Session,
    council_session: CouncilSession,
    *,
    number: str,
    object: str,  # noqa: A002 -- the act's own word, « objet »
    vote: Vote,
    items: Sequence[decisions.Item],
    actor: Actor,
    now: datetime,
) -> Deliberation:
    """Record a vote whose figures are known, once its awards were held against the law.

    Locks and announces as `watch.services.require_lawful`, then `decisions.services.deliberate`.

    Raises:
        Unknown, Refused: as those two; `council.no_second`: the vote says that it needed no
            quorum, and its session follows no missed one.
    """
    if vote.second_convocation and not _is_second(session, council_session.id):
        raise Refused("council.no_second", field="second_convocation")
    if vote.adopted:
        lines = lines_of(items, council_session.funder_id)
        require_lawful(session, lines, on=council_session.held_on, actor=actor, now=now)
    return decisions.deliberate(
        session,
        council_session.id,
        number=number,
        object=object,
        vote=vote,
        items=items,
        actor=actor,
        now=now,
    )


def _is_second(session: Session, council_session_id: UUID) -> bool:
    second = select(Meeting.id).where(
        Meeting.council_session_id == council_session_id, Meeting.first_id.is_not(None)
    )
    return session.scalar(second) is not None


def withdraw_item(session: Session, item_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Take an item off during the meeting: its proposals wait for another one. Twice is once.

    Locks the meeting. Announces `council_item.withdrawn`.

    Raises:
        Unknown: not the actor's meeting.
        Refused: `council.not_open`, `council.item_voted`.
    """
    meeting, item = queries.locked_item(session, item_id, viewer=actor)
    require_open(meeting)
    if item.deliberation_id is not None:
        raise Refused("council.item_voted", number=item.number)
    if item.withdrawn_at is not None:
        return
    item.withdrawn_at = now
    session.flush()
    funder = meeting.council_session.funder_id
    announce(session, "council_item.withdrawn", by=actor, at=now, funder=funder, subject=item.id)


def _require_votable(meeting: Meeting, item: AgendaItem, at: datetime, now: datetime) -> None:
    require_open(meeting)
    require_instant(meeting, at, now)
    if item.deliberation_id is not None:
        raise Refused("council.item_voted", number=item.number)
    if item.withdrawn_at is not None:
        raise Refused("council.item_withdrawn")


def _proposals(session: Session, meeting: Meeting, item: AgendaItem) -> Sequence[Proposal]:
    ids = queries.covered(session, meeting.id).get(item.id, [])
    if not ids:
        raise Refused("council.nothing_to_vote")
    found = queries.proposed(session, meeting.council_session.funder_id, ids)
    bare = set(ids) - {one.application_id for one in found}
    if bare:
        raise Refused("council.nothing_proposed", missing=len(bare))
    return found


def _require_quorum(room: Room) -> None:
    if not room.has_quorum:
        raise Refused(
            "council.no_quorum",
            present=room.in_room,
            quorum=room.quorum,
            seats=len(room.members),
        )


def _seated(hall: queries.Hall, item: AgendaItem, named: UUID | None) -> tuple[Room, UUID]:
    """The room for an item, with its quorum, and who presides over it."""
    room = hall.room(item.id)
    _require_quorum(room)
    found = named or hall.president(item.id)
    if found is None or not room.presides(found):
        raise Refused("council.president_out", field="president")
    return room, found


def _counted(room: Room, ballot: Ballot, chair_id: UUID | None) -> Vote:
    if ballot.choices is not None:
        if missing := set(room.voters) - set(ballot.choices):
            raise Refused("council.choices_missing", field="choices", missing=len(missing))
        return room.by_name(ballot.choices, chair_id)
    return room.vote(
        votes_for=ballot.votes_for if ballot.secret else None,
        votes_against=ballot.votes_against,
        abstentions=ballot.abstentions,
        casting_vote=ballot.casting_vote,
        secret_ballot=ballot.secret,
    )


def _keep(
    session: Session,
    item: AgendaItem,
    room: Room,
    ballot: Ballot,
    *,
    at: datetime,
    deliberation: Deliberation,
) -> None:
    """What came of the item, and how every member counted for it."""
    item.number, item.voted_at = deliberation.number, at
    item.deliberation_id = deliberation.id
    session.flush()
    said = ballot.choices or {}
    session.add_all(
        Voice(
            item_id=item.id,
            seat_id=member,
            standing=how.standing,
            left_room=how.left_room,
            holder_id=how.holder_id,
            choice=said.get(member) if how.votes else None,
        )
        for member, how in room.everyone.items()
    )
    session.flush()


def _as_item(proposal: Proposal) -> decisions.Item:
    return decisions.Item(
        application_id=proposal.application_id,
        outcome=proposal.outcome,
        instrument=proposal.instrument,
        amount=proposal.amount,
        envelope_id=proposal.envelope_id,
        label=proposal.label,
        reason=proposal.reason,
    )
