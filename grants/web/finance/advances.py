"""Repayable advances: schedules, what is asked back, repaid, late, or waived by an act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from grants.followup import queries, rules, services
from grants.followup.models import AdvancePart, PartState
from grants.followup.services import Terms
from grants.kernel.clock import paris_date
from grants.web.account.fields import typed
from grants.web.forms import Form, WholeField, attempt
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("advances", __name__, url_prefix="/avances")
PER_PAGE = 50
DAYS = ["%d/%m/%Y", "%Y-%m-%d"]
STATES = {
    PartState.PLANNED: (_l("To come"), "neutral"),
    PartState.ASKED: (_l("Asked back"), "info"),
    PartState.REPAID: (_l("Part repaid"), "success"),
    PartState.WAIVED: (_l("Waived"), "warning"),
}
OPEN = (PartState.PLANNED, PartState.ASKED)


def a_day(label: Any) -> DateField:
    """A day that must be written."""
    wanted = InputRequired(_l("Write a day, as in 14/10/2016."))
    return DateField(label, validators=[wanted], format=DAYS)


class TermsForm(Form):
    """How an advance is repaid."""

    first_on = a_day(_l("First part repaid on"))
    parts = WholeField(
        _l("Number of parts"),
        [
            InputRequired(_l("Write how many.")),
            NumberRange(1, 120, _l("Between %(min)s and %(max)s.")),
        ],
    )
    every_months = WholeField(
        _l("Months between two parts"),
        [
            InputRequired(_l("Write how many.")),
            NumberRange(1, 12, _l("Between %(min)s and %(max)s.")),
        ],
        default=3,
    )


class RepaidForm(Form):
    """That a part came back."""

    received_on = a_day(_l("Received on"))
    reference = StringField(_l("Reference"), [Length(max=120, message=_l("Too long."))])


class WaiveForm(Form):
    """The act by which a part is let go."""

    act = StringField(
        _l("Number of the act"),
        [InputRequired(_l("Write its number.")), Length(max=120, message=_l("Too long."))],
    )
    acted_on = a_day(_l("Day of the act"))


class AskForm(Form):
    """Nothing but a button."""


@bp.get("")
@allow(Audience.FINANCE, rules.can_read_advance)
def index(session: Session) -> ResponseReturnValue:
    """What is repaid to my authorities, the first due first; and the advances."""
    viewer = current_actor()
    asked = [one for one in PartState if one.value == request.args.get("state")]
    statement = queries.parts(viewer=viewer, states=asked or OPEN)
    found = page_of(session, statement, number=asked_page(), per_page=PER_PAGE)
    unplanned = page_of(session, queries.unplanned(viewer=viewer), number=1, per_page=PER_PAGE)
    return render_template(
        "finance/advances/index.html",
        page=found,
        unplanned=unplanned.rows,
        states=STATES,
        asked=asked[0] if asked else None,
        today=paris_date(now()),
    )


@bp.get("/<uuid:decision_id>")
@allow(Audience.FINANCE, rules.can_read_advance)
def show(session: Session, decision_id: UUID) -> ResponseReturnValue:
    """One advance with its schedule."""
    return page(session, decision_id, None)


@bp.post("/<uuid:decision_id>")
@allow(Audience.FINANCE, rules.may_follow)
def plan(session: Session, decision_id: UUID) -> ResponseReturnValue:
    """Write the schedule."""
    form = TermsForm()
    if form.validate() and (first := form.first_on.data):
        terms = Terms(
            first_on=first,
            parts=int(form.parts.data or 0),
            every_months=int(form.every_months.data or 0),
        )
        with attempt(session, form) as tried:
            services.plan_repayment(session, decision_id, terms, actor=current_actor(), now=now())
        if not tried.refused:
            flash(_("The schedule is written."), "success")
            return redirect(url_for(".show", decision_id=decision_id), 303)
    return page(session, decision_id, form), form.status


@bp.post("/<uuid:decision_id>/echeances/<uuid:part_id>/demander")
@allow(Audience.FINANCE, rules.may_follow)
def ask(session: Session, decision_id: UUID, part_id: UUID) -> ResponseReturnValue:
    """Ask for one part: the beneficiary is told."""

    def act() -> AdvancePart:
        return services.ask_back(session, part_id, actor=current_actor(), now=now())

    return done(session, (decision_id, part_id), AskForm(), act, _("The part is asked back."))


@bp.post("/<uuid:decision_id>/echeances/<uuid:part_id>/rembourser")
@allow(Audience.FINANCE, rules.may_follow)
def repaid(session: Session, decision_id: UUID, part_id: UUID) -> ResponseReturnValue:
    """Note that one part came back."""
    form = RepaidForm()

    def act() -> AdvancePart:
        return services.note_repaid(
            session,
            part_id,
            on=form.received_on.data or paris_date(now()),
            reference=typed(form.reference),
            actor=current_actor(),
            now=now(),
        )

    return done(session, (decision_id, part_id), form, act, _("The part is repaid."))


@bp.post("/<uuid:decision_id>/echeances/<uuid:part_id>/abandonner")
@allow(Audience.FINANCE, rules.may_follow)
def waive(session: Session, decision_id: UUID, part_id: UUID) -> ResponseReturnValue:
    """Let one part go, by an act."""
    form = WaiveForm()

    def act() -> AdvancePart:
        return services.waive(
            session,
            part_id,
            act=typed(form.act),
            on=form.acted_on.data or paris_date(now()),
            actor=current_actor(),
            now=now(),
        )

    return done(session, (decision_id, part_id), form, act, _("The part is waived."))


def done(
    session: Session,
    about: tuple[UUID, UUID],
    form: Form,
    act: Callable[[], AdvancePart],
    words: str,
) -> ResponseReturnValue:
    """Do one thing to a part of this advance, or show why it cannot be."""
    decision_id, part_id = about
    queries.advance(session, decision_id, viewer=current_actor())
    queries.require_part(session, part_id, decision_id)
    if form.validate():
        with attempt(session, form) as tried:
            act()
        if not tried.refused:
            flash(words, "success")
            return redirect(url_for(".show", decision_id=decision_id), 303)
    return page(session, decision_id, form, part_id), form.status


def page(
    session: Session, decision_id: UUID, form: Form | None, sent_to: UUID | None = None
) -> str:
    """One advance as a page; `form` is the one that was refused, about the part `sent_to`."""
    viewer = current_actor()
    decision = queries.advance(session, decision_id, viewer=viewer)
    today = paris_date(now())

    def own(kind: type[Form], part: AdvancePart) -> Form:
        refused = isinstance(form, kind) and part.id == sent_to
        found = (
            form
            if refused and form
            else kind(formdata=None, data={"received_on": today, "acted_on": today})
        )
        for box in found:
            # Several parts on one page: each box has its own name for those who listen.
            box.id = box.label.field_id = f"{box.name}-{kind.__name__.lower()}-{part.position}"
        return found

    parts = queries.schedule(session, decision_id)
    return render_template(
        "finance/advances/show.html",
        decision=decision,
        lines=[(one, own(RepaidForm, one), own(WaiveForm, one)) for one in parts],
        terms=form if isinstance(form, TermsForm) else TermsForm(formdata=None),
        form=form,
        states=STATES,
        today=today,
        open_states=OPEN,
        sums=sums_of(parts),
        may_follow=decision.funder_id in viewer.funders_as(*rules.PURSE),
    )


def sums_of(parts: Sequence[AdvancePart]) -> list[tuple[LazyString, int]]:
    """What is left, what came back and, where some was, what was let go: in cents."""
    left = int(sum(one.amount_cents for one in parts if one.state in OPEN))
    repaid, waived = (
        int(sum(one.amount_cents for one in parts if one.state is state))
        for state in (PartState.REPAID, PartState.WAIVED)
    )
    found = [(_l("Left to repay"), left), (_l("Repaid"), repaid)]
    return [*found, (_l("Amount waived"), waived)] if waived else found
