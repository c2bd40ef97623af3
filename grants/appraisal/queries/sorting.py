"""Labels, contact points, and who follows how much."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, select, text
from sqlalchemy.orm import Session, joinedload

from grants.applications import rules as application_rules
from grants.applications.models import Application, ApplicationState
from grants.appraisal import rules
from grants.appraisal.models import ApplicationLabel, Label, ReferentChange, ReferentRule
from grants.appraisal.search import STATES
from grants.calls.models import Call, CallFunder
from grants.kernel.access import Actor, FunderRole
from grants.kernel.clock import paris_date
from grants.kernel.errors import Unknown
from grants.people.models import Funder, FunderMember, Organisation, Person


class Load(NamedTuple):
    """What one officer follows; nobody's files have no person. Amounts are not added: units differ.

    `late` are complements that did not come in time; `old` are files in hand for a month and more.
    """

    person_id: UUID | None
    name: str | None
    open: int
    to_check: int
    awaited: int
    late: int
    oldest_at: datetime | None


def labels(session: Session, viewer: Actor) -> Sequence[tuple[Label, str, int]]:
    """The labels of the viewer's funders: (label, funder's name, on how many files)."""
    stuck = (
        select(func.count())
        .where(ApplicationLabel.label_id == Label.id)
        .correlate(Label)
        .scalar_subquery()
    )
    statement = (
        select(Label, Funder.name, stuck)
        .join(Funder, Funder.id == Label.funder_id)
        .where(rules.reads_labels.where(viewer))
        .order_by(func.lower(Funder.name), func.lower(Label.name), Label.id)
    )
    return [(label, name, count) for label, name, count in session.execute(statement)]


def labels_of(session: Session, application_id: UUID, viewer: Actor) -> Sequence[Label]:
    """The labels on a file that the viewer's funders stuck. The caller has read the file."""
    statement = (
        select(Label)
        .join(ApplicationLabel, ApplicationLabel.label_id == Label.id)
        .where(ApplicationLabel.application_id == application_id, rules.reads_labels.where(viewer))
    )
    return session.scalars(statement.order_by(func.lower(Label.name), Label.id)).all()


def contact_points(session: Session, viewer: Actor) -> Sequence[tuple[ReferentRule, str]]:
    """The contact points of the viewer's funders, in the order in which they are tried."""
    statement = (
        select(ReferentRule, Funder.name)
        .join(Funder, Funder.id == ReferentRule.funder_id)
        .where(rules.reads_contact_points.where(viewer))
        .options(joinedload(ReferentRule.person, innerjoin=True))
        .order_by(func.lower(Funder.name), ReferentRule.position, ReferentRule.id)
    )
    return [(rule, name) for rule, name in session.execute(statement)]


def contact_point(session: Session, rule_id: UUID, viewer: Actor) -> ReferentRule:
    """One contact point, to be written anew.

    Raises:
        Unknown: there is none, or the viewer is no officer of its funder.
    """
    kept = rules.keeps_contact_points.where(viewer)
    found = session.scalar(select(ReferentRule).where(ReferentRule.id == rule_id, kept))
    if found is None:
        raise Unknown
    return found


