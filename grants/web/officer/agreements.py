"""Agreements: those that the law asks for, their texts, amendments and signatures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.agreements import queries, services
from grants.agreements.beginnings import AGREEMENT
from grants.agreements.comparing import compare
from grants.agreements.models import Agreement, AgreementAct, Side
from grants.agreements.rules import drafts_agreements, reads_agreements, signs_for_authority
from grants.agreements.usual import Kind
from grants.councils.queries import Signatory
from grants.kernel.clock import paris_date
from grants.kernel.errors import Unknown
from grants.kernel.money import Amount
from grants.notices import piles
from grants.payments.queries import instalments_of
from grants.web import downloads
from grants.web.account.fields import typed
from grants.web.agreements import METHODS, SIDES, STATES, beginning, title
from grants.web.forms import Form, attempt
from grants.web.officer.agreement_forms import AmendForm, ForceForm, PaperForm, TextForm
from grants.web.officer.decision_forms import shown_amount, typed_amount
from grants.web.officer.decisions import as_uuid
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.signing import CodeForm, CountersignForm, PresidentForm, signed
from grants.withdrawals.queries import amended_off

bp = Blueprint("agreements", __name__, url_prefix="/conventions")


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
        title=title,
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
            flash(_("The agreement is saved. Read it through, then send it."), "success")
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
            flash(_("The amendment is saved."), "success")
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
            flash(_("A new version is saved."), "success")
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
@allow(Audience.SIGNATORY, signs_for_authority)
def ask_code(session: Session, act_id: UUID) -> ResponseReturnValue:
    """Have the code of the countersignature mailed to oneself."""
    services.ask_code(session, act_id, Side.AUTHORITY, actor=current_actor(), now=now())
    flash(_("The code is on its way to you by e-mail. It is good for fifteen minutes."))
    act = acted(session, act_id, to_sign=True)
    return redirect(url_for(".show", agreement_id=act.agreement_id), 303)


@bp.post("/actes/<uuid:act_id>/signature")
@allow(Audience.SIGNATORY, signs_for_authority)
def countersign(session: Session, act_id: UUID) -> ResponseReturnValue:
    """Sign for the authority, as who presides or by delegation."""
    act = acted(session, act_id, to_sign=True)
    form = signing_form(might_sign(session, act))()
    if signed(session, form, act_id, Side.AUTHORITY):
        flash(_("It is signed by both sides."), "success")
        return redirect(url_for(".show", agreement_id=act.agreement_id), 303)
    return page(session, act.agreement_id, signing=form), form.status


@bp.post("/actes/<uuid:act_id>/papier")
@allow(Audience.OFFICER, drafts_agreements)
def record_paper(session: Session, act_id: UUID) -> ResponseReturnValue:
    """Record the signatures of a paper that came back signed by both sides."""
    form, act = PaperForm(), acted(session, act_id)
    form.offer(might_sign(session, act, form.signed_on.data))
    if form.validate():
        paper = piles.paper_of_act(session, act_id, viewer=current_actor())
        scanned = paper.signed_file if paper else None
        with attempt(session, form) as tried:
            services.sign_on_paper(
                session,
                act_id,
                beneficiary=(form.name.data or "", form.capacity.data or ""),
                authority=as_uuid(form.authority.data) or act_id,
                authority_capacity=typed(form.authority_capacity),
                signed_on=form.signed_on.data,
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


def acted(session: Session, act_id: UUID, *, to_sign: bool = False) -> AgreementAct:
    """The act in the address, for whoever drafts, or might be who signs."""
    return queries.locked_act(session, act_id, viewer=current_actor(), as_authority=to_sign)


def mine_of(might: Sequence[Signatory]) -> Signatory | None:
    """As whom one signs for the authority oneself."""
    return next((one for one in might if one.person_id == current_actor().id), None)


def signing_form(might: Sequence[Signatory]) -> type[CodeForm]:
    """The form of one's countersignature: whoever presides says what they are called."""
    me = mine_of(might)
    return PresidentForm if me and me.seat_id else CountersignForm


def might_sign(session: Session, act: AgreementAct, on: date | None = None) -> Sequence[Signatory]:
    """Who signs an act for its authority on a day, today unless told."""
    agreement = queries.agreement(session, act.agreement_id, viewer=current_actor())
    return services.may_sign(session, agreement, act, on or paris_date(now()))


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
    today = {"on": paris_date(now()), "signed_on": paris_date(now())}
    might = services.may_sign(session, agreement, last, paris_date(now()))
    papered = PaperForm(formdata=None, data=today)
    papered.offer(might)
    forms: dict[str, Form] = {
        "writing": TextForm(formdata=None, data=kept),
        "amending": AmendForm(formdata=None, data={"amount": kept["amount"], "text": ""}),
        "signing": signing_form(might)(formdata=None),
        "forcing": ForceForm(formdata=None, data=today),
        "papered": papered,
        **sent,
    }
    return render_template(
        "officer/agreements/show.html",
        agreement=agreement,
        last=last,
        form=next(iter(sent.values()), None),
        forms=forms,
        in_force=queries.amount_in_force(agreement),
        off=amended_off(session, agreement),
        states=STATES,
        sides=SIDES,
        methods=METHODS,
        title=title,
        may_draft=may_draft(agreement),
        might=might,
        me=mine_of(might),
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
