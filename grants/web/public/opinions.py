"""The page of an outside expert, who has a link and no account."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import InputRequired, Length

from grants.applications import answers
from grants.appraisal.links import opinion_id_of
from grants.appraisal.models import Advice, OpinionRequest
from grants.appraisal.queries.file import expert_files
from grants.appraisal.services import opinions
from grants.calls.form import Reading
from grants.kernel.errors import Unknown
from grants.web.answers import read_sections
from grants.web.answers.reading import ReadSection
from grants.web.downloads import send
from grants.web.forms import Form, attempt
from grants.web.requests import now, settings
from grants.web.routes import ANYONE, Audience, allow

bp = Blueprint("opinions", __name__, url_prefix="/avis/<token>")


class AnswerForm(Form):
    """An opinion."""

    advice = RadioField(
        _l("Your opinion"),
        choices=[
            SelectChoice(Advice.FAVOURABLE.value, _l("Favourable")),
            SelectChoice(Advice.RESERVED.value, _l("Favourable with reservations")),
            SelectChoice(Advice.UNFAVOURABLE.value, _l("Unfavourable")),
        ],
        validators=[InputRequired(_l("Choose one of the three."))],
    )
    text = TextAreaField(
        _l("Your reasons"),
        validators=[
            InputRequired(_l("Say why, in a few sentences.")),
            Length(max=opinions.TEXT_MAX, message=_l("Write %(max)d characters at most.")),
        ],
    )


@bp.get("")
@allow(Audience.PUBLIC, ANYONE)
def show(session: Session, token: str) -> ResponseReturnValue:
    """The question, what the officer chose to show, and a place to answer."""
    return page(session, token, AnswerForm())


@bp.post("")
@allow(Audience.PUBLIC, ANYONE)
def give(session: Session, token: str) -> ResponseReturnValue:
    """Answer."""
    form = AnswerForm()
    if form.validate():
        with attempt(session, form) as tried:
            opinions.answer(
                session,
                opinion_id_of(settings().secret_key, token),
                advice=Advice(form.advice.data),
                text=form.text.data or "",
                now=now(),
            )
        if not tried.refused:
            flash(_("Your opinion is sent. Thank you."), "success")
            return redirect(url_for(".show", token=token), 303)
    return page(session, token, form), form.status


@bp.post("/refus")
@allow(Audience.PUBLIC, ANYONE)
def decline(session: Session, token: str) -> ResponseReturnValue:
    """Give none; a conflict of interest closes the door."""
    conflict = request.form.get("conflict") == "1"
    opinions.decline(
        session, opinion_id_of(settings().secret_key, token), has_conflict=conflict, now=now()
    )
    return render_template("public/opinions/declined.html", conflict=conflict)


@bp.get("/documents/<uuid:file_id>")
@allow(Audience.PUBLIC, ANYONE)
def document(session: Session, token: str, file_id: UUID) -> ResponseReturnValue:
    """A document among what the expert was shown."""
    asked = opened(session, token)
    for files in expert_files(session, asked).values():
        for one in files:
            if one.id == file_id:
                return send(one.stored_file)
    raise Unknown


def opened(session: Session, token: str) -> OpinionRequest:
    """The request that a link opens."""
    return opinions.opened(session, opinion_id_of(settings().secret_key, token), now=now())


def page(session: Session, token: str, form: AnswerForm) -> str:
    """The expert's page."""
    asked = opened(session, token)
    return render_template(
        "public/opinions/show.html",
        asked=asked,
        application=asked.application,
        call=asked.application.call,
        sections=sections_of(session, asked, token),
        form=form,
        token=token,
    )


def sections_of(session: Session, asked: OpinionRequest, token: str) -> list[ReadSection]:
    """The answers that the officer chose, among what a juror may read, and nothing personal."""
    application = asked.application
    document = answers.document(application)
    personal = {one.key for one in document.fields() if one.personal}
    chosen = set(asked.field_keys) - personal
    sections: list[Any] = read_sections(
        document,
        application.answers,
        expert_files(session, asked),
        Reading.JUROR,
        applicant=answers.applicant(application),
        file_url=lambda one: url_for(".document", token=token, file_id=one.id),
    )
    kept = [
        ReadSection(one.key, one.title, [line for line in one.lines if line.key in chosen])
        for one in sections
    ]
    return [one for one in kept if one.lines]
