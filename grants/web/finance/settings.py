"""How an authority pays: when two sign, what its files begin with, a partner's own account.

Codes hold at once. Another threshold, or another account, waits for a second person.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField
from wtforms.validators import Length, Optional, Regexp

from grants.kernel.access import Actor, FunderRole
from grants.kernel.bank import printed
from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.payments import queries, services
from grants.payments.bank import read_account
from grants.payments.models import PaymentSetting
from grants.payments.rules import BANK_READERS, ORDER_READERS, can_read_batch, may_read_bank
from grants.people.models import Funder, FunderKind
from grants.web.confirming import confirm, has_password, password_field
from grants.web.forms import Form, attempt
from grants.web.officer.sums import EurosField
from grants.web.requests import current_actor, now, vault
from grants.web.routes import Audience, allow

POST = r"^(02[AB][0-9]{3,4}|[0-9]{6,7})$"
bp = Blueprint("settings", __name__, url_prefix="/reglages")


class SettingForm(Form):
    """Threshold, codes of the flow, and the account of a partner that pays by itself."""

    second_from = EurosField(_l("Two persons sign from"), [Optional()])
    pes_post = StringField(
        _l("Accounting post (IdPost)"),
        [
            Optional(),
            Regexp(POST, message=_l("Six or seven digits, or a post of Corsica (02A, 02B).")),
        ],
    )
    pes_community = StringField(
        _l("Authority (CodCol)"),
        [Optional(), Regexp(r"^[0-9A-Z]{3}$", message=_l("Three digits or capital letters."))],
    )
    pes_budget = StringField(
        _l("Budget (CodBud)"),
        [Optional(), Regexp(r"^[0-9A-Z]{2}$", message=_l("Two digits or capital letters."))],
    )
    debtor = StringField(_l("Holder of the account"), [Length(max=70)])
    iban = StringField(
        "IBAN", [Length(max=60)], render_kw={"autocomplete": "off", "spellcheck": "false"}
    )
    password = password_field()


class AnswerForm(Form):
    """The change that one saw, and once more who one is."""

    change = HiddenField()
    password = password_field()


@bp.get("")
@allow(Audience.FINANCE, can_read_batch)
def index(session: Session) -> ResponseReturnValue:
    """The authorities that I pay or check payments for."""
    viewer = current_actor()
    funders = funders_of(session, viewer.funders_as(*ORDER_READERS))
    if len(funders) == 1:
        return redirect(url_for(".show", funder_id=funders[0].id), 303)
    return render_template("finance/settings/index.html", funders=funders)


@bp.get("/<uuid:funder_id>")
@allow(Audience.FINANCE, can_read_batch)
def show(session: Session, funder_id: UUID) -> ResponseReturnValue:
    """How one authority pays, and the change that waits."""
    return page(session, funder_id, None)


@bp.post("/<uuid:funder_id>")
@allow(Audience.FINANCE, may_read_bank)
def save(session: Session, funder_id: UUID) -> ResponseReturnValue:
    """Keep it; whoever changes it proves again who they are."""
    form = SettingForm()
    kept = queries.setting(session, funder_id, viewer=current_actor())
    if form.validate():
        with attempt(session, form) as tried:
            confirm(session, form.password.data or "")
            acting: dict[str, Any] = {"actor": current_actor(), "now": now()}
            codes = [one.data or "" for one in (form.pes_post, form.pes_community, form.pes_budget)]
            services.set_codes(session, funder_id, pes=(codes[0], codes[1], codes[2]), **acting)
            change = services.propose_setting(session, funder_id, **asked(form, kept), **acting)
        if not tried.refused:
            waits = _("It waits for a second person: until then, what stood before holds.")
            flash(waits if change else _("The settings are kept."), "info" if change else "success")
            return redirect(url_for(".show", funder_id=funder_id), 303)
    return page(session, funder_id, form), form.status


@bp.post("/<uuid:funder_id>/changement/iban")
@allow(Audience.FINANCE, may_read_bank)
def reveal(session: Session, funder_id: UUID) -> ResponseReturnValue:
    """The account that waits in full, beside the one that holds; the look is kept."""
    form = AnswerForm()
    shown: tuple[str, str | None] | None = None
    queries.setting(session, funder_id, viewer=current_actor())
    with attempt(session, form):
        acting: dict[str, Any] = {"vault": vault(), "actor": current_actor(), "now": now()}
        new, former = services.show_proposed_account(session, funder_id, **acting)
        shown = (printed(new), printed(former) if former else None)
    answer = make_response(page(session, funder_id, None, answer=form, shown=shown))
    answer.headers["Cache-Control"] = "no-store"
    return answer, 200 if shown else 409


@bp.post("/<uuid:funder_id>/changement/confirmer")
@allow(Audience.FINANCE, may_read_bank)
def confirm_change(session: Session, funder_id: UUID) -> ResponseReturnValue:
    """Confirm what another person proposed, under one's own password."""
    return answered(session, funder_id, services.confirm_setting, _("From now on it holds."))


