"""The workshop at a glance: one line per part of the call, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from grants.calls import queries, rules, workbench
from grants.calls.form import FormDocument
from grants.calls.lint import Finding, Part, lint
from grants.calls.models import Call
from grants.web import calls as telling
from grants.web.officer.workshop.findings import PARTS, address_of, told
from grants.web.officer.workshop.row_forms import has_batches
from grants.web.officer.workshop.settings import rights
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("overview", __name__)


@dataclass(frozen=True)
class Line:
    """One part of the call, as `task_list` draws it."""

    label: Any
    url: str | None
    status: str
    tone: str
    hint: str


@bp.get("")
@allow(Audience.OFFICER, rules.reads_for_a_funder)
def show(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Every part, with what is missing."""
    call, form = written(session, call_id)
    found = lint(call, form, now())
    return render_template(
        "officer/workshop/overview.html",
        call=call,
        lines=[line(part, call, form, found) for part in parts_of(call)],
        stops=sum(one.blocks for one in found),
        warnings=sum(not one.blocks for one in found),
        may_clone=rules.leads.holds(current_actor(), call),
        **rights(call),
    )


@bp.get("/verification")
@allow(Audience.OFFICER, rules.reads_for_a_funder)
def check(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Everything that was found, what stops the publication first."""
    call, form = written(session, call_id)
    found = told(lint(call, form, now()), call_id)
    return render_template(
        "officer/workshop/check.html",
        call=call,
        stops=[one for one in found if one.blocks],
        warnings=[one for one in found if not one.blocks],
        **rights(call),
    )


def written(session: Session, call_id: UUID) -> tuple[Call, FormDocument]:
    """The call and its form as they are written now."""
    call = queries.written(session, call_id, viewer=current_actor())
    return call, workbench.newest_revision(session, call_id).form


def parts_of(call: Call) -> list[Part]:
    """The parts that a call of this kind has; its award rule is shown with its funders."""
    return [one for one in Part if one is not Part.BATCHES or has_batches(call)]


def line(part: Part, call: Call, form: FormDocument, found: list[Finding]) -> Line:
    """One part, its state, and a few words on what is in it."""
    mine = [one for one in found if one.part is part]
    stops = sum(one.blocks for one in mine)
    url = address_of(part, call.id)
    hint = hint_of(part, call, form)
    if stops:
        words = ngettext("%(num)s thing to complete", "%(num)s things to complete", stops)
        return Line(PARTS[part], url, words, "danger", hint)
    if mine:
        words = ngettext("%(num)s thing to look at", "%(num)s things to look at", len(mine))
        return Line(PARTS[part], url, words, "warning", hint)
    return Line(PARTS[part], url, _("Ready"), "success", hint)


def hint_of(part: Part, call: Call, form: FormDocument) -> str:
    """What the part holds, in a few words."""
    fields = list(form.fields())
    juries = [jury for stage in call.stages for jury in stage.juries]
    hints: dict[Part, Callable[[], str]] = {
        Part.WINDOW: lambda: (
            f"{telling.opening(call.opens_at)} → {telling.closing(call.closes_at)}"
        ),
        Part.CONTACT: lambda: call.contact_email,
        Part.FUNDING: lambda: " · ".join(part.funder.name for part in call.funders),
        Part.AWARD: lambda: str(call.award_rule.get("explain_fr") or ""),
        Part.TRACKS: lambda: ", ".join(one.label_fr for one in call.tracks) or _("A single one."),
        Part.FORM: lambda: ngettext("%(num)s question", "%(num)s questions", len(fields)),
        Part.DOCUMENTS: lambda: ", ".join(one.label_fr for one in call.documents),
        Part.REVIEW: lambda: ", ".join(
            [one.title_fr for one in call.stages] + [one.name_fr for one in juries]
        ),
        Part.BATCHES: lambda: ", ".join(one.label_fr for one in call.batches),
        Part.AUDIENCE: lambda: ", ".join(one["name"] for one in call.territories),
    }
    return hints[part]() if part in hints else ""
