"""Conflicts of interest that the software suggests over a jury; an officer answers each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from grants.calls.models import Jury
from grants.juries import rules, services
from grants.juries.models import Answer
from grants.juries.queries import conflicts as queries
from grants.juries.queries.conflicts import HintLine
from grants.web.forms import Form, attempt
from grants.web.officer.conflict_words import ANSWERS, KINDS, STRENGTHS, reason_of
from grants.web.paging import Page, asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("conflicts", __name__, url_prefix="/jurys/<uuid:jury_id>/conflits")


@bp.app_template_global()
def manages_jury(jury: Jury) -> bool:
    """Whether pages offer this visitor the conflicts of a jury (its call and funders loaded)."""
    actor = current_actor()
    return rules.manages.holds(actor, jury) and jury.id not in actor.seated


class AnswerForm(Form):
    """What a suggestion is worth, and why."""

    answer = RadioField(
        _l("Your decision"),
        choices=[
            SelectChoice(
                Answer.CONFIRMED.value, _l("It is a conflict: this member steps back from the file")
            ),
            SelectChoice(Answer.DISMISSED.value, _l("It is none: set the suggestion aside")),
        ],
        validators=[InputRequired(_l("Choose an answer."))],
    )
    reason = TextAreaField(
        _l("Why"),
        description=_l(
            "One sentence. Of a recusal it goes into the register, which is annexed to the "
            "deliberation: say nothing there that is private."
        ),
        validators=[InputRequired(_l("Say in a few words why.")), Length(max=4000)],
        render_kw={"rows": 2},
    )


@bp.get("")
@allow(Audience.OFFICER, rules.manages)
def index(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """The suggestions that wait for an answer, strongest first; or those answered."""
    actor = current_actor()
    jury = queries.jury_overseen(session, jury_id, actor)
    answered = request.args.get("show") == "answered"
    found = page_of(session, queries.hints(jury, actor, answered=answered), number=asked_page())
    lines = [HintLine._make(row) for row in found.rows]
    return render_template(
        "officer/conflicts/index.html",
        jury=jury,
        page=Page(lines, found.number, found.per_page, found.total),
        answered=answered,
        ties=() if answered else queries.funder_ties(session, jury),
        **words(),
    )


@bp.post("/recherche")
@allow(Audience.OFFICER, rules.manages)
def search(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Look again, at once or in a job."""
    job = services.search_conflicts(session, jury_id, actor=current_actor(), now=now())
    if job is not None:
        return redirect(url_for("jobs.show", job_id=job), 303)
    flash(_("Members and applications were compared again. Answers given were kept."), "success")
    return redirect(url_for(".index", jury_id=jury_id), 303)


@bp.get("/<uuid:hint_id>")
@allow(Audience.OFFICER, rules.manages)
def show(session: Session, jury_id: UUID, hint_id: UUID) -> ResponseReturnValue:
    """One suggestion, to answer."""
    return page(session, jury_id, hint_id, AnswerForm())


@bp.post("/<uuid:hint_id>")
@allow(Audience.OFFICER, rules.manages)
def answer(session: Session, jury_id: UUID, hint_id: UUID) -> ResponseReturnValue:
    """Confirm or set aside."""
    form = AnswerForm()
    if form.validate():
        with attempt(session, form) as tried:
            said = Answer(form.answer.data)
            services.answer_hint(
                session,
                jury_id,
                hint_id,
                answer=said,
                reason=form.reason.data or "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(
                _("The recusal is recorded. This member sees nothing more of it.")
                if said is Answer.CONFIRMED
                else _("The suggestion is set aside, with your reason."),
                "success",
            )
            return redirect(url_for(".index", jury_id=jury_id), 303)
    return page(session, jury_id, hint_id, form), form.status


def page(session: Session, jury_id: UUID, hint_id: UUID, form: AnswerForm) -> str:
    """One suggestion as a page."""
    actor = current_actor()
    jury = queries.jury_overseen(session, jury_id, actor)
    line = queries.hint(session, jury, hint_id, actor)
    return render_template(
        "officer/conflicts/show.html", jury=jury, line=line, form=form, **words()
    )


def words() -> dict[str, Any]:
    """What both pages speak with."""
    return {
        "kinds": KINDS,
        "strengths": STRENGTHS,
        "answers": ANSWERS,
        "reason_of": reason_of,
    }
