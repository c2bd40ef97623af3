"""What one would like to read, or rather not, before files are given and scored."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from grants.juries import queries, rules, services
from grants.juries.lifecycle import jury_prefers
from grants.juries.models import Liking
from grants.juries.queries import PreferenceLine
from grants.web.forms import Form, attempt
from grants.web.paging import Page, asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.sentences import sentence

CHOICES = {
    "want": _l("I would like to read it"),
    "neutral": _l("No preference"),
    "rather_not": _l("I would rather not"),
}
BOX = "liking-"

bp = Blueprint("preferences", __name__, url_prefix="/<uuid:jury_id>/preferences")


@bp.get("")
@allow(Audience.JUROR, rules.sits)
def show(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Everything that one may be given to read, with what one said of it."""
    return page(session, jury_id, Form(formdata=None))


@bp.post("")
@allow(Audience.JUROR, rules.sits)
def save(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Note what was said on this page of the list."""
    form = Form()
    if form.validate():
        with attempt(session, form) as tried:
            services.prefer(session, jury_id, said(), actor=current_actor(), now=now())
        if not tried.refused:
            flash(_("Your preferences are noted."), "success")
            return redirect(url_for(".show", jury_id=jury_id, page=asked_page()), 303)
    return page(session, jury_id, form), form.status


def said() -> dict[UUID, Liking | None]:
    """What the boxes of the page say; what is no identifier or no answer is passed over."""
    found: dict[UUID, Liking | None] = {}
    for name, value in request.form.items():
        if not name.startswith(BOX) or value not in CHOICES:
            continue
        try:
            one = UUID(name.removeprefix(BOX))
        except ValueError:
            continue
        found[one] = None if value == "neutral" else Liking(value)
    return found


def page(session: Session, jury_id: UUID, form: Form) -> str:
    """The list as a page."""
    actor = current_actor()
    seat = queries.own_seat(session, jury_id, actor)
    found = page_of(session, queries.preferences(seat, actor), number=asked_page())
    refusal = jury_prefers(seat.jury, now())
    return render_template(
        "juror/preferences/show.html",
        jury=seat.jury,
        form=form,
        page=Page(
            [PreferenceLine._make(row) for row in found.rows],
            found.number,
            found.per_page,
            found.total,
        ),
        choices=CHOICES,
        box=BOX,
        why_not=sentence(refusal) if refusal else "",
    )
