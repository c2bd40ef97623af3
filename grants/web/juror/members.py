"""What a chair does about members: recuse one; and what each certifies at the end."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.juries import queries, rules, services
from grants.juries.models import Seat, SeatRole
from grants.juries.phases import Phase, phase_of
from grants.kernel.errors import Unknown
from grants.web.forms import Form, attempt
from grants.web.juror.recusal_forms import MemberForm
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("members", __name__, url_prefix="/<uuid:jury_id>")


@bp.get("/deport")
@allow(Audience.JUROR, rules.presides)
def ask_recusal(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Which member must not read an application, and why."""
    return recusal_page(session, presided(session, jury_id), MemberForm(formdata=None))


@bp.post("/deport")
@allow(Audience.JUROR, rules.presides)
def impose_recusal(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Recuse a member, as the chair."""
    form, seat = MemberForm(), presided(session, jury_id)
    form.offer(others(session, seat))
    if form.validate():
        with attempt(session, form) as tried:
            services.impose_recusal(
                session,
                form.person_id,
                queries.numbered(session, seat.jury, form.number.data or "", current_actor()),
                **form.said(),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The recusal is recorded. This member sees nothing more of it."), "success")
            return redirect(url_for("juror.queue.show", jury_id=jury_id), 303)
    return recusal_page(session, seat, form), form.status


@bp.get("/attestation")
@allow(Audience.JUROR, rules.sits)
def certificate(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """What one certifies at the end of the session, and when one did."""
    return certificate_page(session, jury_id, Form(formdata=None))


@bp.post("/attestation")
@allow(Audience.JUROR, rules.sits)
def certify(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Certify."""
    form = Form()
    with attempt(session, form) as tried:
        services.certify(session, jury_id, actor=current_actor(), now=now())
    if tried.refused:
        return certificate_page(session, jury_id, form), form.status
    flash(_("Thank you: your certificate is recorded."), "success")
    return redirect(url_for(".certificate", jury_id=jury_id), 303)


def presided(session: Session, jury_id: UUID) -> Seat:
    """The seat of the jury's chair.

    Raises:
        Unknown: the actor sits there without presiding.
    """
    seat = queries.own_seat(session, jury_id, current_actor())
    if seat.role is not SeatRole.CHAIR:
        raise Unknown
    return seat


def others(session: Session, seat: Seat) -> list[tuple[UUID, str]]:
    """The other members who joined: (seat, name)."""
    found = queries.members(session, seat.jury, current_actor())
    return [
        (one.seat.id, one.seat.name)
        for one in found
        if one.seat.accepted_at and one.seat.id != seat.id
    ]


def recusal_page(session: Session, seat: Seat, form: MemberForm) -> str:
    """The recusal imposed by the chair, as a page."""
    form.offer(others(session, seat))
    return render_template("juror/recusals/impose.html", jury=seat.jury, form=form)


def certificate_page(session: Session, jury_id: UUID, form: Form) -> str:
    """The certificate as a page; the files are counted, never named."""
    seat = queries.own_seat(session, jury_id, current_actor())
    return render_template(
        "juror/certificates/show.html",
        jury=seat.jury,
        given=queries.certificate(session, seat),
        too_early=phase_of(seat.jury, now()) in (Phase.PREPARATION, Phase.SCORING),
        form=form,
    )
