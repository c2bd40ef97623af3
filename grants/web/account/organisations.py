"""The organisations that a person acts for: the list, and the home of each."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.applications.queries.leftovers import left_behind
from grants.kernel.clock import paris_date
from grants.people import identifiers, queries, rules, services
from grants.people.identifiers import spaced_siret
from grants.people.legal_forms import legal_form
from grants.people.proposals import adopted, kept_answer
from grants.vault import queries as vault
from grants.web import wording
from grants.web.account.entering import local_path
from grants.web.account.home import (
    declared_states,
    identity_of,
    is_ending,
    roles_by_person,
    todo_of,
)
from grants.web.account.organisation_forms import OrganisationForm
from grants.web.account.organisation_words import DOCUMENTS
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
        forms={
            one.id: legal_form(one.legal_form, one.legal_label).title(wording.language())
            for one in page.rows
        },
    )


@bp.get("/nouvelle")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def new(session: Session) -> ResponseReturnValue:
    """The form of an organisation to add, begun with what was taken from the register."""
    number = identifiers.clean_siret(request.args.get("annuaire", ""))
    entry = kept_answer(session, number, now=now())[1] if number else None
    form = OrganisationForm.proposed(
        {"siret": spaced_siret(entry.siret), **adopted(entry, request.args.getlist("fields"))}
        if entry
        else {}
    )
    return render_template("account/organisations/new.html", form=form, entry=entry)


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
    """One organisation: what it says of itself, what it keeps, and what is missing."""
    actor = current_actor()
    organisation = queries.organisation(session, organisation_id, viewer=actor)
    documents = vault.current(session, organisation.id, viewer=actor)
    declared = declared_states(session, organisation)
    represents = rules.is_representative.holds(actor, organisation)
    return render_template(
        "account/organisations/show.html",
        organisation=organisation,
        identity=identity_of(organisation),
        todo=todo_of(organisation, documents, declared, represents=represents),
        declared=declared,
        documents=documents,
        ending=[one for one in documents if is_ending(one, paris_date(now()))],
        represents=represents,
        people=roles_by_person(organisation),
        left_behind=left_behind(session, organisation.id, actor),
        words=ORGANISATION_ROLES,
        titles=DOCUMENTS,
    )


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
