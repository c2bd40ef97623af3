"""The members of the council, and what it delegates to its bureau and its president."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.councils import queries, rules, services
from grants.councils.models import Office
from grants.decisions import queries as decisions
from grants.decisions import rules as deciding
from grants.decisions import services as delegating
from grants.decisions.models import Body
from grants.decisions.rules import RECORDERS
from grants.kernel.clock import paris_date
from grants.web.account.fields import typed
from grants.web.decisions import BODIES, INSTRUMENTS
from grants.web.forms import attempt
from grants.web.officer.council_forms import OFFICES, DelegationForm, SeatForm, UntilForm
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("council_seats", __name__, url_prefix="/assemblee")
PER_PAGE = 100


@bp.get("/membres")
@allow(Audience.OFFICER, rules.reads_seats)
def index(session: Session) -> ResponseReturnValue:
    """The members, present and past."""
    return page(session, SeatForm(formdata=None))


@bp.post("/membres")
@allow(Audience.OFFICER, rules.keeps_seats)
def seat(session: Session) -> ResponseReturnValue:
    """Write a member down."""
    form = offered(session, SeatForm())
    if form.validate() and (since := form.since.data):
        with attempt(session, form) as tried:
            services.seat(
                session,
                UUID(form.funder.data),
                name=typed(form.name),
                since=since,
                office=Office(form.office.data),
                in_bureau=form.in_bureau.data,
                person_id=form.person_id,
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The member is added."), "success")
            return redirect(url_for(".index"), 303)
    return page(session, form), form.status


@bp.post("/membres/<uuid:seat_id>/fin")
@allow(Audience.OFFICER, rules.keeps_seats)
def unseat(session: Session, seat_id: UUID) -> ResponseReturnValue:
    """Write down from which day they are no longer in office."""
    form = UntilForm()
    if form.validate() and (until := form.until.data):
        with attempt(session, form) as tried:
            services.unseat(session, seat_id, until=until, actor=current_actor(), now=now())
        if not tried.refused:
            flash(_("The end of the term of office is recorded."), "success")
            return redirect(url_for(".index"), 303)
    back = url_for(".index")
    return until_page(form, _("End of the term"), _("Members of the council"), back), form.status


@bp.get("/delegations")
@allow(Audience.OFFICER, deciding.can_read_delegation)
def delegations(session: Session) -> ResponseReturnValue:
    """What the council delegates, the latest first."""
    return delegations_page(session, DelegationForm(formdata=None))


@bp.post("/delegations")
@allow(Audience.OFFICER, deciding.may_delegate)
def delegate(session: Session) -> ResponseReturnValue:
    """Note a delegation."""
    form = DelegationForm()
    form.offer(queries.own_funders(session, current_actor()))
    if form.validate() and (voted_on := form.voted_on.data):
        with attempt(session, form) as tried:
            delegating.delegate(
                session,
                UUID(form.funder.data),
                body=Body(form.body.data),
                number=typed(form.number),
                object=typed(form.object),
                voted_on=voted_on,
                instruments=form.chosen,
                amount_max=form.ceiling,
                from_on=form.from_on.data,
                until_on=form.until_on.data,
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The delegation is noted."), "success")
            return redirect(url_for(".delegations"), 303)
    return delegations_page(session, form), form.status


@bp.post("/delegations/<uuid:delegation_id>/fin")
@allow(Audience.OFFICER, deciding.may_delegate)
def end_delegation(session: Session, delegation_id: UUID) -> ResponseReturnValue:
    """Note that the council took it back."""
    form = UntilForm()
    if form.validate() and (day := form.until.data):
        with attempt(session, form) as tried:
            delegating.end_delegation(
                session, delegation_id, on=day, actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("The end of the delegation is recorded."), "success")
            return redirect(url_for(".delegations"), 303)
    words, back = _("Delegations of the council"), url_for(".delegations")
    return until_page(form, _("End it"), words, back), form.status


def offered(session: Session, form: SeatForm) -> SeatForm:
    """The authorities for which one keeps the list, and the accounts of elected members."""
    actor = current_actor()
    form.offer(queries.own_funders(session, actor), queries.elected(session, actor))
    return form


def until_page(form: UntilForm, title: str, words: str, back: str) -> str:
    """The form of a day that has to be mended, on a page of its own."""
    return render_template(
        "officer/councils/until.html", form=form, title=title, words=words, back=back
    )


def page(session: Session, form: SeatForm) -> str:
    """The members as a page."""
    statement = queries.seats(viewer=current_actor())
    return render_template(
        "officer/councils/seats.html",
        page=page_of(session, statement, number=asked_page(), per_page=PER_PAGE),
        form=offered(session, form),
        today=paris_date(now()),
        offices=OFFICES,
        mine=current_actor().funders_as(*RECORDERS),
    )


def delegations_page(session: Session, form: DelegationForm) -> str:
    """The delegations as a page."""
    actor = current_actor()
    form.offer(queries.own_funders(session, actor))
    return render_template(
        "officer/councils/delegations.html",
        page=page_of(session, decisions.delegations(viewer=actor), number=asked_page()),
        form=form,
        today=paris_date(now()),
        bodies=BODIES,
        instruments=INSTRUMENTS,
        mine=actor.funders_as(*RECORDERS),
    )
