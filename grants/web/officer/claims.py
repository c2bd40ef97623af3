"""Awards cut into instalments, and the beneficiaries' claims to certify."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from grants.decisions.models import Decision
from grants.kernel.clock import paris_date
from grants.kernel.money import Unit
from grants.payments import queries, rules, services
from grants.payments.deadlines import clock
from grants.payments.holders import matches
from grants.payments.lifecycle import CLAIM
from grants.payments.models import Claim, ClaimState, ConditionKind, Instalment
from grants.payments.plan import Asked, Part
from grants.payments.steps import steps
from grants.web.decisions import what
from grants.web.downloads import send
from grants.web.forms import Form, FormPart, WholeField, attempt
from grants.web.officer.claim_forms import (
    CertifyForm,
    ProofForm,
    RefusalForm,
    ResumeForm,
    StopForm,
)
from grants.web.paging import asked_page, page_of
from grants.web.payment_words import (
    CONDITIONS,
    claim_due,
    clock_words,
    condition_words,
    tasks,
)
from grants.web.payments import CLAIM_STATES, how_paid
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("claims", __name__, url_prefix="/versements")
PER_PAGE = 25
PARTS_SHOWN = 3
PLAN = "/aides/<uuid:decision_id>"
CONDITIONS_OF = "/<uuid:claim_id>/conditions"
PLAIN = (ConditionKind.AGREEMENT, ConditionKind.REPORT, ConditionKind.AUDIT)
AGREEMENT_ABOVE = 23_000_00  # a year, to a body of private law (décret 2001-495)
AUDIT_FROM = 153_000_00  # public grants a year to an association (C. com. D612-5)


class PartForm(FormPart):
    """One instalment."""

    percent = WholeField(
        _l("Share"), [Optional(), NumberRange(1, 100, _l("Between %(min)s and %(max)s."))]
    )
    label = StringField(_l("Name"), [Length(max=120)])
    condition = StringField(_l("Paid when"), [Length(max=300)])
    document_required = BooleanField(_l("A document is needed"))
    conditions = SelectMultipleField(
        _l("Not before"),
        choices=[SelectChoice(one.value, CONDITIONS[one]) for one in PLAIN],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    cofunder = StringField(_l("Letter of another funder"), [Length(max=120)])
    document = StringField(_l("Another document"), [Length(max=120)])

    def asked(self) -> tuple[Asked, ...]:
        """The conditions as they are planned."""
        plain = [Asked(ConditionKind(one)) for one in self.conditions.data or []]
        named = (
            (ConditionKind.COFUNDER, self.cofunder.data),
            (ConditionKind.DOCUMENT, self.document.data),
        )
        return (*plain, *(Asked(kind, text) for kind, text in named if text and text.strip()))


class PlanForm(Form):
    """The instalments of an award; lines without a share do not count."""

    parts = FieldList(FormField(PartForm))

    def wanted(self) -> list[Part]:
        """The instalments as they are planned."""
        return [
            Part(
                percent=part.form.percent.data,
                label=part.form.label.data or _("Instalment %(n)s", n=at),
                condition=part.form.condition.data or "",
                document_required=bool(part.form.document_required.data),
                conditions=part.form.asked(),
            )
            for at, part in enumerate(self.parts, start=1)
            if part.form.percent.data is not None
        ]


@bp.get("")
@allow(Audience.OFFICER, rules.can_read_claim)
def index(session: Session) -> ResponseReturnValue:
    """The claims of my authorities; those to check first of all."""
    asked = request.args.get("state", ClaimState.SUBMITTED.value)
    states = [one for one in ClaimState if one.value == asked]
    statement = queries.claims(viewer=current_actor(), states=states)
    found = page_of(session, statement, number=asked_page(), per_page=PER_PAGE)
    return render_template(
        "officer/claims/index.html",
        page=found,
        states=CLAIM_STATES,
        asked=asked,
        due=lambda one: claim_due(one, today=paris_date(now())),
    )


@bp.get("/<uuid:claim_id>")
@allow(Audience.OFFICER, rules.can_read_claim)
def show(session: Session, claim_id: UUID) -> ResponseReturnValue:
    """One claim with its documents; of the account, its last four characters."""
    return page(session, claim_id, RefusalForm(formdata=None))


@bp.post("/<uuid:claim_id>/certifier")
@allow(Audience.OFFICER, rules.may_certify)
def certify(session: Session, claim_id: UUID) -> ResponseReturnValue:
    """Certify what the instalment is paid for, once nothing that was asked for is missing."""
    form = CertifyForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.certify(
                session,
                claim_id,
                holder_reason=form.holder_reason.data or "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The claim is accepted: finance can order its payment."), "success")
            return redirect(url_for(".index"), 303)
    return page(session, claim_id, RefusalForm(formdata=None), certifying=form), form.status


@bp.post(CONDITIONS_OF)
@allow(Audience.OFFICER, rules.may_certify)
def prove(session: Session, claim_id: UUID) -> ResponseReturnValue:
    """Note that a condition is met, since when and by which document."""
    claim = queries.claim(session, claim_id, viewer=current_actor())
    form = proof_form(claim, ProofForm())
    if form.validate():
        with attempt(session, form) as tried:
            services.meet_condition(
                session,
                claim_id,
                UUID(form.condition.data),
                on=form.on.data or paris_date(now()),
                note=form.note.data or "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The condition is met."), "success")
            return redirect(url_for(".show", claim_id=claim_id), 303)
    return page(session, claim_id, RefusalForm(formdata=None), proving=form), form.status


@bp.post(f"{CONDITIONS_OF}/<uuid:condition_id>/retirer")
@allow(Audience.OFFICER, rules.may_certify)
def withdraw(session: Session, claim_id: UUID, condition_id: UUID) -> ResponseReturnValue:
    """Take a proof back."""
    services.withdraw_condition(session, claim_id, condition_id, actor=current_actor(), now=now())
    flash(_("The condition is open again."), "success")
    return redirect(url_for(".show", claim_id=claim_id), 303)


def proof_form(claim: Claim, form: ProofForm) -> ProofForm:
    """The form, with the conditions of the claim."""
    form.condition.choices = [
        SelectChoice(str(one.id), condition_words(one.kind, one.label))
        for one in claim.instalment.conditions
    ]
    return form


@bp.post("/<uuid:claim_id>/refuser")
@allow(Audience.OFFICER, rules.may_certify)
def refuse(session: Session, claim_id: UUID) -> ResponseReturnValue:
    """Send the claim back to its beneficiary."""
    form = RefusalForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.refuse(
                session,
                claim_id,
                reason=form.reason.data or "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The claim is sent back to its beneficiary."), "success")
            return redirect(url_for(".index"), 303)
    return page(session, claim_id, form), form.status


@bp.post("/<uuid:claim_id>/suspendre")
@allow(Audience.OFFICER, rules.may_certify)
def stop(session: Session, claim_id: UUID) -> ResponseReturnValue:
    """Ask for what a claim lacks: its sixty days stand still until the answer."""
    form = StopForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.stop_clock(
                session,
                claim_id,
                reason=form.reason.data or "",
                on=form.on.data,
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The beneficiary is told what is missing; the sixty days wait."), "success")
            return redirect(url_for(".show", claim_id=claim_id), 303)
    return page(session, claim_id, RefusalForm(formdata=None), stopping=form), form.status


@bp.post("/<uuid:claim_id>/reprendre")
@allow(Audience.OFFICER, rules.may_certify)
def resume(session: Session, claim_id: UUID) -> ResponseReturnValue:
    """Note an answer that came on paper: the sixty days go on from its day."""
    form = ResumeForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.resume_clock(
                session,
                claim_id,
                on=form.on.data or paris_date(now()),
                answer=form.answer.data or "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The answer is noted: the sixty days go on."), "success")
            return redirect(url_for(".show", claim_id=claim_id), 303)
    return page(session, claim_id, RefusalForm(formdata=None), resuming=form), form.status


@bp.get("/documents/<uuid:file_id>")
@allow(Audience.OFFICER, rules.can_read_claim)
def download(session: Session, file_id: UUID) -> ResponseReturnValue:
    """A document of a claim."""
    return send(queries.claim_file(session, file_id, viewer=current_actor()).stored_file)


@bp.get(PLAN)
@allow(Audience.OFFICER, rules.can_read_claim)
def plan(session: Session, decision_id: UUID) -> ResponseReturnValue:
    """How an award is to be paid."""
    decision = queries.award(session, decision_id, viewer=current_actor())
    known = queries.instalments_of(session, decision_id)
    rows = [
        {
            "percent": round(100 * one.amount / (decision.amount or 1)),
            "label": one.label,
            "condition": one.condition,
            "document_required": one.document_required,
            **planned(one),
        }
        for one in known
    ]
    form = PlanForm(formdata=None, data={"parts": rows or usual_parts(decision)})
    return plan_page(decision, form, is_planned=bool(known))


@bp.post(PLAN)
@allow(Audience.OFFICER, rules.may_certify)
def save_plan(session: Session, decision_id: UUID) -> ResponseReturnValue:
    """Cut the award into instalments; its beneficiary may claim the first one."""
    form = PlanForm()
    decision = queries.award(session, decision_id, viewer=current_actor())
    if form.validate():
        with attempt(session, form) as tried:
            services.plan_instalments(
                session, decision_id, parts=form.wanted(), actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("The payments are planned."), "success")
            back = url_for("officer.deliberations.show", deliberation_id=decision.deliberation_id)
            return redirect(back, 303)
    return plan_page(decision, form), form.status


def planned(instalment: Instalment) -> dict[str, object]:
    """The conditions of an instalment, box by box."""
    named = {one.kind: one.label for one in instalment.conditions if one.label}
    return {
        "conditions": [one.kind.value for one in instalment.conditions if not one.label],
        "cofunder": named.get(ConditionKind.COFUNDER, ""),
        "document": named.get(ConditionKind.DOCUMENT, ""),
    }


def usual_parts(decision: Decision) -> list[dict[str, object]]:
    """80 % then 20 % for a grant, everything at once for the rest; with what the law asks for."""
    amount = (decision.amount or 0) if decision.unit is Unit.EUR else 0
    private = decision.application.organisation_id is not None
    above = [
        (ConditionKind.AGREEMENT, private and amount > AGREEMENT_ABOVE),
        (ConditionKind.AUDIT, private and amount >= AUDIT_FROM),
    ]
    first, last = ([kind.value for kind, asked in (one,) if asked] for one in above)
    if decision.unit is not Unit.EUR or decision.instrument != "grant":
        return [{"percent": 100, "label": _("Single payment"), "conditions": first + last}]
    return [
        {"percent": 80, "label": _("Advance"), "conditions": first},
        {
            "percent": 20,
            "label": _("Balance"),
            "condition": _("On receipt of the report on the project"),
            "document_required": True,
            "conditions": last,
        },
    ]


def plan_page(decision: Decision, form: PlanForm, *, is_planned: bool = False) -> str:
    """The plan as a page, with room for more instalments."""
    while len(form.parts) < PARTS_SHOWN:
        form.parts.append_entry()
    return render_template(
        "officer/claims/plan.html",
        decision=decision,
        form=form,
        words=what(decision),
        is_planned=is_planned,
    )


def page(
    session: Session,
    claim_id: UUID,
    form: RefusalForm,
    *,
    certifying: CertifyForm | None = None,
    proving: ProofForm | None = None,
    stopping: StopForm | None = None,
    resuming: ResumeForm | None = None,
) -> str:
    """One claim as a page: what it waits for, and the forms of what may be done."""
    viewer, today = current_actor(), paris_date(now())
    claim = queries.claim(session, claim_id, viewer=viewer)
    part = claim.instalment
    about = part.decision.application
    details, whom = claim.bank_details, about.organisation or about.author
    waits_for = queries.unpaid_before(session, part)
    order = queries.live_order(session, claim_id)
    return render_template(
        "officer/claims/show.html",
        claim=claim,
        words=what(part.decision),
        states=CLAIM_STATES,
        how_paid=how_paid,
        offered={one.name for one in CLAIM.offered(claim, actor=viewer)},
        tasks=tasks(steps(part, claim, order, waits_for=waits_for)),
        due=claim_due(claim, today=today),
        clock=clock_words(clock(claim.clock_from, claim.stops, today=today)),
        condition_words=condition_words,
        beneficiary=whom.name,
        holder_differs=details is not None and not matches(details.holder, whom.name),
        changing=details if details and details.replaces_id and not details.answered_at else None,
        refusing=form,
        form=certifying or proving or stopping or resuming or form,
        stopping=stopping or StopForm(formdata=None, data={"on": today}),
        resuming=resuming or ResumeForm(formdata=None, data={"on": today}),
        certifying=certifying or CertifyForm(formdata=None),
        proof=proving or proof_form(claim, ProofForm(formdata=None, data={"on": today})),
    )
