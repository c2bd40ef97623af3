"""Waiting lists of a call: who is next when money comes back, and what a person says to that."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from grants.applications.models import ApplicationState
from grants.kernel.errors import Unknown
from grants.kernel.money import Amount, Unit
from grants.scenarios import rules
from grants.scenarios.models import WaitingPlace, WaitingState
from grants.scenarios.queries import parts_of
from grants.scenarios.queries import waiting as queries
from grants.scenarios.queries.scenarios import call_of
from grants.scenarios.services import waiting as services
from grants.web import wording
from grants.web.forms import Form, attempt
from grants.web.officer.decision_forms import REASON_MAX, TOO_LONG, typed_amount
from grants.web.officer.scenario_forms import NOT_AN_AMOUNT
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.states import officer_words

PER_PAGE = 50
DRAFT_MAX = 8_000
CHOICES_MAX = 300
STATES = {
    WaitingState.WAITING: (_l("Waits"), "neutral"),
    WaitingState.OFFERED: (_l("Its turn: to be settled"), "warning"),
    WaitingState.ACCEPTED: (_l("Proposed for the next vote"), "success"),
    WaitingState.PASSED: (_l("Passed over"), "neutral"),
}

bp = Blueprint("waiting", __name__)


class AddForm(Form):
    """Who joins which list."""

    envelope = SelectField(_l("Envelope"))
    application = SelectField(_l("Project"))
    wanted = StringField(
        _l("Amount"),
        [Length(max=40, message=TOO_LONG)],
        description=_l("Leave empty for all that it lacks."),
    )

    def offer(self, session: Session, call_id: UUID) -> None:
        """Give it its choices."""
        actor = current_actor()
        held = queries.envelopes(session, call_id, actor)
        funders = sorted({one.funder_id for one in held})
        rows = session.execute(queries.waitable(call_id, funders, actor).limit(CHOICES_MAX))
        found = [queries.Waitable._make(row) for row in rows]
        self.units = {str(one.id): one.unit for one in held}
        self.envelope.choices = [SelectChoice(str(one.id), one.label) for one in held]
        self.application.choices = [
            SelectChoice(str(one.id), f"{one.number} — {one.title}") for one in found
        ]
        # Whoever may not join is told why, not that the page never offered it.
        self.application.validate_choice = False

    def amount(self) -> Amount | None:
        """What was typed; None for all that lacks, or for what is no amount, which is said."""
        text = (self.wanted.data or "").strip()
        unit = self.units.get(self.envelope.data or "", Unit.EUR)
        found = typed_amount(text, unit) if text else None
        if text and (found is None or found < 0):
            self.wanted.errors = [*self.wanted.errors, str(NOT_AN_AMOUNT)]
        return found


class AcceptForm(Form):
    """The draft of the letter, as a person leaves it."""

    draft = TextAreaField(_l("Draft of the letter"), [Length(max=DRAFT_MAX, message=TOO_LONG)])
    seen = HiddenField(validators=[Length(max=20)])

    @property
    def amount(self) -> int | None:
        """The amount that the page showed, in the smallest part of its unit."""
        text = self.seen.data or ""
        return int(text) if text.isdecimal() else None


class PassForm(Form):
    """Why somebody is passed over."""

    reason = TextAreaField(
        _l("Why it is passed over"),
        [
            InputRequired(_l("Write why this project is passed over.")),
            Length(max=REASON_MAX, message=TOO_LONG),
        ],
    )


@bp.get("/appels/<uuid:call_id>/listes-d-attente")
@allow(Audience.OFFICER, rules.reads_list)
def index(session: Session, call_id: UUID) -> ResponseReturnValue:
    """The lists of the call's envelopes, in order, with what is offered."""
    return page(session, call_id)


