"""What members do in a meeting: come and go, leave their vote to another, vote."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.kernel.errors import Unknown
from grants.sittings import rules, services
from grants.sittings.models import Mode
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.sittings.forms import sent_id
from grants.web.sittings.room import act

bp = Blueprint("members", __name__, url_prefix="/<uuid:sitting_id>")


@bp.post("/presence")
@allow(Audience.SIGNED_IN, rules.sees)
def mark(session: Session, sitting_id: UUID) -> ResponseReturnValue:
    """Note that a member is there, from afar or gone: oneself, or anyone for whoever leads."""
    asked = request.form.get("mode", "")
    mode = Mode(asked) if asked in {one.value for one in Mode} else None
    return act(
        session,
        sitting_id,
        lambda: services.mark(
            session, sitting_id, seat("seat"), mode, actor=current_actor(), now=now()
        ),
    )


@bp.post("/pouvoirs")
@allow(Audience.SIGNED_IN, rules.sees)
def give(session: Session, sitting_id: UUID) -> ResponseReturnValue:
    """Leave a vote to another member."""
    return act(
        session,
        sitting_id,
        lambda: services.give_proxy(
            session, sitting_id, seat("giver"), seat("holder"), actor=current_actor(), now=now()
        ),
        _("The proxy is recorded."),
    )


@bp.post("/pouvoirs/retrait")
@allow(Audience.SIGNED_IN, rules.sees)
def revoke(session: Session, sitting_id: UUID) -> ResponseReturnValue:
    """Take a proxy back."""
    return act(
        session,
        sitting_id,
        lambda: services.revoke_proxy(
            session, sitting_id, seat("giver"), actor=current_actor(), now=now()
        ),
        _("The proxy is revoked."),
    )


def seat(name: str) -> UUID:
    """The seat that a form names.

    Raises:
        Unknown: it names none.
    """
    found = sent_id(name)
    if found is None:
        raise Unknown
    return found
