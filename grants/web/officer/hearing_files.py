"""One hearing, for the service: moved by hand, questions before it, who came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from grants.calls.models import Jury
from grants.juries import rules
from grants.juries.hearings import queries, services
from grants.juries.hearings.world import World, plan_of, world_of
from grants.web import wording
from grants.web.downloads import send
from grants.web.forms import Form, attempt
from grants.web.juror.hearing_words import STANDS, slot_words, weekday
from grants.web.officer.hearing_forms import (
    AttendanceForm,
    FeedbackForm,
    ImpossibilityForm,
    MoveForm,
    SwapForm,
)
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.sentences import sentence

bp = Blueprint(
    "hearing_files",
    __name__,
    url_prefix="/jurys/<uuid:jury_id>/auditions/dossiers/<uuid:application_id>",
)
SLOTS_MAX = 400


@bp.get("")
@allow(Audience.OFFICER, rules.follows)
def show(session: Session, jury_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """The hearing with everything that may be done about it."""
    return page(session, jury_id, application_id)


@bp.get("/reponse")
@allow(Audience.OFFICER, rules.follows)
def document(session: Session, jury_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """The document of the applicant's reply."""
    actor = current_actor()
    return send(queries.reply_document(session, jury_id, application_id, actor, who="officer"))


