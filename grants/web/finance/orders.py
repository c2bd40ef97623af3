"""Payment orders: prepared, signed by a second person, paid; one at a time or many."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from grants.kernel.bank import last4, printed
from grants.kernel.clock import paris_date
from grants.payments import queries, rules, services
from grants.payments.deadlines import deadline
from grants.payments.lifecycle import ORDER
from grants.payments.models import OrderState, PaymentOrder
from grants.payments.steps import steps
from grants.web import wording
from grants.web.confirming import confirm, has_password, password_field
from grants.web.decisions import what
from grants.web.downloads import send
from grants.web.forms import Form, attempt
from grants.web.paging import asked_page, page_of
from grants.web.payment_words import days_words, deadline_words, tasks
from grants.web.payments import ORDER_STATES, how_paid, ticked
from grants.web.requests import current_actor, now, vault
from grants.web.routes import Audience, allow

bp = Blueprint("orders", __name__, url_prefix="/mandats")
PER_PAGE = 50
TO_PREPARE = "to_prepare"
NOTHING_SHOWN: Mapping[str, str] = {}


class ManyForm(Form):
    """One act on the ticked lines."""

    def chosen(self) -> list[UUID]:
        """The ticked lines; says so when there is none."""
        found = ticked(request.form.getlist("line"))
        if not found:
            self.form_errors = [_("Tick at least one line.")]
        return found


class SignForm(ManyForm):
    """The password of whoever signs, asked again."""

    password = password_field()


class PayForm(ManyForm):
    """When and under which reference the treasury paid."""

    paid_on = DateField(
        _l("Paid on"),
        [InputRequired(_l("Write a day, as in 14/10/2016."))],
        format=["%d/%m/%Y", "%Y-%m-%d"],
    )
    reference = StringField(_l("Reference of the payment"), [Length(max=120)])


class RejectForm(Form):
    """Why an order is turned down."""

    reason = TextAreaField(_l("Reason"), [Length(max=2000)])


@bp.get("")
@allow(Audience.FINANCE, rules.can_read_order)
def index(session: Session) -> ResponseReturnValue:
    """What waits for me: claims to order, orders to sign, to pay; and past ones."""
    asked = request.args.get("state", "")
    heap = asked or waiting(session)
    form = (
        SignForm(formdata=None)
        if heap == OrderState.PREPARED.value
        else PayForm(formdata=None, data={"paid_on": paris_date(now())})
    )
    return page(session, heap, form)


def waiting(session: Session) -> str:
    """The heap that waits for what the viewer may do; the orders to sign otherwise."""
    counts = counted(session)
    return next((state for state, number in counts.items() if number), OrderState.PREPARED.value)


def counted(session: Session) -> dict[str, int]:
    """How many lines each heap holds, in the order of the work."""
    viewer = current_actor()
    counts = queries.order_counts(session, viewer=viewer)
    heaps = {TO_PREPARE: queries.to_order_count(session, viewer=viewer)}
    for state in (OrderState.PREPARED, OrderState.APPROVED, OrderState.PAID, OrderState.REJECTED):
        heaps[state.value] = counts.get(state, 0)
    return heaps


@bp.post("/preparer")
@allow(Audience.FINANCE, rules.may_prepare)
def prepare(session: Session) -> ResponseReturnValue:
    """Prepare the orders of the ticked claims, all or none."""
    return many(
        session,
        ManyForm(),
        TO_PREPARE,
        lambda ids: services.prepare(session, ids, actor=current_actor(), now=now()),
        said=lambda number: ngettext(
            "%(num)s order prepared: another person signs it.",
            "%(num)s orders prepared: another person signs them.",
            number,
        ),
    )


@bp.post("/signer")
@allow(Audience.FINANCE, rules.may_approve)
def approve(session: Session) -> ResponseReturnValue:
    """Sign the ticked orders, all or none, once the person proved again who they are."""
    form = SignForm()
    return many(
        session,
        form,
        OrderState.PREPARED.value,
        lambda ids: sign(session, form, ids),
        said=lambda number: ngettext("%(num)s order signed.", "%(num)s orders signed.", number),
    )


def sign(session: Session, form: SignForm, ids: Sequence[UUID]) -> Sequence[PaymentOrder]:
    """Sign orders with a password."""
    confirm(session, form.password.data or "")
    return services.approve(session, ids, actor=current_actor(), now=now())


@bp.post("/payer")
@allow(Audience.FINANCE, rules.may_pay)
def pay(session: Session) -> ResponseReturnValue:
    """Mark the ticked orders as paid on one day under one reference, all or none."""
    form = PayForm()
    return many(
        session,
        form,
        OrderState.APPROVED.value,
        lambda ids: services.pay(
            session,
            ids,
            on=form.paid_on.data or paris_date(now()),
            reference=form.reference.data or "",
            actor=current_actor(),
            now=now(),
        ),
        said=lambda number: ngettext(
            "%(num)s order marked as paid.", "%(num)s orders marked as paid.", number
        ),
    )


def many(
    session: Session,
    form: ManyForm,
    heap: str,
    act: Callable[[list[UUID]], Sequence[object]],
    *,
    said: Callable[[int], str],
) -> ResponseReturnValue:
    """Do one thing to the ticked lines, and come back to their heap."""
    chosen = form.chosen() if form.validate() else []
    if chosen:
        with attempt(session, form) as tried:
            done = act(chosen)
        if not tried.refused:
            flash(said(len(done)), "success")
            return redirect(url_for(".index", state=heap), 303)
    return page(session, heap, form), form.status


@bp.get("/<uuid:order_id>")
@allow(Audience.FINANCE, rules.can_read_order)
def show(session: Session, order_id: UUID) -> ResponseReturnValue:
    """One order; of the account, its last four characters."""
    return one_page(session, order_id, RejectForm(formdata=None))


@bp.post("/<uuid:order_id>/coordonnees")
@allow(Audience.FINANCE, rules.may_read_bank)
def reveal(session: Session, order_id: UUID) -> ResponseReturnValue:
    """The account in full, for this answer only; that it was looked at is kept."""
    actor, instant = current_actor(), now()
    iban = services.show_bank_details(session, order_id, vault=vault(), actor=actor, now=instant)
    answered = services.show_answered_accounts(
        session, order_id, vault=vault(), actor=actor, now=instant
    )
    shown = {key: printed(one) for key, one in answered.items()}
    form = RejectForm(formdata=None)
    return one_page(session, order_id, form, iban=printed(iban) if iban else None, shown=shown)


@bp.post("/<uuid:order_id>/rejeter")
@allow(Audience.FINANCE, rules.may_approve | rules.may_prepare)
def reject(session: Session, order_id: UUID) -> ResponseReturnValue:
    """Turn an order down: its money is committed again."""
    form = RejectForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.reject(
                session,
                order_id,
                reason=form.reason.data or "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The order is turned down, its money is committed again."), "success")
            return redirect(url_for(".index"), 303)
    return one_page(session, order_id, form), form.status


@bp.get("/documents/<uuid:file_id>")
@allow(Audience.FINANCE, rules.can_read_claim)
def download(session: Session, file_id: UUID) -> ResponseReturnValue:
    """A document of the claim behind an order."""
    return send(queries.claim_file(session, file_id, viewer=current_actor()).stored_file)


def page(session: Session, heap: str, form: Form) -> str:
    """One heap as a page, with what may be done to its lines."""
    viewer = current_actor()
    may_approve = bool(viewer.funders_as(*rules.APPROVERS))
    states = [one for one in OrderState if one.value == heap]
    if heap == TO_PREPARE:
        statement = queries.to_order(viewer=viewer)
        found = page_of(session, statement, number=asked_page(), per_page=PER_PAGE)
    else:
        orders = queries.orders(viewer=viewer, states=states)
        found = page_of(session, orders, number=asked_page(), per_page=PER_PAGE)
    return render_template(
        "finance/orders/index.html",
        page=found,
        heap=heap,
        counts=counted(session),
        form=form,
        chosen=set(ticked(request.form.getlist("line"))),
        states=ORDER_STATES,
        how_paid=how_paid,
        due_of=due_of,
        left_of=left_of,
        asks_password=heap == OrderState.PREPARED.value and may_approve and has_password(session),
        may_prepare=bool(viewer.funders_as(*rules.PREPARERS)),
        may_approve=may_approve,
    )


def due_of(day: date | None) -> tuple[str, str]:
    """How a payment stands to its clock, in words."""
    return deadline_words(deadline(day, today=paris_date(now())))


def left_of(day: date) -> str:
    """How many days are left to pay, or how late the payment is."""
    return days_words(deadline(day, today=paris_date(now())))


def one_page(
    session: Session,
    order_id: UUID,
    form: RejectForm,
    *,
    iban: str | None = None,
    shown: Mapping[str, str] = NOTHING_SHOWN,
) -> str:
    """One order as a page; `iban` and `shown` are account numbers in full, once asked for."""
    viewer = current_actor()
    order = queries.order(session, order_id, viewer=viewer)
    claim = queries.claim(session, order.claim_id, viewer=viewer)
    answered = queries.answered_accounts(session, order)
    return render_template(
        "finance/orders/show.html",
        order=order,
        claim=claim,
        iban=iban,
        answered=[
            (
                wording.localized(one.field, "label"),
                shown.get(one.field.key) or _("ending in %(digits)s", digits=last4(one.sealed)),
                one.is_claimed,
            )
            for one in answered
        ],
        revealed=bool(iban or shown),
        words=what(claim.instalment.decision),
        states=ORDER_STATES,
        how_paid=how_paid,
        offered={one.name for one in ORDER.offered(order, actor=viewer)},
        prepared_by_me=order.prepared_by == viewer.id,
        tasks=tasks(
            steps(
                claim.instalment,
                claim,
                order,
                waits_for=queries.unpaid_before(session, claim.instalment),
            )
        ),
        due=due_of(claim.due_on),
        second=order.needs_second,
        signing=SignForm(formdata=None),
        asks_password=has_password(session),
        signed_by_me=order.first_signed_by == viewer.id,
        is_next=claim.instalment.position > 1,
        may_reveal=(claim.iban_last4 is not None or answered)
        and rules.may_read_bank.holds(viewer, order),
        form=form,
    )
