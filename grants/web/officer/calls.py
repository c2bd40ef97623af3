"""The officer's calls: all of them with their counts, one with its pipeline, a new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from grants.applications import queries as applications
from grants.calls import queries, rules, services
from grants.calls.lifecycle import LIFECYCLE
from grants.calls.models import Call, CallState, StageKind
from grants.calls.services import Contact
from grants.calls.templates import template, templates
from grants.kernel.access import Actor, FunderRole
from grants.kernel.clock import paris_date
from grants.kernel.errors import Forbidden
from grants.ledger import queries as ledger
from grants.outbox.models import Message
from grants.outbox.queries import history
from grants.polls import queries as polls
from grants.polls import rules as rules_of_polls
from grants.polls.models import Poll
from grants.web import calls as telling
from grants.web.forms import Form, attempt
from grants.web.officer.call_forms import ClosingForm, MakeForm, make_form
from grants.web.officer.grounds import meetings_of
from grants.web.officer.pipeline import pipeline
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("calls", __name__, url_prefix="/appels")

PER_PAGE = 25
PARTS = (
    ("officer.calls.show", _l("Overview")),
    ("officer.applications.index", _l("Applications")),
    ("officer.scenarios.index", _l("Scenarios")),
    ("officer.decisions.show", _l("Decisions")),
    ("officer.workshop.overview.show", _l("Workshop")),
)
BUTTONS = {
    "publish": (_l("Publish"), "primary", _l("Publish this call? Its form can no longer change.")),
    "close": (_l("Close now"), "danger", _l("Close this call now? Drafts can no longer be sent.")),
    "reopen": (_l("Reopen"), "secondary", None),
    "archive": (_l("Archive"), "quiet", None),
}
TOLD = {
    "call.created": _l("Call prepared"),
    "call.form_edited": _l("Form changed"),
    "call.settled": _l("Texts or settings changed"),
    "call.arranged": _l("Stages, juries, tracks or sessions changed"),
    "call.funded": _l("Funders or envelopes changed"),
    "call.revision_begun": _l("New version of the form begun"),
    "call.revision_dropped": _l("New version of the form given up"),
    "call.form_revised": _l("New version of the form in force"),
    "call.tries_emptied": _l("Tries deleted"),
    "call.access_given": _l("Late access given"),
    "call.access_revoked": _l("Late access taken back"),
    "call.published": _l("Call published"),
    "call.opened": _l("Call open"),
    "call.closed": _l("Call closed"),
    "call.reopened": _l("Call reopened"),
    "call.extended": _l("Closing date moved"),
    "call.archived": _l("Call archived"),
    "proposals.saved": _l("Proposals saved on the decision table"),
}


@bp.app_context_processor
def shared() -> dict[str, object]:
    """What the pages about a call, whoever draws them, need for `officer/calls/nav.html`."""
    return {"call_parts": call_parts}


def call_parts(call_id: UUID) -> list[tuple[str, object, bool]]:
    """The parts of a call: (address, words, whether one is there)."""
    here = (request.endpoint or "").split(".")[:2]
    here = ["officer", "scenarios"] if here == ["officer", "waiting"] else here
    return [
        (url_for(endpoint, call_id=call_id), words, endpoint.split(".")[:2] == here)
        for endpoint, words in PARTS
    ]


@bp.get("")
@allow(Audience.OFFICER, rules.reads_for_a_funder)
def index(session: Session) -> ResponseReturnValue:
    """The calls of my authorities, with how many applications wait in each."""
    statement = queries.followed(
        viewer=current_actor(),
        state=request.args.get("state", ""),
        search=request.args.get("q", "").strip(),
        sort=request.args.get("sort", ""),
    )
    page = page_of(session, statement, number=asked_page(), per_page=PER_PAGE)
    return render_template(
        "officer/calls/index.html",
        page=page,
        telling=telling,
        states=[(state.value, telling.STATES[state][0]) for state in CallState],
        may_make=bool(queries.led_funders(session, viewer=current_actor())),
    )


@bp.get("/nouveau")
@allow(Audience.OFFICER, rules.leads)
def choose(_session: Session) -> ResponseReturnValue:
    """The schemes that a call can be made from."""
    require_maker()
    return render_template(
        "officer/calls/choose.html", schemes=list(templates().values()), telling=telling
    )


@bp.get("/nouveau/<key>")
@allow(Audience.OFFICER, rules.leads)
def new(session: Session, key: str) -> ResponseReturnValue:
    """What the scheme leaves open: funders, dates, envelopes."""
    require_maker()
    return new_page(session, key, filled(session, key))


@bp.post("/nouveau/<key>")
@allow(Audience.OFFICER, rules.leads)
def create(session: Session, key: str) -> ResponseReturnValue:
    """Make the call, as a draft."""
    form = filled(session, key)
    if form.validate():
        with attempt(session, form) as tried:
            call = make(session, key, form)
        if not tried.refused:
            flash(_("The call is ready. Read it again, then publish it."), "success")
            return redirect(url_for(".show", call_id=call.id), 303)
    return new_page(session, key, form), form.status


def make(session: Session, key: str, form: MakeForm) -> Call:
    """Hand what was typed to the service."""
    opens_at, closes_at = form.window
    return services.load_template(
        session,
        key,
        slug=form.slug.data or "",
        funders=form.chosen("funder", form.scheme.funders),
        opens_at=opens_at,
        closes_at=closes_at,
        envelopes=form.chosen("envelope", form.scheme.envelopes),
        edition=form.edition.data or "",
        contact=Contact(form.contact_email.data or "", form.contact_phone.data or ""),
        actor=current_actor(),
        now=now(),
    )


def require_maker() -> None:
    """Let pass whoever may open a call.

    Raises:
        Forbidden: an elected member or an auditor, who read these pages.
    """
    if not current_actor().funders_as(FunderRole.OFFICER):
        raise Forbidden


def filled(session: Session, key: str) -> MakeForm:
    """The form of a scheme, with the funders and envelopes that there are."""
    scheme = template(key)
    partners = queries.possible_partners(session)
    lines = ledger.envelopes(session, [one.id for one in partners])
    year = paris_date(now()).year
    return make_form(
        scheme,
        leads=queries.led_funders(session, viewer=current_actor()),
        partners=partners,
        envelopes=[one for one in lines if one.unit is scheme.unit and one.year >= year],
        today=paris_date(now()),
    )


def new_page(_session: Session, key: str, form: MakeForm) -> str:
    """The page of a call to be made."""
    return render_template("officer/calls/new.html", scheme=template(key), form=form)


@bp.get("/<uuid:call_id>")
@allow(Audience.OFFICER, rules.reads_for_a_funder)
def show(session: Session, call_id: UUID) -> ResponseReturnValue:
    """One call: counts per stage, dates, funders, juries, envelopes, and what may be done."""
    return page(session, call_id)


@bp.post("/<uuid:call_id>/publier")
@allow(Audience.OFFICER, rules.leads)
def publish(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Publish a draft."""
    return act(session, call_id, services.publish, _("The call is published."))


