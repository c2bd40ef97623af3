"""The hearings of a jury, for the service: constraints, the plan, convocations."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from grants.juries import rules
from grants.juries.hearings import queries, services
from grants.juries.hearings.queries import BoardLine
from grants.juries.hearings.slots import halves_of
from grants.juries.hearings.world import hours_of, plan_of, world_of
from grants.kernel.errors import Refused
from grants.web.forms import Form, attempt
from grants.web.juror.hearing_words import FILTERS, STANDS, half, weekday, why_not
from grants.web.officer.hearing_forms import ApplyForm, PlanForm
from grants.web.paging import Page, asked_page
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

PER_PAGE = 50

bp = Blueprint("hearings", __name__, url_prefix="/jurys/<uuid:jury_id>/auditions")


@bp.get("")
@allow(Audience.OFFICER, rules.follows)
def show(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Who is heard when, and where it stands."""
    return page(session, jury_id, Form())


@bp.get("/contraintes")
@allow(Audience.OFFICER, rules.follows)
def constraints(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """When and where the jury hears."""
    form = PlanForm(formdata=None)
    plan = plan_of(session, jury_id)
    return plan_page(session, jury_id, form.fill(plan) if plan else form)


@bp.post("/contraintes")
@allow(Audience.OFFICER, rules.manages)
def write(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Write it down."""
    form = PlanForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.write_plan(session, jury_id, form.plan(), actor=current_actor(), now=now())
        if not tried.refused:
            flash(
                _("The hours of the jury are kept. Members may now say when they can come."),
                "success",
            )
            return redirect(url_for(".show", jury_id=jury_id), 303)
    return plan_page(session, jury_id, form), form.status


@bp.get("/apercu")
@allow(Audience.OFFICER, rules.manages)
def preview(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """The plan that would be made, before it is."""
    return preview_page(session, jury_id, ApplyForm(formdata=None))


@bp.post("/apercu")
@allow(Audience.OFFICER, rules.manages)
def apply(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Make it, as it was seen."""
    form = ApplyForm()
    with attempt(session, form) as tried:
        made = services.apply_proposal(
            session, jury_id, seen=form.seen.data or "", actor=current_actor(), now=now()
        )
    if tried.refused:
        return preview_page(session, jury_id, form), form.status
    flash(
        ngettext(
            "%(num)s hearing is placed. Nobody was told yet.",
            "%(num)s hearings are placed. Nobody was told yet.",
            len(made.placed),
        ),
        "success",
    )
    return redirect(url_for(".show", jury_id=jury_id), 303)


@bp.post("/convocations")
@allow(Audience.OFFICER, rules.manages)
def convoke(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Tell everybody what they were not told yet."""
    form = Form()
    with attempt(session, form) as tried:
        sent = services.convoke(session, jury_id, actor=current_actor(), now=now())
    if tried.refused:
        return page(session, jury_id, form), form.status
    flash(
        _(
            "Messages leave: %(applicants)s to applicants, %(members)s to members of the jury.",
            applicants=sent.applicants,
            members=sent.members,
        ),
        "success",
    )
    return redirect(url_for(".show", jury_id=jury_id), 303)


def page(session: Session, jury_id: UUID, form: Form) -> str:
    """The hearings as a page."""
    actor = current_actor()
    jury = queries.hearing_jury(session, jury_id, actor)
    plan = plan_of(session, jury.id)
    words, stand, number = request.args.get("q", ""), request.args.get("show", ""), asked_page()
    sort = request.args.get("sort", "")
    tally = queries.tally(session, jury, actor, words=words)
    statement = queries.board(jury, actor, words=words, stand=stand, sort=sort)
    cut = statement.limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    rows = [BoardLine(*row) for row in session.execute(cut)]
    return render_template(
        "officer/hearings/show.html",
        jury=jury,
        plan=plan,
        form=form,
        page=Page(rows, number, PER_PAGE, tally.get(stand, tally["all"])),
        tally=tally,
        members=queries.availabilities(session, jury),
        halves=halves_of(hours_of(plan)) if plan else [],
        half=half,
        weekday=weekday,
        stands=STANDS,
        filters=FILTERS,
        may_manage=rules.manages.holds(actor, jury) and not jury.closed_at,
    )


def plan_page(session: Session, jury_id: UUID, form: PlanForm) -> str:
    """The constraints as a page."""
    actor = current_actor()
    jury = queries.hearing_jury(session, jury_id, actor)
    return render_template(
        "officer/hearings/plan.html",
        jury=jury,
        form=form,
        may_manage=rules.manages.holds(actor, jury) and not jury.closed_at,
    )


def preview_page(session: Session, jury_id: UUID, form: ApplyForm) -> str:
    """The plan that would be made, as a page."""
    actor = current_actor()
    jury = queries.hearing_jury(session, jury_id, actor, who=rules.manages.where)
    plan = plan_of(session, jury.id)
    if plan is None:
        raise Refused("hearing.no_plan")
    world = world_of(session, jury, plan, actor)
    made = services.proposal_for(world)
    form.seen.data = services.fingerprint(made)
    kept = [
        one
        for one in world.standing
        if one.jury_id == jury.id and one.is_kept and one.application_id in world.lines
    ]
    return render_template(
        "officer/hearings/preview.html",
        jury=jury,
        form=form,
        made=made,
        kept=kept,
        lines=world.lines,
        names={one.seat_id: one.name for one in world.jurors},
        silent=world.silent if not plan.counts_silent else (),
        standing={one.application_id: one for one in world.standing if one.jury_id == jury.id},
        weekday=weekday,
        why_not=why_not,
    )
