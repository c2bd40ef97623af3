"""The card of an award: where its money stands, its years, and every entry that made it."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import SelectField
from wtforms.validators import InputRequired

from grants.decisions.queries.recused import recused_awards
from grants.kernel.clock import paris_date
from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.ledger import queries, rules, services
from grants.ledger.operations import Kind, Stage
from grants.ledger.queries import AwardLeg
from grants.payments import queries as payments
from grants.payments.rules import can_read_claim
from grants.web.account.fields import options, typed
from grants.web.finance.dating import as_of
from grants.web.finance.forms import MovementForm
from grants.web.finance.instalments import payments_of
from grants.web.finance.tables import Cell, quantity, table_file
from grants.web.finance.words import OPERATION_WORDS, STAGE_WORDS
from grants.web.forms import attempt
from grants.web.payments import CLAIM_STATES
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.withdrawals import STATES as WITHDRAWAL_STATES
from grants.withdrawals import queries as withdrawals
from grants.withdrawals.rules import may_withdraw

bp = Blueprint("awards", __name__, url_prefix="/attributions")


class DrawForm(MovementForm):
    """Credits of a year to commit for an award of an authorisation."""

    envelope = SelectField(
        _l("Envelope of the year"), validators=[InputRequired(_l("Choose an envelope."))]
    )


@bp.get("/<uuid:award_id>")
@allow(Audience.FINANCE, rules.can_read)
def show(session: Session, award_id: UUID) -> ResponseReturnValue:
    """Where the award stands, or stood on a day."""
    _legs(session, award_id)
    form = _form(session, award_id)
    if form is not None and not form.is_submitted():
        form.reason.data = _("Yearly application agreement")
    return _page(session, award_id, form)


@bp.post("/<uuid:award_id>/annee")
@allow(Audience.FINANCE, rules.keeps_books)
def draw(session: Session, award_id: UUID) -> ResponseReturnValue:
    """Commit the year's credits, as a yearly application agreement does."""
    _legs(session, award_id)
    form = _form(session, award_id)
    if form is None:
        raise Unknown
    if form.validate():
        with attempt(session, form) as tried:
            services.draw(
                session,
                award_id,
                UUID(typed(form.envelope)),
                form.quantity,
                key=f"draw:{current_actor().id}:{form.key.data or uuid4()}",
                on=form.on.data or paris_date(now()),
                reason=typed(form.reason),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The credits of the year are committed: they may be ordered."), "success")
            return redirect(url_for(".show", award_id=award_id), 303)
    return _page(session, award_id, form), form.status


@bp.get("/<uuid:award_id>/fiche.<any(csv, xlsx):style>")
@allow(Audience.FINANCE, rules.can_read)
def sheet(session: Session, award_id: UUID, style: str) -> ResponseReturnValue:
    """The entries of the card as a file."""
    legs = _legs(session, award_id)
    heads = [_("Year"), _("No."), _("Date"), _("Operation"), _("Reason"), _("Envelope")]
    heads += [_("Stage"), _("Amount"), _("Unit")]
    rows: list[list[Cell]] = [
        [
            *(one.year, one.number, one.booked_on, str(OPERATION_WORDS[one.operation])),
            *(one.reason, one.envelope, str(STAGE_WORDS[one.stage])),
            *(quantity(one.amount, one.unit), one.unit.value),
        ]
        for one in legs
    ]
    return table_file(style, f"attribution-{str(award_id)[:8]}", heads, rows)


def _page(session: Session, award_id: UUID, form: DrawForm | None) -> str:
    on = as_of()
    legs = _legs(session, award_id)
    shown = _narrowed(legs)
    plan = payments.plan_of_award(session, award_id, viewer=current_actor())
    return render_template(
        "finance/awards/show.html",
        award_id=award_id,
        decision=plan.decision if plan else None,
        payments=payments_of(session, plan),
        pays=plan is not None and can_read_claim.holds(current_actor(), plan.decision),
        claim_states=CLAIM_STATES,
        on=on,
        legs=shown,
        narrowed=len(shown) < len(legs),
        standing=_standing(legs),
        years=queries.schedule_of(session, award_id, on.day),
        withdrawals=withdrawals.of_decision(session, award_id) if plan else [],
        withdrawal_states=WITHDRAWAL_STATES,
        may_withdraw=plan is not None and may_withdraw.holds(current_actor(), plan.decision),
        form=form,
        words=OPERATION_WORDS,
        stage_words=STAGE_WORDS,
        unit=legs[0].unit if legs else Unit.EUR,
    )


def _legs(session: Session, award_id: UUID) -> list[AwardLeg]:
    """What concerns the award, up to the day asked for.

    Raises:
        Unknown: there is none, booked or decided, or none that the viewer may know of.
    """
    if award_id in recused_awards(session, viewer=current_actor()):
        raise Unknown
    try:
        return queries.award_legs(session, award_id, viewer=current_actor(), on=as_of().day)
    except Unknown:
        if payments.plan_of_award(session, award_id, viewer=current_actor()) is None:
            raise
        return []


def _narrowed(legs: list[AwardLeg]) -> list[AwardLeg]:
    """The entries that make one figure, which the address names; else all of them.

    `about` is the order, the part of an advance or the withdrawal that booked them.
    """
    asked = request.args
    return [
        one
        for one in legs
        if asked.get("envelope", str(one.envelope_id)) == str(one.envelope_id)
        and asked.get("stage", one.stage.value) == one.stage.value
        and asked.get("about", "") in one.key
    ] or legs


def _standing(legs: list[AwardLeg]) -> list[tuple[AwardLeg, list[tuple[Stage, int]]]]:
    """Envelope by envelope, the stages that hold something."""
    places: dict[UUID, AwardLeg] = {one.envelope_id: one for one in legs}
    held: defaultdict[tuple[UUID, Stage], int] = defaultdict(int)
    for one in legs:
        held[one.envelope_id, one.stage] += one.amount
    return [
        (
            place,
            [
                (stage, held[envelope_id, stage])
                for stage in Stage
                if held[envelope_id, stage] and stage is not Stage.CLAIM_CONTRA
            ],
        )
        for envelope_id, place in places.items()
    ]


def _form(session: Session, award_id: UUID) -> DrawForm | None:
    """The form of a year to draw; None when the award lies on no authorisation of ours."""
    home = queries.authorisation_of(session, award_id)
    place = queries.places(session, [home]).get(home) if home else None
    if place is None or not rules.keeps_books.holds(current_actor(), place):
        return None
    form = DrawForm()
    form.counting(place.unit, today=paris_date(now()))
    like = {
        one.id: f"{one.year}, {one.label}"
        for one in queries.envelopes(session, [place.funder_id])
        if one.kind is Kind.ANNUAL
        and (one.unit, one.section) == (place.unit, place.section)
        and place.year <= one.year <= (place.last_year or place.year)
    }
    form.envelope.choices = [("", _("Choose an envelope")), *options(like)]
    return form
