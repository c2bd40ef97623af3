"""A mentoring, for the service: mentors, who helps whom, and the hours given."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from grants.mentoring import queries, rules, services
from grants.mentoring.models import Mentor
from grants.mentoring.queries import BoardLine
from grants.web import wording
from grants.web.forms import Form, attempt
from grants.web.mentoring.forms import MentorForm, PairForm, duration
from grants.web.paging import Page, asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

PER_PAGE = 50
FILTERS = {"unpaired": _l("Without a mentor"), "paired": _l("With a mentor")}

bp = Blueprint("mentoring", __name__, url_prefix="/etapes/<uuid:stage_id>/parrainage")


@bp.get("")
@allow(Audience.OFFICER, rules.follows)
def show(session: Session, stage_id: UUID) -> ResponseReturnValue:
    """Who helps whom, and the hours."""
    return page(session, stage_id, Form())


@bp.get("/parrains/nouveau")
@allow(Audience.OFFICER, rules.manages)
def new(session: Session, stage_id: UUID) -> ResponseReturnValue:
    """Somebody to put on the list."""
    return mentor_page(session, stage_id, None, MentorForm(formdata=None))


@bp.post("/parrains/nouveau")
@allow(Audience.OFFICER, rules.manages)
def add(session: Session, stage_id: UUID) -> ResponseReturnValue:
    """Put them there."""
    stage, form = queries.stage(session, stage_id, current_actor(), who=rules.manages), MentorForm()
    form.offer(queries.skills_of(stage))
    if form.validate():
        with attempt(session, form) as tried:
            services.add_mentor(session, stage_id, form.details, actor=current_actor(), now=now())
        if not tried.refused:
            flash(_("The mentor is on the list. Nobody was told yet."), "success")
            return redirect(url_for(".show", stage_id=stage_id), 303)
    return mentor_page(session, stage_id, None, form), form.status


@bp.get("/parrains/<uuid:mentor_id>")
@allow(Audience.OFFICER, rules.manages)
def edit(session: Session, stage_id: UUID, mentor_id: UUID) -> ResponseReturnValue:
    """What the list says of a mentor."""
    stage = queries.stage(session, stage_id, current_actor(), who=rules.manages)
    mentor = queries.mentor(session, stage, mentor_id)
    return mentor_page(session, stage_id, mentor, MentorForm.of(mentor))


@bp.post("/parrains/<uuid:mentor_id>")
@allow(Audience.OFFICER, rules.manages)
def change(session: Session, stage_id: UUID, mentor_id: UUID) -> ResponseReturnValue:
    """Change it."""
    stage = queries.stage(session, stage_id, current_actor(), who=rules.manages)
    mentor, form = queries.mentor(session, stage, mentor_id), MentorForm()
    form.offer(queries.skills_of(stage))
    if form.validate():
        with attempt(session, form) as tried:
            services.change_mentor(
                session, stage_id, mentor_id, form.details, actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("What the list says of %(name)s is kept.", name=mentor.name), "success")
            return redirect(url_for(".show", stage_id=stage_id), 303)
    return mentor_page(session, stage_id, mentor, form), form.status


@bp.post("/parrains/<uuid:mentor_id>/retrait")
@allow(Audience.OFFICER, rules.manages)
def remove(session: Session, stage_id: UUID, mentor_id: UUID) -> ResponseReturnValue:
    """Take somebody off the list."""
    form = Form()
    with attempt(session, form) as tried:
        services.remove_mentor(session, stage_id, mentor_id, actor=current_actor(), now=now())
    if tried.refused:
        return page(session, stage_id, form), form.status
    flash(_("The mentor is off the list."), "success")
    return redirect(url_for(".show", stage_id=stage_id), 303)


@bp.get("/dossiers/<uuid:application_id>")
@allow(Audience.OFFICER, rules.follows)
def file(session: Session, stage_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """One application: who would suit, who helps, what was done."""
    return file_page(session, stage_id, application_id, PairForm(formdata=None))


@bp.post("/dossiers/<uuid:application_id>")
@allow(Audience.OFFICER, rules.manages)
def pair(session: Session, stage_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Let somebody help it."""
    actor, form = current_actor(), PairForm()
    stage = queries.stage(session, stage_id, actor, who=rules.manages)
    application = queries.selected(session, stage, application_id, actor)
    found = queries.suggested(session, stage, application, actor)
    form.mentor.choices = [(str(one.offer.mentor_id), one.offer.name) for one in found]
    if form.validate():
        with attempt(session, form) as tried:
            services.pair(session, stage_id, application_id, form.mentor_id, actor=actor, now=now())
        if not tried.refused:
            flash(_("The pair is made; both are told by e-mail."), "success")
            return redirect(url_for(".show", stage_id=stage_id), 303)
    return file_page(session, stage_id, application_id, form), form.status


@bp.post("/dossiers/<uuid:application_id>/fin")
@allow(Audience.OFFICER, rules.manages)
def end(session: Session, stage_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """End what stands; its hours stay."""
    services.end_pair(session, stage_id, application_id, actor=current_actor(), now=now())
    flash(_("The mentoring is over; its hours stay."), "success")
    return redirect(url_for(".file", stage_id=stage_id, application_id=application_id), 303)


def page(session: Session, stage_id: UUID, form: Form) -> str:
    """The mentoring as a page."""
    actor = current_actor()
    stage = queries.stage(session, stage_id, actor)
    asked = {name: request.args.get(key, "") for name, key in ARGUMENTS.items()}
    statement: Any = queries.board(stage, actor, **asked)
    found = page_of(session, statement, number=asked_page(), per_page=PER_PAGE)
    rows = [BoardLine(*row) for row in found.rows]
    words = {one.key: wording.localized(one, "label") for one in queries.skills_of(stage)}
    return render_template(
        "officer/mentoring/show.html",
        stage=stage,
        form=form,
        page=Page(rows, found.number, PER_PAGE, found.total),
        tally=queries.tally(session, stage, actor),
        offers=queries.offers(session, stage, actor),
        envelopes=queries.hours_voted(session, stage),
        skills=words,
        filters=FILTERS,
        may_manage=rules.manages.holds(actor, stage.call),
        duration=duration,
    )


ARGUMENTS = {"words": "q", "stand": "show", "sort": "sort"}


def mentor_page(session: Session, stage_id: UUID, mentor: Mentor | None, form: MentorForm) -> str:
    """A mentor as a page; None is somebody new."""
    stage = queries.stage(session, stage_id, current_actor(), who=rules.manages)
    form.offer(queries.skills_of(stage))
    return render_template("officer/mentoring/mentor.html", stage=stage, mentor=mentor, form=form)


def file_page(session: Session, stage_id: UUID, application_id: UUID, form: PairForm) -> str:
    """One application as a page."""
    actor = current_actor()
    stage = queries.stage(session, stage_id, actor)
    application = queries.selected(session, stage, application_id, actor)
    pairs = queries.pairs_of(session, stage, application_id)
    skills, found = queries.skills_of(stage), queries.suggested(session, stage, application, actor)
    standing = next((one for one in pairs if one.ended_at is None), None)
    form.offer(found, skills, standing.mentor_id if standing else None)
    wished = set(queries.wishes_of(stage, application))
    return render_template(
        "officer/mentoring/file.html",
        stage=stage,
        application=application,
        pairs=pairs,
        standing=standing,
        form=form,
        wishes=[wording.localized(one, "label") for one in skills if one.key in wished],
        may_manage=rules.manages.holds(actor, stage.call),
        may_pair=application.state in queries.SELECTED,
        duration=duration,
    )
