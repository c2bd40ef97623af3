"""The room during a meeting: who comes, who votes for whom, and each item put to the vote."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, time
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.widgets import HiddenInput

from grants.councils import queries, rules, services
from grants.councils.models import Meeting
from grants.kernel.clock import PARIS
from grants.kernel.errors import Unknown
from grants.web.account.fields import typed
from grants.web.decisions import BODIES
from grants.web.forms import Form, attempt
from grants.web.officer.council_forms import CHOICES, HourForm, VoteForm
from grants.web.officer.councils import STATES, held, sheet_of
from grants.web.officer.decisions import as_uuid
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("council_rooms", __name__, url_prefix="/seances/<uuid:meeting_id>/salle")

BOXES = {
    "open": ("at", "seat"),
    "arrive": ("at", "seats"),
    "leave": ("at", "seat"),
    "proxy": ("at", "seat", "other"),
    "revoke": ("at", "seat"),
    "end": ("at",),
}
"""What each form of the room asks; the one that takes a proxy back is a button until refused."""


@bp.get("")
@allow(Audience.OFFICER, rules.holds_meetings)
def show(session: Session, meeting_id: UUID) -> ResponseReturnValue:
    """Who is there, and the items."""
    found = held(session, meeting_id)
    return page(session, found, hour_form(session, found))


@bp.post("/ouverture")
@allow(Audience.OFFICER, rules.holds_meetings)
def open_it(session: Session, meeting_id: UUID) -> ResponseReturnValue:
    """Open the meeting, under whoever presides."""

    def act(form: HourForm, at: datetime) -> None:
        services.open_meeting(
            session,
            meeting_id,
            chair_id=UUID(form.seat.data),
            at=at,
            actor=current_actor(),
            now=now(),
        )

    return done(session, meeting_id, "open", act, _("The meeting is open."), "seat")


@bp.post("/arrivees")
@allow(Audience.OFFICER, rules.holds_meetings)
def arrive(session: Session, meeting_id: UUID) -> ResponseReturnValue:
    """Members come in."""

    def act(form: HourForm, at: datetime) -> None:
        who = [UUID(one) for one in form.seats.data or []]
        services.arrive(session, meeting_id, who, at=at, actor=current_actor(), now=now())

    return done(session, meeting_id, "arrive", act, _("The arrivals are recorded."))


@bp.post("/departs")
@allow(Audience.OFFICER, rules.holds_meetings)
def leave(session: Session, meeting_id: UUID) -> ResponseReturnValue:
    """A member leaves."""

    def act(form: HourForm, at: datetime) -> None:
        who = UUID(form.seat.data)
        services.leave(session, meeting_id, who, at=at, actor=current_actor(), now=now())

    return done(session, meeting_id, "leave", act, _("The departure is recorded."), "seat")


@bp.post("/pouvoirs")
@allow(Audience.OFFICER, rules.holds_meetings)
def give_proxy(session: Session, meeting_id: UUID) -> ResponseReturnValue:
    """A written proxy, given to another member."""

    def act(form: HourForm, at: datetime) -> None:
        services.give_proxy(
            session,
            meeting_id,
            giver_id=UUID(form.seat.data),
            holder_id=UUID(form.other.data),
            at=at,
            actor=current_actor(),
            now=now(),
        )

    return done(session, meeting_id, "proxy", act, _("The proxy is recorded."), "seat", "other")


@bp.post("/pouvoirs/fin")
@allow(Audience.OFFICER, rules.holds_meetings)
def revoke_proxy(session: Session, meeting_id: UUID) -> ResponseReturnValue:
    """Its author takes it back."""

    def act(form: HourForm, at: datetime) -> None:
        giver = UUID(form.seat.data)
        services.revoke_proxy(
            session, meeting_id, giver_id=giver, at=at, actor=current_actor(), now=now()
        )

    return done(session, meeting_id, "revoke", act, _("The proxy is revoked."), "seat")


@bp.post("/cloture")
@allow(Audience.OFFICER, rules.holds_meetings)
def close(session: Session, meeting_id: UUID) -> ResponseReturnValue:
    """End the meeting."""

    def act(_form: HourForm, at: datetime) -> None:
        services.close(session, meeting_id, at=at, actor=current_actor(), now=now())

    return done(session, meeting_id, "end", act, _("The meeting is over."))


@bp.get("/points/<uuid:item_id>")
@allow(Audience.OFFICER, rules.holds_meetings)
def item(session: Session, meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """One item: its quorum, who leaves, and the form of its vote."""
    found, sheet = sheet_of(session, meeting_id, item_id)
    form = VoteForm(formdata=None, data={"number": sheet.item.number})
    form.at.data = hour(found)
    hall = queries.hall(session, found, moment(found))
    form.president.data = str(hall.president(item_id) or "")
    return item_page(session, found, item_id, form)


@bp.post("/points/<uuid:item_id>/vote")
@allow(Audience.OFFICER, rules.holds_meetings)
def vote(session: Session, meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Put it to the vote: the figures come from the room."""
    found, _sheet = sheet_of(session, meeting_id, item_id)
    form = VoteForm()
    held_on = found.council_session.held_on
    at = datetime.combine(held_on, form.at.data, tzinfo=PARIS) if form.at.data else moment(found)
    hall = queries.hall(session, found, at)
    form.offer(hall, item_id)
    form.president.data = form.president.data or str(hall.president(item_id) or "")
    if form.validate():
        room = hall.room(item_id)
        with attempt(session, form) as tried:
            act = services.vote_item(
                session,
                item_id,
                form.ballot(room, request.form),
                number=typed(form.number),
                at=at,
                president_id=as_uuid(form.president.data),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The vote is recorded."), "success")
            return redirect(url_for("officer.deliberations.show", deliberation_id=act.id), 303)
    return item_page(session, found, item_id, form), form.status


@bp.post("/points/<uuid:item_id>/deport")
@allow(Audience.OFFICER, rules.holds_meetings)
def say_concerned(session: Session, meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """A member says that it concerns them."""
    sheet_of(session, meeting_id, item_id)
    who = chosen(request.form.get("seat"))
    services.say_concerned(session, item_id, who, actor=current_actor(), now=now())
    return redirect(url_for(".item", meeting_id=meeting_id, item_id=item_id), 303)


@bp.post("/points/<uuid:item_id>/ajournement")
@allow(Audience.OFFICER, rules.holds_meetings)
def withdraw(session: Session, meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Take it off during the meeting."""
    sheet_of(session, meeting_id, item_id)
    services.withdraw_item(session, item_id, actor=current_actor(), now=now())
    flash(_("The item is removed: its proposals wait for another meeting."), "success")
    return redirect(url_for(".show", meeting_id=meeting_id), 303)


def done(
    session: Session,
    meeting_id: UUID,
    name: str,
    act: Callable[[HourForm, datetime], None],
    words: str,
    *asked: str,
) -> ResponseReturnValue:
    """Do what the form `name` of the room asks, and show the room again; `asked` are chosen."""
    found = held(session, meeting_id)
    form = hour_form(session, found, sent=True)
    if form.validate() and form.names(*asked):
        with attempt(session, form) as tried:
            act(form, form.when(found.council_session.held_on))
        if not tried.refused:
            flash(words, "success")
            return redirect(url_for(".show", meeting_id=meeting_id), 303)
    return page(session, held(session, meeting_id), form, name), form.status


def hour_form(session: Session, found: Meeting, *, sent: bool = False) -> HourForm:
    """The members in office, and the hour."""
    sitting = found.council_session
    form = HourForm() if sent else HourForm(formdata=None)
    form.offer(queries.in_office(session, sitting.funder_id, sitting.body, sitting.held_on))
    if not sent:
        form.at.data = hour(found)
    return form


def hour(found: Meeting) -> time:
    """What the boxes of hours hold at first: now; the meeting's own once its day is over."""
    held_on = found.council_session.held_on
    today = now().astimezone(PARIS).date() == held_on
    return (now() if today else found.starts_at).astimezone(PARIS).time()


def moment(found: Meeting) -> datetime:
    """The instant at which the room is looked at: now, or the end when the day is over."""
    held_on = found.council_session.held_on
    instant = now()
    if instant.astimezone(PARIS).date() > held_on:
        last = datetime(held_on.year, held_on.month, held_on.day, tzinfo=PARIS)
        return found.closed_at or last.replace(hour=23, minute=59)
    return instant


def chosen(text: str | None) -> UUID:
    """The member that was chosen.

    Raises:
        Unknown: none was.
    """
    found = as_uuid(text)
    if found is None:
        raise Unknown
    return found


def place(form: Form, boxes: Collection[str], name: str) -> None:
    """Lead what is said of a refused form to its own boxes: several of the page hold the same.

    What the page has no box for is said without leading anywhere.
    """
    for box in form:
        if box.short_name in boxes:
            box.id = f"{name}-{box.short_name}"
        else:
            box.widget = HiddenInput()


def is_shown(name: str, found: Meeting, hall: queries.Hall) -> bool:
    """Whether the page of the room still holds this form: another may have changed its state."""
    state = found.state
    if name == "open":
        return state == "convened"
    if name in {"proxy", "revoke"}:
        return state in {"convened", "open"}
    return state == "open" and (name != "leave" or bool(hall.present))


def page(session: Session, found: Meeting, form: Form, sent: str | None = None) -> str:
    """The room as a page; `sent` is which of its forms was refused."""
    hall = queries.hall(session, found, moment(found))
    if sent:
        place(form, BOXES[sent] if is_shown(sent, found, hall) else (), sent)
    return render_template(
        "officer/councils/room.html",
        meeting=found,
        hall=hall,
        room=hall.room(),
        form=form,
        sent=sent,
        usual=hour(found).strftime("%H:%M"),
        state=STATES[found.state],
        bodies=BODIES,
        sheets=queries.sheets(session, found, viewer=current_actor()),
    )


def item_page(session: Session, found: Meeting, item_id: UUID, form: VoteForm) -> str:
    """One item as a page."""
    hall = queries.hall(session, found, moment(found))
    if not form.president.choices:
        form.offer(hall, item_id)
    sheets = queries.sheets(session, found, viewer=current_actor())
    return render_template(
        "officer/councils/vote.html",
        meeting=found,
        sheet=next(one for one in sheets if one.item.id == item_id),
        hall=hall,
        room=hall.room(item_id),
        voices=queries.voices(session, item_id),
        form=form,
        said=request.form,
        choices=CHOICES,
    )
