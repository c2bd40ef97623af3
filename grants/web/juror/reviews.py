"""One file and its rubric, side by side."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.calls.models import StageKind
from grants.juries import queries, rules, services
from grants.juries.hearings import queries as hearings
from grants.juries.phases import sight_of
from grants.juries.queries import CriterionLine, FileLine, Sheet
from grants.juries.services import Intent
from grants.web import wording
from grants.web.answers import ReadSection
from grants.web.downloads import send, send_neutral
from grants.web.forms import attempt
from grants.web.juror.forms import INTENTS, SURE, ReviewForm, RevisionForm, saved_marks
from grants.web.juror.reading import read_file
from grants.web.juror.words import STATES, points
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("reviews", __name__, url_prefix="/<uuid:jury_id>")

TOLD = {
    Intent.SAVE: lambda: _("Your draft is saved."),
    Intent.FINALISE: lambda: _("Your score is final."),
    Intent.ABSTAIN: lambda: _("Your abstention is noted; it counts for nothing in the mean."),
}


@bp.get("/dossiers/<uuid:application_id>")
@allow(Audience.JUROR, rules.reads)
def show(session: Session, jury_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """The file with the rubric as it was left."""
    sheet = queries.sheet(session, jury_id, application_id, current_actor(), now=now())
    kind = RevisionForm if sight_of(sheet.jury, now()).revises else ReviewForm
    return page(session, sheet, kind(formdata=None, obj=sheet.review, version=sheet.version))


@bp.post("/dossiers/<uuid:application_id>")
@allow(Audience.JUROR, rules.reads)
def save(session: Session, jury_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Save, finish or abstain, as the button says; then stay, or open the next file."""
    form, actor = ReviewForm(), current_actor()
    intent, goes_on = INTENTS.get(request.form.get("intent", ""), (Intent.SAVE, False))
    if form.validate():
        with attempt(session, form) as tried:
            sheet = services.save_review(
                session,
                jury_id,
                application_id,
                form.written(),
                intent=intent,
                actor=actor,
                now=now(),
            )
        if not tried.refused:
            flash(TOLD[intent](), "success")
            return redirect(afterwards(session, sheet, goes_on=goes_on), 303)
    sheet = queries.sheet(session, jury_id, application_id, actor, now=now())
    return page(session, sheet, form), form.status


@bp.post("/dossiers/<uuid:application_id>/revision")
@allow(Audience.JUROR, rules.reads)
def revise(session: Session, jury_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Change a final score, in the discussion, and say why."""
    form, actor = RevisionForm(), current_actor()
    if form.validate():
        with attempt(session, form) as tried:
            services.revise_review(
                session,
                jury_id,
                application_id,
                form.written(),
                reason=form.reason.data or "",
                actor=actor,
                now=now(),
            )
        if not tried.refused:
            flash(_("Your score is revised; the jury reads why."), "success")
            here = url_for(".show", jury_id=jury_id, application_id=application_id)
            return redirect(here, 303)
    sheet = queries.sheet(session, jury_id, application_id, actor, now=now())
    return page(session, sheet, form), form.status


@bp.get("/documents/<uuid:file_id>")
@allow(Audience.JUROR, rules.reads)
def document(session: Session, jury_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """A document of a file that one reads."""
    found = queries.attachment(session, jury_id, file_id, current_actor(), now=now())
    return send_neutral(found.stored, found.name) if found.is_neutral else send(found.stored)


def afterwards(session: Session, sheet: Sheet, *, goes_on: bool) -> str:
    """Where a saved review leads."""
    jury_id, application_id = sheet.assignment.jury_id, sheet.assignment.application_id
    if goes_on:
        following = queries.next_to_score(session, sheet.assignment, current_actor())
        if following is None:
            return url_for("juror.queue.show", jury_id=jury_id)
        application_id = following
    return url_for(".show", jury_id=jury_id, application_id=application_id)


def page(session: Session, sheet: Sheet, form: ReviewForm) -> str:
    """The scoring screen.

    After a conflict, what was saved meanwhile stands beside what was typed; saving once more
    then replaces it, knowingly. A mistake tells nothing of it, and leaves an old window old.
    """
    if form.is_stale:
        form.version.data = str(sheet.version)
    jury, application = sheet.jury, sheet.application
    asked = None
    if jury.stage.kind is StageKind.HEARING:
        found = hearings.asked_of(session, jury.id, (application.id,), released=True)
        asked = found.get(application.id)
    return render_template(
        "juror/reviews/show.html",
        asked=asked,
        hides_reply=sheet.is_blind,
        sheet=sheet,
        jury=sheet.jury,
        application=sheet.application,
        sections=sections_of(sheet),
        rubric=form.lay_out(sheet),
        weights=sum(line.weight for line in sheet.criteria),
        form=form,
        sight=sight_of(sheet.jury, now()),
        saved=saved_marks(sheet) if form.is_stale else None,
        states=STATES,
        anchors_of=anchors_of,
        points=points,
        sure=SURE,
    )


def anchors_of(line: CriterionLine) -> list[tuple[object, str]]:
    """What some marks of a criterion mean, in the reader's language."""
    named = f"label_{wording.language()}"
    return [(one["value"], one.get(named) or one["label_fr"]) for one in line.anchors]


def sections_of(sheet: Sheet) -> list[ReadSection]:
    """The answers that jurors may read, with the addresses of documents."""
    return read_file(sheet, lambda file: file_address(sheet, file))


def file_address(sheet: Sheet, file: FileLine) -> str | None:
    """Where a document is fetched; nowhere when it is withheld."""
    if file.is_withheld:
        return None
    return url_for(".document", jury_id=sheet.jury.id, file_id=file.id)
