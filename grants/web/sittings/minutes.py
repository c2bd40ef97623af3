"""The minutes of a meeting: read over, completed, signed, downloaded."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.juries.rules import chairs
from grants.kernel.access import Rule
from grants.sittings import queries, rules, services
from grants.web.downloads import send
from grants.web.forms import Form, attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.sittings import words

bp = Blueprint("minutes", __name__, url_prefix="/<uuid:sitting_id>")

presides = Rule("chairs the jury", lambda _actor, room: bool(room.presides), chairs)


@bp.get("/proces-verbal")
@allow(Audience.SIGNED_IN, rules.sees)
def show(session: Session, sitting_id: UUID) -> ResponseReturnValue:
    """The minutes as they stand, or as they were signed, without what one is recused from."""
    return page(session, sitting_id, Form())


@bp.post("/proces-verbal/signature")
@allow(Audience.JUROR, presides)
def sign(session: Session, sitting_id: UUID) -> ResponseReturnValue:
    """Sign them, as the chair."""
    form = Form()
    with attempt(session, form) as tried:
        services.sign_minutes(
            session,
            sitting_id,
            sha256=request.form.get("sha256", ""),
            actor=current_actor(),
            now=now(),
        )
    if tried.refused:
        return page(session, sitting_id, form), form.status
    flash(_("The minutes are signed; their PDF will be here in a moment."), "success")
    return redirect(url_for(".show", sitting_id=sitting_id), 303)


@bp.get("/proces-verbal.pdf")
@allow(Audience.SIGNED_IN, rules.sees)
def download(session: Session, sitting_id: UUID) -> ResponseReturnValue:
    """Their PDF, for those who may read every point of them."""
    return send(queries.copy(session, sitting_id, current_actor()))


def page(session: Session, sitting_id: UUID, form: Form) -> str:
    """The minutes as a page; notes still to be completed, point by point."""
    actor = current_actor()
    draft = queries.minutes(session, sitting_id, actor)
    notes: list[tuple[str, str, str]] = []
    if draft.leads and not draft.signed:
        lines = queries.agenda_lines(session, draft.sitting, actor)
        notes = [(str(one.id), one.number, one.note) for one in lines if one.began_at]
        notes.append(("", str(_("The whole meeting")), draft.sitting.note))
    return render_template(
        "sittings/minutes.html",
        draft=draft,
        content=draft.content,
        sitting=draft.sitting,
        jury=draft.sitting.jury,
        form=form,
        notes=notes,
        presides=queries.presides(session, draft.sitting, actor),
        words=words.RECORD,
    )
