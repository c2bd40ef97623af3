"""Batches of orders (bordereaux): what they hold, signed at once, and what leaves from them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session
from wtforms import TextAreaField
from wtforms.validators import Length

from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.payments import queries, rules, services
from grants.payments.models import Method, OrderState, Out, PaymentOrder
from grants.web import wording
from grants.web.confirming import confirm, has_password, password_field
from grants.web.forms import Form, attempt
from grants.web.paging import asked_page, page_of
from grants.web.payments import ORDER_STATES, how_paid
from grants.web.requests import current_actor, now, vault
from grants.web.routes import Audience, allow

bp = Blueprint("batches", __name__, url_prefix="/bordereaux")
PER_PAGE = 50
FILES = {
    Out.MANDATES: _l("List of orders (CSV)"),
    Out.PES: _l("Draft of the PES flow (XML)"),
    Out.SEPA: _l("Credit transfers (SEPA)"),
}


class SignForm(Form):
    """The password of whoever signs, asked again."""

    password = password_field()


class AgainForm(Form):
    """Why the transfers of a batch leave a second time."""

    reason = TextAreaField(
        _l("Why these transfers leave again"),
        [Length(max=500, message=_l("This text is too long."))],
        render_kw={"rows": 2},
    )


@bp.get("")
@allow(Audience.FINANCE, rules.can_read_batch)
def index(session: Session) -> ResponseReturnValue:
    """The batches of my authorities, latest first."""
    viewer = current_actor()
    found = page_of(session, queries.batches(viewer=viewer), number=asked_page(), per_page=PER_PAGE)
    lines = queries.batch_lines(session, found.rows, viewer=viewer)
    return render_template("finance/batches/index.html", page=found, lines=lines)


@bp.get("/<uuid:batch_id>")
@allow(Audience.FINANCE, rules.can_read_batch)
def show(session: Session, batch_id: UUID) -> ResponseReturnValue:
    """One batch with its orders."""
    return page(session, batch_id, SignForm(formdata=None))


@bp.post("/<uuid:batch_id>/signer")
@allow(Audience.FINANCE, rules.may_approve)
def sign(session: Session, batch_id: UUID) -> ResponseReturnValue:
    """Sign every order of the batch that waits, all or none."""
    form = SignForm()
    if form.validate():
        with attempt(session, form) as tried:
            confirm(session, form.password.data or "")
            waiting = [one.id for one in to_sign(session, batch_id)]
            done = services.approve(session, waiting, actor=current_actor(), now=now())
        if not tried.refused:
            flash(ngettext("%(num)s order signed.", "%(num)s orders signed.", len(done)), "success")
            return redirect(url_for(".show", batch_id=batch_id), 303)
    return page(session, batch_id, form), form.status


@bp.post("/<uuid:batch_id>/fichiers/<out>")
@allow(Audience.FINANCE, rules.may_read_bank)
def send(session: Session, batch_id: UUID, out: str) -> ResponseReturnValue:
    """Have a file with account numbers made: a task, whose file is then kept with the batch."""
    kind = next((one for one in Out if one == out), None)
    if kind is None:
        raise Unknown
    form, job_id = AgainForm(), None
    if form.validate():
        with attempt(session, form):
            job_id = services.ask_file(
                session,
                batch_id,
                kind,
                reason=form.reason.data or "",
                actor=current_actor(),
                now=now(),
            )
    if job_id is None:
        return page(session, batch_id, SignForm(formdata=None), again=form), form.status
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@bp.post("/fichiers/<uuid:file_id>/telecharger")
@allow(Audience.FINANCE, rules.may_read_bank)
def take(session: Session, file_id: UUID) -> ResponseReturnValue:
    """A file that was made, for this answer only; who took it, and when, is kept."""
    found = services.take_file(session, file_id, vault=vault(), actor=current_actor(), now=now())
    answer = Response(found.data, mimetype=found.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def to_sign(session: Session, batch_id: UUID) -> Sequence[PaymentOrder]:
    """The orders of a batch that wait for the viewer's signature."""
    viewer = current_actor()
    queries.batch(session, batch_id, viewer=viewer)
    return [
        one
        for one in queries.orders_of_batch(session, batch_id, viewer=viewer)
        if one.state is OrderState.PREPARED and one.first_signed_by != viewer.id
    ]


def page(
    session: Session, batch_id: UUID, form: SignForm, *, again: AgainForm | None = None
) -> str:
    """One batch as a page, with what may be done."""
    viewer = current_actor()
    batch = queries.batch(session, batch_id, viewer=viewer)
    orders = queries.orders_of_batch(session, batch_id, viewer=viewer)
    waiting = [one for one in orders if one.state is OrderState.PREPARED]
    may_sign = batch.funder_id in viewer.funders_as(*rules.APPROVERS)
    sums: dict[Unit, int] = {}
    for one in orders:
        if one.state is not OrderState.REJECTED:
            sums[one.unit] = sums.get(one.unit, 0) + one.amount
    setting = queries.setting(session, batch.funder_id, viewer=viewer)
    made = queries.files_of_batch(session, batch_id, viewer=viewer)
    return render_template(
        "finance/batches/show.html",
        batch=batch,
        orders=orders,
        totals=", ".join(wording.amount(held, unit) for unit, held in sorted(sums.items())),
        states=ORDER_STATES,
        how_paid=how_paid,
        signing=form,
        form=again or form,
        again=again or AgainForm(formdata=None),
        to_sign=[one for one in waiting if viewer.id not in {one.prepared_by, one.first_signed_by}]
        if may_sign
        else [],
        prepared_by_me=any(one.prepared_by == viewer.id for one in waiting),
        asks_password=may_sign and has_password(session),
        may_send=batch.funder_id in viewer.funders_as(*rules.BANK_READERS),
        is_signed=not waiting and bool(sums),
        made=made,
        transfers_left=any(one.form is Out.SEPA for one in made),
        forms=FILES,
        left_out=[one for one in orders if one.claim.method is not Method.TRANSFER],
        files={
            kind: words
            for kind, words in FILES.items()
            if kind is not Out.SEPA or (setting and setting.iban_last4)
        },
    )
