"""Ask the public register of companies, and take over what one accepts of its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from grants.kernel.errors import Refused, Unknown
from grants.people import identifiers, rules, services, standing
from grants.people.legal_forms import legal_form
from grants.people.models import Organisation
from grants.people.proposals import adopted, kept_answer, label_of
from grants.people.register import Entry, Register, Unavailable
from grants.web import wording
from grants.web.account.entering import local_path
from grants.web.account.fields import typed
from grants.web.account.organisation_words import EMPLOYEE_BRACKETS, REGISTER_FIELDS
from grants.web.account.standing import represented
from grants.web.account.standing_forms import AdoptForm, LookUpForm, SearchForm
from grants.web.forms import INVALID
from grants.web.requests import current_actor, now, settings
from grants.web.routes import SIGNED_IN, Audience, allow
from grants.web.sentences import sentence

bp = Blueprint("register", __name__, url_prefix="/structures")
log = structlog.get_logger()

NO_ANSWER = _l("The register does not answer: fill in the form by hand.")
ASKED = frozenset(REGISTER_FIELDS) - {"is_social"}
"""What the form of a new organisation asks; the rest is told on other pages."""
NOT_FOUND = _l("The register does not know this number: check it, or fill in the form by hand.")


@dataclass(frozen=True)
class Line:
    """One field of the register's answer beside what the organisation says."""

    key: str
    label: str
    theirs: str
    ours: str = ""

    @property
    def differs(self) -> bool:
        """Whether there is something to take over."""
        return bool(self.theirs) and self.theirs.casefold() != self.ours.casefold()


@bp.get("/annuaire")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def ask(session: Session) -> ResponseReturnValue:
    """The form of a number, and what the register said of it."""
    require_register()
    number = clean_number(request.args.get("numero", ""))
    entry = kept_answer(session, number, now=now())[1] if number else None
    form = LookUpForm(number=identifiers.spaced_siret(number or "").strip())
    return ask_page(form, entry, local_path(request.args.get("next")))


@bp.post("/annuaire")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def look_up(session: Session) -> ResponseReturnValue:
    """Ask the register, unless it said something lately, then show what it says."""
    require_register()
    form = LookUpForm()
    number = clean_number(typed(form.number)) if form.validate() else None
    if number is None:
        if not form.errors:
            form.number.errors = [sentence(Refused("people.siret_wrong"))]
        return ask_page(form, None, local_path(request.args.get("next"))), form.status
    after = local_path(request.args.get("next"))
    if tell(session, number):
        return redirect(url_for(".ask", numero=number, next=after), 303)
    return redirect(url_for("account.organisations.new", next=after), 303)


@bp.get("/annuaire/recherche")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def search(_session: Session) -> ResponseReturnValue:
    """Who bears a name in the register; nothing of it is kept until one of them is chosen."""
    require_register()
    form = SearchForm(request.args)
    asked = bool(typed(form.name))
    found = named(form) if asked and form.validate() else None
    answer = render_template(
        "account/register/search.html",
        form=form,
        found=found,
        form_of=form_of,
        spaced=identifiers.spaced_siret,
        after=local_path(request.args.get("next")),
    )
    return answer, INVALID if form.errors else 200


