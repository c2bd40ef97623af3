"""The decision table of one call, as one funder's officer prepares it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.applications.models import Application, ApplicationState
from grants.applications.rules import not_recused
from grants.calls.models import Call, CallEnvelope, CallFunder, Jury, Track
from grants.decisions.models import Decision, Deliberation, Outcome, Proposal
from grants.decisions.queries.standing import stands
from grants.decisions.rules import READERS, can_read_proposal
from grants.juries.models import RankingLine
from grants.juries.queries import standing_lines
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.kernel.money import Amount, Unit
from grants.ledger import queries as ledger
from grants.people.models import Funder
from grants.polls.models import Poll
from grants.polls.queries import counted

S = ApplicationState
ON_THE_TABLE = (
    S.IN_REVIEW,
    S.FINALIST,
    S.WAITLISTED,
    S.ELIMINATED,
    # Awarded by another funder of the same call: ours may still add its part.
    S.AWARDED,
    S.UNDER_AGREEMENT,
    S.IN_PROGRESS,
)
ROWS_MAX = 300
"""A body decides on tens of applications; a longer table is cut, and says so."""


@dataclass(frozen=True)
class EnvelopeStanding:
    """One envelope that the funder may draw on, and what the proposals would leave of it."""

    id: UUID
    label: str
    unit: Unit
    section: str
    available: Amount
    requested: Amount
    proposed: Amount

    @property
    def remaining(self) -> int:
        """What would be left; below zero, what is missing."""
        return self.available - self.proposed


@dataclass(frozen=True)
class ProposalLine:
    """What another funder of the call proposes or has decided, to read only."""

    funder_name: str
    outcome: Outcome
    amount: Amount | None
    decided: bool


@dataclass
class Line:
    """One application on the table. `ranks` by jury or poll, within its track where it has one."""

    application: Application
    ranks: Mapping[UUID, int | None]
    proposals: list[Proposal] = field(default_factory=list)
    others: list[ProposalLine] = field(default_factory=list)


@dataclass(frozen=True)
class DecisionTable:
    """Everything that the page of the decision table shows.

    `parts` are the funders of the call whose decisions the viewer reads. `is_partial`: the viewer
    is recused from some of the call; ranks are counted without it. `top_ups` add to awards that
    stand: proposed by the waiting list or by an appeal, they are voted like the others.
    """

    call: Call
    funder: Funder
    parts: Sequence[Funder]
    juries: Sequence[Jury]
    polls: Sequence[Poll]
    lines: list[Line]
    top_ups: list[Proposal]
    standings: list[EnvelopeStanding]
    was_cut: bool
    is_partial: bool

    @property
    def tracks(self) -> dict[str, Track]:
        """The tracks of a call that has several, by key: each has its ranking and its prizes."""
        found = {one.key: one for one in self.call.tracks}
        return found if len(found) > 1 else {}

    def track_of(self, line: Line) -> Track | None:
        """The track of one application, where the call has several."""
        return self.tracks.get(line.application.track_key or "")

    @property
    def columns(self) -> list[Jury | Poll]:
        """Whatever ranked applications: juries, then the public."""
        return [*self.juries, *self.polls]

    @property
    def ready(self) -> list[Proposal]:
        """The proposals that may be put to the vote, in the order of the table."""
        return [*(one for line in self.lines for one in line.proposals), *self.top_ups]


def decision_table(
    session: Session, call_id: UUID, funder_id: UUID, *, viewer: Actor
) -> DecisionTable:
    """The applications to decide upon, ranked, with this funder's proposals and envelopes.

    Applications from which the viewer is recused are absent, here, in every sum, and in the
    ranks of juries: a rank that nobody has would tell where they stand.

    Raises:
        Unknown: the viewer does not read that funder's decisions, or it has no part in the call.
    """
    call, funder = _call_and_funder(session, call_id, funder_id, viewer)
    juries = session.scalars(
        select(Jury).where(Jury.call_id == call_id).order_by(Jury.position)
    ).all()
    applications = session.scalars(_to_decide(call_id, funder_id, viewer)).all()
    shown = applications[:ROWS_MAX]
    ids = [one.id for one in shown]
    ranks = _ranks(session, call_id, ids, viewer)
    polls = counted(session, call_id)
    for poll in polls:
        for application_id, rank in poll.ranks.items():
            ranks.setdefault(application_id, {})[poll.id] = rank
    lines = {one.id: Line(one, ranks.get(one.id, {})) for one in shown}
    ours, theirs = _proposals(session, ids, call_id, funder_id, viewer)
    top_ups = [one for one in ours if one.application_id not in lines]
    for proposal in ours:
        if proposal.application_id in lines:
            lines[proposal.application_id].proposals.append(proposal)
    for application_id, line in theirs:
        lines[application_id].others.append(line)
    requested = Amount(sum(one.requested for one in shown))
    return DecisionTable(
        call=call,
        funder=funder,
        parts=[one.funder for one in call.funders if one.funder_id in viewer.funders_as(*READERS)],
        juries=juries,
        polls=polls,
        lines=list(lines.values()),
        top_ups=top_ups,
        standings=_standings(session, call_id, funder_id, requested, ours),
        was_cut=len(applications) > ROWS_MAX,
        is_partial=_is_partial(session, call_id, viewer),
    )


def parts(session: Session, call_id: UUID, *, viewer: Actor) -> Sequence[Funder]:
    """The funders of a call whose decisions the viewer reads, the leading one first.

    Raises:
        Unknown: there is none.
    """
    funders = session.scalars(
        select(Funder)
        .join(CallFunder, CallFunder.funder_id == Funder.id)
        .where(CallFunder.call_id == call_id, Funder.id.in_(viewer.funders_as(*READERS)))
        .order_by(CallFunder.position)
    ).all()
    if not funders:
        raise Unknown
    return funders


def proposals(
    session: Session, call_id: UUID, funder_id: UUID, *, viewer: Actor
) -> Sequence[Proposal]:
    """This funder's proposals on a call, with their applications, in a stable order."""
    statement = (
        select(Proposal)
        .join(Proposal.application)
        .where(
            Proposal.call_id == call_id,
            Proposal.funder_id == funder_id,
            can_read_proposal.where(viewer),
        )
        .options(joinedload(Proposal.application).joinedload(Application.organisation))
        .order_by(Application.number, Proposal.created_at, Proposal.id)
    )
    return session.scalars(statement).unique().all()


