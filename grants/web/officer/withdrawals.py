"""Awards that are taken back: the list with its clocks, and each procedure step by step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.agreements import queries as agreements
from grants.decisions.models import Decision
from grants.kernel.clock import paris_date
from grants.kernel.errors import Unknown
from grants.kernel.money import Amount, Unit
from grants.payments import queries as payments
from grants.web import wording
from grants.web.account.fields import typed
from grants.web.decisions import what
from grants.web.downloads import send
from grants.web.forms import Form, attempt
from grants.web.officer.withdrawal_forms import (
    AMOUNT,
    AcceptForm,
    DropForm,
    EffectForm,
    HearingForm,
    JudgmentForm,
    OpeningForm,
    RulingForm,
)
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.withdrawals import REASONS, STATES, as_typed, clock, effect_lines, lines_of, stepped
from grants.withdrawals import queries, rules, services
from grants.withdrawals.models import Reason, Withdrawal, WithdrawalState
from grants.withdrawals.services.opening import DAYS_TO_OBSERVE

bp = Blueprint("withdrawals", __name__, url_prefix="/retraits")
PER_PAGE = 25
NEW = "/aides/<uuid:decision_id>"
ONE = "/<uuid:withdrawal_id>"


@bp.get("")
@allow(Audience.OFFICER, rules.can_read)
def index(session: Session) -> ResponseReturnValue:
    """Those of my authorities, the first to be answered first."""
    asked = [one for one in WithdrawalState if one.value == request.args.get("state")]
    statement = queries.withdrawals(viewer=current_actor(), states=asked)
    found = page_of(session, statement, number=asked_page(), per_page=PER_PAGE)
    today = paris_date(now())
    return render_template(
        "officer/withdrawals/index.html",
        page=found,
        rows=[(one, clock(one, today)) for one in found.rows],
        states=STATES,
        reasons=REASONS,
        asked=asked[0] if asked else None,
    )


@bp.get(NEW)
@allow(Audience.OFFICER, rules.may_withdraw)
def new(session: Session, decision_id: UUID) -> ResponseReturnValue:
    """The form by which one announces a withdrawal."""
    until = paris_date(now()) + timedelta(days=DAYS_TO_OBSERVE)
    known = {"until": until, **amended(session, decision_id)}
    return new_page(session, decision_id, OpeningForm(formdata=None, data=known))


@bp.post(NEW)
@allow(Audience.OFFICER, rules.may_withdraw)
def create(session: Session, decision_id: UUID) -> ResponseReturnValue:
    """Show what it would do to the books; or tell the beneficiary."""
    form = counted(session, decision_id, OpeningForm())
    if not form.validate():
        return new_page(session, decision_id, form), form.status
    if request.form.get("step") != "notify":
        return new_page(session, decision_id, form, worked_out=form.worked_out())
    with attempt(session, form) as tried:
        made = services.notify(
            session, decision_id, intent_of(form), actor=current_actor(), now=now()
        )
    if tried.refused:
        return new_page(session, decision_id, form, worked_out=form.worked_out()), form.status
    flash(_("The beneficiary is told, and may answer until %(day)s.",
            day=wording.day(made.observations_until)), "success")  # fmt: skip
    return redirect(url_for(".show", withdrawal_id=made.id), 303)


@bp.post(f"{NEW}/jugement")
@allow(Audience.OFFICER, rules.may_withdraw)
def judge(session: Session, decision_id: UUID) -> ResponseReturnValue:
    """Note that a court annulled the award."""
    form = JudgmentForm()
    if form.validate() and (on := form.decided_on.data):
        with attempt(session, form) as tried:
            made = services.record_judgment(
                session,
                decision_id,
                act=typed(form.act),
                on=on,
                grounds=typed(form.grounds),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The judgment is recorded."), "success")
            return redirect(url_for(".show", withdrawal_id=made.id), 303)
    opening = OpeningForm(formdata=None)
    return new_page(session, decision_id, opening, judgment=form), form.status


@bp.get(ONE)
@allow(Audience.OFFICER, rules.can_read)
def show(session: Session, withdrawal_id: UUID) -> ResponseReturnValue:
    """One withdrawal: its steps, its clocks, and what each would do to the books."""
    return page(session, withdrawal_id, None)


@bp.post(f"{ONE}/audition")
@allow(Audience.OFFICER, rules.may_withdraw)
def hear(session: Session, withdrawal_id: UUID) -> ResponseReturnValue:
    """Note that the beneficiary was heard."""
    form = HearingForm()

    def act() -> Withdrawal:
        on, note = form.heard_on.data or paris_date(now()), typed(form.note)
        return services.hear(session, withdrawal_id, on=on, note=note, **by())

    return done(session, withdrawal_id, form, act, _("The hearing is recorded."))


@bp.post(f"{ONE}/decision")
@allow(Audience.OFFICER, rules.may_withdraw)
def decide(session: Session, withdrawal_id: UUID) -> ResponseReturnValue:
    """Decide, with reasons."""
    form = RulingForm()
    form.unit = unit_of(queries.withdrawal(session, withdrawal_id, viewer=current_actor()))

    def act() -> Withdrawal:
        on = form.decided_on.data or paris_date(now())
        ruling = services.Ruling(typed(form.act), on, form.quantity, typed(form.motives))
        return services.decide(session, withdrawal_id, ruling, **by())

    return done(
        session, withdrawal_id, form, act, _("The decision is recorded: the beneficiary is told.")
    )


@bp.post(f"{ONE}/executoire")
@allow(Audience.OFFICER, rules.may_withdraw)
def carry_out(session: Session, withdrawal_id: UUID) -> ResponseReturnValue:
    """The act is executory: cancel what is not paid."""
    form = EffectForm()

    def act() -> Withdrawal:
        on, repay_by = form.executory_on.data or paris_date(now()), form.repay_by.data
        return services.carry_out(session, withdrawal_id, on=on, repay_by=repay_by, **by())

    return done(
        session, withdrawal_id, form, act, _("The award is withdrawn and posted to the accounts.")
    )


@bp.post(f"{ONE}/accepter")
@allow(Audience.OFFICER, rules.may_withdraw)
def accept(session: Session, withdrawal_id: UUID) -> ResponseReturnValue:
    """Take note that the beneficiary gives up."""
    form = AcceptForm()

    def act() -> Withdrawal:
        return services.accept(session, withdrawal_id, act=typed(form.act), **by())

    return done(
        session, withdrawal_id, form, act, _("The award is withdrawn and posted to the accounts.")
    )


@bp.post(f"{ONE}/abandonner")
@allow(Audience.OFFICER, rules.may_withdraw)
def drop(session: Session, withdrawal_id: UUID) -> ResponseReturnValue:
    """Leave the award as it is."""
    form = DropForm()

    def act() -> Withdrawal:
        return services.drop(session, withdrawal_id, reason=typed(form.drop_reason), **by())

    return done(session, withdrawal_id, form, act, _("The award stands: the beneficiary is told."))


@bp.get("/documents/<uuid:file_id>")
@allow(Audience.OFFICER, rules.can_read)
def download(session: Session, file_id: UUID) -> ResponseReturnValue:
    """A document given with observations."""
    return send(queries.withdrawal_file(session, file_id, viewer=current_actor()).stored_file)


def by() -> dict[str, Any]:
    """Who acts, and when."""
    return {"actor": current_actor(), "now": now()}


def done(
    session: Session, withdrawal_id: UUID, form: Form, act: Callable[[], Withdrawal], words: str
) -> ResponseReturnValue:
    """Take one step, or show why it cannot be taken."""
    return stepped(session, withdrawal_id, form, act, words=words, page=page)


def unit_of(withdrawal: Withdrawal) -> Unit:
    """What the award counts."""
    return withdrawal.decision.unit or Unit.EUR


def intent_of(form: OpeningForm) -> services.Intent:
    """What the form announces."""
    starts, ends = form.period_from.data, form.period_until.data
    return services.Intent(
        reason=Reason(form.reason.data),
        grounds=typed(form.grounds),
        amount=form.worked_out(),
        until=form.until.data or paris_date(now()),
        period=(starts, ends) if starts and ends else None,
        breach_on=form.breach_on.data,
        planned=form.quantity("planned") or None,
        spent=form.quantity("spent"),
    )


def amended(session: Session, decision_id: UUID) -> dict[str, Any]:
    """What the agreement that one comes from took off the award, as the form begins with it."""
    agreement_id = request.args.get("convention", type=UUID)
    if agreement_id is None:
        return {}
    agreement = agreements.agreement(session, agreement_id, viewer=current_actor())
    off = queries.amended_off(session, agreement) if agreement.decision_id == decision_id else 0
    if not off:
        return {}
    grounds = _(
        "An amendment to the agreement %(number)s brings the award down to %(amount)s.",
        number=agreement.number,
        amount=wording.amount(agreements.amount_in_force(agreement), agreement.unit),
    )
    return {"how": AMOUNT, "amount": as_typed(off, agreement.unit), "grounds": grounds}


def counted(session: Session, decision_id: UUID, form: OpeningForm) -> OpeningForm:
    """The form, told what the award is worth."""
    decision = own_award(session, decision_id)
    form.unit, form.given = decision.unit or Unit.EUR, decision.amount or Amount(0)
    form.left = Amount(queries.standing(session, decision_id).worth)
    return form


def own_award(session: Session, decision_id: UUID) -> Decision:
    """The award, for an officer of its funder."""
    decision = payments.award(session, decision_id, viewer=current_actor())
    if not rules.may_withdraw.holds(current_actor(), decision):
        raise Unknown
    return decision


def new_page(
    session: Session,
    decision_id: UUID,
    form: OpeningForm,
    *,
    worked_out: Amount | None = None,
    judgment: JudgmentForm | None = None,
) -> str:
    """The form as a page; with an amount, what it would do to the books."""
    decision = own_award(session, decision_id)
    stands = queries.standing(session, decision_id)
    effect = queries.effect(session, decision_id, worked_out) if worked_out else None
    return render_template(
        "officer/withdrawals/new.html",
        decision=decision,
        words=what(decision),
        form=judgment if judgment is not None and judgment.has_errors else form,
        opening=form,
        judgment=judgment or JudgmentForm(formdata=None, data={"decided_on": paris_date(now())}),
        stands=stands,
        unit=decision.unit or Unit.EUR,
        worked_out=worked_out,
        lines=lines_of(session, effect) if effect else [],
    )


def page(session: Session, withdrawal_id: UUID, form: Form | None) -> str:
    """One withdrawal as a page; `form` is the one that was refused."""
    viewer, today = current_actor(), paris_date(now())
    found = queries.withdrawal(session, withdrawal_id, viewer=viewer)
    may = rules.may_withdraw.holds(viewer, found)
    unit = unit_of(found)
    amount = found.decided_amount or found.amount
    live = found.state in queries.UNDER_WAY
    empty: dict[type[Form], dict[str, Any]] = {
        HearingForm: {"heard_on": today},
        RulingForm: {"decided_on": today, "amount": as_typed(amount, unit)},
        EffectForm: {"executory_on": today},
        AcceptForm: {
            "act": _(
                "Letter of the beneficiary of %(day)s",
                day=wording.day(paris_date(found.started_at)),
            )
        },
        DropForm: {},
    }

    def own(kind: type[Form]) -> Form:
        made = form if isinstance(form, kind) else kind(formdata=None, data=empty[kind])
        for box in made:
            # Several forms on one page: each box has its own name for those who listen.
            box.id = box.label.field_id = f"{kind.__name__.lower()}-{box.name}"
        return made

    return render_template(
        "officer/withdrawals/show.html",
        withdrawal=found,
        form=form,
        hearing=own(HearingForm),
        ruling=own(RulingForm),
        carrying=own(EffectForm),
        accepting=own(AcceptForm),
        dropping=own(DropForm),
        may=may,
        unit=unit,
        amount=amount,
        words=what(found.decision),
        reasons=REASONS,
        state=STATES[found.state],
        clock=clock(found, today),
        may_be_decided=found.may_be_decided(today),
        lines=effect_lines(session, found, amount) if live else [],
        back=sum(one.amount for one in found.recoveries),
    )
