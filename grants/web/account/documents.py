"""The documents that an organisation deposits once, for every call."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.kernel.clock import paris_date
from grants.kernel.errors import Unknown
from grants.people import queries as people
from grants.people import rules, standing
from grants.vault import kinds, queries, services
from grants.vault.models import OrganisationDocument
from grants.vault.rules import is_of_mine
from grants.web import downloads
from grants.web.account.document_forms import DocumentForm
from grants.web.account.home import is_ending
from grants.web.account.organisation_words import DOCUMENT_HINTS, DOCUMENTS
from grants.web.forms import attempt
from grants.web.requests import current_actor, now, store
from grants.web.routes import Audience, allow

bp = Blueprint("documents", __name__, url_prefix="/structures/<uuid:organisation_id>/documents")


@bp.get("")
@allow(Audience.SIGNED_IN, rules.is_member)
def index(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """What is in the vault, what is missing, and the form of a deposit."""
    return page(session, organisation_id, DocumentForm())


@bp.post("")
@allow(Audience.SIGNED_IN, rules.is_member)
def deposit(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """Keep a document; of a kind that stands alone, it takes the place of the former one."""
    form = DocumentForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.deposit(
                session,
                store(),
                organisation_id,
                form.handed_in(),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            return kept(organisation_id, _("The document is kept."))
    return page(session, organisation_id, form), form.status


@bp.get("/<uuid:document_id>/remplacer")
@allow(Audience.SIGNED_IN, is_of_mine)
def edit(session: Session, organisation_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """The form of a new version."""
    document = of_organisation(session, organisation_id, document_id)
    return replace_page(document, DocumentForm.replacing(document))


@bp.post("/<uuid:document_id>/remplacer")
@allow(Audience.SIGNED_IN, is_of_mine)
def replace(session: Session, organisation_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Put a new version in the place of the one in force."""
    document = of_organisation(session, organisation_id, document_id)
    form = DocumentForm.replacing(document)
    if form.validate():
        with attempt(session, form) as tried:
            services.replace(
                session,
                store(),
                document_id,
                form.handed_in(),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            return kept(organisation_id, _("The new version is kept, and the former one too."))
    return replace_page(document, form), form.status


@bp.post("/<uuid:document_id>/retirer")
@allow(Audience.SIGNED_IN, is_of_mine)
def withdraw(session: Session, organisation_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Take a document out; applications that took it keep it."""
    of_organisation(session, organisation_id, document_id)
    services.withdraw(session, document_id, actor=current_actor(), now=now())
    return kept(organisation_id, _("The document is out of your documents."))


@bp.get("/<uuid:document_id>")
@allow(Audience.SIGNED_IN, is_of_mine)
def download(session: Session, organisation_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """One version, in force or not."""
    return downloads.send(of_organisation(session, organisation_id, document_id).stored_file)


def of_organisation(
    session: Session, organisation_id: UUID, document_id: UUID
) -> OrganisationDocument:
    """A document of that very organisation.

    Raises:
        Unknown: there is none for this person.
    """
    document = queries.document(session, document_id, viewer=current_actor())
    if document.organisation_id != organisation_id:
        raise Unknown
    return document


def kept(organisation_id: UUID, words: str) -> ResponseReturnValue:
    """Back to the documents."""
    flash(words, "success")
    return redirect(url_for(".index", organisation_id=organisation_id), 303)


def page(session: Session, organisation_id: UUID, form: DocumentForm) -> str:
    """The page of the vault."""
    actor, today = current_actor(), paris_date(now())
    organisation = people.organisation(session, organisation_id, viewer=actor)
    versions = queries.versions(session, organisation_id, viewer=actor)
    in_force = [one for one in versions if one.is_in_force]
    good = {one.kind for one in in_force if not one.is_over(today)}
    wanted = kinds.expected(standing.family(organisation), being_created=organisation.being_created)
    return render_template(
        "account/documents/index.html",
        organisation=organisation,
        form=form,
        documents=sorted(in_force, key=lambda one: list(DOCUMENTS).index(one.kind)),
        over={one.id for one in in_force if one.is_over(today)},
        ending={one.id for one in in_force if is_ending(one, today)},
        missing=[(DOCUMENTS[one], DOCUMENT_HINTS[one]) for one in wanted if one not in good],
        former=[one for one in versions if not one.is_in_force],
        titles=DOCUMENTS,
    )


def replace_page(document: OrganisationDocument, form: DocumentForm) -> str:
    """The page of a new version."""
    return render_template(
        "account/documents/replace.html", document=document, form=form, titles=DOCUMENTS
    )
