"""The organisations that a person acts for, and who else does."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.kernel.access import OrganisationRole
from grants.people import queries, rules, services
from grants.people.identifiers import spaced_siret
from grants.web.account.entering import local_path
from grants.web.account.fields import typed
from grants.web.account.organisation_forms import InviteMemberForm, OrganisationForm
from grants.web.account.words import ORGANISATION_ROLES
from grants.web.forms import attempt
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import SIGNED_IN, Audience, allow

bp = Blueprint("organisations", __name__, url_prefix="/structures")


@bp.get("")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def index(session: Session) -> ResponseReturnValue:
    """The organisations that the person acts for."""
    page = page_of(session, queries.organisations(viewer=current_actor()), number=asked_page())
    return render_template(
        "account/organisations/index.html",
        page=page,
        roles=current_actor().organisations,
        words=ORGANISATION_ROLES,
    )


@bp.get("/nouvelle")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def new(_session: Session) -> ResponseReturnValue:
    """The form of an organisation to add."""
    return render_template("account/organisations/new.html", form=OrganisationForm())


@bp.post("/nouvelle")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def create(session: Session) -> ResponseReturnValue:
    """Add it; whoever adds an organisation represents it."""
    form = OrganisationForm()
    if form.validate():
        with attempt(session, form) as tried:
            organisation = services.create_organisation(
                session, form.details(), actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("%(name)s is added. You represent it.", name=organisation.name), "success")
            wanted = local_path(request.args.get("next"))
            return redirect(wanted or url_for(".show", organisation_id=organisation.id), 303)
    return render_template("account/organisations/new.html", form=form), form.status


@bp.get("/<uuid:organisation_id>")
@allow(Audience.SIGNED_IN, rules.is_member)
def show(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """One organisation, its members and its invitations."""
    return page(session, organisation_id, InviteMemberForm())


@bp.get("/<uuid:organisation_id>/modifier")
@allow(Audience.SIGNED_IN, rules.is_representative)
def edit(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """The form of what it says of itself."""
    organisation = queries.organisation(session, organisation_id, viewer=current_actor())
    rules.is_representative.require(current_actor(), organisation)
    form = OrganisationForm.of(organisation)
    return render_template("account/organisations/edit.html", form=form, organisation=organisation)


@bp.post("/<uuid:organisation_id>/modifier")
@allow(Audience.SIGNED_IN, rules.is_representative)
def update(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """Keep what changed."""
    organisation = queries.organisation(session, organisation_id, viewer=current_actor())
    form = OrganisationForm.of(organisation)
    if form.validate():
        with attempt(session, form) as tried:
            services.update_organisation(
                session, organisation_id, form.details(), actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("The organisation is up to date."), "success")
            return redirect(url_for(".show", organisation_id=organisation_id), 303)
    answer = render_template(
        "account/organisations/edit.html", form=form, organisation=organisation
    )
    return answer, form.status


@bp.post("/<uuid:organisation_id>/inviter")
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
            return redirect(url_for(".show", organisation_id=organisation_id), 303)
    return page(session, organisation_id, form), form.status


@bp.post("/<uuid:organisation_id>/invitations/<uuid:link_id>/annuler")
@allow(Audience.SIGNED_IN, rules.is_representative)
def withdraw(session: Session, organisation_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """Make an invitation void."""
    services.withdraw_invitation(session, link_id, actor=current_actor(), now=now())
    flash(_("The invitation is void."), "success")
    return redirect(url_for(".show", organisation_id=organisation_id), 303)


@bp.post("/<uuid:organisation_id>/membres/<uuid:person_id>/roles/<role>")
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
    return redirect(url_for(".show", organisation_id=organisation_id), 303)


@bp.post("/<uuid:organisation_id>/membres/<uuid:person_id>/retirer")
@allow(Audience.SIGNED_IN, rules.is_member)
def remove(session: Session, organisation_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Take somebody out, or leave."""
    actor = current_actor()
    services.remove_member(session, organisation_id, person_id, actor=actor, now=now())
    if person_id == actor.id:
        flash(_("You no longer act for this organisation."), "success")
        return redirect(url_for(".index"), 303)
    flash(_("This person no longer acts for the organisation."), "success")
    return redirect(url_for(".show", organisation_id=organisation_id), 303)


def page(session: Session, organisation_id: UUID, form: InviteMemberForm) -> str:
    """The page of one organisation."""
    organisation = queries.organisation(session, organisation_id, viewer=current_actor())
    people = {one.person.id: one.person for one in organisation.members}
    return render_template(
        "account/organisations/show.html",
        form=form,
        organisation=organisation,
        siret=spaced_siret(organisation.siret) if organisation.siret else None,
        represents=rules.is_representative.holds(current_actor(), organisation),
        people=people.values(),
        held={key: [m.role for m in organisation.members if m.person_id == key] for key in people},
        invitations=queries.invitations(session, organisation.id, owner="organisation", now=now()),
        words=ORGANISATION_ROLES,
    )
