"""Agreements: those that the law asks for, their texts, amendments and signatures."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from grants.agreements import queries, services
from grants.agreements.beginnings import AGREEMENT
from grants.agreements.comparing import compare
from grants.agreements.models import Agreement, AgreementAct, Side
from grants.agreements.rules import drafts_agreements, reads_agreements
from grants.agreements.usual import Kind
from grants.kernel.clock import paris_date
from grants.kernel.errors import Unknown
from grants.kernel.money import Amount
from grants.notices import piles
from grants.payments.queries import instalments_of
from grants.web import downloads
from grants.web.agreements import METHODS, SIDES, STATES, beginning, title
from grants.web.forms import Form, attempt
from grants.web.officer.decision_forms import DAYS, shown_amount, typed_amount
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.signing import SignForm, signed

bp = Blueprint("agreements", __name__, url_prefix="/conventions")
TEXT_MAX = 60_000
TOO_LONG = _l("This text is too long.")


class TextForm(Form):
    """The text of an agreement or of an amendment."""

    text = TextAreaField(
        _l("Text"),
        [
            InputRequired(_l("Write the text of the agreement.")),
            Length(max=TEXT_MAX, message=TOO_LONG),
        ],
        render_kw={"rows": 28},
    )


class AmendForm(TextForm):
    """An amendment: what changes, and to how much."""

    object = StringField(
        _l("What it changes, and why"),
        [
            InputRequired(_l("Say what the amendment changes, and why.")),
            Length(max=300, message=TOO_LONG),
        ],
    )
    amount = StringField(
        _l("Amount from now on"),
        [InputRequired(_l("Write the amount.")), Length(max=40, message=TOO_LONG)],
    )


def _named(label: Any, words: Any) -> StringField:
    return StringField(label, [InputRequired(words), Length(max=120, message=TOO_LONG)])


class PaperForm(Form):
    """Who signed the paper that came back, for each side."""

    name = _named(_l("Who signed for the beneficiary"), _l("Write the name of whoever signs."))
    capacity = _named(_l("In what capacity"), _l("Write in what capacity, for example president."))
    authority_name = _named(
        _l("Who signed for the authority"), _l("Write the name of whoever signs.")
    )
    authority_capacity = _named(
        _l("In what capacity for the authority"),
        _l("Write in what capacity, for example president."),
    )


class ForceForm(Form):
    """The day from which it binds."""

    on = DateField(
        _l("Notified to the beneficiary on"), [InputRequired(_l("Write the day."))], format=DAYS
    )


@bp.get("")
@allow(Audience.OFFICER, reads_agreements)
def index(session: Session) -> ResponseReturnValue:
    """Awards that ask for an agreement, or have one."""
    viewer, today = current_actor(), paris_date(now())
    found = page_of(session, queries.awards(viewer=viewer, on=today), number=asked_page())
    return render_template(
        "officer/agreements/index.html",
        page=found,
        threshold=queries.threshold_cents(today),
        states=STATES,
        may=lambda one: drafts_agreements.holds(viewer, one),
    )


@bp.get("/attributions/<uuid:decision_id>")
@allow(Audience.OFFICER, drafts_agreements)
def new(session: Session, decision_id: UUID) -> ResponseReturnValue:
    """The text of a new agreement, filled in from the award."""
    bound = queries.award(session, decision_id, viewer=current_actor(), on=paris_date(now()))
    if bound.agreement is not None:
        return redirect(url_for(".show", agreement_id=bound.agreement.id), 303)
    one = bound.decision
    kept = queries.usual_text(session, one.funder_id, Kind.AGREEMENT, one.instrument)
    words = beginning(one, kept.body if kept else AGREEMENT, instalments_of(session, one.id))
    form = TextForm(formdata=None, data={"text": words})
    return draft_page(bound, form)


@bp.post("/attributions/<uuid:decision_id>")
@allow(Audience.OFFICER, drafts_agreements)
def create(session: Session, decision_id: UUID) -> ResponseReturnValue:
    """Keep it."""
    form = TextForm()
    if form.validate():
        with attempt(session, form) as tried:
            made = services.draft(
                session, decision_id, text=form.text.data or "", actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("The agreement is kept. Read it again, then send it."), "success")
            return redirect(url_for(".show", agreement_id=made.id), 303)
    bound = queries.award(session, decision_id, viewer=current_actor(), on=paris_date(now()))
    return draft_page(bound, form), form.status


@bp.get("/<uuid:agreement_id>")
@allow(Audience.OFFICER, reads_agreements)
def show(session: Session, agreement_id: UUID) -> ResponseReturnValue:
    """One agreement: its acts, versions, signatures, and what comes next."""
    return page(session, agreement_id)


@bp.get("/<uuid:agreement_id>/comparaison")
@allow(Audience.OFFICER, reads_agreements)
def differences(session: Session, agreement_id: UUID) -> ResponseReturnValue:
    """Two versions of its texts, word by word: the last two unless the address says which."""
    agreement = queries.agreement(session, agreement_id, viewer=current_actor())
    versions = [(act, one) for act in agreement.acts for one in act.versions]
    last = len(versions)
    before = _number(request.args.get("avant"), last - 1, last)
    after = _number(request.args.get("apres"), last, last)
    pieces = list(compare(versions[before - 1][1].text, versions[after - 1][1].text))
    return render_template(
        "officer/agreements/differences.html",
        agreement=agreement,
        versions=versions,
        before=before,
        after=after,
        pieces=pieces,
        title=title,
    )


@bp.post("/<uuid:agreement_id>/avenant")
@allow(Audience.OFFICER, drafts_agreements)
def amend(session: Session, agreement_id: UUID) -> ResponseReturnValue:
    """Begin an amendment."""
    form = AmendForm()
    agreement = queries.agreement(session, agreement_id, viewer=current_actor())
    if form.validate():
        amount = typed_amount(form.amount.data or "", agreement.unit)
        with attempt(session, form) as tried:
            services.amend(
                session,
                agreement_id,
                amount=Amount(0) if amount is None else amount,
                object=form.object.data or "",
                text=form.text.data or "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The amendment is kept."), "success")
            return redirect(url_for(".show", agreement_id=agreement_id), 303)
    return page(session, agreement_id, amending=form), form.status


@bp.post("/actes/<uuid:act_id>/texte")
@allow(Audience.OFFICER, drafts_agreements)
def rewrite(session: Session, act_id: UUID) -> ResponseReturnValue:
    """Keep another version of its text."""
    form, act = TextForm(), acted(session, act_id)
    if form.validate():
        with attempt(session, form) as tried:
            services.rewrite(
                session, act_id, text=form.text.data or "", actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("A new version is kept."), "success")
            return redirect(url_for(".show", agreement_id=act.agreement_id), 303)
    return page(session, act.agreement_id, writing=form), form.status


@bp.post("/actes/<uuid:act_id>/envoi")
@allow(Audience.OFFICER, drafts_agreements)
def send(session: Session, act_id: UUID) -> ResponseReturnValue:
    """Let the beneficiary read and sign it."""
    act = services.send(session, act_id, actor=current_actor(), now=now())
    flash(_("The beneficiary is told that it is to be signed."), "success")
    return redirect(url_for(".show", agreement_id=act.agreement_id), 303)


@bp.post("/actes/<uuid:act_id>/code")
@allow(Audience.OFFICER, drafts_agreements)
def ask_code(session: Session, act_id: UUID) -> ResponseReturnValue:
    """Have the code of the countersignature mailed to oneself."""
    services.ask_code(session, act_id, Side.AUTHORITY, actor=current_actor(), now=now())
    flash(_("The code is on its way to you by e-mail. It is good for fifteen minutes."))
    return redirect(url_for(".show", agreement_id=acted(session, act_id).agreement_id), 303)


@bp.post("/actes/<uuid:act_id>/signature")
@allow(Audience.OFFICER, drafts_agreements)
def countersign(session: Session, act_id: UUID) -> ResponseReturnValue:
    """Sign for the authority."""
    form, act = SignForm(), acted(session, act_id)
    if signed(session, form, act_id, Side.AUTHORITY):
        flash(_("It is signed by both sides."), "success")
        return redirect(url_for(".show", agreement_id=act.agreement_id), 303)
    return page(session, act.agreement_id, signing=form), form.status


@bp.post("/actes/<uuid:act_id>/papier")
@allow(Audience.OFFICER, drafts_agreements)
def record_paper(session: Session, act_id: UUID) -> ResponseReturnValue:
    """Record the signatures of a paper that came back signed by both sides."""
    form, act = PaperForm(), acted(session, act_id)
    if form.validate():
        paper = piles.paper_of_act(session, act_id, viewer=current_actor())
        scanned = paper.signed_file if paper else None
        with attempt(session, form) as tried:
            services.sign_on_paper(
                session,
                act_id,
                beneficiary=(form.name.data or "", form.capacity.data or ""),
                authority=(form.authority_name.data or "", form.authority_capacity.data or ""),
                evidence={
                    "paper": paper.reference if paper else "",
                    "sha256": scanned.sha256 if scanned else "",
                },
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("It is signed by both sides."), "success")
            return redirect(url_for(".show", agreement_id=act.agreement_id), 303)
    return page(session, act.agreement_id, papered=form), form.status


@bp.post("/actes/<uuid:act_id>/effet")
@allow(Audience.OFFICER, drafts_agreements)
def bring_into_force(session: Session, act_id: UUID) -> ResponseReturnValue:
    """Note the day from which it binds."""
    form, act = ForceForm(), acted(session, act_id)
    if form.validate() and (day := form.on.data):
        with attempt(session, form) as tried:
            services.bring_into_force(session, act_id, on=day, actor=current_actor(), now=now())
        if not tried.refused:
            flash(_("It is in force."), "success")
            return redirect(url_for(".show", agreement_id=act.agreement_id), 303)
    return page(session, act.agreement_id, forcing=form), form.status


@bp.get("/actes/<uuid:act_id>/document")
@allow(Audience.OFFICER, reads_agreements)
def document(session: Session, act_id: UUID) -> ResponseReturnValue:
    """The PDF that is signed."""
    return downloads.send(queries.document_of(session, act_id, viewer=current_actor()))


@bp.get("/actes/<uuid:act_id>/preuve")
@allow(Audience.OFFICER, reads_agreements)
def proof(session: Session, act_id: UUID) -> ResponseReturnValue:
    """The page that proves its signatures."""
    return downloads.send(queries.proof_of(session, act_id, viewer=current_actor()))


def acted(session: Session, act_id: UUID) -> AgreementAct:
    """The act in the address, for whoever drafts."""
    return queries.locked_act(session, act_id, viewer=current_actor())


def draft_page(bound: queries.Bound, form: TextForm) -> str:
    """The form of a new agreement as a page."""
    return render_template(
        "officer/agreements/new.html", decision=bound.decision, bound=bound, form=form
    )


def page(session: Session, agreement_id: UUID, **sent: Form) -> str:
    """One agreement as a page; `sent` are the forms that are to be mended."""
    viewer = current_actor()
    agreement = queries.agreement(session, agreement_id, viewer=viewer)
    last = agreement.acts[-1]
    kept = {
        "text": last.latest.text,
        "amount": shown_amount(queries.amount_in_force(agreement), agreement.unit),
    }
    today = {"on": paris_date(now()), "name": viewer.name}
    forms: dict[str, Form] = {
        "writing": TextForm(formdata=None, data=kept),
        "amending": AmendForm(formdata=None, data={"amount": kept["amount"], "text": ""}),
        "signing": SignForm(formdata=None, data=today),
        "forcing": ForceForm(formdata=None, data=today),
        "papered": PaperForm(formdata=None),
        **sent,
    }
    return render_template(
        "officer/agreements/show.html",
        agreement=agreement,
        last=last,
        form=next(iter(sent.values()), None),
        forms=forms,
        in_force=queries.amount_in_force(agreement),
        states=STATES,
        sides=SIDES,
        methods=METHODS,
        title=title,
        may_draft=may_draft(agreement),
    )


def may_draft(agreement: Agreement) -> bool:
    """Whether one drafts for its authority."""
    return drafts_agreements.holds(current_actor(), agreement)


def _number(text: str | None, usual: int, last: int) -> int:
    if text is None:
        return max(usual, 1)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= last:
        raise Unknown
    return int(text[:6])
