"""The people who work for one's funders, and their roles."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.kernel.access import FunderRole
from grants.kernel.errors import Forbidden, Unknown
from grants.people import queries, rules, services
from grants.web.account.fields import typed
from grants.web.account.words import FUNDER_ROLES
from grants.web.admin.forms import GrantForm, InviteForm
from grants.web.forms import attempt
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("people", __name__, url_prefix="/personnes")
ROLES = {role.value: role for role in FunderRole}


@bp.get("")
@allow(Audience.ADMIN, rules.can_see_person)
def index(session: Session) -> ResponseReturnValue:
    """Whoever works for one's funders; the operator sees everybody."""
    sort = request.args.get("sort", "name")
    statement = queries.people(
        viewer=current_actor(),
        search=request.args.get("q", "").strip(),
        role=ROLES.get(request.args.get("role", "")),
        sort=sort.removeprefix("-"),
        descending=sort.startswith("-"),
    )
    return render_template(
        "admin/people/index.html",
        page=page_of(session, statement, number=asked_page()),
        words=FUNDER_ROLES,
        may_invite=bool(queries.administered(session, viewer=current_actor())),
    )


@bp.get("/inviter")
@allow(Audience.ADMIN, rules.administers)
def invitation(session: Session) -> ResponseReturnValue:
    """The form of an invitation to work for one's funder."""
    administered = queries.administered(session, viewer=current_actor())
    if not administered:  # an auditor reads here, and invites nobody
        raise Forbidden
    form = InviteForm()
    form.offer(administered)
    return render_template("admin/people/invitation.html", form=form)


@bp.post("/inviter")
@allow(Audience.ADMIN, rules.administers)
def invite(session: Session) -> ResponseReturnValue:
    """Write to somebody who should work for one's funder."""
    form = InviteForm()
    form.offer(queries.administered(session, viewer=current_actor()))
    if form.validate():
        with attempt(session, form) as tried:
            services.invite_to_funder(
                session,
                form.funder_id,
                email=typed(form.email),
                name=typed(form.name),
                roles=[FunderRole(role) for role in form.roles.data or ()],
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            words = _("The invitation is on its way to %(email)s.", email=typed(form.email))
            flash(words, "success")
            return redirect(url_for("admin.funders.show", funder_id=form.funder_id), 303)
    return render_template("admin/people/invitation.html", form=form), form.status


@bp.get("/<uuid:person_id>")
@allow(Audience.ADMIN, rules.can_see_person)
def show(session: Session, person_id: UUID) -> ResponseReturnValue:
    """One person and their roles."""
    return page(session, person_id, GrantForm())


@bp.post("/<uuid:person_id>/roles")
@allow(Audience.ADMIN, rules.administers)
def grant(session: Session, person_id: UUID) -> ResponseReturnValue:
    """Give one more role."""
    form = GrantForm()
    form.offer(queries.administered(session, viewer=current_actor()))
    if form.validate():
        with attempt(session, form) as tried:
            services.grant_role(
                session,
                person_id,
                form.funder_id,
                FunderRole(typed(form.role)),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The role is given."), "success")
            return redirect(url_for(".show", person_id=person_id), 303)
    return page(session, person_id, form), form.status


@bp.post("/<uuid:person_id>/roles/<uuid:funder_id>/<role>/retirer")
@allow(Audience.ADMIN, rules.administers)
def revoke(session: Session, person_id: UUID, funder_id: UUID, role: str) -> ResponseReturnValue:
    """Take a role away."""
    if role not in ROLES:
        raise Unknown
    services.revoke_role(
        session, person_id, funder_id, ROLES[role], actor=current_actor(), now=now()
    )
    flash(_("The role is taken away."), "success")
    return redirect(url_for("admin.funders.show", funder_id=funder_id), 303)


@bp.post("/<uuid:person_id>/fermer")
@allow(Audience.ADMIN, rules.is_operator)
def disable(session: Session, person_id: UUID) -> ResponseReturnValue:
    """Close an account and sign it out everywhere."""
    services.disable_person(session, person_id, actor=current_actor(), now=now())
    flash(_("The account is closed."), "success")
    return redirect(url_for(".show", person_id=person_id), 303)


@bp.post("/<uuid:person_id>/rouvrir")
@allow(Audience.ADMIN, rules.is_operator)
def enable(session: Session, person_id: UUID) -> ResponseReturnValue:
    """Open a closed account again."""
    services.enable_person(session, person_id, actor=current_actor(), now=now())
    flash(_("The account is open again."), "success")
    return redirect(url_for(".show", person_id=person_id), 303)


def page(session: Session, person_id: UUID, form: GrantForm) -> str:
    """The page of one person."""
    actor = current_actor()
    person = queries.person(session, person_id, viewer=actor)
    administered = queries.administered(session, viewer=actor)
    form.offer(administered)
    return render_template(
        "admin/people/show.html",
        form=form,
        person=person,
        administered={one.id for one in administered},
        words=FUNDER_ROLES,
    )
