"""Beside a file: the same organisation elsewhere, the aid it was given, what looks like a copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from grants.applications import rules
from grants.applications.models import Application, ApplicationState
from grants.appraisal.aid import Aid, Regime
from grants.calls.models import Call
from grants.decisions.models import Decision, Deliberation, Outcome
from grants.kernel.access import Actor
from grants.kernel.money import Cents, Unit
from grants.payments.models import Claim, Instalment
from grants.people.models import AidRegime, DeclaredAid, Funder, Organisation

SHOWN_MAX = 20
ALIKE = 0.6
"""From which likeness of trigrams two texts are shown as near-same."""
SIREN_LENGTH = 9
REGIMES = {AidRegime.DE_MINIMIS: Regime.GENERAL, AidRegime.DE_MINIMIS_SIEG: Regime.SIEG}


class Likeness(StrEnum):
    """Why a file looks like another."""

    APPLICANT = "applicant"
    ACCOUNT = "account"
    TITLE = "title"
    SUMMARY = "summary"


class Other(NamedTuple):
    """Another application of the same organisation, that the viewer may read."""

    id: UUID
    number: str
    title: str
    call_fr: str
    call_en: str
    state: ApplicationState
    requested: int
    unit: Unit
    submitted_at: datetime


class Award(NamedTuple):
    """Something granted to the organisation by an authority of the instance, in money."""

    funder: str
    call_fr: str
    call_en: str
    number: str
    amount_cents: Cents
    granted_on: date


class Double(NamedTuple):
    """A file that may be the same, and why; `likeness` in hundredths for texts."""

    id: UUID
    number: str
    title: str
    reason: Likeness
    likeness: int


@dataclass(frozen=True)
class Given:
    """All the aid known of: the instance's awards, and what the organisation declared."""

    awards: Sequence[Award]
    declared: Sequence[DeclaredAid]

    def aids(self) -> list[Aid]:
        """What counts: awards as general aid, for want of being told otherwise."""
        ours = [Aid(one.amount_cents, one.granted_on, Regime.GENERAL) for one in self.awards]
        theirs = [
            Aid(one.amount_cents, one.granted_on, REGIMES.get(one.regime)) for one in self.declared
        ]
        return ours + theirs


