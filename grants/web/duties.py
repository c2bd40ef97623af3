"""What falls due for whoever works for an authority: a page, and a calendar by a secret address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from icalendar import Calendar, Event
from sqlalchemy.orm import Session
from wtforms import DateField
from wtforms.validators import InputRequired

from grants.decisions.rules import RECORDERS
from grants.duties import queries, services
from grants.duties.queries import Duty
from grants.duties.sources import LAW, Kind
from grants.kernel.access import Actor, FunderRole
from grants.kernel.clock import paris_date
from grants.kernel.errors import Forbidden, Unknown
from grants.kernel.signing import read_signed, signed
from grants.payments.deadlines import TO_PAY
from grants.people.queries import acting
from grants.watch.law import law
from grants.web import wording
from grants.web.forms import Form, attempt
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now, settings
from grants.web.routes import ANYONE, SIGNED_IN, Audience, allow

bp = Blueprint("duties", __name__, url_prefix="/echeances")
PER_PAGE = 50
MOST = 500
CALENDAR = "text/calendar; charset=utf-8"
KINDS = {
    Kind.REPORT: (_l("Financial report of a beneficiary"), _l("End of the year of use")),
    Kind.ADVANCE: (_l("Repayment of an advance"), _l("Schedule of the advance")),
    Kind.PAYMENT: (_l("Payment"), _l("Start of the sixty days")),
    Kind.AGREEMENT: (_l("Agreement to sign"), _l("Decision announced")),
    Kind.AMENDMENT: (_l("Withdrawal of what an amendment took off"), _l("Amendment in force")),
    Kind.PUBLICATION: (_l("Publication of an agreement"), _l("Agreement signed")),
    Kind.AID_REGISTER: (_l("Entry in the aid register"), _l("Act executory")),
    Kind.APPEAL: (_l("Answer to an appeal"), _l("Appeal filed")),
    Kind.WITHDRAWAL: (_l("Withdrawal to decide"), _l("Beneficiary told")),
    Kind.RECOVERY: (_l("Repayment after a withdrawal"), _l("Act executory")),
}
CODES = {
    Kind.ADVANCE: _l("Decision that gave the advance"),
    Kind.AMENDMENT: _l("Only within its year does a withdrawal give credits back"),
    Kind.APPEAL: _l("CRPA, article L231-4: silence of two months refuses"),
    Kind.WITHDRAWAL: _l("CRPA, articles L121-1 and L122-1: the beneficiary is heard first"),
    Kind.RECOVERY: _l("Act that withdraws the award"),
}
DONE = {
    Kind.PUBLICATION: (_l("Note it as published"), _l("Published on"), _l("Published")),
    Kind.AID_REGISTER: (_l("Note it as entered"), _l("Entered on"), _l("Entered in the register")),
}
"""What is marked as done: the button, its date, and what is said of it then."""
OFFICERS = (FunderRole.OFFICER, FunderRole.ELECTED, FunderRole.AUDITOR)
PURSE = (FunderRole.FINANCE, FunderRole.APPROVER, FunderRole.AUDITOR)
PAGES = {
    Kind.REPORT: ("officer.reports.show", "report_id", OFFICERS),
    Kind.ADVANCE: ("finance.advances.show", "decision_id", PURSE),
    Kind.PAYMENT: ("officer.claims.show", "claim_id", (FunderRole.OFFICER, FunderRole.AUDITOR)),
    Kind.AGREEMENT: ("officer.deliberations.show", "deliberation_id", OFFICERS),
    Kind.AMENDMENT: ("officer.agreements.show", "agreement_id", OFFICERS),
    Kind.AID_REGISTER: ("officer.deliberations.show", "deliberation_id", OFFICERS),
    Kind.APPEAL: ("officer.appeals.show", "appeal_id", OFFICERS),
    Kind.WITHDRAWAL: ("officer.withdrawals.show", "withdrawal_id", OFFICERS),
    Kind.RECOVERY: ("finance.recoveries.show", "withdrawal_id", PURSE),
}


class DoneForm(Form):
    """The day on which a duty was done."""

    on = DateField(
        _l("Date"),
        format=["%d/%m/%Y", "%Y-%m-%d"],
        description=_l("For example 14/10/2018."),
        validators=[InputRequired(_l("Write a date like 14/10/2018."))],
    )


@bp.get("")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def index(session: Session) -> ResponseReturnValue:
    """What falls due for my authorities, the first due first."""
    viewer = current_actor().in_office()
    asked = [one for one in Kind if one.value == request.args.get("kind")]
    mine = request.args.get("mine") == "1"
    today = paris_date(now())
    statement = queries.duties(viewer=viewer, today=today, kinds=asked, mine=mine)
    found = page_of(session, statement, number=asked_page(), per_page=PER_PAGE)
    duties = [queries.as_duty(row) for row in found.rows]
    link = queries.live_link(session, viewer=viewer)
    return render_template(
        "duties/index.html",
        page=found,
        menu=menu_of(viewer),
        lines=[(one, address(one, viewer), source(one)) for one in duties],
        kinds=KINDS,
        kinds_options=[(kind.value, words[0]) for kind, words in KINDS.items()],
        asked=asked[0] if asked else None,
        mine=mine,
        marks=viewer.funders_as(*RECORDERS),
        done_words=DONE,
        done=queries.done(session, viewer=viewer),
        today=today,
        calendar=whole(signed(settings().secret_key, services.USE, link.id)) if link else "",
    )


@bp.get("/<any(publication, aid_register):what>/<uuid:subject_id>/<uuid:application_id>")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def done(
    session: Session, what: str, subject_id: UUID, application_id: UUID
) -> ResponseReturnValue:
    """The form that says on which day a duty was done."""
    one = _to_mark(session, Kind(what), subject_id, application_id)
    form = DoneForm()
    form.on.data = paris_date(now())
    return _done_page(one, form)


@bp.post("/<any(publication, aid_register):what>/<uuid:subject_id>/<uuid:application_id>")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def mark(
    session: Session, what: str, subject_id: UUID, application_id: UUID
) -> ResponseReturnValue:
    """Say so: the duty leaves the calendar."""
    viewer = current_actor().in_office()
    if queries.is_done(session, Kind(what), subject_id, application_id, viewer=viewer):
        return redirect(url_for(".index"), 303)
    one = _to_mark(session, Kind(what), subject_id, application_id)
    form = DoneForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.mark_done(
                session,
                one.kind,
                subject_id,
                application_id,
                on=form.on.data or paris_date(now()),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("It is noted as done, and has left the due dates."), "success")
            return redirect(url_for(".index"), 303)
    return _done_page(one, form), form.status


@bp.post("/calendrier")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def make(session: Session) -> ResponseReturnValue:
    """Give me a calendar; the one before opens nothing any more."""
    services.make_link(session, actor=current_actor(), now=now())
    flash(_("Your calendar has its address. Keep it to yourself."), "success")
    return redirect(url_for(".index"), 303)


@bp.post("/calendrier/fermer")
@allow(Audience.SIGNED_IN, SIGNED_IN)
def end(session: Session) -> ResponseReturnValue:
    """Take my calendar back."""
    services.end_link(session, actor=current_actor(), now=now())
    flash(_("The address of your calendar opens nothing any more."), "success")
    return redirect(url_for(".index"), 303)


@bp.get("/calendrier/<token>.ics")
@allow(Audience.PUBLIC, ANYONE)
def feed(session: Session, token: str) -> ResponseReturnValue:
    """The same list for the calendar of whoever holds the address, as their roles are today."""
    link_id = read_signed(settings().secret_key, services.USE, token)
    owner = queries.owner_of(session, link_id) if link_id else None
    viewer = acting(session, owner, now=now()) if owner else None
    if viewer is None:
        raise Unknown
    viewer, today = viewer.in_office(), paris_date(now())
    statement = queries.duties(viewer=viewer, today=today).limit(MOST)
    answer = Response(
        calendar_of([queries.as_duty(row) for row in session.execute(statement)], viewer),
        content_type=CALENDAR,
    )
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Disposition"] = 'inline; filename="echeances.ics"'
    return answer


def menu_of(viewer: Actor) -> str:
    """Whose menu stands above the list: that of the office, or of finance."""
    if viewer.funders_as(*OFFICERS):
        return "officer"
    return "finance" if viewer.funders_as(*PURSE) else ""


def _to_mark(session: Session, kind: Kind, subject_id: UUID, application_id: UUID) -> Duty:
    """A duty that the viewer marks.

    Raises:
        Unknown, Forbidden: there is none that they may know of, or they are no officer.
    """
    viewer = current_actor().in_office()
    one = queries.duty(
        session, kind, subject_id, application_id, viewer=viewer, today=paris_date(now())
    )
    if one.funder_id not in viewer.funders_as(*RECORDERS):
        raise Forbidden
    return one


def _done_page(one: Duty, form: DoneForm) -> str:
    url = address(one, current_actor().in_office())
    return render_template(
        "duties/done.html", one=one, form=form, words=DONE[one.kind], origin=source(one), url=url
    )


def calendar_of(duties: list[Duty], viewer: Actor) -> bytes:
    """Duties as whole days of a calendar."""
    found = Calendar()
    found.add("prodid", "-//Laureat//Duties//FR")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", _("Due dates"))
    found.add("refresh-interval", timedelta(hours=12), parameters={"value": "DURATION"})
    host = str(settings().base_url).partition("://")[2].strip("/") or "laureat"
    for one in duties:
        event = Event()
        event.add("uid", f"{one.kind.value}-{one.subject_id}-{one.application_id}@{host}")
        event.add("dtstamp", now())
        event.add("dtstart", one.due_on)
        event.add("dtend", one.due_on + timedelta(days=1))
        event.add("summary", f"{KINDS[one.kind][0]} – {one.number} {one.title}")
        event.add("description", f"{one.funder}\n{source(one)}")
        event.add("transp", "TRANSPARENT")
        if path := address(one, viewer):
            event.add("url", f"{str(settings().base_url).rstrip('/')}{path}")
        found.add_component(event)
    return bytes(found.to_ical())


def address(one: Duty, viewer: Actor) -> str:
    """The page where a duty is done; "" for whoever does not open it."""
    if one.kind not in PAGES:
        return ""
    endpoint, name, roles = PAGES[one.kind]
    if one.funder_id not in viewer.funders_as(*roles):
        return ""
    named: dict[str, Any] = {name: one.subject_id}
    return url_for(endpoint, **named)


def source(one: Duty) -> str:
    """Where a due date comes from: the event that began its clock, and the text."""
    event = str(KINDS[one.kind][1])
    begun = f"{event}, {wording.day(one.from_on)}" if one.from_on else event
    if lost := _suspended(one):
        begun += f" ({ngettext('%(num)s day suspended', '%(num)s days suspended', lost)})"
    key = LAW[one.kind]
    rule = law(key, one.due_on) if key else None
    text = rule.source if rule else str(CODES.get(one.kind, ""))
    return f"{begun}. {text}" if text else begun


def _suspended(one: Duty) -> int:
    """How many days of a payment's clock did not count."""
    if one.kind is not Kind.PAYMENT or one.from_on is None:
        return 0
    return (one.due_on - one.from_on - TO_PAY).days


def whole(token: str) -> str:
    """The secret address of a calendar, as one gives it to other software."""
    return f"{str(settings().base_url).rstrip('/')}{url_for('.feed', token=token)}"
