"""How an authority pays: when two sign, what its files begin with, a partner's own account."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import StringField
from wtforms.validators import Length, Optional, Regexp

from grants.kernel.access import Actor, FunderRole
from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.payments import queries, services
from grants.payments.bank import read_account
from grants.payments.rules import BANK_READERS, ORDER_READERS, can_read_batch, may_read_bank
from grants.people.models import Funder, FunderKind
from grants.web.confirming import confirm, has_password, password_field
from grants.web.forms import Form, attempt
from grants.web.officer.sums import EurosField
from grants.web.requests import current_actor, now, vault
from grants.web.routes import Audience, allow

bp = Blueprint("settings", __name__, url_prefix="/reglages")


class SettingForm(Form):
    """Threshold, codes of the flow, and the account of a partner that pays by itself."""

    second_from = EurosField(_l("Two persons sign from"), [Optional()])
    pes_post = StringField(
        _l("Accounting post (IdPost)"),
        [Optional(), Regexp(r"^[0-9]{6,7}$", message=_l("Six or seven digits."))],
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
    """How one authority pays."""
    kept = queries.setting(session, funder_id, viewer=current_actor())
    names = ("pes_post", "pes_community", "pes_budget", "debtor")
    form = SettingForm(formdata=None, data={one: getattr(kept, one, None) for one in names})
    form.second_from.show(kept.second_from if kept else None, Unit.EUR)
    return page(session, funder_id, form)


@bp.post("/<uuid:funder_id>")
@allow(Audience.FINANCE, may_read_bank)
def save(session: Session, funder_id: UUID) -> ResponseReturnValue:
    """Keep it; whoever changes it proves again who they are."""
    form = SettingForm()
    queries.setting(session, funder_id, viewer=current_actor())
    if form.validate():
        with attempt(session, form) as tried:
            confirm(session, form.password.data or "")
            services.set_up(
                session,
                funder_id,
                second_from=form.second_from.cents or None,
                debtor=form.debtor.data or "",
                account=read_account(form.iban.data) if form.iban.data else None,
                pes=(
                    form.pes_post.data or "",
                    form.pes_community.data or "",
                    form.pes_budget.data or "",
                ),
                vault=vault(),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The settings are kept."), "success")
            return redirect(url_for(".show", funder_id=funder_id), 303)
    return page(session, funder_id, form), form.status


def funders_of(session: Session, ids: Collection[UUID]) -> Sequence[Funder]:
    """Authorities by name."""
    return session.scalars(select(Funder).where(Funder.id.in_(ids)).order_by(Funder.name)).all()


def page(session: Session, funder_id: UUID, form: SettingForm) -> str:
    """The settings of one authority as a page."""
    viewer = current_actor()
    kept = queries.setting(session, funder_id, viewer=viewer)
    funders = funders_of(session, [funder_id])
    if not funders:
        raise Unknown
    return render_template(
        "finance/settings/show.html",
        funder=funders[0],
        kept=kept,
        form=form,
        is_partner=funders[0].kind is FunderKind.PARTNER,
        may_change=may_change(viewer, funder_id),
        asks_password=has_password(session),
    )


def may_change(viewer: Actor, funder_id: UUID) -> bool:
    """Whether the viewer pays for that authority."""
    return funder_id in viewer.funders_as(*BANK_READERS) and bool(
        viewer.funders_as(FunderRole.FINANCE, FunderRole.APPROVER)
    )
