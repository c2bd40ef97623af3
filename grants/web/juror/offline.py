"""Scoring away from the network: a booklet to read, a sheet to fill in and bring back."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session
from wtforms import FileField, HiddenField
from wtforms.validators import InputRequired

from grants.jobs import services as jobs
from grants.juries import offline, queries, rules, services
from grants.juries.lifecycle import jury_scores, require
from grants.juries.models import ReviewState, Seat
from grants.juries.offline import Line
from grants.juries.services import Becomes, Fate
from grants.kernel.errors import Refused
from grants.web.forms import Form, attempt
from grants.web.juror.score_sheets import write_score_sheet
from grants.web.juror.words import Words
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.sentences import sentence
from grants.web.sheets import MEDIA_TYPE

BOOKLET = "juries.booklet"
KEPT_MAX = 3_000_000
"""Characters of a sheet that travel between its preview and its taking in."""
BECOMES = {
    Becomes.FINAL: Words(_l("All its marks are there"), "success"),
    Becomes.DRAFT: Words(_l("Draft: marks are missing"), "info"),
    Becomes.SAME: Words(_l("Nothing new"), "neutral"),
    Becomes.REFUSED: Words(_l("Line refused"), "danger"),
}

bp = Blueprint("offline", __name__, url_prefix="/<uuid:jury_id>/hors-ligne")


class SheetForm(Form):
    """The sheet that comes back."""

    sheet = FileField(
        _l("Your sheet, filled in"),
        description=_l("The .xlsx file that you took from this page. 2 MB at most."),
        validators=[InputRequired(_l("Choose the file."))],
    )


class TakingForm(Form):
    """What was read of it, on its way between two pages: it is checked anew."""

    lines = HiddenField()


@bp.get("")
@allow(Audience.JUROR, rules.sits)
def show(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """What to take away, and where to bring it back."""
    return page(session, jury_id, SheetForm(formdata=None))


@bp.get("/notes.xlsx")
@allow(Audience.JUROR, rules.sits)
def download(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """The sheet: one line a file that is not final yet."""
    seat = own(session, jury_id)
    found = queries.entries(session, seat, current_actor())
    stream = BytesIO()
    write_score_sheet(stream, jury_id, found)
    stream.seek(0)
    name = f"notes-{seat.jury.call.slug}-{seat.jury.key}.xlsx"
    return send_file(stream, mimetype=MEDIA_TYPE, as_attachment=True, download_name=name)


@bp.post("")
@allow(Audience.JUROR, rules.sits)
def preview(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Read a sheet that came back, and say line by line what would become of it."""
    form, actor = SheetForm(), current_actor()
    if not form.validate():
        return page(session, jury_id, form), form.status
    with attempt(session, form) as tried:
        lines = received(form, jury_id)
        fates = services.foresee(session, jury_id, lines, actor=actor, now=now())
    if tried.refused:
        return page(session, jury_id, form), form.status
    return fates_page(session, jury_id, fates, TakingForm(formdata=None))


@bp.post("/reprise")
@allow(Audience.JUROR, rules.sits)
def take(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Save what fits, as drafts or finished, as the button says."""
    form, actor = TakingForm(), current_actor()
    with attempt(session, form) as tried:
        fates = services.bring_back(
            session,
            jury_id,
            offline.as_lines(kept(form.lines.data)),
            finish=request.form.get("intent") == "finish",
            actor=actor,
            now=now(),
        )
    if tried.refused:
        again = SheetForm(formdata=None)
        again.form_errors = form.form_errors
        return page(session, jury_id, again), form.status
    saved = sum(one.becomes in {Becomes.FINAL, Becomes.DRAFT} for one in fates)
    refused = [one for one in fates if one.becomes is Becomes.REFUSED]
    flash(ngettext("%(num)s file is saved.", "%(num)s files are saved.", saved), "success")
    if refused:
        return fates_page(session, jury_id, refused, None)
    return redirect(url_for("juror.queue.show", jury_id=jury_id), 303)


@bp.post("/carnet")
@allow(Audience.JUROR, rules.sits)
def booklet(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Ask for the booklet of one's files, as a job."""
    seat = own(session, jury_id)
    found = queries.entries(session, seat, current_actor())
    job_id = jobs.start(
        session,
        BOOKLET,
        payload={
            "jury": str(jury_id),
            "name": f"carnet-{seat.jury.call.slug}-{seat.jury.key}",
            "applications": [str(one.application_id) for one in found],
        },
        total=len(found),
        actor=current_actor(),
        now=now(),
        subject=jury_id,
    )
    return redirect(url_for("jobs.show", job_id=job_id), 303)


def own(session: Session, jury_id: UUID) -> Seat:
    """The seat, on a jury that scores now.

    Raises:
        Refused: it does not.
    """
    seat = queries.own_seat(session, jury_id, current_actor())
    require(jury_scores(seat.jury, now()))
    return seat


def received(form: SheetForm, jury_id: UUID) -> list[Line]:
    """The lines of the file that came with the request; it is kept nowhere.

    Raises:
        Refused: it is no sheet of this jury.
    """
    given = form.sheet.data
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sheet"
        given.save(path)
        given.close()
        return offline.read_sheet(path, given.filename or "", jury_id)


def kept(text: str | None) -> object:
    """What travelled between the two pages; None when it is nothing that was sent."""
    try:
        return json.loads(text or "")
    except ValueError:
        return None


def page(session: Session, jury_id: UUID, form: Form) -> str:
    """The page to take and bring back."""
    seat = queries.own_seat(session, jury_id, current_actor())
    refusal = jury_scores(seat.jury, now())
    found = queries.entries(session, seat, current_actor())
    final = sum(one.review is not None and one.review.state is ReviewState.FINAL for one in found)
    return render_template(
        "juror/offline/show.html",
        jury=seat.jury,
        form=form,
        files=len(found),
        left=len(found) - final,
        why_not=sentence(refusal) if refusal else "",
    )


def fates_page(
    session: Session, jury_id: UUID, fates: list[Fate], form: TakingForm | None
) -> ResponseReturnValue:
    """Line by line what would become of a sheet, or, without form, what was refused of it."""
    seat = queries.own_seat(session, jury_id, current_actor())
    fitting = [one for one in fates if one.becomes in {Becomes.FINAL, Becomes.DRAFT}]
    text = json.dumps(offline.as_stored([one.line for one in fitting]))
    if form is not None:
        form.lines.data = text
        if len(text) > KEPT_MAX:
            empty = SheetForm(formdata=None)
            empty.refuse(Refused("offline.too_much"))
            return page(session, jury_id, empty), empty.status
    return render_template(
        "juror/offline/fates.html",
        jury=seat.jury,
        form=form,
        fates=[(one, why(one)) for one in fates],
        becomes=BECOMES,
        fitting=len(fitting),
        complete=sum(one.becomes is Becomes.FINAL for one in fitting),
        refused=sum(one.becomes is Becomes.REFUSED for one in fates),
    )


def why(fate: Fate) -> str:
    """Why a line is refused, in words."""
    return sentence(Refused(fate.code, **fate.facts)) if fate.code else ""