@bp.post("/horaire")
@allow(Audience.OFFICER, rules.manages)
def move(session: Session, jury_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Put it into another slot."""
    form = MoveForm()
    form.slot.choices, form.slot.validate_choice = [], False

    def act(**by: Any) -> None:
        services.move(session, jury_id, application_id, form.slot.data or "", **by)

    return done(
        session, (jury_id, application_id), form, act, told=_("The hearing is placed."), name="move"
    )


@bp.post("/echange")
@allow(Audience.OFFICER, rules.manages)
def swap(session: Session, jury_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Let two hearings change places."""
    form = SwapForm()
    jury = queries.hearing_jury(session, jury_id, current_actor(), who=rules.manages.where)
    offer_others(form, known_world(session, jury), application_id)

    def act(**by: Any) -> None:
        services.swap(session, jury_id, application_id, form.other_id, **by)

    told = _("The two hearings changed places.")
    return done(session, (jury_id, application_id), form, act, told=told, name="swap")


@bp.post("/annulation")
@allow(Audience.OFFICER, rules.manages)
def call_off(session: Session, jury_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Take it out of the plan."""

    def act(**by: Any) -> None:
        services.call_off(session, jury_id, application_id, **by)

    told = _("The hearing is called off. Whoever was convoked is told with the next convocations.")
    return done(session, (jury_id, application_id), Form(), act, told=told)


@bp.post("/presence")
@allow(Audience.OFFICER, rules.manages)
def attend(session: Session, jury_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Mark who came."""
    form = AttendanceForm()

    def act(**by: Any) -> None:
        note = form.note.data or ""
        services.mark_attendance(session, jury_id, application_id, form.chosen, note=note, **by)

    return done(
        session, (jury_id, application_id), form, act, told=_("It is marked."), name="attendance"
    )


@bp.post("/impossibilites")
@allow(Audience.OFFICER, rules.manages)
def add_impossibility(session: Session, jury_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Note when the applicant cannot come."""
    form = ImpossibilityForm()

    def act(**by: Any) -> None:
        note = form.note.data or ""
        services.note_impossibility(session, jury_id, application_id, *form.span(), note=note, **by)

    return done(
        session, (jury_id, application_id), form, act, told=_("It is noted."), name="impossibility"
    )


@bp.post("/impossibilites/<uuid:impossibility_id>/retrait")
@allow(Audience.OFFICER, rules.manages)
def remove_impossibility(
    session: Session, jury_id: UUID, application_id: UUID, impossibility_id: UUID
) -> ResponseReturnValue:
    """Forget it."""

    def act(**by: Any) -> None:
        services.remove_impossibility(session, jury_id, application_id, impossibility_id, **by)

    return done(session, (jury_id, application_id), Form(), act, told=_("It is taken away."))


@bp.post("/questions")
@allow(Audience.OFFICER, rules.manages)
def write_questions(session: Session, jury_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Write what the jury asks before the hearing."""
    form, actor = FeedbackForm(), current_actor()
    jury = queries.hearing_jury(session, jury_id, actor, who=rules.manages.where)
    queries.line(session, jury, application_id, actor)
    remarks = queries.remarks(session, jury, application_id)
    form.offer(remarks)

    def act(**by: Any) -> None:
        if form.due_on.data is None:  # the form asks for it
            return
        services.write_feedback(
            session,
            jury_id,
            application_id,
            form.composed(remarks),
            due_on=form.due_on.data,
            reviews=form.review_ids,
            **by,
        )

    told = _("The questions are kept. The applicant does not read them yet.")
    return done(session, (jury_id, application_id), form, act, told=told, name="questions")


@bp.post("/questions/envoi")
@allow(Audience.OFFICER, rules.manages)
def release_questions(session: Session, jury_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Let the applicant read them and reply."""

    def act(**by: Any) -> None:
        services.release_feedback(session, jury_id, application_id, **by)

    told = _("The applicant reads the questions from now on and is told by e-mail.")
    return done(session, (jury_id, application_id), Form(), act, told=told)


def done(
    session: Session,
    where: tuple[UUID, UUID],
    form: Form,
    act: Callable[..., None],
    *,
    told: str,
    name: str = "form",
) -> ResponseReturnValue:
    """Act when the form is right; then back to the page, or the page with what is wrong."""
    if form.validate():
        with attempt(session, form) as tried:
            act(actor=current_actor(), now=now())
        if not tried.refused:
            flash(told, "success")
            here = url_for(".show", jury_id=where[0], application_id=where[1])
            return redirect(here, 303)
    return page(session, *where, **{name: form}), form.status


def page(session: Session, jury_id: UUID, application_id: UUID, **forms: Any) -> str:
    """The hearing as a page; `forms` hold what was typed."""
    actor = current_actor()
    jury = queries.hearing_jury(session, jury_id, actor)
    line = queries.line(session, jury, application_id, actor)
    feedback = queries.feedback(session, jury.id, application_id)
    remarks = queries.remarks(session, jury, application_id)
    world = known_world(session, jury)
    move_form = forms.get("move") or MoveForm(formdata=None)
    blocked = offer_slots(move_form, world, application_id) if world else []
    swap_form = forms.get("swap") or SwapForm(formdata=None)
    offer_others(swap_form, world, application_id)
    questions = forms.get("questions") or FeedbackForm(formdata=None, obj=feedback)
    failed = next((one for one in forms.values() if one.errors), None)
    return render_template(
        "officer/hearings/file.html",
        jury=jury,
        line=line,
        form=failed or Form(),
        world=world,
        blocked=blocked,
        move=move_form,
        swap=swap_form,
        impossibility=forms.get("impossibility") or ImpossibilityForm(formdata=None),
        impossibilities=queries.impossibilities(session, jury, application_id),
        attendance=forms.get("attendance")
        or AttendanceForm(formdata=None, attendance=line.attendance or ""),
        questions=questions.offer(remarks),
        feedback=feedback,
        stands=STANDS,
        weekday=weekday,
        hour=wording.time_of_day,
        has_begun=line.starts_at is not None and line.starts_at <= now(),
        may_manage=rules.manages.holds(actor, jury) and not jury.closed_at,
    )


def known_world(session: Session, jury: Jury) -> World | None:
    """Everything that decides of slots, once the constraints are written."""
    plan = plan_of(session, jury.id)
    return world_of(session, jury, plan, current_actor()) if plan else None


def offer_slots(form: MoveForm, world: World, application_id: UUID) -> list[tuple[str, str]]:
    """Fill the choice with the slots that would do; return the others, each with its reason."""
    case = world.cases.get(application_id)
    good: list[SelectChoice] = []
    bad: list[tuple[str, str]] = []
    board, mine = world.without(application_id), world.hearing_of(application_id)
    here = (mine.span.starts_at, mine.span.place) if mine else None
    for slot in board.slots[:SLOTS_MAX] if case else ():
        if (slot.starts_at, slot.place) == here:
            continue
        words = slot_words(slot)
        why = services.why_blocked(world, board, slot, application_id)
        if why is None:
            good.append(SelectChoice(services.slot_key(slot), words))
        else:
            bad.append((words, sentence(why)))
    form.slot.choices = good
    return bad


def offer_others(form: SwapForm, world: World | None, application_id: UUID) -> None:
    """The hearings that this one may change places with."""
    known = world is not None and application_id in world.lines
    mine = world.hearing_of(application_id) if world and known else None
    form.other.choices = [
        SelectChoice(
            str(one.application_id),
            f"{weekday(one.span.starts_at)}, {wording.time_of_day(one.span.starts_at)} · "
            f"{world.lines[one.application_id].number} {world.lines[one.application_id].title}",
        )
        for one in (world.standing if world and mine else ())
        if world is not None
        and one.jury_id == world.jury.id
        and one.application_id != application_id
        and one.application_id in world.lines
    ]
