"""The register of recusals of a call, its annex, and who certified at the end."""

from __future__ import annotations

import csv
import io
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.calls.models import Jury
from grants.jobs import services as jobs
from grants.juries import queries, rules
from grants.juries.queries import RegisterLine
from grants.kernel.cells import safe
from grants.kernel.clock import paris_date
from grants.web.juror.words import CLASSES, ORIGINS
from grants.web.paging import Page, asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

ANNEX = "recusals.annex"
"""The job that typesets the annex (`workers.exports.annex`)."""
COLUMNS = ("date", "personne", "numero", "projet", "origine", "nature_de_l_interet")

bp = Blueprint("recusals", __name__, url_prefix="/jurys/<uuid:jury_id>")


@bp.get("/deports")
@allow(Audience.OFFICER, rules.follows)
def show(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """The register of the call, without what one is recused from; and the certificates."""
    actor = current_actor()
    jury = queries.jury(session, jury_id, actor)
    found = page_of(session, queries.register(jury.call, actor), number=asked_page())
    rows = [RegisterLine(*row) for row in found.rows]
    return render_template(
        "officer/recusals/show.html",
        jury=jury,
        page=Page(rows, found.number, found.per_page, found.total),
        certificates=queries.certificates(session, jury, actor),
        origins=ORIGINS,
        classes=CLASSES,
        may_manage=rules.manages.holds(actor, jury),
    )


@bp.get("/deports.csv")
@allow(Audience.OFFICER, rules.follows)
def download(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """The whole register as a file; nobody's own words are in it."""
    actor = current_actor()
    jury = queries.jury(session, jury_id, actor)
    answer = Response(
        written(queries.whole_register(session, jury.call, actor)), mimetype="text/csv"
    )
    name = f"{name_of(jury)}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.post("/deports/annexe")
@allow(Audience.OFFICER, rules.manages)
def annex(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Have the annex of the deliberation typeset, as a job."""
    actor = current_actor()
    jury = queries.jury(session, jury_id, actor, who=rules.manages.where)
    job_id = jobs.start(
        session,
        ANNEX,
        payload={"jury": str(jury.id), "name": name_of(jury)},
        total=1,
        actor=actor,
        now=now(),
        subject=jury.id,
    )
    return redirect(url_for("jobs.show", job_id=job_id), 303)


def name_of(jury: Jury) -> str:
    """What the files are called, their ending aside."""
    return f"deports-{jury.call.slug}"


def written(rows: list[RegisterLine]) -> str:
    """The register as CSV, days as in Paris."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        said = (str(ORIGINS[row.origin]), str(CLASSES[row.reason_class]))
        day = paris_date(row.declared_at).isoformat()
        writer.writerow([day, safe(row.person), row.number, safe(row.title), *said])
    return "\ufeff" + out.getvalue()
