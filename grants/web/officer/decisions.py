"""The decision table of a call: what an officer means to put to the vote."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.decisions import queries, rules, services
from grants.decisions.queries import DecisionTable, Line
from grants.decisions.rules import RECORDERS
from grants.kernel.clock import paris_date
from grants.kernel.errors import Unknown
from grants.sittings import queries as sittings
from grants.watch import queries as watch
from grants.watch.queries import Standing
from grants.web.decisions import OUTCOMES
from grants.web.forms import attempt
from grants.web.officer.decision_forms import LineForm, TableForm, table_data
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.states import officer_words
from grants.web.watching import RULES, VERDICTS, left

bp = Blueprint("decisions", __name__, url_prefix="/appels/<uuid:call_id>/decision")


@bp.get("", defaults={"funder_id": None})
@bp.get("/<uuid:funder_id>")
@allow(Audience.OFFICER, rules.can_read_proposal)
def show(session: Session, call_id: UUID, funder_id: UUID | None) -> ResponseReturnValue:
    """The applications to decide upon, ranked, with the envelopes on top."""
    table = table_of(session, call_id, funder_id)
    form = TableForm(formdata=None, data=table_data(table, more=as_uuid(request.args.get("plus"))))
    return page(session, table, form)


@bp.post("/<uuid:funder_id>")
@allow(Audience.OFFICER, rules.may_propose)
def save(session: Session, call_id: UUID, funder_id: UUID) -> ResponseReturnValue:
    """Keep the proposals: provisional, whatever the envelopes hold."""
    table = table_of(session, call_id, funder_id)
    form = TableForm()
    form.offer(table)
    if form.validate():
        wanted = form.wanted(table)
        if not form.errors:
            with attempt(session, form) as tried:
                services.propose(
                    session, call_id, funder_id, wanted=wanted, actor=current_actor(), now=now()
                )
            if not tried.refused:
                flash(_("The proposals are saved."), "success")
                then = "officer.deliberations.new" if "then" in request.form else ".show"
                return redirect(url_for(then, call_id=call_id, funder_id=funder_id), 303)
    return page(session, table, form), form.status


def table_of(session: Session, call_id: UUID, funder_id: UUID | None) -> DecisionTable:
    """The table of that funder, or of the first one that the viewer reads for."""
    viewer = current_actor()
    if funder_id is None:
        funder_id = queries.parts(session, call_id, viewer=viewer)[0].id
    return queries.decision_table(session, call_id, funder_id, viewer=viewer)


def page(session: Session, table: DecisionTable, form: TableForm) -> str:
    """The table as a page; the boxes hold what was typed."""
    form.offer(table)
    lines = {str(one.application.id): one for one in table.lines}
    rows: list[tuple[Line, LineForm, bool]] = []
    for box in form.lines:
        line = lines.get(box.form.application_id.data or "")
        if line is None:
            raise Unknown
        first = not rows or rows[-1][0] is not line
        rows.append((line, box.form, first))
    return render_template(
        "officer/decisions/show.html",
        trails=sittings.trails(session, [table.call.id], current_actor()),
        votes=table.polls,
        table=table,
        call=table.call,
        funders=table.parts,
        form=form,
        rows=rows,
        words=officer_words,
        outcomes=OUTCOMES,
        watched=watched(session, table),
        rules=RULES,
        verdicts=VERDICTS,
        left=left,
        may_save=table.funder.id in current_actor().funders_as(*RECORDERS),
    )


def watched(session: Session, table: DecisionTable) -> dict[UUID, list[Standing]]:
    """What the law says of each application's proposals of awards, as they were last saved."""
    lines = [watch.line_of(one) for one in table.ready if one.instrument is not None]
    found = watch.table(session, lines, on=paris_date(now()), viewer=current_actor())
    by_application: dict[UUID, list[Standing]] = {}
    for standing in found.values():
        by_application.setdefault(standing.line.application_id, []).append(standing)
    return by_application


def as_uuid(text: str | None) -> UUID | None:
    """An identifier in the address, or None for anything else."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
