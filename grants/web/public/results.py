"""What was decided: who was chosen, for what, how much, by which deliberation."""

from __future__ import annotations

import csv
import io
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.applications import answers
from grants.applications.models import Application
from grants.calls import queries
from grants.calls.form.shapes import Reading
from grants.decisions import queries as decisions
from grants.kernel.cells import safe
from grants.kernel.errors import Unknown
from grants.web.answers import ReadSection, read_sections
from grants.web.paging import asked_page, page_of
from grants.web.routes import ANYONE, Audience, allow

bp = Blueprint("results", __name__, url_prefix="/resultats")

PER_PAGE = 50


@bp.get("")
@allow(Audience.PUBLIC, ANYONE)
def index(session: Session) -> ResponseReturnValue:
    """Announced awards, latest deliberation first; of one call when `appel` names it."""
    call = None
    if slug := request.args.get("appel", ""):
        call = queries.titled(session, slug)
        if call is None:
            raise Unknown
    statement = decisions.results(call_id=call.id if call else None)
    page = page_of(session, statement, number=asked_page(), per_page=PER_PAGE)
    return render_template("public/results/index.html", page=page, call=call)


@bp.get("/deliberations.csv")
@allow(Audience.PUBLIC, ANYONE)
def deliberations(session: Session) -> ResponseReturnValue:
    """The announced deliberations as open data: the SCDL schema, comma, UTF-8."""
    written = io.StringIO()
    lines = csv.DictWriter(written, decisions.SCDL_COLUMNS, lineterminator="\r\n")
    lines.writeheader()
    lines.writerows(
        {name: safe(value) for name, value in line.items()} for line in decisions.scdl(session)
    )
    answer = Response(written.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="deliberations.csv"'
    return answer


@bp.get("/<uuid:decision_id>")
@allow(Audience.PUBLIC, ANYONE)
def show(session: Session, decision_id: UUID) -> ResponseReturnValue:
    """An announced award, with the answers that the call's form makes public."""
    result, application = decisions.published_result(session, decision_id)
    return render_template(
        "public/results/show.html", result=result, sections=public_answers(application)
    )


def public_answers(application: Application) -> list[ReadSection]:
    """What the form makes public: no document, nothing personal, nothing left unanswered."""
    document = answers.document(application)
    personal = {one.key for one in document.fields() if one.personal}
    told = read_sections(
        document,
        application.answers,
        {},
        Reading.PUBLIC,
        applicant=answers.applicant(application),
    )
    kept = [
        ReadSection(
            one.key,
            one.title,
            [line for line in one.lines if line.key not in personal and not line.is_empty],
        )
        for one in told
    ]
    return [one for one in kept if one.lines]
