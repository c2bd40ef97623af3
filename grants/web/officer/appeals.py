"""Appeals to answer: by the day on which silence means no."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import RadioField, StringField, TextAreaField, ValidationError

# Newer than the stubs of wtforms.
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from grants.appeals import queries, services
from grants.appeals.models import Effect
from grants.appeals.rules import can_read_appeal, may_answer
from grants.kernel.money import Amount, Unit
from grants.web.appeals import EFFECTS, standing
from grants.web.downloads import send
from grants.web.forms import Form, attempt
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.withdrawals import quantity_of, say_amount

bp = Blueprint("appeals", __name__, url_prefix="/recours")
REJECT = "reject"


class AnswerForm(Form):
    """What is answered, and what follows."""

    verdict = RadioField(
        _l("Answer"),
        [InputRequired(_l("Choose an answer."))],
        choices=[
            SelectChoice(REJECT, _l("Reject: the decision stands")),
            SelectChoice(
                Effect.NEW_DELIBERATION.value, _l("Uphold: the matter goes back to the vote")
            ),
            SelectChoice(Effect.WITHDRAWAL.value, _l("Uphold: the decision is withdrawn")),
        ],
    )
    answer = TextAreaField(
        _l("Reasons"),
        [
            InputRequired(_l("Write the answer: the applicant will read it.")),
            Length(max=10_000, message=_l("This text is too long.")),
        ],
    )


class MoreForm(Form):
    """How much is proposed on top of an award."""

    amount = StringField(
        _l("Amount to add"), render_kw={"inputmode": "decimal", "autocomplete": "off"}
    )
    unit = Unit.EUR

    def validate_amount(self, field: StringField) -> None:
        """An amount."""
        if not quantity_of(str(field.data or ""), self.unit):
            raise ValidationError(say_amount(self.unit))

    @property
    def quantity(self) -> Amount:
        """The amount, once the form is valid."""
        return quantity_of(str(self.amount.data or ""), self.unit) or Amount(0)


@bp.get("")
@allow(Audience.OFFICER, can_read_appeal)
def index(session: Session) -> ResponseReturnValue:
    """Every appeal, those to answer first."""
    found = page_of(session, queries.appeals(viewer=current_actor()), number=asked_page())
    rows = [(one, standing(one, now())) for one in found.rows]
    return render_template("officer/appeals/index.html", page=found, rows=rows)


@bp.get("/<uuid:appeal_id>")
@allow(Audience.OFFICER, can_read_appeal)
def show(session: Session, appeal_id: UUID) -> ResponseReturnValue:
    """One appeal: what it says, its clock, its answer."""
    return page(session, appeal_id, AnswerForm(formdata=None))


@bp.post("/<uuid:appeal_id>")
@allow(Audience.OFFICER, may_answer)
def answer(session: Session, appeal_id: UUID) -> ResponseReturnValue:
    """Answer it, once."""
    form = AnswerForm()
    if form.validate():
        verdict = form.verdict.data
        with attempt(session, form) as tried:
            services.answer_appeal(
                session,
                appeal_id,
                effect=None if verdict == REJECT else Effect(verdict),
                answer=form.answer.data or "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The appeal is answered: the applicant is told that an answer is there."))
            return redirect(url_for(".show", appeal_id=appeal_id), 303)
    return page(session, appeal_id, form), form.status


@bp.post("/<uuid:appeal_id>/rouvrir")
@allow(Audience.OFFICER, may_answer)
def reopen(session: Session, appeal_id: UUID) -> ResponseReturnValue:
    """Have what was refused decided again."""
    services.reopen_file(session, appeal_id, actor=current_actor(), now=now())
    flash(
        _("The application is under review again: make a proposal, then put it to the vote."),
        "success",
    )
    return redirect(url_for(".show", appeal_id=appeal_id), 303)


@bp.post("/<uuid:appeal_id>/complement")
@allow(Audience.OFFICER, may_answer)
def propose_more(session: Session, appeal_id: UUID) -> ResponseReturnValue:
    """Propose to add an amount to what was awarded."""
    form = MoreForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.propose_more(
                session, appeal_id, amount=form.quantity, actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("It is proposed: the council or bureau will vote on it."), "success")
            return redirect(url_for(".show", appeal_id=appeal_id), 303)
    return page(session, appeal_id, AnswerForm(formdata=None), more=form), form.status


@bp.get("/documents/<uuid:file_id>")
@allow(Audience.OFFICER, can_read_appeal)
def download(session: Session, file_id: UUID) -> ResponseReturnValue:
    """A document given with an appeal."""
    return send(queries.appeal_file(session, file_id, viewer=current_actor()).stored_file)


def page(
    session: Session, appeal_id: UUID, form: AnswerForm, *, more: MoreForm | None = None
) -> str:
    """One appeal as a page."""
    viewer = current_actor()
    found = queries.appeal(session, appeal_id, viewer=viewer)
    contested = queries.contested(session, found)
    return render_template(
        "officer/appeals/show.html",
        appeal=found,
        state=standing(found, now()),
        effects=EFFECTS,
        form=more or form,
        answering=form,
        more=more or MoreForm(formdata=None),
        award=next((one for one in contested if one.envelope_id), None),
        may_follow=may_answer.holds(viewer, found),
        may_answer=found.state == "filed" and may_answer.holds(viewer, found),
    )
