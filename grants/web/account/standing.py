"""Where an organisation acts, how it belongs to the social economy, how many work there."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.people import queries, rules, services, standing
from grants.people.models import Organisation
from grants.people.standing import Social, Where
from grants.web.account.home import neighbourhood_words
from grants.web.account.standing_forms import PlacesForm, StandingForm
from grants.web.forms import attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("standing", __name__, url_prefix="/structures/<uuid:organisation_id>")


@bp.get("/lieux")
@allow(Audience.SIGNED_IN, rules.is_representative)
def places(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """The form of the places and their neighbourhoods."""
    organisation = represented(session, organisation_id)
    return places_page(organisation, PlacesForm.of(organisation))


@bp.post("/lieux")
@allow(Audience.SIGNED_IN, rules.is_representative)
def update_places(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """Keep where it acts."""
    organisation = represented(session, organisation_id)
    form = PlacesForm.of(organisation)
    if form.validate():
        with attempt(session, form) as tried:
            services.update_places(
                session, organisation_id, form.places(), actor=current_actor(), now=now()
            )
        if not tried.refused:
            return kept(organisation_id)
    return places_page(organisation, form), form.status


@bp.get("/statut")
@allow(Audience.SIGNED_IN, rules.is_representative)
def edit(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """The form of the social economy, the approvals and the staff."""
    organisation = represented(session, organisation_id)
    return standing_page(organisation, StandingForm.of(organisation))


@bp.post("/statut")
@allow(Audience.SIGNED_IN, rules.is_representative)
def update(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """Keep them."""
    organisation = represented(session, organisation_id)
    form = StandingForm.of(organisation)
    if form.validate():
        with attempt(session, form) as tried:
            services.update_standing(
                session,
                organisation_id,
                is_social_company=form.is_social_company.data,
                approvals=form.held(),
                employees=form.employees.data,
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            return kept(organisation_id)
    return standing_page(organisation, form), form.status


def represented(session: Session, organisation_id: UUID) -> Organisation:
    """The organisation, for whoever represents it.

    Raises:
        Unknown: there is none, or the person is not a member.
        Forbidden: the person does not represent it.
    """
    organisation = queries.organisation(session, organisation_id, viewer=current_actor())
    rules.is_representative.require(current_actor(), organisation)
    return organisation


def kept(organisation_id: UUID) -> ResponseReturnValue:
    """Back to its home."""
    flash(_("The organisation is up to date."), "success")
    return redirect(url_for("account.organisations.show", organisation_id=organisation_id), 303)


def places_page(organisation: Organisation, form: PlacesForm) -> str:
    """The page of the places."""
    return render_template(
        "account/standing/places.html",
        organisation=organisation,
        form=form,
        seat=standing.seat(organisation).line(),
        known={where.value: neighbourhood_words(organisation, where) for where in Where},
    )


def standing_page(organisation: Organisation, form: StandingForm) -> str:
    """The page of the social economy."""
    by_law = standing.social(organisation) is Social.BY_LAW
    return render_template(
        "account/standing/edit.html", organisation=organisation, form=form, by_law=by_law
    )
