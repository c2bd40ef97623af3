"""What I repay of an advance, and by when."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.applications import queries as applications
from grants.applications.rules import is_author_side
from grants.followup import queries
from grants.followup.models import PartState
from grants.kernel.clock import paris_date
from grants.web.applicant.unread import to_decision
from grants.web.finance.advances import OPEN, STATES
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("repayments", __name__, url_prefix="/<uuid:application_id>/remboursements")


@bp.get("")
@allow(Audience.APPLICANT, is_author_side)
def mine(session: Session, application_id: UUID) -> ResponseReturnValue:
    """The schedule of my advance, and where each part stands."""
    viewer = current_actor()
    application = applications.own(session, application_id, viewer)
    parts = queries.owed_by(session, application_id, viewer=viewer)
    if not parts and (way := to_decision(session, application_id)):
        return way
    return render_template(
        "applicant/repayments/mine.html",
        application=application,
        parts=parts,
        left=sum(one.amount_cents for one in parts if one.state in OPEN),
        repaid=sum(one.amount_cents for one in parts if one.state is PartState.REPAID),
        waived=sum(one.amount_cents for one in parts if one.state is PartState.WAIVED),
        states=STATES,
        open_states=OPEN,
        today=paris_date(now()),
    )
