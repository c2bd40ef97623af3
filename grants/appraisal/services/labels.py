"""Labels: made by a funder's officers, stuck on files, taken off."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.applications.queries import readable
from grants.applications.rules import is_officer
from grants.appraisal import rules
from grants.appraisal.models import TONES, ApplicationLabel, Label
from grants.kernel.access import Actor, FunderRole
from grants.kernel.errors import Forbidden, Refused, Unknown

NAME_MAX = 40


def make_label(
    session: Session, funder_id: UUID, *, name: str, tone: str = "neutral", actor: Actor
) -> Label:
    """Make a label of a funder's; one that it has under this name is given back.

    Raises:
        Forbidden: the actor is no officer of the funder.
        Refused: `label.name_missing`, `label.name_too_long`.
    """
    if funder_id not in actor.funders_as(FunderRole.OFFICER):
        raise Forbidden
    name = " ".join(name.split())
    if not name:
        raise Refused("label.name_missing", field="name")
    if len(name) > NAME_MAX:
        raise Refused("label.name_too_long", field="name", max=NAME_MAX)
    same = select(Label).where(Label.funder_id == funder_id, Label.name == name)
    if found := session.scalars(same).one_or_none():
        return found
    label = Label(funder_id=funder_id, name=name, tone=tone if tone in TONES else "neutral")
    session.add(label)
    session.flush()
    return label


def drop_label(session: Session, label_id: UUID, *, actor: Actor) -> None:
    """Take a label off every file, and away.

    Raises:
        Unknown: there is none, or it is another funder's.
    """
    session.delete(_kept(session, label_id, actor))
    session.flush()


def stick(session: Session, application_id: UUID, label_id: UUID, *, actor: Actor) -> None:
    """Stick a label on a file of the same funder; twice is once.

    Raises:
        Unknown: no such file or label for the actor.
        Forbidden: the actor is no officer of the file's funders.
        Refused: `label.of_another_funder`.
    """
    application = _file(session, application_id, actor)
    label = _kept(session, label_id, actor)
    if label.funder_id not in {one.funder_id for one in application.call.funders}:
        raise Refused("label.of_another_funder")
    row = insert(ApplicationLabel).values(application_id=application_id, label_id=label_id)
    session.execute(row.on_conflict_do_nothing())


def unstick(session: Session, application_id: UUID, label_id: UUID, *, actor: Actor) -> None:
    """Take a label off a file; twice is once.

    Raises:
        Unknown, Forbidden: as for `stick`.
    """
    _file(session, application_id, actor)
    _kept(session, label_id, actor)
    session.execute(
        delete(ApplicationLabel).where(
            ApplicationLabel.application_id == application_id,
            ApplicationLabel.label_id == label_id,
        )
    )


def _file(session: Session, application_id: UUID, actor: Actor) -> Application:
    application = readable(session, application_id, actor)
    is_officer.require(actor, application)
    return application


def _kept(session: Session, label_id: UUID, actor: Actor) -> Label:
    statement = select(Label).where(Label.id == label_id, rules.keeps_labels.where(actor))
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise Unknown
    return found
