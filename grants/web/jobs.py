"""Long work, watched by whoever asked for it: how far it is, what came of each line, its file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from grants.files.models import StoredFile
from grants.jobs import queries, rules
from grants.jobs.models import Job, JobLine, JobState, LineState
from grants.kernel.errors import Refused, Unknown
from grants.web.downloads import send
from grants.web.requests import current_actor
from grants.web.routes import Audience, allow
from grants.web.sentences import sentence

bp = Blueprint("jobs", __name__, url_prefix="/taches")

STATES = {
    JobState.WAITING: (_l("Waiting for its turn"), "info"),
    JobState.RUNNING: (_l("Under way"), "info"),
    JobState.DONE: (_l("Finished"), "success"),
    JobState.FAILED: (_l("Stopped"), "danger"),
}
KINDS = {
    "applications.act": _l("Act on several applications"),
    "applications.export": _l("Spreadsheet of the applications"),
    "applications.archive": _l("Archive of the documents"),
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
    return render_template("jobs/index.html", jobs=jobs)


@bp.get("/<uuid:job_id>")
@allow(Audience.SIGNED_IN, rules.started_it)
def show(session: Session, job_id: UUID) -> ResponseReturnValue:
    """One job; the page comes back by itself until it is over."""
    job = queries.job(session, job_id, current_actor())
    counts = queries.counts(session, job.id)
    refused = queries.lines(session, job.id, LineState.REFUSED)
    done = queries.lines(session, job.id, LineState.DONE) if job.is_over else ()
    return render_template(
        "jobs/show.html",
        job=job,
        title=title_of(job),
        state=STATES[job.state],
        counts={"done": counts.get(LineState.DONE, 0), "refused": counts.get(LineState.REFUSED, 0)},
        refused=[(one, told(one)) for one in refused],
        done=done,
        why=sentence(Refused(job.message)) if job.message else "",
    )


@bp.get("/<uuid:job_id>/avancement")
@allow(Audience.SIGNED_IN, rules.started_it)
def progress(session: Session, job_id: UUID) -> ResponseReturnValue:
    """How far it is, for the page's script."""
    job = queries.job(session, job_id, current_actor())
    return jsonify(percent=job.percent, done=job.done, total=job.total, over=job.is_over)


@bp.get("/<uuid:job_id>/resultat")
@allow(Audience.SIGNED_IN, rules.started_it)
def result(session: Session, job_id: UUID) -> ResponseReturnValue:
    """The file that a job made, for whoever asked for it."""
    job = queries.job(session, job_id, current_actor())
    if job.result_file_id is None:
        raise Unknown
    return send(session.get_one(StoredFile, job.result_file_id))


def title_of(job: Job) -> str:
    """What a job does, in words."""
    act = ACTS.get(str(job.payload.get("act", "")))
    return str(act or KINDS.get(job.kind, job.kind))


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