def in_hand(session: Session, viewer: Actor) -> dict[UUID, int]:
    """How many files, not decided yet, are with whom a contact point sent them, by its id.

    Those that the viewer reads; a contact point without any is not there. One statement.
    """
    came_by_rule = select(ReferentChange.id).where(
        ReferentChange.application_id == Application.id,
        ReferentChange.to_id == ReferentRule.person_id,
        ReferentChange.changed_by.is_(None),
    )
    pays = select(CallFunder.id).where(
        CallFunder.call_id == Application.call_id, CallFunder.funder_id == ReferentRule.funder_id
    )
    statement = (
        select(ReferentRule.id, func.count(Application.id))
        .join(Application, Application.referent_id == ReferentRule.person_id)
        .join(Call, Call.id == Application.call_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(
            rules.reads_contact_points.where(viewer),
            application_rules.is_funder_side.where(viewer),
            Application.state.in_(sorted(STATES["open"])),
            came_by_rule.exists(),
            pays.exists(),
            text(IS_HERE),
            text(IS_OF_A_SECTOR),
        )
        .group_by(ReferentRule.id)
    )
    return {found[0]: found[1] for found in session.execute(statement)}


# As `services.referents.matches` decides it for one file.
IS_HERE = """(referent_rule.communes = '[]' OR EXISTS (
    SELECT FROM jsonb_array_elements_text(referent_rule.communes) AS code WHERE starts_with(
        coalesce(nullif(organisation.place_commune_code, ''), organisation.commune_code), code)))"""
IS_OF_A_SECTOR = """(referent_rule.sectors = '[]' OR EXISTS (
    SELECT FROM jsonb_array_elements_text(referent_rule.sectors) AS sector
    WHERE sector = application.track_key OR call.themes @> to_jsonb(sector)))"""


def own_funders(session: Session, viewer: Actor) -> list[tuple[UUID, str]]:
    """The funders for which the viewer is an officer, by name."""
    ours = sorted(viewer.funders_as(FunderRole.OFFICER))
    statement = select(Funder.id, Funder.name).where(Funder.id.in_(ours))
    rows = session.execute(statement.order_by(func.lower(Funder.name))).all()
    return [(one, name) for one, name in rows]


def officers(session: Session, viewer: Actor) -> list[tuple[UUID, str]]:
    """The officers of those funders, each once, by name."""
    ours = sorted(viewer.funders_as(FunderRole.OFFICER))
    statement = (
        select(Person.id, Person.name)
        .join(FunderMember, FunderMember.person_id == Person.id)
        .where(
            FunderMember.role == FunderRole.OFFICER,
            FunderMember.funder_id.in_(ours),
            Person.disabled_at.is_(None),
        )
        .distinct()
        .order_by(Person.name, Person.id)
    )
    return [(one, name) for one, name in session.execute(statement)]


def workload(session: Session, viewer: Actor, *, now: datetime) -> list[Load]:
    """Who follows how many of the files that the viewer reads and that are not decided yet.

    Officers without a file are there too, with zeros. Two statements.
    """
    state, known = Application.state, ApplicationState
    count = func.count(Application.id)
    late = and_(state == known.INCOMPLETE, Application.complement_due_on < paris_date(now))
    statement = (
        select(
            Application.referent_id,
            Person.name,
            count,
            count.filter(state == known.SUBMITTED),
            count.filter(state == known.INCOMPLETE),
            count.filter(late),
            func.min(Application.submitted_at),
        )
        .outerjoin(Person, Person.id == Application.referent_id)
        .where(application_rules.is_funder_side.where(viewer), state.in_(sorted(STATES["open"])))
        .group_by(Application.referent_id, Person.name)
    )
    found = [Load._make(row) for row in session.execute(statement)]
    busy = {one.person_id for one in found}
    idle = [(one, name) for one, name in officers(session, viewer) if one not in busy]
    found += [Load(one, name, 0, 0, 0, 0, None) for one, name in idle]
    return sorted(found, key=lambda one: (one.person_id is not None, -one.open, one.name or ""))


def hand_overs(session: Session, application_id: UUID) -> list[tuple[ReferentChange, str, str]]:
    """Who was given a file, newest first: (change, to whom, by whom). The caller has read it."""
    to, by = Person.__table__.alias("to_person"), Person.__table__.alias("by_person")
    statement = (
        select(ReferentChange, to.c.name, by.c.name)
        .outerjoin(to, to.c.id == ReferentChange.to_id)
        .outerjoin(by, by.c.id == ReferentChange.changed_by)
        .where(ReferentChange.application_id == application_id)
        .order_by(ReferentChange.changed_at.desc(), ReferentChange.id)
        .limit(20)
    )
    return [(change, to or "", by or "") for change, to, by in session.execute(statement)]
