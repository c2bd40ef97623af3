"""What a call has several of: stages, juries and criteria on one page; tracks; sessions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from grants.calls import queries, rules
from grants.calls.models import JUDGED_BY_JURIES, Call
from grants.calls.services import arranging
from grants.calls.services.arranging import Arranged
from grants.kernel.errors import Unknown
from grants.web import calls as telling
from grants.web.forms import Form, attempt
from grants.web.officer.workshop.row_forms import FORMS, RowForm
from grants.web.officer.workshop.rows import act_on_rows
from grants.web.officer.workshop.settings import rights
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("arranged", __name__)
PART = "<any(volets,etapes,jurys,criteres,sessions):part>"


@dataclass(frozen=True)
class Part:
    """One kind of rows: the words of its pages, and the page that lists it."""

    kind: Arranged
    words: Any
    new: Any
    home: str


PARTS = {
    "volets": Part(Arranged.TRACK, _l("Tracks"), _l("New track"), "tracks"),
    "etapes": Part(Arranged.STAGE, _l("Stages"), _l("New stage"), "review"),
    "jurys": Part(Arranged.JURY, _l("Juries"), _l("New jury"), "review"),
    "criteres": Part(Arranged.CRITERION, _l("Criteria"), _l("New criterion"), "review"),
    "sessions": Part(Arranged.BATCH, _l("Sessions"), _l("New session"), "batches"),
}


@bp.get("/deroulement")
@allow(Audience.OFFICER, rules.reads_for_a_funder)
def review(session: Session, call_id: UUID) -> ResponseReturnValue:
    """The stages in order, their juries, their criteria."""
    return listing(session, call_id, "review")


@bp.get("/volets")
@allow(Audience.OFFICER, rules.reads_for_a_funder)
def tracks(session: Session, call_id: UUID) -> ResponseReturnValue:
    """The thematic lots."""
    return listing(session, call_id, "tracks")


@bp.get("/sessions")
@allow(Audience.OFFICER, rules.reads_for_a_funder)
def batches(session: Session, call_id: UUID) -> ResponseReturnValue:
    """The gatherings of a rolling call."""
    return listing(session, call_id, "batches")


def listing(session: Session, call_id: UUID, home: str, form: Form | None = None) -> str:
    """A page that lists rows."""
    call = queries.written(session, call_id, viewer=current_actor())
    return render_template(
        f"officer/workshop/{home}.html",
        call=call,
        form=form,
        telling=telling,
        judged=JUDGED_BY_JURIES,
        now=now(),
        **rights(call),
    )


@bp.get(f"/{PART}/nouveau")
@allow(Audience.OFFICER, rules.leads)
def new(session: Session, call_id: UUID, part: str) -> ResponseReturnValue:
    """A row to add."""
    call = author_s_call(session, call_id)
    return row_page(call, part, None, form_for(call, part, None))


@bp.post(f"/{PART}/nouveau")
@allow(Audience.OFFICER, rules.leads)
def create(session: Session, call_id: UUID, part: str) -> ResponseReturnValue:
    """Add it."""
    return write(session, call_id, part, None)


@bp.get(f"/{PART}/<uuid:row_id>")
@allow(Audience.OFFICER, rules.leads)
def edit(session: Session, call_id: UUID, part: str, row_id: UUID) -> ResponseReturnValue:
    """A row to change."""
    call = author_s_call(session, call_id)
    row = row_of(call, part, row_id)
    form = form_for(call, part, None)
    form.fill(row)
    return row_page(call, part, row, form)


@bp.post(f"/{PART}/<uuid:row_id>")
@allow(Audience.OFFICER, rules.leads)
def save(session: Session, call_id: UUID, part: str, row_id: UUID) -> ResponseReturnValue:
    """Change it."""
    return write(session, call_id, part, row_id)


@bp.post(f"/{PART}/<uuid:row_id>/supprimer")
@allow(Audience.OFFICER, rules.leads)
def delete(session: Session, call_id: UUID, part: str, row_id: UUID) -> ResponseReturnValue:
    """Take it out."""
    return act(session, call_id, part, arranging.drop, row_id)


@bp.post(f"/{PART}/<uuid:row_id>/deplacer")
@allow(Audience.OFFICER, rules.leads)
def move(session: Session, call_id: UUID, part: str, row_id: UUID) -> ResponseReturnValue:
    """One place up or down."""
    down = request.form.get("direction") == "down"
    return act(session, call_id, part, arranging.shift, row_id, down=down)


def write(session: Session, call_id: UUID, part: str, row_id: UUID | None) -> ResponseReturnValue:
    """Store what was typed of a row, new or not."""
    call = author_s_call(session, call_id)
    row = row_of(call, part, row_id) if row_id else None
    form = form_for(call, part, row)
    if act_on_rows(form, request.form.get("intent", "")):
        return row_page(call, part, row, form)
    if form.validate():
        with attempt(session, form) as tried:
            arranging.put(
                session,
                call_id,
                PARTS[part].kind,
                row_id,
                form.values(),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("It is saved."), "success")
            return redirect(url_for(f".{PARTS[part].home}", call_id=call_id), 303)
        call = author_s_call(session, call_id)
    return row_page(call, part, row, form), form.status


def act(
    session: Session, call_id: UUID, part: str, verb: Callable[..., None], row_id: UUID, **more: Any
) -> ResponseReturnValue:
    """Do one thing to a row and come back to its list; refused, say why on top of it."""
    form = Form()
    author_s_call(session, call_id)
    if form.validate():
        with attempt(session, form) as tried:
            verb(
                session,
                call_id,
                PARTS[part].kind,
                row_id,
                **more,
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            address = url_for(f".{PARTS[part].home}", call_id=call_id, _anchor=f"r-{row_id}")
            return redirect(address, 303)
    return listing(session, call_id, PARTS[part].home, form), form.status


def author_s_call(session: Session, call_id: UUID) -> Call:
    """The whole call, for the pages that only authors see.

    Raises:
        Unknown: no such call, or the actor may not read it.
        Forbidden: the actor is not an officer of the lead funder.
    """
    call = queries.written(session, call_id, viewer=current_actor())
    rules.leads.require(current_actor(), call)
    return call


def row_of(call: Call, part: str, row_id: UUID) -> Any:
    """The row of this call.

    Raises:
        Unknown: there is none.
    """
    juries = [jury for stage in call.stages for jury in stage.juries]
    rows: dict[str, list[Any]] = {
        "volets": list(call.tracks),
        "etapes": list(call.stages),
        "jurys": list(juries),
        "criteres": [one for jury in juries for one in jury.criteria],
        "sessions": list(call.batches),
    }
    found = next((one for one in rows[part] if one.id == row_id), None)
    if found is None:
        raise Unknown
    return found


def form_for(call: Call, part: str, _row: Any) -> RowForm:
    """The form of a row, its lists filled."""
    return FORMS[PARTS[part].kind].made_for(call, parent=request.args.get("dans", ""))


def row_page(call: Call, part: str, row: Any, form: RowForm) -> str:
    """The page of one row."""
    return render_template(
        "officer/workshop/row.html",
        call=call,
        part=PARTS[part],
        home=url_for(f".{PARTS[part].home}", call_id=call.id),
        row=row,
        form=form,
        kind=PARTS[part].kind,
        **rights(call),
    )
