"""The financing plan of one application: what each funder says, and what is still missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, func, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.applications.models import Application
from grants.applications.rules import is_funder_side
from grants.calls.award import AwardRule
from grants.calls.form import FieldType, budget
from grants.calls.models import Call, CallFunder
from grants.decisions.instruments import counted_in
from grants.decisions.models import Decision, Outcome, Proposal
from grants.decisions.queries.standing import stands
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.ledger.remaining import standing
from grants.people.models import Funder, Person
from grants.scenarios.models import FinancingCover, FunderOpinion, Source


@dataclass(frozen=True)
class Part:
    """What one funder of the call says: nothing yet, a proposal, or a decision; and its opinion."""

    funder: Funder
    outcome: Outcome | None
    amount: int
    decided: bool
    opinion: FunderOpinion | None
    said_by: str


@dataclass(frozen=True)
class Plan:
    """The plan in the smallest part of the call's unit; what the budget does not say is None.

    `charges` are the project's; `own` what its budget brings without public aid, `other_aid` the
    public aid that is not asked of the call's funders. `rate_max` is the call's cap in percent.
    """

    application: Application
    parts: Sequence[Part]
    covers: Sequence[tuple[FinancingCover, str]]
    charges: int | None
    own: int | None
    other_aid: int
    rate_max: int | None

    @property
    def asked(self) -> int:
        """What the applicant asks of the call's funders together."""
        return int(self.application.requested)

    @property
    def given(self) -> int:
        """What they decided together, or propose where they have not decided."""
        return sum(one.amount for one in self.parts)

    @property
    def covered(self) -> int:
        """What others were found to cover."""
        return sum(one.amount for one, _who in self.covers)

    @property
    def is_said(self) -> bool:
        """Whether every funder has said something: until then nothing is missing, only unknown."""
        return all(one.outcome is not None for one in self.parts)

    @property
    def missing(self) -> int:
        """What nobody covers; below zero, what is too much."""
        return self.asked - self.given - self.covered

    @property
    def public_aid(self) -> int:
        """All public aid together."""
        found = (one.amount for one, _who in self.covers if one.source is Source.PUBLIC)
        return self.other_aid + self.given + sum(found)

    @property
    def aid_limit(self) -> int | None:
        """The most that all public aid may be, None without a cap or a budget."""
        if self.rate_max is None or self.charges is None:
            return None
        smaller = sum(one.amount for one, _w in self.covers if one.source is Source.SMALLER)
        return max(self.charges - smaller, 0) * self.rate_max // 100

    @property
    def over_limit(self) -> int:
        """By how much the cap is passed, 0 when it is not."""
        return 0 if self.aid_limit is None else max(self.public_aid - self.aid_limit, 0)


def plan(session: Session, application_id: UUID, *, viewer: Actor) -> Plan:
    """The financing plan of one application. Seven statements.

    Raises:
        Unknown: there is none that the viewer reads for a funder, or the viewer is recused.
    """
    application = session.scalars(
        select(Application)
        .where(Application.id == application_id, is_funder_side.where(viewer))
        .options(
            joinedload(Application.call).options(
                selectinload(Call.funders).joinedload(CallFunder.funder)
            ),
            joinedload(Application.revision),
            joinedload(Application.organisation),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    if application is None:
        raise Unknown
    call = application.call
    answer = _budget(application)
    charges = own = None
    other_aid, scale = 0, call.unit.scale
    if answer and call.unit is Unit.EUR:
        sums, aid = budget.totals(answer), budget.grants_expected(answer)
        charges, own = sums.charges * scale, (sums.products - aid) * scale
        other_aid = max(aid * scale - int(application.requested), 0)
    return Plan(
        application=application,
        parts=_parts(session, application),
        covers=_covers(session, application_id),
        charges=charges,
        own=own,
        other_aid=other_aid,
        rate_max=AwardRule.parse(call.award_rule).rate_max if call.award_rule else None,
    )


def _budget(application: Application) -> budget.Value | None:
    fields = application.revision.form.fields()
    keys = (one.key for one in fields if one.type is FieldType.BUDGET)
    return next((application.answers[key] for key in keys if application.answers.get(key)), None)


def _parts(session: Session, application: Application) -> list[Part]:
    said: dict[UUID, tuple[Outcome, int, bool]] = {}
    theirs = counted_in(application.call.unit)
    held = standing(Decision.id)
    net = func.greatest(func.coalesce(held.c.net, Decision.amount), 0)
    decided = (
        select(
            Decision.funder_id,
            Decision.outcome,
            case((Decision.instrument.in_(theirs), net), else_=0),
        )
        .outerjoin(held, true())
        .where(Decision.application_id == application.id, stands())
    )
    counted = case((Proposal.instrument.in_(theirs), Proposal.amount), else_=0)
    proposed = select(Proposal.funder_id, Proposal.outcome, counted).where(
        Proposal.application_id == application.id
    )
    for funder_id, outcome, amount in session.execute(decided.order_by(Decision.id)):
        _add(said, funder_id, outcome, int(amount or 0), decided=True)
    final = {one for one, (outcome, _a, _d) in said.items() if outcome is not Outcome.WAITLIST}
    for funder_id, outcome, amount in session.execute(proposed.order_by(Proposal.id)):
        if funder_id not in final:
            _add(said, funder_id, outcome, int(amount or 0), decided=False)
    opinions: Mapping[UUID, tuple[FunderOpinion, str]] = {
        one.funder_id: (one, name)
        for one, name in session.execute(
            select(FunderOpinion, Person.name)
            .join(Person, Person.id == FunderOpinion.said_by)
            .where(FunderOpinion.application_id == application.id)
        )
    }
    parts = []
    for part in application.call.funders:
        spoken, total, is_decided = said.get(part.funder_id, (None, 0, False))
        opinion, by = opinions.get(part.funder_id, (None, ""))
        parts.append(Part(part.funder, spoken, total, is_decided, opinion, by))
    return parts


def _add(
    said: dict[UUID, tuple[Outcome, int, bool]],
    funder_id: UUID,
    outcome: Outcome,
    amount: int,
    *,
    decided: bool,
) -> None:
    """Several envelopes of one funder add up; an award outranks whatever else it said."""
    before = said.get(funder_id)
    is_award = outcome is Outcome.AWARD
    total = amount + (before[1] if before and is_award else 0)
    said[funder_id] = (outcome, total, decided)


def _covers(session: Session, application_id: UUID) -> list[tuple[FinancingCover, str]]:
    rows = session.execute(
        select(FinancingCover, Person.name)
        .join(Person, Person.id == FinancingCover.said_by)
        .where(
            FinancingCover.application_id == application_id, FinancingCover.taken_back_at.is_(None)
        )
        .order_by(FinancingCover.said_at, FinancingCover.id)
    )
    return [(cover, name) for cover, name in rows]
