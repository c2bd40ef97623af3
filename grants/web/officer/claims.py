"""Awards cut into instalments, and the beneficiaries' claims to certify."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, FieldList, FormField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from grants.decisions.models import Decision
from grants.kernel.money import Unit
from grants.payments import queries, rules, services
from grants.payments.lifecycle import CLAIM
from grants.payments.models import ClaimState
from grants.payments.plan import Part
from grants.web.decisions import what
from grants.web.downloads import send
from grants.web.forms import Form, FormPart, WholeField, attempt
from grants.web.paging import asked_page, page_of
from grants.web.payments import CLAIM_STATES, METHODS
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("claims", __name__, url_prefix="/versements")
PER_PAGE = 25
PARTS_SHOWN = 3
PLAN = "/aides/<uuid:decision_id>"


class PartForm(FormPart):
    """One instalment."""

    percent = WholeField(
        _l("Share"), [Optional(), NumberRange(1, 100, _l("Between %(min)s and %(max)s."))]
    )
    label = StringField(_l("Name"), [Length(max=120)])
    condition = StringField(_l("Paid when"), [Length(max=300)])
    document_required = BooleanField(_l("A document is needed"))


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
            )
            for at, part in enumerate(self.parts, start=1)
            if part.form.percent.data is not None
        ]


class RefusalForm(Form):
    """Why a claim is sent back."""

    reason = TextAreaField(_l("What must be corrected"), [Length(max=2000)])


@bp.get("")
@allow(Audience.OFFICER, rules.can_read_claim)
def index(session: Session) -> ResponseReturnValue:
    """The claims of my authorities; those to check first of all."""
    asked = request.args.get("state", ClaimState.SUBMITTED.value)
    states = [one for one in ClaimState if one.value == asked]
    statement = queries.claims(viewer=current_actor(), states=states)
    found = page_of(session, statement, number=asked_page(), per_page=PER_PAGE)
    return render_template(
        "officer/claims/index.html", page=found, states=CLAIM_STATES, asked=asked
    )


@bp.get("/<uuid:claim_id>")
@allow(Audience.OFFICER, rules.can_read_claim)
def show(session: Session, claim_id: UUID) -> ResponseReturnValue:
    """One claim with its documents; of the account, its last four characters."""
    return page(session, claim_id, RefusalForm(formdata=None))


@bp.post("/<uuid:claim_id>/certifier")
@allow(Audience.OFFICER, rules.may_certify)
def certify(session: Session, claim_id: UUID) -> ResponseReturnValue:
    """Certify what the instalment is paid for."""
    services.certify(session, claim_id, actor=current_actor(), now=now())
    flash(_("The claim is accepted: finance can order its payment."), "success")
    return redirect(url_for(".index"), 303)


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


def usual_parts(decision: Decision) -> list[dict[str, object]]:
    """80 % then 20 % for a grant, everything at once for the rest."""
    if decision.unit is not Unit.EUR or decision.instrument != "grant":
        return [{"percent": 100, "label": _("Single payment")}]
    return [
        {"percent": 80, "label": _("Advance")},
        {
            "percent": 20,
            "label": _("Balance"),
            "condition": _("On receipt of the report on the project"),
            "document_required": True,
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


def page(session: Session, claim_id: UUID, form: RefusalForm) -> str:
    """One claim as a page."""
    viewer = current_actor()
    claim = queries.claim(session, claim_id, viewer=viewer)
    offered = {one.name for one in CLAIM.offered(claim, actor=viewer)}
    return render_template(
        "officer/claims/show.html",
        claim=claim,
        words=what(claim.instalment.decision),
        states=CLAIM_STATES,
        methods=METHODS,
        offered=offered,
        form=form,
    )