@bp.post("/<uuid:call_id>/fermer")
@allow(Audience.OFFICER, rules.leads)
def close(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Close a call before its time."""
    return act(session, call_id, services.close, _("The call is closed."))


@bp.post("/<uuid:call_id>/rouvrir")
@allow(Audience.OFFICER, rules.leads)
def reopen(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Open a closed call again."""
    return act(session, call_id, services.reopen, _("The call is open again."))


@bp.post("/<uuid:call_id>/archiver")
@allow(Audience.OFFICER, rules.leads)
def archive(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Put a closed call away."""
    return act(session, call_id, services.archive, _("The call is archived."))


@bp.post("/<uuid:call_id>/cloture")
@allow(Audience.OFFICER, rules.leads)
def extend(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Move the closing of a call."""
    form = ClosingForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.extend(
                session, call_id, closes_at=form.instant, actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("The closing date is moved."), "success")
            return redirect(url_for(".show", call_id=call_id), 303)
    return page(session, call_id, closing=form), form.status


def act(
    session: Session, call_id: UUID, verb: Callable[..., Call], done: str
) -> ResponseReturnValue:
    """Do one thing to a call; refused, say why on its page."""
    form = Form()
    if form.validate():
        with attempt(session, form) as tried:
            verb(session, call_id, actor=current_actor(), now=now())
        if not tried.refused:
            flash(done, "success")
            return redirect(url_for(".show", call_id=call_id), 303)
    return page(session, call_id, form=form), form.status


def page(
    session: Session,
    call_id: UUID,
    *,
    form: Form | None = None,
    closing: ClosingForm | None = None,
) -> str:
    """The page of one call."""
    actor = current_actor()
    call = queries.managed(session, call_id, viewer=actor)
    lines = ledger.envelope_lines(session, [one.envelope_id for one in call.envelopes])
    return render_template(
        "officer/calls/show.html",
        call=call,
        form=form or closing,
        closing=(closing or ClosingForm(formdata=None)) if rules.leads.holds(actor, call) else None,
        counts=pipeline(applications.counts_by_state(session, call_id, actor)),
        dates=telling.calendar(call, now()),
        envelopes=list(lines.values()),
        polls=_polls(session, call, actor),
        meetings=meetings_of(session, call.id, actor),
        votes=[StageKind.PUBLIC_VOTE] if rules_of_polls.manages.holds(actor, call) else [],
        buttons=buttons(call),
        events=events(history(session, subject=call.id)),
        telling=telling,
    )


def _polls(session: Session, call: Call, actor: Actor) -> dict[UUID, Poll]:
    """The public votes of a call by stage; nothing is asked when it has no such stage."""
    if not any(one.kind is StageKind.PUBLIC_VOTE for one in call.stages):
        return {}
    return polls.of_call(session, call.id, actor)


def buttons(call: Call) -> list[tuple[str, Any, str, Any]]:
    """What the reader may do to the call: (address, words, kind, question)."""
    offered = LIFECYCLE.offered(call, actor=current_actor())
    return [(url_for(f".{one.name}", call_id=call.id), *BUTTONS[one.name]) for one in offered]


def events(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """The call's history; a run of edits of its form is one line, with its last instant."""
    runs = groupby(messages, key=lambda one: (one.kind, one.kind == REPEATED or one.id))
    lasts = [(key[0], max(one.at for one in run)) for key, run in runs]
    return [{"text": TOLD.get(kind, kind), "at": at} for kind, at in lasts]


REPEATED = "call.form_edited"
