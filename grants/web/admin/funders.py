"""Funders, what they say of themselves, and who works for them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.people import queries, rules, services
from grants.people.identifiers import spaced_siret
from grants.web.account.fields import typed
from grants.web.account.words import FUNDER_KINDS, FUNDER_ROLES
from grants.web.admin.forms import FunderForm, NewFunderForm
from grants.web.forms import attempt
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("funders", __name__, url_prefix="/financeurs")


@bp.get("")
@allow(Audience.ADMIN, rules.can_see_funder)
def index(session: Session) -> ResponseReturnValue:
    """The funders whose settings one may see."""
    page = page_of(session, queries.funders(viewer=current_actor()), number=asked_page())
    return render_template("admin/funders/index.html", page=page, kinds=FUNDER_KINDS)


@bp.get("/nouveau")
@allow(Audience.ADMIN, rules.is_operator)
def new(_session: Session) -> ResponseReturnValue:
    """The form of a funder to add."""
    rules.is_operator.require(current_actor(), None)
    return render_template("admin/funders/new.html", form=NewFunderForm())


@bp.post("/nouveau")
@allow(Audience.ADMIN, rules.is_operator)
def create(session: Session) -> ResponseReturnValue:
    """Add it."""
    rules.is_operator.require(current_actor(), None)
    form = NewFunderForm()
    if form.validate():
        with attempt(session, form) as tried:
            funder = services.create_funder(
                session, typed(form.key), form.details(), actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("%(name)s is added. Invite its first people.", name=funder.name), "success")
            return redirect(url_for(".show", funder_id=funder.id), 303)
    return render_template("admin/funders/new.html", form=form), form.status


@bp.get("/<uuid:funder_id>")
@allow(Audience.ADMIN, rules.can_see_funder)
def show(session: Session, funder_id: UUID) -> ResponseReturnValue:
    """One funder, its people and its invitations."""
    actor = current_actor()
    funder = queries.funder(session, funder_id, viewer=actor)
    return render_template(
        "admin/funders/show.html",
        funder=funder,
        siret=spaced_siret(funder.siret) if funder.siret else None,
        members=sorted(funder.members, key=lambda one: (one.person.name.casefold(), one.role)),
        invitations=queries.invitations(session, funder.id, owner="funder", now=now()),
        administers=rules.administers.holds(actor, funder),
        kinds=FUNDER_KINDS,
        words=FUNDER_ROLES,
    )


@bp.get("/<uuid:funder_id>/modifier")
@allow(Audience.ADMIN, rules.administers)
def edit(session: Session, funder_id: UUID) -> ResponseReturnValue:
    """The form of what it says of itself."""
    funder = queries.funder(session, funder_id, viewer=current_actor())
    rules.administers.require(current_actor(), funder)
    form = FunderForm(obj=funder)
    return render_template("admin/funders/edit.html", form=form, funder=funder)


@bp.post("/<uuid:funder_id>/modifier")
@allow(Audience.ADMIN, rules.administers)
def update(session: Session, funder_id: UUID) -> ResponseReturnValue:
    """Keep what changed."""
    funder = queries.funder(session, funder_id, viewer=current_actor())
    form = FunderForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.update_funder(
                session, funder_id, form.details(), actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("The funder is up to date."), "success")
            return redirect(url_for(".show", funder_id=funder_id), 303)
    return render_template("admin/funders/edit.html", form=form, funder=funder), form.status


@bp.post("/<uuid:funder_id>/invitations/<uuid:link_id>/annuler")
@allow(Audience.ADMIN, rules.administers)
def withdraw(session: Session, funder_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """Make an invitation void."""
    services.withdraw_invitation(session, link_id, actor=current_actor(), now=now())
    flash(_("The invitation is void."), "success")
    return redirect(url_for(".show", funder_id=funder_id), 303)
