"""Who acts for an organisation, with which role, and how it is handed over."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.applications.queries.leftovers import left_behind
from grants.kernel.access import OrganisationRole
from grants.people import queries, rules, services
from grants.web.account.fields import typed
from grants.web.account.home import roles_by_person
from grants.web.account.organisation_forms import HandOverForm, InviteMemberForm
from grants.web.account.organisation_words import MAY_DO
from grants.web.account.words import ORGANISATION_ROLES
from grants.web.forms import attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("members", __name__, url_prefix="/structures/<uuid:organisation_id>/membres")


@bp.get("")
@allow(Audience.SIGNED_IN, rules.is_member)
def index(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """The members, the invitations, and what each role may do."""
    return page(session, organisation_id, InviteMemberForm())


@bp.post("/inviter")
@allow(Audience.SIGNED_IN, rules.is_representative)
def invite(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """Write to somebody who should act for it too."""
    form = InviteMemberForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.invite_member(
                session,
                organisation_id,
                email=typed(form.email),
                role=OrganisationRole(form.role.data),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(
                _("The invitation is on its way to %(email)s.", email=typed(form.email)), "success"
            )
            return redirect(url_for(".index", organisation_id=organisation_id), 303)
    return page(session, organisation_id, form), form.status


@bp.post("/invitations/<uuid:link_id>/annuler")
@allow(Audience.SIGNED_IN, rules.is_representative)
def withdraw(session: Session, organisation_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """Make an invitation void."""
    services.withdraw_invitation(session, link_id, actor=current_actor(), now=now())
    flash(_("The invitation is void."), "success")
    return redirect(url_for(".index", organisation_id=organisation_id), 303)


@bp.post("/<uuid:person_id>/roles/<role>")
@allow(Audience.SIGNED_IN, rules.is_representative)
def promote(
    session: Session, organisation_id: UUID, person_id: UUID, role: str
) -> ResponseReturnValue:
    """Give a member one more role."""
    wanted = next((one for one in OrganisationRole if one.value == role), None)
    if wanted is not None:
        services.grant_member_role(
            session, organisation_id, person_id, wanted, actor=current_actor(), now=now()
        )
    return redirect(url_for(".index", organisation_id=organisation_id), 303)


@bp.post("/<uuid:person_id>/retirer")
@allow(Audience.SIGNED_IN, rules.is_member)
def remove(session: Session, organisation_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Take somebody out, or leave."""
    actor = current_actor()
    services.remove_member(session, organisation_id, person_id, actor=actor, now=now())
    if person_id == actor.id:
        flash(_("You no longer act for this organisation."), "success")
        return redirect(url_for("account.organisations.index"), 303)
    flash(_("This person no longer acts for the organisation."), "success")
    return redirect(url_for(".index", organisation_id=organisation_id), 303)


@bp.post("/<uuid:person_id>/roles/<role>/retirer")
@allow(Audience.SIGNED_IN, rules.is_representative)
def demote(
    session: Session, organisation_id: UUID, person_id: UUID, role: str
) -> ResponseReturnValue:
    """Take one role from a member who keeps another."""
    wanted = next((one for one in OrganisationRole if one.value == role), None)
    if wanted is not None:
        services.revoke_member_role(
            session, organisation_id, person_id, wanted, actor=current_actor(), now=now()
        )
    return redirect(url_for(".index", organisation_id=organisation_id), 303)


@bp.get("/relais")
@allow(Audience.SIGNED_IN, rules.is_representative)
def succession(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """Whom to hand the organisation over to, and what stays."""
    return hand_over_page(session, organisation_id, None)


@bp.post("/relais")
@allow(Audience.SIGNED_IN, rules.is_representative)
def hand_over(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """Hand it over, then stay or leave."""
    actor = current_actor()
    organisation = queries.organisation(session, organisation_id, viewer=actor)
    rules.is_representative.require(actor, organisation)
    form = HandOverForm.among(organisation, actor.id)
    if form.validate():
        with attempt(session, form) as tried:
            services.hand_over(
                session,
                organisation_id,
                UUID(form.successor.data),
                leave=form.leave.data,
                actor=actor,
                now=now(),
            )
        if not tried.refused:
            flash(_("The organisation is handed over. Thank you for having carried it."), "success")
            if form.leave.data:
                return redirect(url_for("account.organisations.index"), 303)
            return redirect(url_for(".index", organisation_id=organisation_id), 303)
    return hand_over_page(session, organisation_id, form), form.status


def hand_over_page(session: Session, organisation_id: UUID, form: HandOverForm | None) -> str:
    """The page of the succession."""
    actor = current_actor()
    organisation = queries.organisation(session, organisation_id, viewer=actor)
    rules.is_representative.require(actor, organisation)
    return render_template(
        "account/members/hand_over.html",
        organisation=organisation,
        form=form or HandOverForm.among(organisation, actor.id),
    )


def page(session: Session, organisation_id: UUID, form: InviteMemberForm) -> str:
    """The page of the members."""
    actor = current_actor()
    organisation = queries.organisation(session, organisation_id, viewer=actor)
    people = roles_by_person(organisation)
    representatives = [one for one, roles in people if OrganisationRole.REPRESENTATIVE in roles]
    return render_template(
        "account/members/index.html",
        form=form,
        organisation=organisation,
        represents=rules.is_representative.holds(actor, organisation),
        is_last=[one.id for one in representatives] == [actor.id],
        people=people,
        invitations=queries.invitations(session, organisation.id, owner="organisation", now=now()),
        left_behind=left_behind(session, organisation.id, actor),
        words=ORGANISATION_ROLES,
        may_do=MAY_DO,
    )
