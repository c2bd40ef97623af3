"""The watch as pages show it: a file's margins, a table's, and who went past a rule."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, joinedload

from grants.applications.models import Application
from grants.applications.rules import is_funder_side, not_recused
from grants.calls.models import CallFunder
from grants.decisions.models import Decision, Deliberation, Outcome, Proposal
from grants.decisions.rules import READERS
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.kernel.money import Amount
from grants.people.models import Funder
from grants.watch import rules
from grants.watch.counting import UNDECLARED, Aid, Margin, Verdict
from grants.watch.models import Override
from grants.watch.queries.aids import Ruling
from grants.watch.queries.margins import Line, Watch, reckon, watched

LINES_MAX = 2_000


@dataclass(frozen=True)
class Standing:
    """One line with its margins, and what was overridden about it."""

    line: Line
    margins: Sequence[Margin]
    overridden: Sequence[Override] = ()

    def covered(self, margin: Margin) -> bool:
        """Whether somebody answers for going past this threshold, up to this total at least."""
        return any(covers(one, self.line, margin) for one in self.overridden)

    @property
    def blocked(self) -> list[Margin]:
        """What refuses the line."""
        return [
            one for one in self.margins if one.verdict is Verdict.BLOCKED and not self.covered(one)
        ]

    @property
    def told(self) -> list[Margin]:
        """What is worth a word: whatever is not clear."""
        return [one for one in self.margins if one.verdict is not Verdict.CLEAR]


def covers(override: Override, line: Line, margin: Margin) -> bool:
    """Whether an override is about this line and this threshold, and goes as far.

    Who answered for a capital that nobody had declared answered for none that was.
    """
    return (
        (override.application_id, override.funder_id) == (line.application_id, line.funder_id)
        and override.rule is margin.law.key
        and override.threshold == margin.threshold
        and override.total >= margin.total
        and (not margin.in_percent or (override.total == UNDECLARED) is not margin.is_known)
    )


@dataclass(frozen=True)
class File:
    """What the page of one file shows of the watch, as one funder would decide today."""

    application: Application
    funder: Funder
    standing: Standing
    ruling: Ruling
    aids: Sequence[Aid]
    sirens: Sequence[str]
    is_proposed: bool


def table(
    session: Session, lines: Sequence[Line], *, on: date, viewer: Actor
) -> dict[Line, Standing]:
    """What each rule says of the lines of a decision table, in their order.

    Earlier lines count for later ones about the same undertaking. A constant count of statements.

    Raises:
        Unknown: an application that the viewer may not read.
    """
    watch = watched(session, lines[:LINES_MAX], on=on, viewer=viewer)
    made = overrides_of(session, {(one.application_id, one.funder_id) for one in lines})
    return {one.line: one for one in stand(watch, lines[:LINES_MAX], made)}


def stand(watch: Watch, lines: Sequence[Line], made: Sequence[Override]) -> list[Standing]:
    """Each line with its margins, the ones before it counted. Pure."""
    by_pair: dict[tuple[UUID, UUID], list[Override]] = {}
    for one in made:
        by_pair.setdefault((one.application_id, one.funder_id), []).append(one)
    found = []
    for line in lines:
        own = by_pair.get((line.application_id, line.funder_id), [])
        found.append(Standing(line, reckon(watch, line), own))
        watch.take(line)
    return found


def margins(session: Session, application_id: UUID, *, on: date, viewer: Actor) -> list[File]:
    """What each rule leaves for one file, for each funder whose decisions the viewer reads.

    With what that funder proposes; without a proposal, what could still be given.

    Raises:
        Unknown: the viewer may not read the file.
    """
    funders = session.scalars(
        select(Funder)
        .join(CallFunder, CallFunder.funder_id == Funder.id)
        .join(Application, Application.call_id == CallFunder.call_id)
        .where(
            Application.id == application_id,
            Funder.id.in_(sorted(viewer.funders_as(*READERS))),
            is_funder_side.where(viewer),
        )
        .order_by(CallFunder.position)
    ).all()
    if not funders:
        raise Unknown
    proposed = _proposed(session, application_id)
    lines = {
        one.id: proposed.get(
            one.id, Line(application_id=application_id, funder_id=one.id, instrument=None)
        )
        for one in funders
    }
    watch = watched(session, list(lines.values()), on=on, viewer=viewer)
    made = overrides_of(session, {(application_id, one.id) for one in funders})
    found = []
    for funder in funders:
        watch.earlier = {}  # each funder's own view: what others propose is not decided
        line = lines[funder.id]
        (standing,) = stand(watch, [line], made)
        application = watch.applications[application_id]
        found.append(
            File(
                application=application,
                funder=funder,
                standing=standing,
                ruling=watch.ruling(line),
                aids=watch.aids(application, whole=True),
                sirens=_sirens(watch, application),
                is_proposed=funder.id in proposed,
            )
        )
    return found


def _sirens(watch: Watch, application: Application) -> list[str]:
    organisation = application.organisation_id
    return sorted(watch.undertakings[organisation].sirens) if organisation else []


def _proposed(session: Session, application_id: UUID) -> dict[UUID, Line]:
    """What each funder means to give: its proposals' money together, as one line."""
    statement = select(Proposal).where(
        Proposal.application_id == application_id, Proposal.outcome == Outcome.AWARD
    )
    found: dict[UUID, Line] = {}
    for one in session.scalars(statement.order_by(Proposal.created_at, Proposal.id)):
        line = line_of(one)
        known = found.get(one.funder_id)
        if known is not None and known.amount is not None and line.amount is not None:
            line = replace(known, amount=Amount(known.amount + line.amount))
        found[one.funder_id] = line
    return found


def line_of(one: Proposal | Decision) -> Line:
    """A proposal, or anything of its shape, as a line to look at."""
    return Line(
        application_id=one.application_id,
        funder_id=one.funder_id,
        instrument=one.instrument,
        amount=one.amount,
        envelope_id=one.envelope_id,
    )


def overrides_of(session: Session, pairs: Collection[tuple[UUID, UUID]]) -> Sequence[Override]:
    """What was overridden for these applications by these funders, the first one first."""
    if not pairs:
        return ()
    return session.scalars(
        select(Override)
        .where(tuple_(Override.application_id, Override.funder_id).in_(list(pairs)))
        .options(joinedload(Override.author))
        .order_by(Override.made_at, Override.id)
    ).all()


def overridden_in(
    session: Session, deliberation_id: UUID, *, viewer: Actor
) -> Sequence[tuple[Override, Application]]:
    """What was overridden before a deliberation, about what it decided: its record shows it."""
    return [
        (row.Override, row.Application)
        for row in session.execute(
            select(Override, Application)
            .join(Application, Application.id == Override.application_id)
            .join(
                Decision,
                (Decision.application_id == Override.application_id)
                & (Decision.funder_id == Override.funder_id),
            )
            .join(Deliberation, Deliberation.id == Decision.deliberation_id)
            .where(
                Deliberation.id == deliberation_id,
                Override.made_at <= Deliberation.recorded_at,
                rules.can_read.where(viewer),
                not_recused.where(viewer),
            )
            .options(joinedload(Override.author))
            .order_by(Override.made_at, Override.id)
            .distinct()
        )
    ]