def others(session: Session, application: Application, viewer: Actor) -> list[Other]:
    """The organisation's other applications to any call that the viewer reads. One statement."""
    statement = (
        select(
            Application.id,
            Application.number,
            Application.title,
            Call.title_fr,
            Call.title_en,
            Application.state,
            Application.requested,
            Call.unit,
            Application.submitted_at,
        )
        .join(Call, Call.id == Application.call_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(
            _same_applicant(application),
            Application.id != application.id,
            rules.is_funder_side.where(viewer),
        )
        .order_by(Application.submitted_at.desc(), Application.id)
        .limit(SHOWN_MAX)
    )
    return [Other._make(row) for row in session.execute(statement)]


def given(session: Session, application: Application, viewer: Actor) -> Given:
    """The aid to the organisation, under all its establishments. Two statements.

    An award is public once announced; before, those of its funder alone read it.
    """
    granted_on = func.coalesce(Deliberation.made_executory_on, Deliberation.voted_on)
    ours = Decision.funder_id.in_(sorted(viewer.funders_as(*rules.READERS)))
    awards = (
        select(
            Funder.name,
            Call.title_fr,
            Call.title_en,
            Application.number,
            Decision.amount,
            granted_on,
        )
        .select_from(Decision)
        .join(Deliberation, Deliberation.id == Decision.deliberation_id)
        .join(Application, Application.id == Decision.application_id)
        .join(Call, Call.id == Application.call_id)
        .join(Funder, Funder.id == Decision.funder_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(
            _same_applicant(application),
            Decision.outcome == Outcome.AWARD,
            Decision.unit == Unit.EUR,
            Deliberation.adopted,
            or_(Deliberation.announced_at.is_not(None), ours),
            rules.not_recused.where(viewer),
        )
        .order_by(granted_on.desc(), Decision.id)
    )
    declared: Sequence[DeclaredAid] = ()
    if application.organisation_id is not None:
        declared = session.scalars(
            select(DeclaredAid)
            .where(
                DeclaredAid.organisation_id == application.organisation_id,
                DeclaredAid.removed_at.is_(None),
            )
            .order_by(DeclaredAid.granted_on.desc(), DeclaredAid.id)
        ).all()
    return Given([Award._make(row) for row in session.execute(awards)], declared)


def doubles(session: Session, application: Application, viewer: Actor) -> list[Double]:
    """Files that may be the same, each once with its strongest reason. One statement.

    The same applicant in the same call; the same bank account under another applicant; a title
    or a summary that is nearly the same, in any call.
    """
    reasons = [_by_applicant(application), _by_account(application)]
    if application.accounts:
        reasons.append(_by_answered_account(application))
        reasons.append(_by_account_paid(application))
    for reason, column, text in (
        (Likeness.TITLE, Application.title, application.title),
        (Likeness.SUMMARY, Application.summary, application.summary),
    ):
        if text.strip():
            reasons.append(_by_text(reason, column, text))
    found = union_all(*reasons).subquery()
    readable = (
        select(found.c.id, Application.number, Application.title, found.c.reason, found.c.likeness)
        .join(Application, Application.id == found.c.id)
        .where(Application.id != application.id, rules.is_funder_side.where(viewer))
        .order_by(found.c.rank, found.c.likeness.desc(), Application.number)
        .limit(4 * SHOWN_MAX)
    )
    once: dict[UUID, Double] = {}
    for one, number, title, reason, likeness in session.execute(readable):
        once.setdefault(one, Double(one, number, title, Likeness(reason), likeness))
    return list(once.values())[:SHOWN_MAX]


def _same_applicant(application: Application) -> ColumnElement[bool]:
    """The organisation, with the other establishments of the same SIREN; or the person."""
    organisation = application.organisation
    if organisation is None:
        return Application.organisation_id.is_(None) & (
            Application.author_id == application.author_id
        )
    if not organisation.siret:
        return Application.organisation_id == organisation.id
    siren = organisation.siret[:SIREN_LENGTH]
    return or_(
        Application.organisation_id == organisation.id,
        Organisation.siret.between(f"{siren}00000", f"{siren}99999"),
    )


def _by_applicant(application: Application) -> Any:
    return (
        select(
            Application.id.label("id"),
            literal(Likeness.APPLICANT.value).label("reason"),
            literal(100).label("likeness"),
            literal(1).label("rank"),
        )
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(
            Application.call_id == application.call_id,
            Application.submitted_at.is_not(None),
            _same_applicant(application),
        )
    )


def _by_account(application: Application) -> Any:
    """Another applicant paid on the same account: its blind index is the same."""
    mine, own = aliased(Claim), aliased(Decision)
    part, others_part = aliased(Instalment), aliased(Instalment)
    theirs, decided = aliased(Claim), aliased(Decision)
    own_file = aliased(Application)
    return (
        select(
            decided.application_id,
            literal(Likeness.ACCOUNT.value),
            literal(100),
            literal(2),
        )
        .select_from(mine)
        .join(part, part.id == mine.instalment_id)
        .join(own, own.id == part.decision_id)
        .join(own_file, own_file.id == own.application_id)
        .join(theirs, theirs.iban_index == mine.iban_index)
        .join(others_part, others_part.id == theirs.instalment_id)
        .join(decided, decided.id == others_part.decision_id)
        .where(
            own_file.organisation_id == application.organisation_id
            if application.organisation_id
            else own_file.author_id == application.author_id,
            decided.application_id != application.id,
        )
    )


def _another(application: Application) -> ColumnElement[bool]:
    """Applications of another applicant."""
    if application.organisation_id:
        return Application.organisation_id.is_distinct_from(application.organisation_id)
    return Application.author_id != application.author_id


def _as_account(found: Select[Any]) -> Any:
    return found.add_columns(literal(Likeness.ACCOUNT.value), literal(100), literal(2))


def _by_answered_account(application: Application) -> Any:
    """Another applicant whose form gives the same account."""
    return _as_account(
        select(Application.id).where(
            Application.submitted_at.is_not(None),
            Application.accounts.overlap(application.accounts),
            _another(application),
        )
    )


def _by_account_paid(application: Application) -> Any:
    """Another applicant paid on the account that this form gives."""
    indexes = [bytes.fromhex(one) for one in application.accounts]
    return _as_account(
        select(Application.id)
        .join(Claim, Claim.application_id == Application.id)
        .where(Claim.iban_index.in_(indexes), _another(application))
    )


def _by_text(reason: Likeness, column: Any, text: str) -> Any:
    likeness = func.similarity(column, text)
    return select(
        Application.id,
        literal(reason.value),
        cast(likeness * 100, Integer),
        literal(3 if reason is Likeness.TITLE else 4),
    ).where(
        Application.submitted_at.is_not(None),
        column.op("%")(text),
        likeness >= ALIKE,
    )
