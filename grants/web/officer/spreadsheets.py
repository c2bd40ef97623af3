"""Spreadsheets and archives of applications: at once when they are few, as a job when many."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, request, send_file, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.applications import queries, rules
from grants.appraisal.queries import exported, search
from grants.calls.models import Call
from grants.jobs import services as jobs
from grants.web.officer import lists
from grants.web.officer.exports import MARK, Layout, cells_of, layout_of, line_of
from grants.web.officer.workbooks import write_workbook
from grants.web.requests import current_actor, database, now
from grants.web.routes import Audience, allow
from grants.web.sheets import MEDIA_TYPE

bp = Blueprint("spreadsheets", __name__)
AT_ONCE_MAX = 2_000
"""So many lines are written while one waits; more are a job."""
EXPORT, ARCHIVE = "applications.export", "applications.archive"


@bp.get("/appels/<uuid:call_id>/dossiers.csv")
@allow(Audience.OFFICER, rules.is_funder_side)
def csv(session: Session, call_id: UUID) -> ResponseReturnValue:
    """The search with its answers as CSV, sent while it is read."""
    actor, doors, moment = current_actor(), database(), now()
    call = queries.call_of_inbox(session, call_id, actor)
    layout, asked = asked_layout(session, call), lists.sought(call_id)
    cells = cells_of(layout)

    def lines() -> Iterator[str]:
        yield MARK + line_of(layout.headings())
        with doors.reading() as reading:
            for one in exported.rows(reading, asked, actor, now=moment):
                yield line_of(cells(one))

    answer = Response(stream_with_context(lines()), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{call.slug}.csv"'
    return answer


@bp.get("/appels/<uuid:call_id>/dossiers.xlsx")
@allow(Audience.OFFICER, rules.is_funder_side)
def xlsx(session: Session, call_id: UUID) -> ResponseReturnValue:
    """The same as a workbook, up to 2 000 files; more are asked for as a job, by a button."""
    actor, moment = current_actor(), now()
    call = queries.call_of_inbox(session, call_id, actor)
    asked = lists.sought(call_id)
    if search.total(session, asked, actor, now=moment) > AT_ONCE_MAX:
        return redirect(lists.list_url(call_id, lists.kept()) + "#exports", 303)
    layout = asked_layout(session, call)
    folder = TemporaryDirectory()  # gone with the answer, once it is sent
    path = Path(folder.name) / "dossiers.xlsx"
    with database().reading() as reading:
        write_workbook(path, layout, exported.rows(reading, asked, actor, now=moment))
    answer = send_file(
        path, mimetype=MEDIA_TYPE, as_attachment=True, download_name=f"{call.slug}.xlsx"
    )
    answer.direct_passthrough = False  # else nobody hears that it was sent
    answer.call_on_close(folder.cleanup)
    return answer


@bp.post("/appels/<uuid:call_id>/exports")
@allow(Audience.OFFICER, rules.is_officer)
def start(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Ask for a workbook, or for an archive of the documents, as a job."""
    actor = current_actor()
    call = queries.call_of_inbox(session, call_id, actor)
    asked = lists.sought(call_id)
    kind = ARCHIVE if request.form.get("kind") == "archive" else EXPORT
    payload = payload_of(session, call)
    if kind == EXPORT:
        payload |= as_stored(asked_layout(session, call))
    job_id = jobs.start(
        session,
        kind,
        payload=payload,
        total=search.total(session, asked, actor, now=now()) if kind == EXPORT else 0,
        actor=actor,
        now=now(),
        subject=call_id,
    )
    return redirect(url_for("jobs.show", job_id=job_id), 303)


def payload_of(_session: Session, call: Call) -> dict[str, Any]:
    """What a job must know of the search: what the address asked, and of which form."""
    revision, asked = call.current_revision, lists.sought(call.id)
    return {
        "call": str(call.id),
        "revision": str(revision.id) if revision else None,
        "name": call.slug,
        "q": request.args.get("q", "")[: lists.QUERY_MAX],
        "state": asked.state,
        "track": asked.track_key,
        "batch": str(asked.batch_id) if asked.batch_id else None,
    }


def asked_layout(session: Session, call: Call) -> Layout:
    """The layout of the profile that the address names; without one, everything."""
    try:
        asked = UUID(request.values.get("profile", ""))
    except ValueError:
        return layout_of(call)
    profile = exported.profile(session, asked, current_actor())
    if profile is None:
        return layout_of(call)
    return layout_of(call, profile.columns, profile.field_keys)


def as_stored(layout: Layout) -> dict[str, Any]:
    """A layout as a job keeps it: keys alone."""
    keys = dict.fromkeys([*(one.key for one in layout.fields), *(r.key for r in layout.repeated)])
    return {"columns": list(layout.columns), "keys": list(keys)}
