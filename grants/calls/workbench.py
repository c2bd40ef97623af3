"""What officers read while they write a call: its newest form, and what holds on to it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, String, column, func, not_, or_, select, table
from sqlalchemy.dialects.postgresql import JSONB, array
from sqlalchemy.orm import Session, selectinload

from grants.calls import rules
from grants.calls.models import Call, CallFunder, FormRevision
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown

# Applications stand above calls: named here as text.
APPLICATION = table(
    "application",
    column("id"),
    column("call_id"),
    column("is_test"),
    column("answers", JSONB),
    column("as_typed", JSONB),
)
ATTACHED = table("application_file", column("application_id"), column("field_key"))


def call_at_work(session: Session, call_id: UUID, *, viewer: Actor) -> Call:
    """A call with its funders, for one of their people: two statements.

    Raises:
        Unknown: there is none, or none of the viewer's funders takes part in it.
    """
    statement = (
        select(Call)
        .where(Call.id == call_id, rules.reads_for_a_funder.where(viewer))
        .options(selectinload(Call.funders).joinedload(CallFunder.funder))
        .execution_options(populate_existing=True)
    )
    call = session.scalars(statement).one_or_none()
    if call is None:
        raise Unknown
    return call


def newest_revision(session: Session, call_id: UUID) -> FormRevision:
    """The form as it is written now: the last revision, frozen or not.

    Raises:
        Unknown: the call has no form.
    """
    statement = (
        select(FormRevision)
        .where(FormRevision.call_id == call_id)
        .order_by(FormRevision.number.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    revision = session.scalars(statement).one_or_none()
    if revision is None:
        raise Unknown
    return revision


def answers_under(session: Session, call_id: UUID, *keys: str) -> int:
    """How many applications answered a question under one of these keys; tests do not count."""
    here = (APPLICATION.c.call_id == call_id, not_(APPLICATION.c.is_test))
    attached = select(ATTACHED.c.application_id).where(ATTACHED.c.field_key.in_(keys))
    held: ColumnElement[bool] = or_(
        APPLICATION.c.answers.has_any(array(keys, type_=String)),
        APPLICATION.c.as_typed.has_any(array(keys, type_=String)),
        APPLICATION.c.id.in_(attached),
    )
    statement = select(func.count()).select_from(APPLICATION).where(*here, held)
    return session.scalar(statement) or 0
