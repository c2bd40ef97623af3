"""A jury seen by the service: members and invitations, who reads what, who stepped back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from grants.juries import queries, rules, services
from grants.juries.models import ReasonClass, SeatRole
from grants.juries.queries import Share, conflicts
from grants.juries.queries.suspects import Suspicion, suspicions
from grants.web.forms import INVALID, Form, attempt
from grants.web.juror.people_words import COLLEGES
from grants.web.juror.phases import shown_phases
from grants.web.juror.words import ANSWERS, ORIGINS, ROLES, STATES
from grants.web.officer.conflict_words import STRENGTHS, reason_of
from grants.web.officer.jury_forms import (
    ImposedRecusalForm,
    InvitationForm,
    ShareForm,
    ticked,
)
from grants.web.paging import Page, asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("juries", __name__, url_prefix="/jurys")


@bp.get("/<uuid:jury_id>")
@allow(Audience.OFFICER, rules.follows)
def show(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Members, their progress, the register of recusals."""
    return page(session, jury_id, InvitationForm())


@bp.post("/<uuid:jury_id>/invitations")
@allow(Audience.OFFICER, rules.manages)
def invite(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Invite somebody by mail."""
    actor, form = current_actor(), InvitationForm()
    if form.validate():
        jury = queries.jury(session, jury_id, actor, who=rules.manages.where)
        typed = [(form.name.data or "", form.email.data or "")]
        suspected = suspicions(session, jury, typed, actor, now=now())[0]
        if suspected and "seen" not in request.form:
            return page(session, jury_id, form, suspected), INVALID
        with attempt(session, form) as tried:
            services.invite(
                session,
                jury_id,
                email=form.email.data or "",
                name=form.name.data or "",
                role=SeatRole(form.role.data),
                actor=actor,
                now=now(),
            )
        if not tried.refused:
            flash(_("The invitation is on its way."), "success")
            return redirect(url_for(".show", jury_id=jury_id), 303)
    return page(session, jury_id, form), form.status


@bp.post("/<uuid:jury_id>/tout-le-monde")
@allow(Audience.OFFICER, rules.manages)
def assign_everyone(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Everyone reads everything."""
    given = services.assign_everyone(session, jury_id, actor=current_actor(), now=now())
    flash(
        ngettext("%(num)s reading added.", "%(num)s readings added.", given)
        if given
        else _("Nothing to add: everyone already reads everything they may."),
        "success",
    )
    return redirect(url_for(".show", jury_id=jury_id), 303)


@bp.get("/<uuid:jury_id>/repartition")
@allow(Audience.OFFICER, rules.follows)
def shares(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Who reads what, application by application."""
    return shares_page(session, jury_id, ShareForm(formdata=None))


@bp.post("/<uuid:jury_id>/repartition")
@allow(Audience.OFFICER, rules.manages)
def assign(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Give the ticked applications to a member, or take them back."""
    if request.form.get("act") == "unassign":
        return by_hand(session, jury_id, services.unassign)
    return by_hand(session, jury_id, services.assign)


@bp.get("/<uuid:jury_id>/dossiers/<uuid:application_id>/deport")
@allow(Audience.OFFICER, rules.manages)
def ask_recusal(session: Session, jury_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Which member must not read an application, and why."""
    return recusal_page(session, jury_id, application_id, ImposedRecusalForm(formdata=None))


@bp.post("/<uuid:jury_id>/dossiers/<uuid:application_id>/deport")
@allow(Audience.OFFICER, rules.manages)
def impose_recusal(session: Session, jury_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Recuse a member from an application."""
    actor, form = current_actor(), ImposedRecusalForm()
    jury = queries.jury(session, jury_id, actor, who=rules.manages.where)
    form.offer(queries.members(session, jury, actor))
    if form.validate():
        with attempt(session, form) as tried:
            services.impose_recusal(
                session,
                form.seat_id,
                application_id,
                reason=form.reason.data or "",
                reason_class=ReasonClass(form.reason_class.data or ReasonClass.OTHER),
                actor=actor,
                now=now(),
            )
        if not tried.refused:
            flash(_("The recusal is recorded. This member sees nothing more of it."), "success")
            return redirect(url_for(".shares", jury_id=jury_id), 303)
    return recusal_page(session, jury_id, application_id, form), form.status


def by_hand(session: Session, jury_id: UUID, act: Callable[..., int]) -> ResponseReturnValue:
    """Assign or unassign what is ticked."""
    actor, form = current_actor(), ShareForm()
    jury = queries.jury(session, jury_id, actor, who=rules.manages.where)
    form.offer(queries.members(session, jury, actor))
    if form.validate():
        with attempt(session, form) as tried:
            moved = act(session, jury_id, form.seat_id, ticked(), actor=actor, now=now())
        if not tried.refused:
            flash(
                ngettext("%(num)s reading changed.", "%(num)s readings changed.", moved), "success"
            )
            kept: dict[str, Any] = request.args.to_dict()
            return redirect(url_for(".shares", **{**kept, "jury_id": jury_id}), 303)
    return shares_page(session, jury_id, form), form.status


def page(session: Session, jury_id: UUID, form: Form, suspected: Sequence[Suspicion] = ()) -> str:
    """The jury's page; `suspected` is what links the person about to be invited."""
    actor = current_actor()
    jury = queries.jury(session, jury_id, actor)
    return render_template(
        "officer/juries/show.html",
        jury=jury,
        form=form,
        members=queries.members(session, jury, actor),
        tally=queries.tally(session, jury, actor),
        recusals=queries.recusals(session, jury, actor),
        recusals_shown=queries.RECUSALS_SHOWN,
        may_manage=rules.manages.holds(actor, jury) and not jury.closed_at,
        roles=ROLES,
        answers=ANSWERS,
        origins=ORIGINS,
        phases=shown_phases(jury, now()),
        open_conflicts=conflicts.open_hints(session, jury.id, actor),
        suspected=suspected,
        strengths=STRENGTHS,
        reason_of=reason_of,
        colleges=COLLEGES,
    )


def shares_page(session: Session, jury_id: UUID, form: ShareForm) -> str:
    """The sharing out of files as a page."""
    actor = current_actor()
    jury = queries.jury(session, jury_id, actor)
    form.offer(queries.members(session, jury, actor))
    statement = queries.shares(
        jury,
        actor,
        words=request.args.get("q", ""),
        unread=request.args.get("show") == "unread",
    )
    found = page_of(session, statement, number=asked_page())
    shown = [Share(*row) for row in found.rows]
    pairs = conflicts.open_pairs(session, jury.id, [one.application_id for one in shown], actor)
    return render_template(
        "officer/juries/shares.html",
        jury=jury,
        form=form,
        page=Page(shown, found.number, found.per_page, found.total),
        suspected={(one.application_id, str(one.seat_id)) for one in pairs},
        may_manage=rules.manages.holds(actor, jury) and not jury.closed_at,
        states=STATES,
        chosen=set(ticked()),
    )


def recusal_page(
    session: Session, jury_id: UUID, application_id: UUID, form: ImposedRecusalForm
) -> str:
    """The imposed recusal as a page."""
    actor = current_actor()
    jury = queries.jury(session, jury_id, actor, who=rules.manages.where)
    form.offer(queries.members(session, jury, actor))
    facts: dict[str, Any] = {"jury": jury, "form": form}
    facts["share"] = queries.share(session, jury, application_id, actor)
    return render_template("officer/juries/ask_recusal.html", **facts)