@bp.post("/<uuid:funder_id>/changement/retirer")
@allow(Audience.FINANCE, may_read_bank)
def withdraw_change(session: Session, funder_id: UUID) -> ResponseReturnValue:
    """Give up what waits: nothing changes."""
    return answered(session, funder_id, services.withdraw_setting, _("Nothing changes."))


def answered(
    session: Session, funder_id: UUID, answer: Callable[..., object], words: str
) -> ResponseReturnValue:
    """Answer the change that one saw; the page again where that cannot be."""
    form = AnswerForm()
    queries.setting(session, funder_id, viewer=current_actor())
    if form.validate():
        with attempt(session, form) as tried:
            confirm(session, form.password.data or "")
            seen = as_uuid(form.change.data or "")
            answer(session, funder_id, seen, actor=current_actor(), now=now())
        if not tried.refused:
            flash(words, "success")
            return redirect(url_for(".show", funder_id=funder_id), 303)
    return page(session, funder_id, None, answer=form), form.status


def asked(form: SettingForm, kept: PaymentSetting | None) -> dict[str, Any]:
    """What a form asks of threshold and account; what was not sent stays as it is."""
    stands = kept.second_from if kept else None
    return {
        "second_from": (form.second_from.cents or None) if form.second_from.raw_data else stands,
        "debtor": form.debtor.data or "",
        "account": read_account(form.iban.data) if form.iban.data else None,
        "vault": vault(),
    }


def funders_of(session: Session, ids: Collection[UUID]) -> Sequence[Funder]:
    """Authorities by name."""
    return session.scalars(select(Funder).where(Funder.id.in_(ids)).order_by(Funder.name)).all()


def page(
    session: Session,
    funder_id: UUID,
    form: SettingForm | None,
    *,
    answer: AnswerForm | None = None,
    shown: tuple[str, str | None] | None = None,
) -> str:
    """The settings of one authority as a page."""
    viewer = current_actor()
    kept = queries.setting(session, funder_id, viewer=viewer)
    change = queries.setting_change(session, funder_id, viewer=viewer)
    funders = funders_of(session, [funder_id])
    if not funders:
        raise Unknown
    form = form or filled(kept)
    answer = answer or AnswerForm(formdata=None)
    answer.change.data = str(change.id) if change else ""
    return render_template(
        "finance/settings/show.html",
        funder=funders[0],
        kept=kept,
        change=change,
        shown=shown,
        proposed_myself=change is not None and change.proposed_by == viewer.id,
        form=form,
        answer=answer,
        is_partner=funders[0].kind is FunderKind.PARTNER,
        may_change=may_change(viewer, funder_id),
        asks_password=has_password(session),
    )


def filled(kept: PaymentSetting | None) -> SettingForm:
    """The form as it stands."""
    names = ("pes_post", "pes_community", "pes_budget", "debtor")
    form = SettingForm(formdata=None, data={one: getattr(kept, one, None) for one in names})
    form.second_from.show(kept.second_from if kept else None, Unit.EUR)
    return form


def as_uuid(text: str) -> UUID | None:
    """The identifier that a hidden box holds; None where somebody wrote something else there."""
    try:
        return UUID(text)
    except ValueError:
        return None


def may_change(viewer: Actor, funder_id: UUID) -> bool:
    """Whether the viewer pays for that authority."""
    return funder_id in viewer.funders_as(*BANK_READERS) and bool(
        viewer.funders_as(FunderRole.FINANCE, FunderRole.APPROVER)
    )
