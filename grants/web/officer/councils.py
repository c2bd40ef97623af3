"""Meetings of a deliberative body: planned, their agenda written and read, members called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from grants.councils import MINUTES, PACK, queries, rules, services
from grants.councils.models import Meeting
from grants.councils.queries import ItemSheet
from grants.decisions.models import Body, Proposal
from grants.decisions.rules import RECORDERS
from grants.jobs import services as jobs
from grants.kernel.access import FunderRole
from grants.kernel.clock import paris_date
from grants.kernel.errors import Unknown
from grants.web.account.fields import options, typed
from grants.web.decisions import BODIES, INSTRUMENTS, OUTCOMES
from grants.web.downloads import send
from grants.web.forms import attempt
from grants.web.officer.council_forms import ConveneForm, ItemForm, MeetingForm
from grants.web.officer.decisions import as_uuid
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("councils", __name__, url_prefix="/seances")
PER_PAGE = 25
STATES = {
    "draft": (_l("Being prepared"), "neutral"),
    "convened": (_l("Members called"), "info"),
    "open": (_l("Under way"), "success"),
    "missed": (_l("No quorum"), "danger"),
    "closed": (_l("Meeting over"), "neutral"),
}


@bp.get("")
@allow(Audience.OFFICER, rules.reads_agenda)
def index(session: Session) -> ResponseReturnValue:
    """Every meeting of my authorities, the latest first."""
    statement = queries.meetings(viewer=current_actor())
    found = page_of(session, statement, number=asked_page(), per_page=PER_PAGE)
    return render_template(
        "officer/councils/index.html",
        page=found,
        bodies=BODIES,
        states=STATES,
        may_plan=bool(current_actor().funders_as(*RECORDERS)),
    )


@bp.get("/nouvelle")
@allow(Audience.OFFICER, rules.holds_meetings)
def new(session: Session) -> ResponseReturnValue:
    """The form of a meeting; `?premiere=` names one whose quorum was missed."""
    form = offered(session, MeetingForm(formdata=None))
    first = as_uuid(request.args.get("premiere"))
    if first is not None:
        found = queries.meeting(session, first, viewer=current_actor())
        form.funder.data = str(found.council_session.funder_id)
        form.body.data = found.council_session.body.value
        form.place.data, form.starts_at.data = found.place, None
    return render_template("officer/councils/new.html", form=form, first=first)


@bp.post("/nouvelle")
@allow(Audience.OFFICER, rules.holds_meetings)
def plan(session: Session) -> ResponseReturnValue:
    """Plan it."""
    form = offered(session, MeetingForm())
    first = as_uuid(request.form.get("first"))
    if form.validate():
        with attempt(session, form) as tried:
            found = services.plan(
                session,
                UUID(form.funder.data),
                body=Body(form.body.data),
                starts_at=form.starts,
                place=typed(form.place),
                clear_days=form.clear_days.data or rules.NOTICE_DAYS,
                first_id=first,
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The meeting is planned."), "success")
            return redirect(url_for(".show", meeting_id=found.id), 303)
    return render_template("officer/councils/new.html", form=form, first=first), form.status


def offered(session: Session, form: MeetingForm) -> MeetingForm:
    """The authorities for which one may plan."""
    found = queries.own_funders(session, current_actor())
    if not found:
        raise Unknown
    form.funder.choices = options(found)
    return form


@bp.get("/<uuid:meeting_id>")
@allow(Audience.OFFICER, rules.reads_agenda)
def show(session: Session, meeting_id: UUID) -> ResponseReturnValue:
    """The agenda, item by item, with its drafts and files: what an elected member reads."""
    form = ConveneForm(formdata=None, data={"on": paris_date(now())})
    return page(session, meeting_id, form)


@bp.post("/<uuid:meeting_id>/convocation")
@allow(Audience.OFFICER, rules.holds_meetings)
def convene(session: Session, meeting_id: UUID) -> ResponseReturnValue:
    """Note that the members were called."""
    form = ConveneForm()
    if form.validate() and (day := form.on.data):
        with attempt(session, form) as tried:
            services.convene(
                session,
                meeting_id,
                on=day,
                urgency=typed(form.urgency),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The members are called: the agenda is fixed."), "success")
            return redirect(url_for(".show", meeting_id=meeting_id), 303)
    return page(session, meeting_id, form), form.status


def page(session: Session, meeting_id: UUID, form: ConveneForm) -> str:
    """A meeting as a page."""
    viewer = current_actor()
    found = queries.meeting(session, meeting_id, viewer=viewer)
    sitting = found.council_session
    return render_template(
        "officer/councils/show.html",
        meeting=found,
        sheets=queries.sheets(session, found, viewer=viewer),
        papers=queries.papers(session, meeting_id),
        acts=queries.unreported(session, sitting.funder_id, sitting.held_on)
        if sitting.body is Body.COUNCIL and not found.closed_at
        else queries.reported_to(session, sitting.id),
        form=form,
        state=STATES[found.state],
        bodies=BODIES,
        outcomes=OUTCOMES,
        instruments=INSTRUMENTS,
        may_hold=rules.holds_meetings.holds(viewer, sitting),
        may_step_back=sitting.funder_id in viewer.funders_as(FunderRole.ELECTED),
        called=queries.called(session, found),
        call_by=latest_call(found),
        today=paris_date(now()),
    )


def latest_call(found: Meeting) -> date:
    """The last day on which the members may be called with the whole notice."""
    held_on = found.council_session.held_on
    return held_on if found.first_id else held_on - timedelta(days=found.clear_days + 1)


@bp.get("/<uuid:meeting_id>/points/nouveau")
@allow(Audience.OFFICER, rules.holds_meetings)
def new_item(session: Session, meeting_id: UUID) -> ResponseReturnValue:
    """The form of an item, with what waits to be put to the vote."""
    found = held(session, meeting_id)
    return item_page(session, found, ItemForm(formdata=None), [])


@bp.post("/<uuid:meeting_id>/points/nouveau")
@allow(Audience.OFFICER, rules.holds_meetings)
def add_item(session: Session, meeting_id: UUID) -> ResponseReturnValue:
    """Put it on the agenda."""
    found, form = held(session, meeting_id), ItemForm()
    offer(session, found, form, [])
    if form.validate():
        with attempt(session, form) as tried:
            services.add_item(session, meeting_id, form.written, actor=current_actor(), now=now())
        if not tried.refused:
            flash(_("The item is on the agenda."), "success")
            return redirect(url_for(".show", meeting_id=meeting_id), 303)
    return item_page(session, found, form, []), form.status


@bp.get("/<uuid:meeting_id>/points/<uuid:item_id>")
@allow(Audience.OFFICER, rules.holds_meetings)
def item(session: Session, meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """One item, to be written anew."""
    found, sheet = sheet_of(session, meeting_id, item_id)
    one = sheet.item
    kept = {
        "object": one.object,
        "number": one.number,
        "draft": one.draft,
        "rapporteur": str(one.rapporteur_id or ""),
        "applications": [str(each.id) for each in sheet.applications],
    }
    return item_page(session, found, ItemForm(formdata=None, data=kept), sheet.proposals)


@bp.post("/<uuid:meeting_id>/points/<uuid:item_id>")
@allow(Audience.OFFICER, rules.holds_meetings)
def change_item(session: Session, meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Write it anew."""
    found, sheet = sheet_of(session, meeting_id, item_id)
    form = ItemForm()
    offer(session, found, form, sheet.proposals)
    if form.validate():
        with attempt(session, form) as tried:
            services.edit_item(session, item_id, form.written, actor=current_actor(), now=now())
        if not tried.refused:
            flash(_("The item is saved."), "success")
            return redirect(url_for(".show", meeting_id=meeting_id), 303)
    return item_page(session, found, form, sheet.proposals), form.status