def envelopes_of(session: Session, call_id: UUID, funder_id: UUID) -> dict[UUID, Unit]:
    """The envelopes that this funder's awards on the call may draw on, and their units."""
    return {line.id: line.unit for line in _lines(session, call_id, funder_id)}


def _call_and_funder(
    session: Session, call_id: UUID, funder_id: UUID, viewer: Actor
) -> tuple[Call, Funder]:
    if funder_id not in viewer.funders_as(*READERS):
        raise Unknown
    found = session.scalars(
        select(Call)
        .where(Call.id == call_id)
        .options(selectinload(Call.funders).joinedload(CallFunder.funder), joinedload(Call.tracks))
    )
    call = found.unique().one_or_none()
    if call is None:
        raise Unknown
    part = next((one for one in call.funders if one.funder_id == funder_id), None)
    if part is None:
        raise Unknown
    return call, part.funder


def _to_decide(call_id: UUID, funder_id: UUID, viewer: Actor) -> Select[Application]:
    """Track by track the best placed first: by their best rank in any jury, then by number."""
    decided = select(Decision.id).where(
        Decision.application_id == Application.id,
        Decision.funder_id == funder_id,
        Decision.outcome != Outcome.WAITLIST,
        stands(),
    )
    best = (
        select(func.min(RankingLine.rank))
        .where(RankingLine.application_id == Application.id, *standing_lines())
        .scalar_subquery()
    )
    out = case((Application.state == S.ELIMINATED, 1), else_=0)
    return (
        select(Application)
        .where(
            Application.call_id == call_id,
            Application.state.in_(ON_THE_TABLE),
            not_recused.where(viewer),
            ~decided.exists(),
        )
        .outerjoin(
            Track, and_(Track.call_id == Application.call_id, Track.key == Application.track_key)
        )
        .options(joinedload(Application.organisation), joinedload(Application.author))
        .order_by(out, Track.position, best.nulls_last(), Application.number)
        .limit(ROWS_MAX + 1)
    )


