"""The checklist of a file: what the software finds, what the officer found, a second look."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from grants.applications import queries, rules
from grants.appraisal.checklist import Check, Matter, checks, is_settled
from grants.appraisal.models import Verdict
from grants.appraisal.queries import file
from grants.appraisal.services import checking
from grants.kernel.errors import Refused
from grants.web import wording
from grants.web.officer.files import parts_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.sentences import sentence
from grants.web.states import officer_words

bp = Blueprint("checklists", __name__, url_prefix="/dossiers/<uuid:application_id>/controle")
VERDICTS = (
    (Verdict.MET, _l("Yes")),
    (Verdict.NOT_MET, _l("No")),
    (Verdict.NOT_CONCERNED, _l("Not concerned")),
)
MATTERS = {
    Matter.TIME: _l("Received in time"),
    Matter.ANSWERS: _l("Every required answer and document is there"),
}


@bp.get("")
@allow(Audience.OFFICER, rules.is_funder_side)
def show(session: Session, application_id: UUID) -> ResponseReturnValue:
    """The list."""
    return page(session, application_id)


@bp.post("")
@allow(Audience.OFFICER, rules.is_officer)
def judge(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Keep the verdicts."""
    try:
        with session.begin_nested():
            refuse_unknown_verdicts()
            checking.judge(
                session, application_id, verdicts=typed(), actor=current_actor(), now=now()
            )
    except Refused as refusal:
        return page(session, application_id, refusal=refusal), 422
    flash(_("The checklist is kept."), "success")
    return redirect(url_for(".show", application_id=application_id), 303)


@bp.post("/confirmation")
@allow(Audience.OFFICER, rules.is_officer)
def confirm(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Confirm it as a second person."""
    try:
        with session.begin_nested():
            checking.confirm(session, application_id, actor=current_actor(), now=now())
    except Refused as refusal:
        return page(session, application_id, refusal=refusal), 409
    flash(_("You confirmed the checklist."), "success")
    return redirect(url_for(".show", application_id=application_id), 303)


def page(session: Session, application_id: UUID, refusal: Refused | None = None) -> str:
    """The checklist, with what was typed when it was refused."""
    actor = current_actor()
    application = queries.received(session, application_id, actor)
    judged = file.judged(session, application_id)
    lines = checks(application, judged)
    people: set[UUID | None] = {one.judged_by for one in judged.values()}
    names = file.names(session, people | {application.checked_by})
    given = typed() if refusal else {}
    return render_template(
        "officer/checklists/show.html",
        application=application,
        call=application.call,
        parts=parts_of(application),
        words=officer_words(application.state),
        lines=[line_of(one, names, given.get(one.key)) for one in lines],
        verdicts=[(one.value, words) for one, words in VERDICTS],
        may_judge=rules.is_officer.holds(actor, application)
        and application.state in checking.CHECKED,
        settled=is_settled(lines),
        checker=names.get(application.checked_by) if application.checked_by else None,
        wants_second=application.call.second_check,
        problem=sentence(refusal) if refusal else "",
        wrong=refusal.field if refusal else None,
    )


def line_of(
    check: Check, names: dict[UUID, str], given: tuple[Verdict | None, str] | None
) -> dict[str, Any]:
    """A line as the template draws it."""
    judged = check.judged
    verdict, note = given or ((judged.verdict, judged.note) if judged else (None, ""))
    return {
        "key": check.key,
        "words": words_of(check),
        "computed": check.computed,
        "verdict": verdict.value if verdict else "",
        "note": note,
        "by": names.get(judged.judged_by, "") if judged else "",
        "at": judged.judged_at if judged else None,
    }


def words_of(check: Check) -> str:
    """What a line asks."""
    if check.matter is Matter.DOCUMENT:
        return str(_("Document: %(name)s", name=wording.localized(check.about, "label")))
    if check.matter is Matter.RULE:
        english = wording.language() == "en" and check.about.get("refusal_en")
        return str(
            _("Rule: %(words)s", words=english or check.about.get("refusal_fr") or check.key)
        )
    return str(MATTERS[check.matter])


def refuse_unknown_verdicts() -> None:
    """Take only what the lists offer.

    Raises:
        Refused: `checklist.verdict_unknown`.
    """
    known = {"", *(one.value for one in Verdict)}
    for name, value in request.form.items():
        if name.startswith("verdict-") and value not in known:
            raise Refused("checklist.verdict_unknown", field=name)


def typed() -> dict[str, tuple[Verdict | None, str]]:
    """The verdicts of the form, by line."""
    known = {one.value for one in Verdict}
    return {
        name.removeprefix("verdict-"): (
            Verdict(value) if value in known else None,
            request.form.get(f"note-{name.removeprefix('verdict-')}", ""),
        )
        for name, value in request.form.items()
        if name.startswith("verdict-")
    }
