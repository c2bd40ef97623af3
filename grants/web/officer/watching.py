"""The legal watch of one file: margins before the decision, rules of aid, going past a rule."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from grants.calls.form.numbers import typed_decimal
from grants.decisions.rules import RECORDERS
from grants.kernel.clock import paris_date
from grants.kernel.errors import Unknown
from grants.kernel.money import Cents
from grants.people.models import AidRegime
from grants.watch import queries, rules, services
from grants.watch.queries import File
from grants.web.account.fields import options, stripped, typed
from grants.web.account.organisation_words import REGIMES
from grants.web.forms import Form, attempt
from grants.web.officer.files import parts_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.watching import RULES, VERDICTS, WORDS, asks, figure, left

bp = Blueprint("watching", __name__, url_prefix="/dossiers/<uuid:application_id>/veille")
EURO = 100
BY_RULE = {rule: word for word, rule in WORDS.items()}
PASSABLE = ", ".join(f"'{word}'" for word in WORDS)


class RulingForm(Form):
    """Under which rules the funder helps the project."""

    regime = SelectField(_l("Aid scheme"), choices=options(REGIMES))
    reference = StringField(
        _l("Number of the aid scheme"),
        filters=[stripped],
        validators=[Length(max=60, message=_l("60 characters at most."))],
        description=_l("For aid that is exempted or notified. Example: SA.111666."),
    )
    value = StringField(
        _l("Value of help in kind"),
        filters=[stripped],
        description=_l("Floor area, equipment, hours: what it is worth, when it is valued."),
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )

    def validate_value(self, field: StringField) -> None:
        """It is an amount in euros, or nothing."""
        if field.data and not isinstance(self._typed(), Decimal):
            raise ValidationError(str(_l("Write an amount, like 1 500 or 1 500,50.")))

    def cents(self) -> Cents | None:
        """The value in cents, None where the box is empty."""
        amount = self._typed() if self.value.data else None
        return Cents(int(amount * EURO)) if isinstance(amount, Decimal) else None

    def _typed(self) -> object:
        text = "".join(typed(self.value).split())
        return typed_decimal(text, decimals=2)


class OverrideForm(Form):
    """Why somebody goes past a rule."""

    reason = TextAreaField(
        _l("Why this decision may go ahead all the same"),
        [
            InputRequired(_l("Say why.")),
            Length(max=2000, message=_l("2 000 characters at most.")),
        ],
        description=_l("Kept with your name and shown in the record of the deliberation."),
    )


@bp.get("")
@allow(Audience.OFFICER, rules.can_read)
def show(session: Session, application_id: UUID) -> ResponseReturnValue:
    """What each rule leaves for this file, authority by authority."""
    return page(session, application_id, None, None)


@bp.post("/<uuid:funder_id>/regime")
@allow(Audience.OFFICER, rules.may_rule)
def rule(session: Session, application_id: UUID, funder_id: UUID) -> ResponseReturnValue:
    """Say under which rules this funder helps the project."""
    form = RulingForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.rule_aid(
                session,
                application_id,
                funder_id,
                regime=AidRegime(form.regime.data),
                reference=typed(form.reference),
                value_cents=form.cents(),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The aid scheme is saved."), "success")
            return redirect(url_for(".show", application_id=application_id), 303)
    return page(session, application_id, funder_id, form), form.status


@bp.post(f"/<uuid:funder_id>/passer-outre/<any({PASSABLE}):word>")
@allow(Audience.OFFICER, rules.may_override)
def override(
    session: Session, application_id: UUID, funder_id: UUID, word: str
) -> ResponseReturnValue:
    """Answer, by name, for going past a rule."""
    form = OverrideForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.override(
                session,
                application_id,
                funder_id,
                WORDS[word],
                reason=typed(form.reason),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("Your reason is saved and will appear in the record."), "success")
            return redirect(url_for(".show", application_id=application_id), 303)
    return page(session, application_id, funder_id, form), form.status


def page(session: Session, application_id: UUID, sent_to: UUID | None, sent: Form | None) -> str:
    """The watch as a page; `sent` is the form that was refused, about one funder."""
    viewer = current_actor()
    files = queries.margins(session, application_id, on=paris_date(now()), viewer=viewer)
    if sent is not None and sent_to not in {one.funder.id for one in files}:
        raise Unknown
    recording = viewer.funders_as(*RECORDERS)
    blocks = [
        block(one, sent if one.funder.id == sent_to else None, one.funder.id in recording)
        for one in files
    ]
    application = files[0].application
    return render_template(
        "officer/watching/show.html",
        application=application,
        call=application.call,
        parts=parts_of(application),
        blocks=blocks,
        form=sent,
        rules=RULES,
        verdicts=VERDICTS,
        regimes=REGIMES,
        figure=figure,
        left=left,
        asks=asks,
        words=BY_RULE,
    )


def block(file: File, sent: Form | None, may_act: bool) -> dict[str, Any]:  # noqa: FBT001 -- a fact
    """One authority's part of the page, with its forms."""
    ruling = sent if isinstance(sent, RulingForm) else RulingForm(formdata=None)
    if ruling is not sent:
        ruling.regime.data = file.ruling.regime.value
        ruling.reference.data = file.ruling.reference
        value = file.ruling.value_cents
        ruling.value.data = f"{value / EURO:.2f}".replace(".", ",") if value else ""
    passing = sent if isinstance(sent, OverrideForm) else OverrideForm(formdata=None)
    for form in (ruling, passing):
        for box in form:
            # Several authorities on one page: each box has its own name for those who listen.
            box.id = box.label.field_id = f"{box.name}-{file.funder.id.hex[-6:]}"
    return {"file": file, "ruling": ruling, "passing": passing, "may_act": may_act}