@bp.post("/<uuid:meeting_id>/points/<uuid:item_id>/monter")
@allow(Audience.OFFICER, rules.holds_meetings)
def raise_item(session: Session, meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Exchange it with the one before."""
    sheet_of(session, meeting_id, item_id)
    services.move_item(session, item_id, up=True, actor=current_actor(), now=now())
    return redirect(url_for(".show", meeting_id=meeting_id), 303)


@bp.post("/<uuid:meeting_id>/points/<uuid:item_id>/retirer")
@allow(Audience.OFFICER, rules.holds_meetings)
def remove_item(session: Session, meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Take it off the agenda."""
    sheet_of(session, meeting_id, item_id)
    services.remove_item(session, item_id, actor=current_actor(), now=now())
    flash(_("The item is removed from the agenda."), "success")
    return redirect(url_for(".show", meeting_id=meeting_id), 303)


@bp.post("/<uuid:meeting_id>/dossier")
@allow(Audience.OFFICER, rules.holds_meetings)
def pack(session: Session, meeting_id: UUID) -> ResponseReturnValue:
    """Have the drafts, their tables and the register of recusals made as files, as a job."""
    found = held(session, meeting_id)
    job_id = jobs.start(
        session,
        PACK,
        payload={"meeting": str(meeting_id)},
        total=max(1, len(found.items)),
        actor=current_actor(),
        now=now(),
        funder=found.council_session.funder_id,
        subject=meeting_id,
    )
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@bp.post("/<uuid:meeting_id>/proces-verbal")
@allow(Audience.OFFICER, rules.holds_meetings)
def minutes(session: Session, meeting_id: UUID) -> ResponseReturnValue:
    """Have the minutes of a session that is over written, as a job."""
    found = queries.require_minutes(session, meeting_id, viewer=current_actor())
    ending = "odt" if request.form.get("format") == "odt" else "pdf"
    job_id = jobs.start(
        session,
        MINUTES,
        payload={"meeting": str(meeting_id), "format": ending},
        total=1,
        actor=current_actor(),
        now=now(),
        funder=found.council_session.funder_id,
        subject=meeting_id,
    )
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@bp.get("/pieces/<uuid:paper_id>")
@allow(Audience.OFFICER, rules.reads_agenda)
def paper(session: Session, paper_id: UUID) -> ResponseReturnValue:
    """One of these files; none of what concerns its reader."""
    return send(queries.paper(session, paper_id, viewer=current_actor()).stored_file)


def held(session: Session, meeting_id: UUID) -> Meeting:
    """A meeting that one holds."""
    return queries.meeting(session, meeting_id, viewer=current_actor(), who=rules.holds_meetings)


def sheet_of(session: Session, meeting_id: UUID, item_id: UUID) -> tuple[Meeting, ItemSheet]:
    """One item of a meeting that one holds.

    Raises:
        Unknown: there is none, or it concerns whoever asks.
    """
    found = held(session, meeting_id)
    for sheet in queries.sheets(session, found, viewer=current_actor()):
        if sheet.item.id == item_id and not sheet.is_hidden:
            return found, sheet
    raise Unknown


def offer(session: Session, found: Meeting, form: ItemForm, proposals: Sequence[Proposal]) -> None:
    """The members in office, and the proposals that wait or are covered already."""
    sitting = found.council_session
    seats = queries.in_office(session, sitting.funder_id, sitting.body, sitting.held_on)
    waiting = queries.to_put_on(session, found, viewer=current_actor())
    form.offer(seats, [*proposals, *waiting])


def item_page(
    session: Session, found: Meeting, form: ItemForm, proposals: Sequence[Proposal]
) -> str:
    """The form as a page."""
    offer(session, found, form, proposals)
    return render_template("officer/councils/item.html", meeting=found, form=form)