@bp.post("/appels/<uuid:call_id>/listes-d-attente")
@allow(Audience.OFFICER, rules.keeps_list)
def add(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Put a project at the end of a list."""
    form = AddForm()
    form.offer(session, call_id)
    if form.validate():
        amount = form.amount()
        if not form.errors:
            with attempt(session, form) as tried:
                services.add(
                    session,
                    call_id,
                    UUID(form.envelope.data),
                    as_uuid(form.application.data),
                    wanted=amount,
                    actor=current_actor(),
                    now=now(),
                )
            if not tried.refused:
                flash(_("The project is on the list."), "success")
                return redirect(url_for(".index", call_id=call_id), 303)
    return page(session, call_id, adding=form), form.status


@bp.post("/listes-d-attente/<uuid:place_id>/deplacer")
@allow(Audience.OFFICER, rules.keeps_list)
def move(session: Session, place_id: UUID) -> ResponseReturnValue:
    """One up, or one down."""
    form = Form()
    place = queries.locked_place(session, place_id, actor=current_actor())
    call_id, up = place.call_id, request.form.get("direction") != "down"
    with attempt(session, form) as tried:
        services.move(session, place_id, up=up, actor=current_actor(), now=now())
    if tried.refused:
        return page(session, call_id, problem=form), form.status
    return redirect(url_for(".index", call_id=call_id), 303)


@bp.post("/listes-d-attente/<uuid:place_id>/accepter")
@allow(Audience.OFFICER, rules.keeps_list)
def accept(session: Session, place_id: UUID) -> ResponseReturnValue:
    """Propose it for the next vote."""
    form = AcceptForm()
    place = queries.locked_place(session, place_id, actor=current_actor())
    call_id = place.call_id
    if form.validate():
        with attempt(session, form) as tried:
            services.accept(
                session,
                place_id,
                draft_text=form.draft.data or "",
                seen=form.amount,
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("It is proposed for the next vote, and the draft is kept."), "success")
            return redirect(url_for(".index", call_id=call_id), 303)
    return page(session, call_id, accepting=(place_id, form)), form.status


@bp.post("/listes-d-attente/<uuid:place_id>/passer")
@allow(Audience.OFFICER, rules.keeps_list)
def pass_over(session: Session, place_id: UUID) -> ResponseReturnValue:
    """Go on to the next one."""
    form = PassForm()
    place = queries.locked_place(session, place_id, actor=current_actor())
    call_id = place.call_id
    if form.validate():
        with attempt(session, form) as tried:
            services.pass_over(
                session,
                place_id,
                reason=form.reason.data or "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The project is passed over; the next one’s turn comes."), "success")
            return redirect(url_for(".index", call_id=call_id), 303)
    return page(session, call_id, passing=(place_id, form)), form.status


def page(
    session: Session,
    call_id: UUID,
    *,
    adding: AddForm | None = None,
    accepting: tuple[UUID, AcceptForm] | None = None,
    passing: tuple[UUID, PassForm] | None = None,
    problem: Form | None = None,
) -> str:
    """The lists; a refused form stands where it was sent from."""
    actor = current_actor()
    parts_of(session, call_id, viewer=actor)
    held = queries.envelopes(session, call_id, actor)
    new = adding or AddForm(formdata=None)
    new.offer(session, call_id)
    rows = page_of(session, queries.places(call_id, actor), number=asked_page(), per_page=PER_PAGE)
    asked = (accepting or passing or (None, None))[1]
    return render_template(
        "officer/scenarios/waiting.html",
        call=call_of(session, call_id),
        page=rows,
        envelopes={one.id: one for one in held},
        rooms=queries.rooms(session, held),
        states=STATES,
        adding=new,
        form=adding or asked or problem,
        opened=(accepting or passing or (None, None))[0],
        accept_form=lambda place: form_of(accepting, place, AcceptForm, {"draft": place.draft}),
        pass_form=lambda place: form_of(passing, place, PassForm, {}),
        against=against,
        may_keep=queries.may_keep(actor),
    )


def form_of(
    sent: tuple[UUID, Form] | None, place: WaitingPlace, kind: type[Form], data: dict[str, str]
) -> Form:
    """The form of one place: the one that was sent, or a new one."""
    if sent is not None and sent[0] == place.id:
        return sent[1]
    return kind(formdata=None, data=data, prefix="")


def against(problem: dict[str, str]) -> str:
    """What speaks against an offer, in words."""
    if problem["code"] == "rule":
        return problem["en"] if wording.language() == "en" and problem["en"] else problem["fr"]
    state = officer_words(ApplicationState(problem["code"])).text
    return str(_("The file is now: %(state)s.", state=state))


def as_uuid(text: str | None) -> UUID:
    """The project that a form names.

    Raises:
        Unknown: no page named it.
    """
    try:
        return UUID(text or "")
    except ValueError:
        raise Unknown from None
