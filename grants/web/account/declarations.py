"""What an organisation declares once, with its day: commitments, and other public aid."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.kernel.clock import paris_date
from grants.people import aid, declarations, queries, rules, services
from grants.people.models import DeclarationKind
from grants.web.account.document_forms import AidForm
from grants.web.account.home import declared_states
from grants.web.account.organisation_words import DECLARED_SENTENCES, REGIMES
from grants.web.forms import attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint(
    "declarations", __name__, url_prefix="/structures/<uuid:organisation_id>/declarations"
)
BY_WORD = {
    "engagement-republicain": DeclarationKind.REPUBLICAN_CONTRACT,
    "impots": DeclarationKind.TAXES,
    "cotisations": DeclarationKind.SOCIAL,
    "aides-publiques": DeclarationKind.PUBLIC_AID,
}
WORDS = {kind: word for word, kind in BY_WORD.items()}


@bp.get("")
@allow(Audience.SIGNED_IN, rules.is_member)
def index(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """The declarations with their days, other public aid, and the margins left."""
    return page(session, organisation_id, AidForm())


@bp.post("/<any('engagement-republicain', impots, cotisations, 'aides-publiques'):what>")
@allow(Audience.SIGNED_IN, rules.is_representative)
def declare(session: Session, organisation_id: UUID, what: str) -> ResponseReturnValue:
    """Declare it today, in the organisation's name."""
    services.declare(session, organisation_id, BY_WORD[what], actor=current_actor(), now=now())
    return kept(organisation_id, _("Declared. The day and your name are kept."))


@bp.post("/aides")
@allow(Audience.SIGNED_IN, rules.keeps_accounts)
def add_aid(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """Add one public aid."""
    form = AidForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.declare_aid(
                session, organisation_id, form.received(), actor=current_actor(), now=now()
            )
        if not tried.refused:
            return kept(organisation_id, _("The aid is in the list."))
    return page(session, organisation_id, form), form.status


@bp.post("/aides/<uuid:aid_id>/retirer")
@allow(Audience.SIGNED_IN, rules.keeps_accounts)
def remove_aid(session: Session, organisation_id: UUID, aid_id: UUID) -> ResponseReturnValue:
    """Take a line back."""
    services.remove_aid(session, organisation_id, aid_id, actor=current_actor(), now=now())
    return kept(organisation_id, _("The line is out of the list."))


def kept(organisation_id: UUID, words: str) -> ResponseReturnValue:
    """Back to the declarations."""
    flash(words, "success")
    return redirect(url_for(".index", organisation_id=organisation_id), 303)


def page(session: Session, organisation_id: UUID, form: AidForm) -> str:
    """The page of the declarations."""
    actor, today = current_actor(), paris_date(now())
    organisation = queries.organisation(session, organisation_id, viewer=actor)
    aids = declarations.declared_aids(session, organisation.id, viewer=actor, now=now())
    return render_template(
        "account/declarations/index.html",
        organisation=organisation,
        form=form,
        declared=declared_states(session, organisation),
        sentences=DECLARED_SENTENCES,
        aids=aids,
        margins=aid.margins(aids, today),
        since=aid.window_start(today),
        regimes=REGIMES,
        words=WORDS,
        represents=rules.is_representative.holds(actor, organisation),
        keeps_accounts=rules.keeps_accounts.holds(actor, organisation),
    )
