"""Agreements: those that the law asks for, those there are, and whether one is signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from grants.agreements.models import (
    ActState,
    Agreement,
    AgreementAct,
    AgreementSignature,
    AgreementVersion,
    SigningCode,
)
from grants.agreements.queries.sums import threshold_cents, year_sums
from grants.agreements.rules import drafts_agreements, reads_agreements, signs_for_authority
from grants.applications.models import Application
from grants.applications.rules import is_author_side
from grants.decisions.models import Acknowledgement, Decision, Deliberation, Outcome
from grants.decisions.rules import READERS, can_read_decision
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.kernel.money import Amount

SIGNED = (ActState.COUNTERSIGNED, ActState.IN_FORCE)
SENT = (ActState.SENT, ActState.SIGNED, *SIGNED)


@dataclass(frozen=True)
class Bound:
    """An award, what its year sums up to, and its agreement where there is one."""

    decision: Decision
    year_cents: int | None
    agreement: Agreement | None
    is_due: bool


def awards(*, viewer: Actor, on: date, funder_id: UUID | None = None) -> Select[Any]:
    """Awards that ask for an agreement, or have one; those without first, then the latest.

    Rows of (decision, the year's sum in cents or None, agreement or None).
    """
    year = year_sums(Decision.funder_id.in_(sorted(viewer.funders_as(*READERS))))
    due = year.c.cents > threshold_cents(on)
    statement = (
        select(Decision, year.c.cents, Agreement)
        .join(Decision.deliberation)
        .join(Decision.application)
        .outerjoin(year, year.c.decision_id == Decision.id)
        .outerjoin(Agreement, Agreement.decision_id == Decision.id)
        .where(
            Deliberation.adopted,
            Decision.outcome == Outcome.AWARD,
            Decision.amount.is_not(None),
            can_read_decision.where(viewer),
            or_(due, Agreement.id.is_not(None)),
        )
        .options(
            contains_eager(Decision.deliberation).joinedload(Deliberation.funder),
            contains_eager(Decision.application).joinedload(Application.organisation),
            selectinload(Agreement.acts),
        )
        .order_by(Agreement.id.is_not(None), Deliberation.voted_on.desc(), Decision.id)
    )
    return statement if funder_id is None else statement.where(Decision.funder_id == funder_id)


def award(session: Session, decision_id: UUID, *, viewer: Actor, on: date) -> Bound:
    """One award of money or in kind, for whoever drafts its agreement.

    Raises:
        Unknown: there is none that the viewer may draft for.
    """
    year = year_sums(Decision.funder_id.in_(sorted(viewer.funders_as(*READERS))))
    row = session.execute(
        select(Decision, year.c.cents, Agreement)
        .join(Decision.deliberation)
        .outerjoin(year, year.c.decision_id == Decision.id)
        .outerjoin(Agreement, Agreement.decision_id == Decision.id)
        .where(
            Decision.id == decision_id,
            Deliberation.adopted,
            Decision.amount.is_not(None),
            can_read_decision.where(viewer),
        )
        .options(
            contains_eager(Decision.deliberation).options(
                joinedload(Deliberation.funder), joinedload(Deliberation.council_session)
            ),
            joinedload(Decision.application).options(
                joinedload(Application.organisation),
                joinedload(Application.author),
                joinedload(Application.call),
            ),
        )
    ).one_or_none()
    if row is None or not drafts_agreements.holds(viewer, row[0]):
        raise Unknown
    return Bound(row[0], row[1], row[2], (row[1] or 0) > threshold_cents(on))


def decision_is_read(session: Session, decision_id: UUID) -> bool:
    """Whether the applicant took note of what was decided."""
    read = exists().where(
        Decision.id == decision_id,
        Acknowledgement.deliberation_id == Decision.deliberation_id,
        Acknowledgement.application_id == Decision.application_id,
    )
    return bool(session.scalar(select(read)))


def signed_for(session: Session, decision_id: UUID) -> AgreementAct | None:
    """The latest act signed by both sides of the award's agreement; None while there is none."""
    return session.scalar(
        select(AgreementAct)
        .join(Agreement, Agreement.id == AgreementAct.agreement_id)
        .where(Agreement.decision_id == decision_id, AgreementAct.state.in_(SIGNED))
        .order_by(AgreementAct.position.desc())
        .limit(1)
    )


def number_for(session: Session, decision_id: UUID, *, viewer: Actor) -> tuple[UUID, str] | None:
    """The agreement on an award and its number; None without one that the viewer may read."""
    statement = select(Agreement.id, Agreement.number).where(
        Agreement.decision_id == decision_id, reads_agreements.where(viewer)
    )
    found = session.execute(statement).one_or_none()
    return None if found is None else (found.id, found.number)


def agreement(session: Session, agreement_id: UUID, *, viewer: Actor) -> Agreement:
    """One agreement with all its acts, versions and signatures.

    Raises:
        Unknown: there is none that the viewer may read.
    """
    found = session.scalar(
        select(Agreement)
        .where(Agreement.id == agreement_id, reads_agreements.where(viewer))
        .options(*_whole())
    )
    if found is None:
        raise Unknown
    return found


def agreements_about(
    session: Session, application_id: UUID, *, viewer: Actor
) -> Sequence[Agreement]:
    """The agreements of one's own application; what was not sent yet is not there to be read."""
    sent = AgreementAct.state.in_(SENT)
    return session.scalars(
        select(Agreement)
        .join(Application, Application.id == Agreement.application_id)
        .where(
            Agreement.application_id == application_id,
            is_author_side.where(viewer),
            Agreement.acts.any(sent),
        )
        .options(
            joinedload(Agreement.funder),
            selectinload(Agreement.acts.and_(sent)).options(*act_parts()),
        )
        .order_by(Agreement.number)
    ).all()


def locked_act(
    session: Session,
    act_id: UUID,
    *,
    viewer: Actor,
    as_beneficiary: bool = False,
    as_authority: bool = False,
) -> AgreementAct:
    """One act, locked, with its agreement, versions and signatures.

    For whoever drafts for the funder; `as_beneficiary`, for the applicant's side, once sent;
    `as_authority`, for whoever may be the one who signs for the funder.

    Raises:
        Unknown: there is none that the viewer may act on.
    """
    statement = (
        select(AgreementAct)
        .join(AgreementAct.agreement)
        .where(AgreementAct.id == act_id)
        .options(
            contains_eager(AgreementAct.agreement).options(
                joinedload(Agreement.funder), joinedload(Agreement.application)
            ),
            *act_parts(),
        )
        .with_for_update(of=AgreementAct)
        .execution_options(populate_existing=True)
    )
    if as_beneficiary:
        own = and_(Application.id == Agreement.application_id, is_author_side.where(viewer))
        statement = statement.join(Application, own).where(AgreementAct.state.in_(SENT))
    else:
        rule = signs_for_authority if as_authority else drafts_agreements
        statement = statement.where(rule.where(viewer))
    found = session.scalars(statement).unique().one_or_none()
    if found is None:
        raise Unknown
    return found


def asked_code(session: Session, act: AgreementAct, person_id: UUID) -> SigningCode | None:
    """The latest code asked by a person for the text of an act, not used yet; locked."""
    return session.scalar(
        select(SigningCode)
        .where(
            SigningCode.version_id == act.latest.id,
            SigningCode.person_id == person_id,
            SigningCode.used_at.is_(None),
        )
        .order_by(SigningCode.asked_at.desc(), SigningCode.id.desc())
        .limit(1)
        .with_for_update()
    )


def _whole() -> tuple[ORMOption, ...]:
    return (
        joinedload(Agreement.funder),
        joinedload(Agreement.application).joinedload(Application.organisation),
        joinedload(Agreement.decision).joinedload(Decision.deliberation),
        selectinload(Agreement.acts).options(*act_parts()),
    )


def act_parts() -> tuple[Any, ...]:
    """What goes with an act: its versions with their documents, signatures, proof."""
    return (
        selectinload(AgreementAct.versions).joinedload(AgreementVersion.document),
        selectinload(AgreementAct.signatures).joinedload(AgreementSignature.drawing),
        selectinload(AgreementAct.proof),
    )


def amount_in_force(agreement: Agreement) -> Amount:
    """What binds both sides today: the latest act in force, else what was awarded."""
    in_force = [one for one in agreement.acts if one.state is ActState.IN_FORCE]
    return in_force[-1].amount if in_force else agreement.original_amount