def _ranks(
    session: Session, call_id: UUID, ids: Sequence[UUID], viewer: Actor
) -> dict[UUID, dict[UUID, int | None]]:
    """Frozen ranks by application and jury: among those of one track, where there are tracks."""
    found: dict[UUID, dict[UUID, int | None]] = {}
    of_jury, track = (RankingLine.jury_id,), Application.track_key
    place, among_all = (
        func.rank().over(partition_by=whole, order_by=RankingLine.rank)
        for whole in ((*of_jury, track), of_jury)
    )
    of_track = case((track.is_(None), among_all), else_=place)
    places = (
        select(RankingLine.application_id, RankingLine.jury_id, of_track.label("rank"))
        .join(Application, Application.id == RankingLine.application_id)
        .where(
            Application.call_id == call_id,
            RankingLine.rank.is_not(None),
            not_recused.where(viewer),
            *standing_lines(),
        )
        .subquery()
    )
    for application, jury, rank in session.execute(
        select(places).where(places.c.application_id.in_(ids))
    ):
        found.setdefault(application, {})[jury] = rank
    return found


def _is_partial(session: Session, call_id: UUID, viewer: Actor) -> bool:
    """Whether the viewer is recused from anything of the call. No statement for who never was."""
    if not viewer.recused_from:
        return False
    hidden = select(Application.id).where(
        Application.call_id == call_id, Application.id.in_(sorted(viewer.recused_from))
    )
    return session.scalar(hidden.limit(1)) is not None


def _proposals(
    session: Session, ids: Sequence[UUID], call_id: UUID, funder_id: UUID, viewer: Actor
) -> tuple[list[Proposal], list[tuple[UUID, ProposalLine]]]:
    """Those on what is decided upon now, and our own top-ups of what was."""
    tops_up = and_(
        Proposal.call_id == call_id,
        Proposal.funder_id == funder_id,
        Proposal.tops_up_id.is_not(None),
        can_read_proposal.where(viewer),
    )
    every = session.execute(
        select(Proposal, Funder.name)
        .join(Funder, Funder.id == Proposal.funder_id)
        .where(or_(Proposal.application_id.in_(ids), tops_up))
        .options(joinedload(Proposal.application).joinedload(Application.organisation))
        .order_by(Proposal.created_at, Proposal.id)
    ).all()
    ours = [proposal for proposal, _ in every if proposal.funder_id == funder_id]
    theirs = [
        (one.application_id, ProposalLine(name, one.outcome, one.amount, decided=False))
        for one, name in every
        if one.funder_id != funder_id
    ]
    decided = session.execute(
        select(Decision.application_id, Funder.name, Decision.outcome, Decision.amount)
        .join(Funder, Funder.id == Decision.funder_id)
        .join(Deliberation, Deliberation.id == Decision.deliberation_id)
        .where(Decision.application_id.in_(ids), stands())
        .order_by(Deliberation.voted_on, Deliberation.id, Decision.position)
    )
    theirs += [
        (row.application_id, ProposalLine(row.name, row.outcome, row.amount, decided=True))
        for row in decided
    ]
    return ours, theirs


def _standings(
    session: Session,
    call_id: UUID,
    funder_id: UUID,
    requested: Amount,
    ours: Sequence[Proposal],
) -> list[EnvelopeStanding]:
    return [
        EnvelopeStanding(
            id=line.id,
            label=line.label,
            unit=line.unit,
            section=line.section,
            available=Amount(line.available),
            requested=requested,
            proposed=Amount(sum(p.amount or 0 for p in ours if p.envelope_id == line.id)),
        )
        for line in _lines(session, call_id, funder_id)
    ]


def _lines(session: Session, call_id: UUID, funder_id: UUID) -> list[ledger.EnvelopeLine]:
    ids = session.scalars(
        select(CallEnvelope.envelope_id)
        .where(CallEnvelope.call_id == call_id, CallEnvelope.funder_id == funder_id)
        .order_by(CallEnvelope.position)
    ).all()
    found = ledger.envelope_lines(session, ids)
    return [found[one] for one in ids]
