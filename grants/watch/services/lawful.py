"""Refuse what the law refuses, say under which rules one helps, answer for going past a rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.applications.rules import not_recused
from grants.calls.models import CallFunder
from grants.decisions.models import Instrument
from grants.decisions.rules import RECORDERS
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused, Unknown
from grants.kernel.money import Amount, Cents
from grants.outbox.services import announce
from grants.people.models import AidRegime
from grants.watch import queries
from grants.watch.counting import Margin
from grants.watch.law import Watched
from grants.watch.models import AidRuling, Override
from grants.watch.queries import Line, Standing

REASON_MIN = 20
NUMBERED = {AidRegime.EXEMPTED, AidRegime.NOTIFIED}
# In the order of their text: two votes about the same undertakings wait, and do not deadlock.
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 34))")


class Voted(Protocol):
    """What is put to the vote: anything with these columns."""

    @property
    def application_id(self) -> UUID:
        """Whose it is."""
        ...

    @property
    def instrument(self) -> Instrument | None:
        """The form of an award; None with a refusal."""
        ...

    @property
    def amount(self) -> Amount | None:
        """How much, in the envelope's unit."""
        ...

    @property
    def envelope_id(self) -> UUID | None:
        """What it draws on."""
        ...


def lines_of(items: Iterable[Voted], funder_id: UUID) -> list[Line]:
    """The awards among what a funder puts to the vote."""
    return [
        Line(
            application_id=one.application_id,
            funder_id=funder_id,
            instrument=one.instrument,
            amount=one.amount,
            envelope_id=one.envelope_id,
        )
        for one in items
        if one.instrument is not None
    ]


def require_lawful(
    session: Session, lines: Sequence[Line], *, on: date, actor: Actor, now: datetime
) -> list[Standing]:
    """Let a vote of `on` pass only where no rule refuses it, or somebody answers for going past.

    The caller has checked that `actor` records for the funder. Locks the single undertakings of
    the lines until the transaction ends: two authorities that help the same one at the same
    instant are looked at one after the other. A vote that is written down later than `on` is
    held against what became executory meanwhile too: see `counting.days_of`. Everything counts,
    announced or not, whoever is recused. Announces `watch.passed` for each line that goes past a
    threshold.

    Returns:
        Each line with its margins, for the record.

    Raises:
        Refused: `watch.capital_undeclared` of the first share, with `title` and `source`;
            `watch.<rule>` of the first line that a rule blocks, with `title`, `source` and, in
            cents or in percent, `total`, `threshold`, `most`: what could be given.
        Unknown: an application does not exist.
    """
    if not lines:
        return []
    _lock(session, lines)
    watch = queries.watched(session, lines, on=on, typed=paris_date(now), viewer=None)
    pairs = {(one.application_id, one.funder_id) for one in lines}
    standings = queries.stand(watch, lines, queries.overrides_of(session, pairs))
    for one in standings:
        if blocked := one.blocked:
            title = watch.applications[one.line.application_id].title
            raise _refusal(blocked[0], title)
    for one in standings:
        for margin in one.told:
            announce(
                session,
                "watch.passed",
                by=actor,
                at=now,
                funder=one.line.funder_id,
                subject=one.line.application_id,
                rule=margin.law.key.value,
            )
    return standings


def override(
    session: Session,
    application_id: UUID,
    funder_id: UUID,
    rule: Watched,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Override:
    """Answer, by name, for going past a rule with what is proposed today. Insert-only.

    It covers what is proposed now, and less; a higher proposal asks for another one. Announces
    `watch.overridden`.

    Raises:
        Unknown: not a funder for which the actor records, or a file that they may not see.
        Refused: `watch.reason_short`; `watch.nothing_to_override`: this rule blocks nothing here.
    """
    _require_recorder(session, application_id, funder_id, actor)
    if len(reason.strip()) < REASON_MIN:
        raise Refused("watch.reason_short", field="reason", min=REASON_MIN)
    files = queries.margins(session, application_id, on=paris_date(now), viewer=actor)
    standing = next(one.standing for one in files if one.funder.id == funder_id)
    margin = next((one for one in standing.blocked if one.law.key is rule), None)
    if margin is None:
        raise Refused("watch.nothing_to_override")
    row = Override(
        application_id=application_id,
        funder_id=funder_id,
        rule=rule,
        threshold=Cents(margin.threshold),
        total=Cents(margin.total),
        reason=reason.strip(),
        made_at=now,
        made_by=actor.id,
    )
    session.add(row)
    session.flush()
    announce(
        session,
        "watch.overridden",
        by=actor,
        at=now,
        funder=funder_id,
        subject=application_id,
        rule=rule.value,
    )
    return row


def rule_aid(
    session: Session,
    application_id: UUID,
    funder_id: UUID,
    *,
    regime: AidRegime,
    reference: str = "",
    value_cents: Cents | None = None,
    actor: Actor,
    now: datetime,
) -> AidRuling:
    """Say under which rules a funder helps a project, and what help in kind is worth.

    The latest ruling counts, and those before it stay. Announces `watch.ruled`.

    Raises:
        Unknown: not a funder for which the actor records, or a file that they may not see.
        Refused: `watch.reference_missing`: an exempted or notified scheme has a number;
            `watch.value_wrong`.
    """
    _require_recorder(session, application_id, funder_id, actor)
    if regime in NUMBERED and not reference.strip():
        raise Refused("watch.reference_missing", field="reference")
    if value_cents is not None and value_cents <= 0:
        raise Refused("watch.value_wrong", field="value")
    row = AidRuling(
        application_id=application_id,
        funder_id=funder_id,
        regime=regime,
        reference=reference.strip(),
        value_cents=value_cents,
        ruled_at=now,
        ruled_by=actor.id,
    )
    session.add(row)
    session.flush()
    announce(session, "watch.ruled", by=actor, at=now, funder=funder_id, subject=application_id)
    return row


def _lock(session: Session, lines: Sequence[Line]) -> None:
    ids = {one.application_id for one in lines}
    applicants = session.execute(
        select(Application.organisation_id, Application.author_id).where(Application.id.in_(ids))
    ).all()
    who = queries.undertakings(session, {one for one, _ in applicants if one})
    names = {siren for one in who.values() for siren in one.sirens}
    names |= {str(key) for key, one in who.items() if not one.sirens}
    names |= {str(author) for organisation, author in applicants if not organisation}
    for name in sorted(names):
        session.execute(LOCK, {"name": name})


def _refusal(margin: Margin, title: str) -> Refused:
    rule = margin.law
    if not margin.is_known:
        return Refused("watch.capital_undeclared", title=title, source=rule.source)
    if margin.in_percent:
        return Refused(
            f"watch.{rule.key.value}",
            title=title,
            source=rule.source,
            total=f"{margin.total / 100:.2f}".replace(".", ","),
            threshold=margin.threshold // 100,
        )
    return Refused(
        f"watch.{rule.key.value}",
        title=title,
        source=rule.source,
        total_cents=margin.total,
        threshold_cents=margin.threshold,
        most_cents=margin.most,
        since_on=margin.since,
    )


def _require_recorder(
    session: Session, application_id: UUID, funder_id: UUID, actor: Actor
) -> None:
    """Let pass an officer of a funder that has its part in the application's call."""
    part = (
        select(Application.id)
        .join(CallFunder, CallFunder.call_id == Application.call_id)
        .where(
            Application.id == application_id,
            Application.submitted_at.is_not(None),
            CallFunder.funder_id == funder_id,
            not_recused.where(actor),
        )
    )
    if funder_id not in actor.funders_as(*RECORDERS) or session.scalar(part) is None:
        raise Unknown
