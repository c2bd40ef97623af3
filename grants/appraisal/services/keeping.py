"""What officers keep at hand: searches for themselves, layouts of exports for their funder."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.appraisal import rules
from grants.appraisal.models import ExportProfile, SavedView
from grants.appraisal.queries.views import view
from grants.kernel.access import Actor, FunderRole
from grants.kernel.errors import Forbidden, Refused, Unknown

NAME_MAX = 60
ADDRESS_MAX = 2_000
VIEWS_MAX = 50


def save_view(
    session: Session, *, name: str, address: str, call_id: UUID | None, actor: Actor
) -> SavedView:
    """Keep a search under a name; one kept under the same name is replaced.

    Raises:
        Refused: `view.name_missing`, `view.name_too_long`, `view.address_too_long`,
            `view.too_many`.
    """
    name = _named(name, "view")
    if len(address) > ADDRESS_MAX:
        raise Refused("view.address_too_long")
    mine = session.scalars(select(SavedView).where(rules.keeps_view.where(actor))).all()
    same = next((one for one in mine if (one.call_id, one.name) == (call_id, name)), None)
    if same is None:
        if len(mine) >= VIEWS_MAX:
            raise Refused("view.too_many", max=VIEWS_MAX)
        same = SavedView(person_id=actor.id, call_id=call_id, name=name)
        session.add(same)
    same.address = address
    session.flush()
    return same


def _named(typed: str, what: str) -> str:
    name = " ".join(typed.split())
    if not name:
        raise Refused(f"{what}.name_missing", field="name")
    if len(name) > NAME_MAX:
        raise Refused(f"{what}.name_too_long", field="name", max=NAME_MAX)
    return name


def forget_view(session: Session, view_id: UUID, *, actor: Actor) -> SavedView:
    """Keep a search no longer; return it as it was.

    Raises:
        Unknown: there is none, or somebody else keeps it.
    """
    found = view(session, view_id, actor)
    session.delete(found)
    session.flush()
    return found


def save_profile(
    session: Session,
    funder_id: UUID,
    *,
    name: str,
    columns: Sequence[str],
    field_keys: Sequence[str],
    actor: Actor,
) -> ExportProfile:
    """Keep the layout of an export for the funder's officers; the same name replaces it.

    Raises:
        Forbidden: the actor is no officer of the funder.
        Refused: `profile.name_missing`, `profile.name_too_long`, `profile.empty`.
    """
    if funder_id not in actor.funders_as(FunderRole.OFFICER):
        raise Forbidden
    name = _named(name, "profile")
    if not columns and not field_keys:
        raise Refused("profile.empty")
    statement = select(ExportProfile).where(
        ExportProfile.funder_id == funder_id, ExportProfile.name == name
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        found = ExportProfile(funder_id=funder_id, name=name)
        session.add(found)
    found.columns, found.field_keys = list(columns), list(field_keys)
    session.flush()
    return found


def drop_profile(session: Session, profile_id: UUID, *, actor: Actor) -> None:
    """Keep a layout no longer.

    Raises:
        Unknown: there is none, or it is another funder's.
    """
    found = session.scalars(
        select(ExportProfile).where(
            ExportProfile.id == profile_id, rules.keeps_profiles.where(actor)
        )
    ).one_or_none()
    if found is None:
        raise Unknown
    session.delete(found)
    session.flush()
