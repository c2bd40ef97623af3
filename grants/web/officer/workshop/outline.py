"""The outline of a call's form: its sections and questions, moved, copied and taken out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from grants.calls import drafting, rules, workbench
from grants.calls.services import editing, revising
from grants.web import calls as telling
from grants.web.forms import Form, attempt
from grants.web.officer.workshop import words
from grants.web.officer.workshop.parts import SeenForm, Workbench, workbench_of, written
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("outline", __name__, url_prefix="/formulaire")


@bp.get("")
@allow(Audience.OFFICER, rules.reads_for_a_funder)
def show(session: Session, call_id: UUID) -> ResponseReturnValue:
    """The whole form at a glance, with what may be done to each of its parts."""
    return page(workbench_of(session, call_id))


def page(work: Workbench, form: Form | None = None) -> str:
    """The outline."""
    return render_template(
        "officer/workshop/outline.html", work=work, form=form, telling=telling, words=words
    )


@bp.post("/version")
@allow(Audience.OFFICER, rules.leads)
def begin(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Begin the next version of a published form."""
    form = Form()
    if form.validate():
        with attempt(session, form) as tried:
            revising.begin(session, call_id, actor=current_actor(), now=now())
        if not tried.refused:
            flash(_("A new version is begun. Applicants still see the published one."), "success")
            return redirect(url_for(".show", call_id=call_id), 303)
    return page(workbench_of(session, call_id), form), form.status


@bp.post("/rubriques/<section_key>/deplacer")
@allow(Audience.OFFICER, rules.leads)
def move_section(session: Session, call_id: UUID, section_key: str) -> ResponseReturnValue:
    """One place up or down, or to the place named."""
    work = workbench_of(session, call_id)
    keys = [one["key"] for one in drafting.sections(work.document)]
    here = keys.index(section_key) if section_key in keys else 0
    return act(session, work, editing.move_section, section_key, wanted_place(here))


@bp.post("/rubriques/<section_key>/copier")
@allow(Audience.OFFICER, rules.leads)
def copy_section(session: Session, call_id: UUID, section_key: str) -> ResponseReturnValue:
    """The section once more, with its questions."""
    work = workbench_of(session, call_id)
    return act(session, work, editing.copy_section, section_key, suffixes=COPY)


@bp.post("/rubriques/<section_key>/supprimer")
@allow(Audience.OFFICER, rules.leads)
def delete_section(session: Session, call_id: UUID, section_key: str) -> ResponseReturnValue:
    """The section and its questions, taken out."""
    work = workbench_of(session, call_id)
    inside = [
        one.key
        for section in work.form.sections
        if section.key == section_key
        for one in section.fields
    ]
    return act(session, work, editing.delete_section, section_key, loses=inside)


@bp.post("/questions/<path>/deplacer")
@allow(Audience.OFFICER, rules.leads)
def move_field(session: Session, call_id: UUID, path: str) -> ResponseReturnValue:
    """One place up or down, into the next section at the edge; or to the place named."""
    work = workbench_of(session, call_id)
    if "at" not in request.form:
        down = request.form.get("direction") == "down"
        return act(session, work, editing.step_field, path, down=down)
    home = request.form.get("section", "")
    return act(session, work, editing.move_field, path, to=wanted_place(0), section_key=home)


@bp.post("/questions/<path>/copier")
@allow(Audience.OFFICER, rules.leads)
def copy_field(session: Session, call_id: UUID, path: str) -> ResponseReturnValue:
    """The question once more, under a key of its own."""
    work = workbench_of(session, call_id)
    return act(session, work, editing.copy_field, path, suffixes=COPY)


@bp.post("/questions/<path>/supprimer")
@allow(Audience.OFFICER, rules.leads)
def delete_field(session: Session, call_id: UUID, path: str) -> ResponseReturnValue:
    """The question, taken out."""
    work = workbench_of(session, call_id)
    return act(session, work, editing.delete_field, path, loses=[path.partition(".")[0]])


COPY = ("(copie)", "(copy)")
DONE = {
    editing.copy_section: lambda: _("The section is copied below."),
    editing.delete_section: lambda: _("The section is taken out of the form."),
    editing.copy_field: lambda: _("The question is copied below."),
    editing.delete_field: lambda: _("The question is taken out of the form."),
}


def wanted_place(here: int) -> int:
    """Where to put something that stands `here`: a place by number, or one up or down."""
    at = request.form.get("at", "")
    if at.isdecimal() and at.isascii():
        return int(at[:4])
    return here + (1 if request.form.get("direction") == "down" else -1)


def act(
    session: Session,
    work: Workbench,
    verb: Callable[..., Any],
    key: str,
    *more: Any,
    loses: Sequence[str] = (),
    **named: Any,
) -> ResponseReturnValue:
    """Do one thing to the outline and come back to it; refused, say why on top of it.

    `loses` are the keys of the questions that go: whoever answered them is counted.
    """
    form = SeenForm()
    call_id = work.call.id
    if form.validate() and written(session, form, partial(verb, **named), call_id, key, *more):
        if verb in DONE:
            flash(DONE[verb](), "success")
        warn_of_answers(session, call_id, loses)
        return redirect(url_for(".show", call_id=call_id, _anchor=anchor(verb, key)), 303)
    return page(workbench_of(session, call_id), form), form.status


def warn_of_answers(session: Session, call_id: UUID, keys: Sequence[str]) -> None:
    """Say how many applications hold an answer to what is taken out: it is put aside, not lost."""
    held = workbench.answers_under(session, call_id, *keys) if keys else 0
    if held:
        flash(
            ngettext(
                "%(num)s application has an answer there. It is put aside when this version is "
                "published, and stays in the file if it was submitted.",
                "%(num)s applications have an answer there. They are put aside when this version "
                "is published, and stay in the files that were submitted.",
                held,
            ),
            "warning",
        )


def anchor(verb: Callable[..., Any], key: str) -> str | None:
    """Where on the page what was acted upon stands now."""
    if verb in {editing.delete_section, editing.delete_field}:
        return None
    return f"{'s' if 'section' in verb.__name__ else 'q'}-{key.partition('.')[0]}"
