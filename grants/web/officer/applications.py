"""Applications received: the lists with their search and bulk acts, exports, one file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    flash,
    get_template_attribute,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.applications import queries, rules, services
from grants.applications.queries import Asked
from grants.appraisal import bulk
from grants.appraisal.queries import search
from grants.appraisal.queries.views import views
from grants.appraisal.services.referents import REASON_MAX
from grants.calls.models import Call, CallKind
from grants.jobs import services as jobs
from grants.kernel.access import FunderRole
from grants.kernel.errors import Refused
from grants.web import wording
from grants.web.downloads import send
from grants.web.officer import lists
from grants.web.officer.application_forms import NoteForm
from grants.web.officer.files import file_page
from grants.web.paging import Page
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.sentences import sentence
from grants.web.states import officer_words

bp = Blueprint("applications", __name__)
ALL_TO_REVIEW = "send_all_to_review"
NOTHING = search.Choices([], [], [])
EXPORTED = ("q", "state", "track", "batch")
"""What narrows an export, as it narrows the list."""


@bp.get("/appels/<uuid:call_id>/dossiers")
@allow(Audience.OFFICER, rules.is_funder_side)
def index(session: Session, call_id: UUID) -> ResponseReturnValue:
    """One page of the call's applications, as asked. Eight statements, however many there are."""
    return list_page(session, queries.call_of_inbox(session, call_id, current_actor()))


@bp.get("/dossiers")
@allow(Audience.OFFICER, rules.is_funder_side)
def everywhere(session: Session) -> ResponseReturnValue:
    """The same across all the calls of one's authorities."""
    return list_page(session, None)


@bp.post("/appels/<uuid:call_id>/dossiers")
@allow(Audience.OFFICER, rules.is_officer)
def act(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Act on the ticked ones, or on all that the search finds."""
    actor = current_actor()
    queries.call_of_inbox(session, call_id, actor)
    if request.form.get("act") == ALL_TO_REVIEW:
        moved = services.send_to_review(session, call_id, actor=actor, now=now())
        words = lists.moved_words("send_to_review", moved)
        flash(words, "success" if moved else "warning")
        return redirect(lists.list_url(call_id, lists.kept()), 303)
    return acted(session, call_id)


@bp.post("/dossiers")
@allow(Audience.OFFICER, rules.is_officer)
def act_everywhere(session: Session) -> ResponseReturnValue:
    """The same across calls."""
    return acted(session, None)


@bp.get("/dossiers/<uuid:application_id>")
@allow(Audience.OFFICER, rules.is_funder_side)
def show(session: Session, application_id: UUID) -> ResponseReturnValue:
    """One file: answers, documents, what happened, and what may be done."""
    return file_page(session, application_id, NoteForm())


@bp.get("/documents/<uuid:file_id>")
@allow(Audience.OFFICER, rules.is_funder_side)
def download(session: Session, file_id: UUID) -> ResponseReturnValue:
    """A document of an application."""
    return send(queries.attachment(session, file_id, current_actor()).stored_file)


def list_page(session: Session, call: Call | None, *, keeping: Refused | None = None) -> str:
    """A list as a page; `keeping` is why the search that was just asked to be kept is not."""
    actor, call_id = current_actor(), call.id if call else None
    asked, chosen = lists.sought(call_id), lists.columns(call_id)
    lines = search.lines(session, asked, actor, now=now())
    wants_means = "score" in chosen
    means = queries.mean_scores(session, [one.id for one in lines]) if wants_means else {}
    if call is not None and asked.is_everything:
        total = queries.total(session, call.id, actor, Asked())
    else:
        total = search.total(session, asked, actor, now=now())
    rolling = call is not None and call.kind is CallKind.ROLLING
    batches = search.batches(session, call.id, actor) if call and rolling else []
    may_act = bool(actor.funders_as(FunderRole.OFFICER))
    offered = search.choices(session, actor, call_id=call_id) if may_act else NOTHING
    nowhere = str(lists.NOWHERE)
    return render_template(
        "officer/applications/index.html",
        call=call,
        asked=asked,
        refusal=sentence(keeping) if keeping else "",
        problems=lists.mistakes(asked.wanted.mistakes),
        states=[(one.value, officer_words(one)) for one in lists.STATES],
        chosen=chosen,
        columns=lists.headings(chosen),
        every_column=[(key, words[0]) for key, words in lists.COLUMNS.items()],
        rows=lists.rows(lines, chosen, means, get_template_attribute("macros/page.html", "tag")),
        base=url_for("officer.applications.show", application_id=nowhere).removesuffix(nowhere),
        page=Page(rows=lines, number=asked.number, per_page=asked.per_page, total=total),
        is_more=total >= search.COUNTED_MAX and not (call and asked.is_everything),
        tracks=[(one.key, wording.localized(one, "label")) for one in call.tracks] if call else [],
        batches=lists.batch_choices(batches),
        act_url=lists.list_url(call_id, lists.kept()),
        here=lists.kept(lists.VIEWED),
        views=[
            (one, lists.list_url(call_id, lists.viewed(one.address)))
            for one in views(session, actor, call_id=call_id)
        ],
        may_act=may_act,
        labels=offered.labels,
        officers=offered.officers,
        layouts=offered.layouts,
        sought=[(name, one) for name in EXPORTED for one in request.args.getlist(name)[:1]],
        sizes=lists.SIZES,
        most=bulk.LINES_MAX,
    )


def acted(session: Session, call_id: UUID | None) -> ResponseReturnValue:
    """Start a bulk act: a few lines are done at once, many are left to a worker."""
    actor, name = current_actor(), request.form.get("act", "")
    back = redirect(lists.list_url(call_id, lists.kept()), 303)
    more = wanted_of(name)
    if more is None:
        return back
    if request.form.get("everything"):
        asked = lists.sought(call_id)
        lines = search.ids(session, asked, actor, now=now(), limit=bulk.LINES_MAX)
    else:
        lines = search.numbers_of(session, lists.ticked(bulk.LINES_MAX), actor)
    if not lines:
        flash(lists.moved_words(name, 0), "warning")
        return back
    payload = {"act": name, **more}
    job_id = jobs.start(
        session,
        bulk.KIND,
        payload=payload,
        total=len(lines),
        lines=lines,
        actor=actor,
        now=now(),
        subject=call_id,
    )
    if len(lines) > bulk.AT_ONCE_MAX:
        return redirect(url_for("jobs.show", job_id=job_id), 303)
    refused = bulk.at_once(session, job_id, actor=actor, now=now())
    if refused:
        return redirect(url_for("jobs.show", job_id=job_id), 303)
    flash(lists.moved_words(name, len(lines)), "success")
    return back


def wanted_of(name: str) -> dict[str, Any] | None:
    """What else a bulk act asks: a label, a referent and why; None when it is not one."""
    if name not in bulk.ACTS:
        return None
    if name in {"stick", "unstick"}:
        label = one_of("label")
        return {"label": label} if label else None
    if name == "hand_over":
        # A reason that is too long is refused line by line, with a sentence.
        reason = request.form.get("reason", "")[: REASON_MAX + 1]
        return {"person": one_of("person"), "reason": reason}
    return {}


def one_of(name: str) -> str:
    """An identifier chosen in the form, as text; empty when it is none."""
    try:
        return str(UUID(request.form.get(name, "")))
    except ValueError:
        return ""
