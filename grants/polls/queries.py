"""Polls, read: by anyone once published, by the funders' people as far as they may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import LoaderOption

from grants.applications.models import Application, ApplicationState
from grants.applications.rules import not_recused
from grants.calls.models import Call, CallFunder, Stage, StageKind
from grants.kernel.access import Actor, Rule
from grants.kernel.errors import Unknown
from grants.polls import rules
from grants.polls.models import Candidate, HallCode, Poll, PollBallot, PollLink, Traffic, Voter

ELIGIBLE = (ApplicationState.FINALIST, ApplicationState.IN_REVIEW)


@dataclass(frozen=True)
class TurnOut:
    """How many voted, by mail and with a printed code; how many links wait for their click."""

    by_mail: int
    by_code: int
    codes: int
    waiting: int

    @property
    def ballots(self) -> int:
        """Ballots in the urn."""
        return self.by_mail + self.by_code


def poll(session: Session, poll_id: UUID, viewer: Actor, *, who: Rule = rules.follows) -> Poll:
    """One poll for the funders' side, with stage, call, funders and the candidates it may know.

    Raises:
        Unknown: there is none, or the viewer is not `who` may know of it.
    """
    statement = _followed(viewer, who).where(Poll.id == poll_id)
    found = session.scalars(statement).unique().one_or_none()
    if found is None:
        raise Unknown
    return found


def locked(session: Session, poll_id: UUID, viewer: Actor) -> Poll:
    """The same for whoever manages it, its row locked: nobody votes until we are done.

    Raises:
        Unknown: there is none, or the viewer does not manage it.
    """
    session.execute(select(Poll.id).where(Poll.id == poll_id).with_for_update())
    return poll(session, poll_id, viewer, who=rules.manages)


def stage(session: Session, stage_id: UUID, viewer: Actor) -> Stage:
    """A stage where the public votes, with its call and funders.

    Raises:
        Unknown: there is none, it is of another kind, or the viewer does not manage its call.
    """
    statement = (
        select(Stage)
        .join(Stage.call)
        .where(
            Stage.id == stage_id,
            Stage.kind == StageKind.PUBLIC_VOTE,
            rules.manages.where(viewer),
        )
        .options(contains_eager(Stage.call).selectinload(Call.funders))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise Unknown
    return found


def of_call(session: Session, call_id: UUID, viewer: Actor) -> dict[UUID, Poll]:
    """The polls of a call by stage, for the funders' side. One statement."""
    statement = (
        select(Poll)
        .join(Stage, Stage.id == Poll.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .where(Call.id == call_id, rules.follows.where(viewer))
    )
    return {one.stage_id: one for one in session.scalars(statement)}


def counted(session: Session, call_id: UUID) -> Sequence[Poll]:
    """The polls of a call that have their result, in the order of the stages. One statement.

    The caller has asked who may know; and shows ranks of applications that the viewer may know.
    """
    statement = (
        select(Poll)
        .join(Stage, Stage.id == Poll.stage_id)
        .where(Stage.call_id == call_id, Poll.closed_at.is_not(None))
    )
    return session.scalars(statement.order_by(Stage.position)).all()


def giving(session: Session, call_id: UUID, prize: str | None) -> list[Poll]:
    """The counted polls of a call that give the prize of this name. One statement, or none.

    The words tie a public vote to the jury that proclaims its result; case does not matter.
    Who may know is the caller's to ask, as for `counted`.
    """
    wanted = (prize or "").strip().casefold()
    if not wanted:
        return []
    found = counted(session, call_id)
    return [one for one in found if one.prize_fr.strip().casefold() == wanted]


def shown(session: Session, call_id: UUID) -> dict[UUID, Poll]:
    """The published polls of a call by stage, for anyone. One statement."""
    statement = (
        select(Poll)
        .join(Stage, Stage.id == Poll.stage_id)
        .where(Stage.call_id == call_id, Poll.published_at.is_not(None))
    )
    return {one.stage_id: one for one in session.scalars(statement)}


def eligible(session: Session, poll: Poll, viewer: Actor) -> Sequence[Application]:
    """Applications of the call that may stand and do not yet: finalists, else those in review."""
    statement = (
        select(Application)
        .where(
            Application.call_id == poll.stage.call_id,
            Application.state.in_(ELIGIBLE),
            not_recused.where(viewer),
            ~exists().where(
                Candidate.poll_id == poll.id, Candidate.application_id == Application.id
            ),
        )
        .options(joinedload(Application.organisation), joinedload(Application.author))
        .order_by(Application.state, Application.number)
        .limit(200)
    )
    return session.scalars(statement).all()


def published(session: Session, slug: str) -> Poll:
    """A published poll, for anyone, with its candidates. Two statements.

    Raises:
        Unknown: there is none at that address, or it is still prepared.
    """
    statement = _whole().where(Poll.slug == slug, Poll.published_at.is_not(None))
    found = session.scalars(statement).unique().one_or_none()
    if found is None:
        raise Unknown
    return found


def locked_to_vote(session: Session, poll_id: UUID, *, to_count: bool = False) -> Poll:
    """A poll as it is now, its row locked: ballots go in one by one, and none during a count."""
    statement = (
        _whole()
        .where(Poll.id == poll_id)
        .with_for_update(of=Poll, key_share=not to_count)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).unique().one()


def public_list() -> Select[Poll]:
    """Every published poll, the latest to close first."""
    return (
        select(Poll)
        .where(Poll.published_at.is_not(None))
        .options(joinedload(Poll.stage, innerjoin=True).joinedload(Stage.call, innerjoin=True))
        .order_by(Poll.closes_at.desc(), Poll.id)
    )


def due(session: Session, now: datetime) -> Sequence[UUID]:
    """Published polls to count: closed by the clock, and not counted yet."""
    statement = select(Poll.id).where(
        Poll.published_at.is_not(None), Poll.closed_at.is_(None), Poll.closes_at <= now
    )
    return session.scalars(statement.order_by(Poll.closes_at, Poll.id)).all()


def turn_out(session: Session, poll_id: UUID, *, now: datetime) -> TurnOut:
    """How many voted. One statement; nothing about what."""
    mine = HallCode.poll_id == poll_id
    figures = select(
        select(func.count()).where(Voter.poll_id == poll_id).scalar_subquery(),
        select(func.count(HallCode.used_on)).where(mine).scalar_subquery(),
        select(func.count()).where(mine).scalar_subquery(),
        select(func.count())
        .where(PollLink.poll_id == poll_id, PollLink.expires_at > now)
        .scalar_subquery(),
    )
    return TurnOut(*(int(one) for one in session.execute(figures).one()))


def holds(session: Session, poll_id: UUID, receipt: str) -> bool:
    """Whether a ballot of that receipt is in the urn."""
    found = exists().where(PollBallot.poll_id == poll_id, PollBallot.receipt == receipt)
    return bool(session.scalar(select(found)))


def receipts(session: Session, poll_id: UUID) -> Sequence[str]:
    """The receipts of every ballot, in their own order, which says nothing of when they came."""
    statement = select(PollBallot.receipt).where(PollBallot.poll_id == poll_id)
    return session.scalars(statement.order_by(PollBallot.receipt)).all()


def traffic(session: Session, poll_id: UUID) -> Sequence[Traffic]:
    """How many ballots came by hour and coarse network, in the order of time."""
    statement = select(Traffic).where(Traffic.poll_id == poll_id)
    return session.scalars(statement.order_by(Traffic.hour, Traffic.network)).all()


def _followed(viewer: Actor, who: Rule) -> Select[Poll]:
    return (
        select(Poll)
        .join(Poll.stage)
        .join(Stage.call)
        .where(who.where(viewer))
        .options(
            contains_eager(Poll.stage)
            .contains_eager(Stage.call)
            .selectinload(Call.funders)
            .joinedload(CallFunder.funder),
            _candidates(viewer),
        )
        .execution_options(populate_existing=True)
    )


def _candidates(viewer: Actor) -> LoaderOption:
    known = rules.is_not_recused.where(viewer)
    return selectinload(Poll.candidates.and_(known)).joinedload(Candidate.application)


def _whole() -> Select[Poll]:
    return select(Poll).options(
        selectinload(Poll.candidates),
        joinedload(Poll.stage, innerjoin=True)
        .joinedload(Stage.call, innerjoin=True)
        .selectinload(Call.funders)
        .joinedload(CallFunder.funder),
    )


def to_print(session: Session, poll_id: UUID) -> Poll:
    """A poll for the sheet of its codes; whoever asked for it was asked who they are."""
    return session.get_one(Poll, poll_id)
