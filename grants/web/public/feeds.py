"""The list of calls for other software: calendars (iCal) and feed readers (Atom)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from icalendar import Calendar, Event
from sqlalchemy.orm import Session

from grants.calls import discovery, queries
from grants.calls.models import Call, last_day
from grants.calls.queries import Moment
from grants.calls.rules import is_public
from grants.kernel.clock import paris_date
from grants.web import wording
from grants.web.calls import closing
from grants.web.public import filters as asking
from grants.web.public.words import worth
from grants.web.requests import now, settings
from grants.web.routes import ANYONE, Audience, allow

bp = Blueprint("feeds", __name__, url_prefix="/appels")

MOST = 200
CALENDAR, ATOM = "text/calendar; charset=utf-8", "application/atom+xml; charset=utf-8"


@bp.get("/calendrier.ics")
@allow(Audience.PUBLIC, ANYONE)
def calendar(session: Session) -> ResponseReturnValue:
    """When the calls that one looks for open and close. One statement, two with an applicant."""
    found = _calendar(_("Calls for projects"))
    for row in _rows(session):
        address = _whole(url_for("public.calls.show", slug=row.slug))
        title = wording.localized(row, "title")
        about = f"{wording.localized(row, 'summary')}\n\n{address}"
        opens = _("Opens: %(call)s", call=title)
        found.add_component(_event(f"{row.id}-opens", opens, row.opens_at, about, address))
        if row.closes_at is not None:
            closes = _("Closes: %(call)s", call=title)
            found.add_component(_closing(row, closes, about, address))
    return _sent(found, "appels.ics")


@bp.get("/<slug>/dates.ics")
@allow(Audience.PUBLIC, is_public)
def dates(session: Session, slug: str) -> ResponseReturnValue:
    """Every date of one call."""
    call = queries.published(session, slug)
    title, address = (
        wording.localized(call, "title"),
        _whole(url_for("public.calls.show", slug=slug)),
    )
    found = _calendar(title)
    found.add_component(
        _event(f"{call.id}-opens", _("Opens: %(call)s", call=title), call.opens_at, "", address)
    )
    if call.closes_at is not None:
        closes = _("Closes: %(call)s", call=title)
        found.add_component(_closing(call, closes, "", address))
    for name, words, days in _days(call):
        found.add_component(_day(f"{call.id}-{name}", f"{words}: {title}", days, "", address))
    return _sent(found, f"{slug}.ics")


@bp.get("/flux.atom")
@allow(Audience.PUBLIC, ANYONE)
def atom(session: Session) -> ResponseReturnValue:
    """The calls that one looks for, the last published first."""
    rows = sorted(_rows(session), key=lambda one: one.published_at, reverse=True)
    text = render_template(
        "public/calls/feed.xml",
        rows=rows,
        updated=max((one.published_at for one in rows), default=now()),
        address=asking.address(asking.asked()),
        whole=_whole,
        here=_whole(request.full_path.rstrip("?")),
        worth=worth,
        closing=closing,
        themes_of=asking.themes_of,
        iso=iso,
    )
    return Response(text, content_type=ATOM)


def _rows(session: Session) -> list[Any]:
    """Matching calls, those that are over left out unless they are asked for."""
    filters = asking.asked()
    closed = discovery.closed_to(session, filters.applicant)
    statement = discovery.found(filters, now=now(), closed=closed).limit(MOST)
    rows = session.execute(statement.add_columns(Call.published_at)).all()
    return [one for one in rows if filters.moment or one.moment != Moment.PAST]


def _calendar(name: str) -> Calendar:
    found = Calendar()
    found.add("prodid", "-//Laureat//Calls//FR")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", name)
    found.add("refresh-interval", timedelta(hours=12), parameters={"value": "DURATION"})
    return found


def _event(key: str, words: str, at: datetime, about: str, address: str) -> Event:
    """An instant: a reminder of no length, as deadlines are."""
    event = _bare(key, words, about, address)
    event.add("dtstart", at)
    event.add("dtend", at)
    return event


def _closing(call: Any, words: str, about: str, address: str) -> Event:
    """A call that closes at midnight is over, for everyone, at the end of the day before."""
    about = "\n\n".join([_("Applications until %(when)s.", when=closing(call.closes_at)), about])
    last = last_day(call.closes_at)
    if last is not None and last != paris_date(call.closes_at):
        return _day(f"{call.id}-closes", words, (last, last), about, address)
    return _event(f"{call.id}-closes", words, call.closes_at, about, address)


def _day(key: str, words: str, days: tuple[date, date], about: str, address: str) -> Event:
    event = _bare(key, words, about, address)
    event.add("dtstart", days[0])
    event.add("dtend", days[1] + timedelta(days=1))  # the end of a day is the day after
    return event


def _bare(key: str, words: str, about: str, address: str) -> Event:
    event = Event()
    host = str(settings().base_url).partition("://")[2].strip("/") or "laureat"
    event.add("uid", f"{key}@{host}")
    event.add("dtstamp", now())
    event.add("summary", words)
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    if about:
        event.add("description", about)
    return event


def _days(call: Call) -> Iterable[tuple[str, str, tuple[date, date]]]:
    """The stages that have days, and the gatherings of a rolling call."""
    for stage in call.stages:
        if stage.starts_on is not None:
            words = wording.localized(stage, "title")
            yield stage.key, words, (stage.starts_on, stage.ends_on or stage.starts_on)
    for batch in call.batches:
        last = last_day(batch.cut_off_at)
        if last is not None:
            yield f"batch-{batch.id}", wording.localized(batch, "label"), (last, last)


def _whole(path: str) -> str:
    return f"{str(settings().base_url).rstrip('/')}{path}"


def iso(instant: datetime) -> str:
    """An instant as feeds write it."""
    return instant.isoformat(timespec="seconds")


def _sent(found: Calendar, name: str) -> Response:
    answer = Response(found.to_ical(), content_type=CALENDAR)
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