@bp.get("/<uuid:organisation_id>/annuaire")
@allow(Audience.SIGNED_IN, rules.is_representative)
def compare(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """What the register said of the organisation's SIRET, beside what the organisation says."""
    require_register()
    organisation = represented(session, organisation_id)
    entry = kept_answer(session, organisation.siret or "", now=now())[1]
    return render_template(
        "account/register/compare.html",
        organisation=organisation,
        entry=entry,
        lines=lines_of(entry, organisation) if entry else [],
        brackets=EMPLOYEE_BRACKETS,
    )


@bp.post("/<uuid:organisation_id>/annuaire")
@allow(Audience.SIGNED_IN, rules.is_representative)
def refresh(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """Ask the register about the organisation's SIRET."""
    require_register()
    organisation = represented(session, organisation_id)
    if organisation.siret and tell(session, organisation.siret):
        return redirect(url_for(".compare", organisation_id=organisation_id), 303)
    return redirect(url_for("account.organisations.show", organisation_id=organisation_id), 303)


@bp.post("/<uuid:organisation_id>/annuaire/reprendre")
@allow(Audience.SIGNED_IN, rules.is_representative)
def adopt(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """Take over the fields that were ticked, and no other."""
    form = AdoptForm()
    services.adopt_answer(
        session, organisation_id, form.fields.data or [], actor=current_actor(), now=now()
    )
    flash(_("The organisation is up to date."), "success")
    return redirect(url_for("account.organisations.show", organisation_id=organisation_id), 303)


def require_register() -> None:
    """Without a register there is no such page.

    Raises:
        Unknown: REGISTER_URL is not set.
    """
    if settings().register_url is None:
        raise Unknown


def tell(session: Session, number: str) -> bool:
    """Whether the register has something to say of a number; if not, the person is told why.

    It is asked at most for as long as REGISTER_SECONDS, and not again for a while.
    """
    asked, entry = kept_answer(session, number, now=now())
    if not asked:
        register = Register(str(settings().register_url), seconds=settings().register_seconds)
        try:
            entry = register.ask(number)
        except Unavailable as error:
            log.warning("register unavailable", how=error.code)
            flash(str(NO_ANSWER), "warning")
            return False
        services.keep_answer(session, number, entry, now=now())
        if entry and entry.siret and entry.siret != number:
            services.keep_answer(session, entry.siret, entry, now=now())
    if entry is None:
        flash(str(NOT_FOUND), "warning")
    return entry is not None


def form_of(entry: Entry) -> tuple[str, str]:
    """The legal form in words, "" when our list has none of this code, and their language."""
    label = label_of(entry.legal_form)
    return legal_form(entry.legal_form, label).title(wording.language()) if label else ("", "")


def named(form: SearchForm) -> list[Entry] | None:
    """Those that the register finds under a name; None, said to the person, without an answer."""
    register = Register(str(settings().register_url), seconds=settings().register_seconds)
    try:
        return register.search(typed(form.name), postcode=form.postcode.data or None)
    except Unavailable as error:
        log.warning("register unavailable", how=error.code)
        flash(str(NO_ANSWER), "warning")
        return None


def clean_number(typed_number: str) -> str | None:
    """A SIRET or a SIREN, key checked."""
    return identifiers.clean_siret(typed_number) or identifiers.clean_siren(typed_number)


def ask_page(form: LookUpForm, entry: Entry | None, after: str | None) -> str:
    """The page of a look-up."""
    return render_template(
        "account/register/ask.html",
        form=form,
        named=SearchForm(),
        entry=entry,
        lines=[one for one in lines_of(entry, None) if one.theirs and one.key in ASKED]
        if entry
        else [],
        brackets=EMPLOYEE_BRACKETS,
        after=after,
    )


def lines_of(entry: Entry, organisation: Organisation | None) -> Sequence[Line]:
    """Each field in words: what the register says, beside what the organisation says."""
    taken = adopted(entry, list(REGISTER_FIELDS))
    place = standing.Address(entry.street, entry.postcode, entry.city, entry.commune_code)
    theirs = {
        "name": entry.name,
        "legal_form": str(taken.get("legal_label", "")),
        "rna": entry.rna or "",
        "address": place.line() if entry.postcode and entry.city else "",
        "registered_on": wording.day(entry.founded_on),
        "is_social": str(_("Yes")) if entry.is_social else "",
    }
    ours = said_by(organisation) if organisation else {}
    return [
        Line(key, str(label), theirs[key], ours.get(key, ""))
        for key, label in REGISTER_FIELDS.items()
    ]


def said_by(organisation: Organisation) -> dict[str, str]:
    """The same fields as the organisation tells them."""
    is_social = standing.social(organisation) is not standing.Social.NO
    return {
        "name": organisation.name,
        "legal_form": organisation.legal_label,
        "rna": organisation.rna or "",
        "address": standing.seat(organisation).line(),
        "registered_on": wording.day(organisation.registered_on),
        "is_social": str(_("Yes")) if is_social else str(_("No")),
    }
