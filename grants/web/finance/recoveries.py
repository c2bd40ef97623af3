"""What beneficiaries owe after a withdrawal: its titre de recettes, and what comes back."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from grants.kernel.clock import paris_date
from grants.kernel.money import Unit
from grants.web.account.fields import required, typed
from grants.web.decisions import what
from grants.web.forms import Form
from grants.web.paging import asked_page, page_of
from grants.web.payments import ticked
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.withdrawals import REASONS, QuantityForm, a_day, as_typed, stepped
from grants.withdrawals import queries, rules, services

bp = Blueprint("recoveries", __name__, url_prefix="/recouvrements")
PER_PAGE = 50
ONE = "/<uuid:withdrawal_id>"


class TitleForm(Form):
    """The titre de recettes by which one asks."""

    title = StringField(
        _l("Number of the titre de recettes"),
        [*required(_l("Write its number.")), Length(max=120, message=_l("Too long."))],
    )
    claimed_on = a_day(_l("Day of the titre"))


class RecoveryForm(QuantityForm):
    """A part that came back. `key` is drawn when the form is shown: sent twice, noted once."""

    amount = StringField(
        _l("Amount received"), render_kw={"inputmode": "decimal", "autocomplete": "off"}
    )
    received_on = a_day(_l("Received on"))
    reference = StringField(_l("Reference"), [Length(max=120, message=_l("Too long."))])
    key = HiddenField(validators=[Length(max=64)])


@bp.get("")
@allow(Audience.FINANCE, rules.can_read)
def index(session: Session) -> ResponseReturnValue:
    """What is owed to my authorities; with what is settled on request."""
    everything = request.args.get("all") == "1"
    statement = queries.to_collect(viewer=current_actor(), all_of_them=everything)
    found = page_of(session, statement, number=asked_page(), per_page=PER_PAGE)
    return render_template(
        "finance/recoveries/index.html", page=found, everything=everything, reasons=REASONS
    )


@bp.get(ONE)
@allow(Audience.FINANCE, rules.can_read)
def show(session: Session, withdrawal_id: UUID) -> ResponseReturnValue:
    """What one beneficiary owes, and what came back of it."""
    return page(session, withdrawal_id, None)


@bp.post(f"{ONE}/titre")
@allow(Audience.FINANCE, rules.may_collect)
def claim(session: Session, withdrawal_id: UUID) -> ResponseReturnValue:
    """Ask it back under a number."""
    form = TitleForm()

    def act() -> object:
        return services.ask_back(
            session,
            withdrawal_id,
            title=typed(form.title),
            on=form.claimed_on.data or paris_date(now()),
            actor=current_actor(),
            now=now(),
        )

    words = _("It is asked back: the beneficiary is told.")
    return stepped(session, withdrawal_id, form, act, words=words, page=page)


@bp.post(f"{ONE}/encaissements")
@allow(Audience.FINANCE, rules.may_collect)
def recover(session: Session, withdrawal_id: UUID) -> ResponseReturnValue:
    """Note a part that came back."""
    form = RecoveryForm()
    found = queries.withdrawal(session, withdrawal_id, viewer=current_actor())
    form.unit = found.decision.unit or Unit.EUR

    def act() -> object:
        return services.recover(
            session,
            withdrawal_id,
            amount=form.quantity,
            on=form.received_on.data or paris_date(now()),
            reference=typed(form.reference),
            recovery_id=next(iter(ticked([typed(form.key)])), None),
            actor=current_actor(),
            now=now(),
        )

    words = _("What came back is noted.")
    return stepped(session, withdrawal_id, form, act, words=words, page=page)


def page(session: Session, withdrawal_id: UUID, form: Form | None) -> str:
    """What one withdrawal asks back as a page; `form` is the one that was refused."""
    viewer, today = current_actor(), paris_date(now())
    found = queries.withdrawal(session, withdrawal_id, viewer=viewer)
    unit = found.decision.unit or Unit.EUR
    back = sum(one.amount for one in found.recoveries)
    proposed = {
        "received_on": today,
        "amount": as_typed(found.to_claim - back, unit),
        "key": str(uuid4()),
    }
    titled = isinstance(form, TitleForm)
    return render_template(
        "finance/recoveries/show.html",
        withdrawal=found,
        unit=unit,
        words=what(found.decision),
        reasons=REASONS,
        back=back,
        left=found.to_claim - back,
        form=form,
        titling=form if titled else TitleForm(formdata=None, data={"claimed_on": today}),
        receiving=form
        if isinstance(form, RecoveryForm)
        else RecoveryForm(formdata=None, data=proposed),
        may=rules.may_collect.holds(viewer, found),
    )
