"""The decision about my application: read once one says that one reads it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.appeals import queries as appeals
from grants.appeals.clocks import appeal_until
from grants.appeals.models import AppealState
from grants.applications import queries as applications
from grants.applications.rules import is_author_side, may_submit
from grants.decisions import queries, services
from grants.juries import queries as juries
from grants.kernel.clock import paris_date
from grants.notices import queries as notices
from grants.web.appeals import EFFECTS, standing
from grants.web.decisions import BODIES, OUTCOMES, what
from grants.web.downloads import send
from grants.web.forms import Form
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.scores import points
from grants.web.withdrawals import for_beneficiary
from grants.withdrawals import queries as withdrawals

bp = Blueprint("decisions", __name__, url_prefix="/<uuid:application_id>/decision")


@bp.get("")
@allow(Audience.APPLICANT, is_author_side)
def show(session: Session, application_id: UUID) -> ResponseReturnValue:
    """What was decided, each deliberation behind its acknowledgement."""
    application = applications.own(session, application_id, current_actor())
    decided = queries.announced_for(session, application_id)
    is_read = any(one.read_at for one in decided)
    until = {
        one.deliberation.id: appeal_until(paris_date(one.read_at)) for one in decided if one.read_at
    }
    filed = appeals.appeals_about(session, application_id) if is_read else []
    return render_template(
        "applicant/decisions/show.html",
        application=application,
        decided=decided,
        # The rank would tell of a decision that is not read yet.
        feedback=juries.feedback(session, application_id) if is_read else [],
        points=points,
        letters=notices.letters_to(session, application_id),
        appeals={
            one.deliberation_id: (one, standing(one, now(), told=one.answer_read_at is not None))
            for one in filed
            if one.state != AppealState.WITHDRAWN
        },
        until=until,
        open_to_appeal={act for act, last in until.items() if paris_date(now()) <= last},
        may_appeal=may_submit.holds(current_actor(), application),
        withdrawals=withdrawals.of_application(session, application_id) if is_read else [],
        annulled=withdrawals.annulments_about(session, [one.deliberation.id for one in decided])
        if is_read
        else {},
        withdrawal_state=for_beneficiary,
        effects=EFFECTS,
        outcomes=OUTCOMES,
        bodies=BODIES,
        what=what,
        form=Form(formdata=None),
    )


@bp.post("/<uuid:deliberation_id>")
@allow(Audience.APPLICANT, is_author_side)
def acknowledge(
    session: Session, application_id: UUID, deliberation_id: UUID
) -> ResponseReturnValue:
    """Take note: the instant is kept, and the delay of appeal runs from it."""
    services.acknowledge(session, application_id, deliberation_id, actor=current_actor(), now=now())
    flash(_("You have taken note of the decision."), "success")
    return redirect(url_for(".show", application_id=application_id), 303)


@bp.get("/courriers/<uuid:letter_id>")
@allow(Audience.APPLICANT, is_author_side)
def letter(session: Session, application_id: UUID, letter_id: UUID) -> ResponseReturnValue:
    """The letter, as a PDF."""
    applications.own(session, application_id, current_actor())
    return send(notices.letter(session, letter_id, viewer=current_actor()).stored_file)
