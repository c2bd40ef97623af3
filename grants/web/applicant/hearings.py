"""The hearing of one's application: when and where, whether one comes, questions before."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import FileField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from grants.applications import queries as applications
from grants.applications.rules import is_author_side, may_fill, may_submit
from grants.juries.hearings import queries, services
from grants.juries.hearings.models import Coming
from grants.juries.hearings.queries import Appointment
from grants.juries.hearings.telling import instants, told_of
from grants.web.downloads import send
from grants.web.forms import Form, attempt
from grants.web.juror.hearing_words import COMINGS, STANDS, weekday
from grants.web.requests import current_actor, now, store
from grants.web.routes import Audience, allow

bp = Blueprint("hearings", __name__, url_prefix="/<uuid:application_id>/audition")

REASON_MAX, REPLY_MAX = 1000, 8000


class ComingForm(Form):
    """Whether one comes."""

    coming = RadioField(
        _l("Will you come?"),
        choices=[SelectChoice(one.value, words) for one, words in COMINGS.items()],
        validators=[InputRequired(_l("Choose one of the two answers."))],
    )
    reason = TextAreaField(
        _l("If you cannot come, why?"),
        description=_l("The service reads it and looks for another time where it can."),
        validators=[Length(max=REASON_MAX, message=_l("Write %(max)d characters at most."))],
        render_kw={"rows": 2},
    )


class ReplyForm(Form):
    """What one replies to the jury before the hearing."""

    reply = TextAreaField(
        _l("Your reply"),
        validators=[Length(max=REPLY_MAX, message=_l("Write %(max)d characters at most."))],
    )
    file = FileField(
        _l("A document"),
        description=_l("PDF, ODT, DOCX, ODS, XLSX, JPEG or PNG, 20 MB at most."),
    )


@bp.get("")
@allow(Audience.APPLICANT, is_author_side)
def show(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Every hearing that one was told of."""
    return page(session, application_id)


@bp.post("/<uuid:jury_id>/presence")
@allow(Audience.APPLICANT, may_submit)
def answer(session: Session, application_id: UUID, jury_id: UUID) -> ResponseReturnValue:
    """Say whether one comes."""
    form = ComingForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.answer_convocation(
                session,
                jury_id,
                application_id,
                Coming(form.coming.data),
                reason=form.reason.data or "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("Your answer is sent to the service."), "success")
            return redirect(url_for(".show", application_id=application_id), 303)
    return page(session, application_id, jury_id, coming=form), form.status


@bp.post("/<uuid:jury_id>/reponse")
@allow(Audience.APPLICANT, may_fill)
def reply(session: Session, application_id: UUID, jury_id: UUID) -> ResponseReturnValue:
    """Reply to the questions of the jury."""
    form = ReplyForm()
    if form.validate():
        with attempt(session, form) as tried:
            given = form.file.data
            services.reply(
                session,
                store(),
                jury_id,
                application_id,
                form.reply.data or "",
                file=given.stream if given and given.filename else None,
                name=given.filename if given and given.filename else "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("Your reply is kept; the jury reads it before it hears you."), "success")
            return redirect(url_for(".show", application_id=application_id), 303)
    return page(session, application_id, jury_id, replying=form), form.status


@bp.get("/<uuid:jury_id>/document")
@allow(Audience.APPLICANT, is_author_side)
def document(session: Session, application_id: UUID, jury_id: UUID) -> ResponseReturnValue:
    """The document of one's reply."""
    actor = current_actor()
    return send(queries.reply_document(session, jury_id, application_id, actor, who="applicant"))


def page(session: Session, application_id: UUID, at: UUID | None = None, **typed: Any) -> str:
    """The hearings as a page; `typed` is the form that was sent about the jury `at`."""
    actor = current_actor()
    application = applications.own(session, application_id, actor)
    found = queries.appointments(session, application_id, actor)
    cards = [card(one, typed if one.jury.id == at else {}, now()) for one in found]
    return render_template(
        "applicant/hearings/show.html",
        application=application,
        cards=cards,
        form=next(iter(typed.values()), Form()),
        weekday=weekday,
        stands=STANDS,
        may_answer=may_submit.holds(actor, application),
        may_reply=may_fill.holds(actor, application),
    )


def card(one: Appointment, typed: dict[str, Any], at: datetime) -> dict[str, Any]:
    """What the page shows of one hearing: what was told, never what is only planned."""
    convocation, hearing, feedback = one.convocation, one.hearing, one.feedback
    facts: dict[str, Any] = {"jury": one.jury, "bring": one.bring, "feedback": feedback}
    if convocation is not None:
        facts["starts_at"], facts["ends_at"] = instants(convocation.told)
        facts["place"] = str(convocation.told["place"])
        facts["is_link"] = facts["place"].startswith(("https://", "http://"))
        stands = hearing is not None and told_of(hearing) == convocation.told
        facts["state"] = _state(is_cancelled=convocation.is_cancelled, stands=stands)
        facts["hearing"] = hearing if stands else None
        facts["is_ahead"] = stands and not convocation.is_cancelled and at < facts["starts_at"]
    if feedback is not None:
        until = services.reply_until(feedback, hearing.starts_at if hearing else None)
        facts["until"], facts["is_open"] = until, at < until
    said = hearing.answer.value if hearing and hearing.answer else None
    facts["coming"] = typed.get("coming") or ComingForm(
        formdata=None, coming=said, reason=hearing.answer_reason if hearing else ""
    )
    facts["replying"] = typed.get("replying") or ReplyForm(
        formdata=None, reply=feedback.reply if feedback else ""
    )
    return facts


def _state(*, is_cancelled: bool, stands: bool) -> str:
    if is_cancelled:
        return "cancelled"
    return "stands" if stands else "changing"
