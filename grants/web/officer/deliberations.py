"""Deliberations: entered from the minutes, then announced; every past one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.councils import services as councils
from grants.councils.queries import presided
from grants.decisions import queries, rules, services
from grants.decisions.models import Body, Deliberation, Proposal
from grants.decisions.rules import RECORDERS
from grants.decisions.services import Item
from grants.kernel.clock import paris_date
from grants.notices import queries as notices
from grants.notices.rules import can_read_letter
from grants.payments import queries as payments
from grants.watch import queries as watch
from grants.web.account.fields import typed
from grants.web.decisions import BODIES, INSTRUMENTS, OUTCOMES, told, what
from grants.web.downloads import send
from grants.web.forms import attempt
from grants.web.officer.decision_forms import (
    DeliberationForm,
    FallenForm,
    FormalitiesForm,
    first_day,
)
from grants.web.officer.decisions import as_uuid
from grants.web.officer.grounds import grounds
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.watching import RULES
from grants.withdrawals import queries as withdrawals

bp = Blueprint("deliberations", __name__, url_prefix="/deliberations")
PER_PAGE = 25
NEW = "/appels/<uuid:call_id>/<uuid:funder_id>"


@bp.get("")
@allow(Audience.OFFICER, rules.can_read)
def index(session: Session) -> ResponseReturnValue:
    """Every deliberation of my authorities, the latest first."""
    statement = queries.deliberations(viewer=current_actor())
    found = page_of(session, statement, number=asked_page(), per_page=PER_PAGE)
    return render_template("officer/deliberations/index.html", page=found, bodies=BODIES)


@bp.get(NEW)
@allow(Audience.OFFICER, rules.can_read_proposal)
def new(session: Session, call_id: UUID, funder_id: UUID) -> ResponseReturnValue:
    """The form of a deliberation, with the proposals to put to the vote."""
    form = DeliberationForm(formdata=None)
    first_day(form, paris_date(now()))
    return new_page(session, call_id, funder_id, form, chosen=None)


@bp.post(NEW)
@allow(Audience.OFFICER, rules.may_record)
def create(session: Session, call_id: UUID, funder_id: UUID) -> ResponseReturnValue:
    """Record the vote and all that it decides, or nothing."""
    form = DeliberationForm()
    chosen = {one for text in request.form.getlist("proposal") if (one := as_uuid(text))}
    if form.validate():
        with attempt(session, form) as tried:
            found = entered(session, call_id, funder_id, form, chosen)
        if not tried.refused:
            flash(_("The deliberation is recorded."), "success")
            return redirect(url_for(".show", deliberation_id=found.id), 303)
    return new_page(session, call_id, funder_id, form, chosen), form.status


def entered(
    session: Session, call_id: UUID, funder_id: UUID, form: DeliberationForm, chosen: set[UUID]
) -> Deliberation:
    """The deliberation that the form describes. Sent again after it was recorded: the first."""
    actor = current_actor()
    proposals = queries.proposals(session, call_id, funder_id, viewer=actor)
    items = [item_of(one) for one in proposals if one.id in chosen]
    number, held_on = typed(form.number), form.held_on.data
    if held_on is None:
        raise ValueError("the form was not validated")
    known = queries.under_number(session, funder_id, number.strip())
    if known is not None and not items and chosen and known.recorded_by == actor.id:
        return known  # what it decided is no longer proposed: this is the same form again
    sitting = services.open_session(
        session,
        funder_id,
        body=Body(form.body.data),
        held_on=held_on,
        convened_on=form.convened_on.data,
        actor=actor,
        now=now(),
    )
    return councils.record(
        session,
        sitting,
        number=number,
        object=typed(form.object),
        vote=form.vote(),
        items=items,
        actor=actor,
        now=now(),
    )


def item_of(proposal: Proposal) -> Item:
    """A proposal as it is put to the vote."""
    return Item(
        application_id=proposal.application_id,
        outcome=proposal.outcome,
        instrument=proposal.instrument,
        amount=proposal.amount,
        envelope_id=proposal.envelope_id,
        label=proposal.label,
        reason=proposal.reason,
    )


def new_page(
    session: Session,
    call_id: UUID,
    funder_id: UUID,
    form: DeliberationForm,
    chosen: set[UUID] | None,
) -> str:
    """The form as a page; all the proposals are ticked at first."""
    table = queries.decision_table(session, call_id, funder_id, viewer=current_actor())
    proposals: Sequence[Proposal] = table.ready
    return render_template(
        "officer/deliberations/new.html",
        table=table,
        call=table.call,
        form=form,
        proposals=[
            (line.application, one, chosen is None or one.id in chosen)
            for line in table.lines
            for one in line.proposals
        ]
        + [(one.application, one, chosen is None or one.id in chosen) for one in table.top_ups],
        units={one.id: one.unit for one in table.standings},
        labels={one.id: one.label for one in table.standings},
        ticked=len(proposals) if chosen is None else len(chosen),
        outcomes=OUTCOMES,
        instruments=INSTRUMENTS,
    )


@bp.get("/<uuid:deliberation_id>")
@allow(Audience.OFFICER, rules.can_read)
def show(session: Session, deliberation_id: UUID) -> ResponseReturnValue:
    """One deliberation: its vote, what it decided, the letters, what comes next."""
    return page(session, deliberation_id, None)


@bp.post("/<uuid:deliberation_id>/annonce")
@allow(Audience.OFFICER, rules.may_announce)
def announce(session: Session, deliberation_id: UUID) -> ResponseReturnValue:
    """Tell the applicants and the public."""
    services.announce_results(session, deliberation_id, actor=current_actor(), now=now())
    flash(_("The applicants are being told, and the awards are public."), "success")
    return redirect(url_for(".show", deliberation_id=deliberation_id), 303)


@bp.post("/<uuid:deliberation_id>/executoire")
@allow(Audience.OFFICER, rules.may_announce)
def make_executory(session: Session, deliberation_id: UUID) -> ResponseReturnValue:
    """Note when the act reached the prefect and was published; with both, commit its awards."""
    form = FormalitiesForm()
    if form.validate():
        with attempt(session, form) as tried:
            found = services.note_formalities(
                session,
                deliberation_id,
                transmitted_on=form.transmitted_on.data,
                published_on=form.published_on.data,
                receipt=typed(form.receipt),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            if found.made_executory_on:
                flash(_("The act is executory: its awards are committed."), "success")
            else:
                flash(_("The day is noted. The act is executory once both are."), "success")
            return redirect(url_for(".show", deliberation_id=deliberation_id), 303)
    return page(session, deliberation_id, form), form.status


@bp.post("/<uuid:deliberation_id>/retrait")
@allow(Audience.OFFICER, rules.may_announce)
def withdraw(session: Session, deliberation_id: UUID) -> ResponseReturnValue:
    """Note that the act will never be executory: its applications are decided again."""
    form = FallenForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.withdraw_act(
                session,
                deliberation_id,
                on=form.withdrawn_on.data or paris_date(now()),
                reason=typed(form.withdrawal_reason),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The act is withdrawn: its applications must be decided again."), "success")
            return redirect(url_for(".show", deliberation_id=deliberation_id), 303)
    return page(session, deliberation_id, form), form.status


@bp.get("/courriers/<uuid:letter_id>")
@allow(Audience.OFFICER, can_read_letter)
def letter(session: Session, letter_id: UUID) -> ResponseReturnValue:
    """The letter sent to an applicant, as a PDF."""
    return send(notices.letter(session, letter_id, viewer=current_actor()).stored_file)


def presidents(session: Session, deliberation_id: UUID) -> list[tuple[object, object]]:
    """Who presided over the vote, where a meeting held here voted it."""
    name = presided(session, deliberation_id)
    return [(_("Chaired by"), name)] if name else []


def page(session: Session, deliberation_id: UUID, form: FormalitiesForm | FallenForm | None) -> str:
    """One deliberation as a page; without a form, what is noted and today fill it."""
    viewer, today = current_actor(), paris_date(now())
    found = queries.deliberation(session, deliberation_id, viewer=viewer)
    fallen = form if isinstance(form, FallenForm) else None
    noting = form if isinstance(form, FormalitiesForm) else None
    if noting is None:
        noted = {"receipt": found.receipt, "transmitted_on": found.transmitted_on or today}
        noted |= {"published_on": found.published_on or today}
        noting = FormalitiesForm(formdata=None, data=noted)
    letters = notices.letters_of(session, deliberation_id, viewer=viewer)
    plans = payments.plans_of_deliberation(session, deliberation_id, viewer=viewer)
    calls = {one.application.call_id for one in found.decisions}
    trails, votes = grounds(session, calls, viewer) if calls else ([], [])
    return render_template(
        "officer/deliberations/show.html",
        trails=trails,
        votes=votes,
        deliberation=found,
        facts=[*told(found.vote), *presidents(session, deliberation_id)],
        outcomes=OUTCOMES,
        bodies=BODIES,
        what=what,
        annulment=withdrawals.annulment_of(session, deliberation_id),
        letters={one.application_id: one for one in letters},
        overridden=watch.overridden_in(session, deliberation_id, viewer=viewer),
        rules=RULES,
        plans={one.decision.id: one for one in plans},
        form=fallen or noting,
        noting=noting,
        falling=fallen or FallenForm(formdata=None, data={"withdrawn_on": today}),
        may_record=found.funder_id in viewer.funders_as(*RECORDERS),
    )
