"""Long work, watched by whoever asked for it: how far it is, what came of each line, its file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from grants.councils import PACK
from grants.files.models import StoredFile
from grants.jobs import queries, rules
from grants.jobs.models import Job, JobLine, JobState, LineState
from grants.juries.pairing import KIND as PAIRING
from grants.juries.queries import kept_since
from grants.juries.services.figures import KIND as FIGURES
from grants.kernel.errors import Refused, Unknown
from grants.payments.services import KIND as ORDER_FILE
from grants.scenarios.options import KIND as SCENARIO
from grants.web.downloads import send
from grants.web.duties import menu_of
from grants.web.requests import current_actor
from grants.web.routes import Audience, allow
from grants.web.sentences import sentence

bp = Blueprint("jobs", __name__, url_prefix="/taches")

BOOKLET = "juries.booklet"
BLIND = "blind"
"""In a job's payload: the juries on which its starter must not know who applies, at its making."""
STATES = {
    JobState.WAITING: (_l("Waiting for its turn"), "info"),
    JobState.RUNNING: (_l("Under way"), "info"),
    JobState.DONE: (_l("All done"), "success"),
    JobState.FAILED: (_l("Stopped"), "danger"),
}
KINDS = {
    "applications.act": _l("Act on several applications"),
    "applications.export": _l("Spreadsheet of the applications"),
    "applications.archive": _l("Archive of the documents"),
    "recusals.annex": _l("Annex to the deliberation: register of recusals"),
    BOOKLET: _l("Booklet of the files to score"),
    FIGURES: _l("Figures of a jury"),
    PAIRING: _l("Computed assignment of a jury"),
    SCENARIO: _l("Computed proposal of a call"),
    "poll.codes": _l("Codes of a public vote"),
    "council.pack": _l("Files of an agenda"),
    "council.minutes": _l("Minutes of a session"),
    "papers.print": _l("Letters and agreements to print"),
    "papers.read": _l("Scanned pile"),
    ORDER_FILE: _l("File of a batch of orders"),
    "jury.radar": _l("Search for conflicts of interest"),
}
ACTS = {
    "declare_admissible": _l("Declare admissible"),
    "send_to_review": _l("Send to review"),
    "shortlist": _l("Shortlist"),
    "eliminate": _l("Do not shortlist"),
    "hand_over": _l("Change the referent"),
    "stick": _l("Add a label"),
    "unstick": _l("Take a label off"),
}


@bp.get("")
@allow(Audience.SIGNED_IN, rules.started_it)
def index(session: Session) -> ResponseReturnValue:
    """One's own latest jobs."""
    found = queries.mine(session, current_actor())
    jobs = [(one, title_of(one), STATES[one.state]) for one in found]
    menu = menu_of(current_actor())
    return render_template("jobs/index.html", jobs=jobs, menu=menu)


@bp.get("/<uuid:job_id>")
@allow(Audience.SIGNED_IN, rules.started_it)
def show(session: Session, job_id: UUID) -> ResponseReturnValue:
    """One job; the page comes back by itself until it is over."""
    actor = current_actor()
    job, hidden = queries.job(session, job_id, actor), actor.in_office().recused_from
    counts = queries.counts(session, job.id, hidden=hidden)
    refused = queries.lines(session, job.id, LineState.REFUSED, hidden=hidden)
    done = queries.lines(session, job.id, LineState.DONE, hidden=hidden) if job.is_over else ()
    is_kept = job.result_file_id and not is_withheld(session, job)
    return render_template(
        "jobs/show.html",
        job=job,
        menu=menu_of(actor),
        title=title_of(job),
        state=STATES[job.state],
        counts={"done": counts.get(LineState.DONE, 0), "refused": counts.get(LineState.REFUSED, 0)},
        refused=[(one, told(one)) for one in refused],
        done=done,
        many=amount_of(job, counts),
        is_kept=is_kept,
        why=sentence(Refused(job.message)) if job.message else "",
        seen_at=seen_at(job),
    )


@bp.get("/<uuid:job_id>/avancement")
@allow(Audience.SIGNED_IN, rules.started_it)
def progress(session: Session, job_id: UUID) -> ResponseReturnValue:
    """How far it is, for the page's script."""
    actor = current_actor()
    job = queries.job(session, job_id, actor)
    hidden = actor.in_office().recused_from
    done, total = amount_of(job, queries.counts(session, job.id, hidden=hidden))
    return jsonify(percent=job.percent, done=done, total=total, over=job.is_over)


@bp.get("/<uuid:job_id>/resultat")
@allow(Audience.SIGNED_IN, rules.started_it)
def result(session: Session, job_id: UUID) -> ResponseReturnValue:
    """The file that a job made, for whoever asked for it.

    Whoever was recused since asks again: the file may tell of what they must not see.
    """
    job = queries.job(session, job_id, current_actor())
    if job.result_file_id is None or is_withheld(session, job):
        raise Unknown
    return send(session.get_one(StoredFile, job.result_file_id))


def is_withheld(session: Session, job: Job) -> bool:
    """Whether the file may tell of what was hidden from its reader since it was asked for."""
    return kept_since(
        session,
        current_actor(),
        job.started_at,
        blind_then=job.payload.get(BLIND, ()),
        jury_id=UUID(job.payload["jury"]) if job.kind == BOOKLET else None,
    )


def amount_of(job: Job, counts: Mapping[LineState, int]) -> tuple[int, int]:
    """How many things are done, of how many: those that one may know of, where they are told."""
    if not counts:
        return job.done, job.total
    waiting, total = counts.get(LineState.WAITING, 0), sum(counts.values())
    return total - waiting, total


def title_of(job: Job) -> str:
    """What a job does, in words."""
    act = ACTS.get(str(job.payload.get("act", "")))
    return str(act or KINDS.get(job.kind, job.kind))


def seen_at(job: Job) -> str:
    """The page that shows what the job worked out, empty where it made a file."""
    if job.state is JobState.DONE and job.kind == PAIRING:
        return url_for("officer.pairings.show", jury_id=job.subject_id)
    if job.state is JobState.DONE and job.kind == SCENARIO:
        return url_for("officer.scenarios.index", call_id=job.subject_id)
    if job.state is JobState.DONE and job.kind == PACK:
        return url_for("officer.councils.show", meeting_id=job.subject_id)
    if job.state is JobState.DONE and job.kind == ORDER_FILE:
        return url_for("finance.batches.show", batch_id=job.subject_id, _anchor="files")
    if job.kind != FIGURES or job.state is not JobState.DONE:
        return ""
    audience = "juror" if job.payload.get("as_chair") else "officer"
    return url_for(
        f"{audience}.comparisons.show",
        jury_id=job.subject_id,
        places=job.payload.get("places"),
    )


def told(line: JobLine) -> str:
    """Why a line was refused."""
    return sentence(Refused(line.code, **_as_written(line.facts)))


def _as_written(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Days and instants, which travel as text, as themselves."""
    return {name: _moment(name, value) for name, value in facts.items()}


def _moment(name: str, value: Any) -> Any:
    try:
        if name.endswith("_on"):
            return date.fromisoformat(str(value))
        if name.endswith("_at"):
            return datetime.fromisoformat(str(value))
    except ValueError:
        return value
    return value
