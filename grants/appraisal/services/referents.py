"""Referents: chosen by contact points when a file comes in, by hand ever after."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.applications.models import Application
from grants.applications.queries import locked
from grants.applications.rules import is_officer
from grants.appraisal.models import ReferentChange, ReferentRule
from grants.calls.models import Call, CallFunder
from grants.juries.queries import kept_from
from grants.kernel.access import SYSTEM, Actor, FunderRole
from grants.kernel.errors import Refused
from grants.outbox.services import announce
from grants.people.models import FunderMember, Organisation

REASON_MAX = 500


def hand_over(
    session: Session,
    application_id: UUID,
    *,
    to: UUID | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Give a file to another officer, or to nobody, and say why; to whoever has it is nothing.

    Locks the application. Announces `application.referent_changed`.

    Raises:
        Unknown: there is no such file for the actor.
        Forbidden: the actor is no officer of its funders.
        Refused: `referent.reason_missing`, `referent.reason_too_long`,
            `referent.not_an_officer`, `referent.kept`: they are recused, or sit on a blind jury.
    """
    application = locked(session, application_id, actor)
    is_officer.require(actor, application)
    if application.referent_id == to:
        return
    reason = reason.strip()
    if len(reason) > REASON_MAX:
        raise Refused("referent.reason_too_long", field="reason", max=REASON_MAX)
    if application.referent_id is not None and not reason:
        raise Refused("referent.reason_missing", field="reason")
    if to is not None:
        require_officer(session, to, {one.funder_id for one in application.call.funders}, "to")
        if _is_kept(session, to, application_id):
            raise Refused("referent.kept", field="to")
    _give(session, application, to, reason, by=actor, at=now)


def route(session: Session, application_id: UUID, *, now: datetime) -> UUID | None:
    """Send a submitted file to the referent of the first contact point that fits; return whom.

    The lead funder's contact points come first. One who left, or who may not know of the file,
    is passed over. A file that someone follows already stays with them: twice is once. Locks the
    application. Announces `application.referent_changed`.
    """
    application = session.scalars(
        select(Application)
        .where(Application.id == application_id, Application.submitted_at.is_not(None))
        .options(
            joinedload(Application.call).selectinload(Call.funders),
            joinedload(Application.organisation),
        )
        .with_for_update(of=Application)
    ).one_or_none()
    if application is None or application.referent_id is not None:
        return application.referent_id if application else None
    for rule in _rules_for(session, application.call.funders):
        fits = matches(rule, place_of(application.organisation), sectors_of(application))
        if fits and _may_follow(session, rule, application_id):
            _give(session, application, rule.person_id, rule.label, by=SYSTEM, at=now)
            return rule.person_id
    return None


def matches(rule: ReferentRule, commune: str, sectors: Collection[str]) -> bool:
    """Whether a contact point is for files of this place and of one of these sectors."""
    here = not rule.communes or (bool(commune) and commune.startswith(tuple(rule.communes)))
    return here and (not rule.sectors or bool(set(rule.sectors) & set(sectors)))


def place_of(organisation: Organisation | None) -> str:
    """The INSEE code of where the organisation acts; of its seat when it said nothing else."""
    if organisation is None:
        return ""
    return organisation.place_commune_code or organisation.commune_code or ""


def sectors_of(application: Application) -> set[str]:
    """The application's track, and the themes of its call."""
    return {*application.call.themes, *([application.track_key] if application.track_key else [])}


def _rules_for(session: Session, funders: Sequence[CallFunder]) -> list[ReferentRule]:
    order = {
        one.funder_id: at
        for at, one in enumerate(sorted(funders, key=lambda one: (not one.is_lead, one.position)))
    }
    found = session.scalars(select(ReferentRule).where(ReferentRule.funder_id.in_(list(order))))
    return sorted(found, key=lambda rule: (order[rule.funder_id], rule.position))


def _may_follow(session: Session, rule: ReferentRule, application_id: UUID) -> bool:
    return is_officer_of(session, rule.person_id, {rule.funder_id}) and not _is_kept(
        session, rule.person_id, application_id
    )


def is_officer_of(session: Session, person_id: UUID, funders: Collection[UUID]) -> bool:
    """Whether somebody works as an officer for one of these funders."""
    statement = select(FunderMember.id).where(
        FunderMember.person_id == person_id,
        FunderMember.funder_id.in_(sorted(funders)),
        FunderMember.role == FunderRole.OFFICER,
    )
    return session.scalar(statement.limit(1)) is not None


def require_officer(
    session: Session, person_id: UUID, funders: Collection[UUID], field: str
) -> None:
    """Refuse, beside `field`, whoever is no officer there.

    Raises:
        Refused: `referent.not_an_officer`.
    """
    if not is_officer_of(session, person_id, funders):
        raise Refused("referent.not_an_officer", field=field)


def _is_kept(session: Session, person_id: UUID, application_id: UUID) -> bool:
    """Whether a person could not open the application that they would follow."""
    return bool(kept_from(session, application_id, [person_id], ())[0])


def _give(
    session: Session,
    application: Application,
    to: UUID | None,
    reason: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    change = ReferentChange(
        application_id=application.id,
        from_id=application.referent_id,
        to_id=to,
        reason=reason,
        changed_at=at,
        changed_by=None if by is SYSTEM else by.id,
    )
    application.referent_id = to
    session.add(change)
    session.flush()
    announce(
        session,
        "application.referent_changed",
        by=by,
        at=at,
        funder=application.call.lead_id,
        subject=application.id,
        application=str(application.id),
    )
