"""The redacted copy of a file: words masked, documents replaced; the original stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import FileField, HiddenField

from grants.applications import rules
from grants.juries import queries, services
from grants.juries.queries.redacting import Line, Redactable
from grants.juries.redacting import Mark, masked, merged, places
from grants.kernel.errors import Refused
from grants.web import wording
from grants.web.forms import Form, attempt
from grants.web.requests import current_actor, now, store
from grants.web.routes import Audience, allow

WORDS_MAX = 2000
MARKS_MAX = 1000

bp = Blueprint("redactions", __name__, url_prefix="/dossiers/<uuid:application_id>/caviardage")


@dataclass(frozen=True)
class Masked:
    """One text on the page: its pieces in order, each masked or not, and what jurors read."""

    path: str
    label: str
    marks: list[tuple[str, str]]
    parts: list[tuple[str, bool]]
    shown: str
    words: str
    is_seen: bool
    is_stale: bool


class CopyForm(Form):
    """The texts that were on the page; marks and words are read line by line."""

    version = HiddenField()


class DocumentForm(Form):
    """A redacted document."""

    document = FileField(_l("Redacted document"))


@bp.get("")
@allow(Audience.OFFICER, rules.is_officer)
def show(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Every text and document that blind jurors may read, and what is masked."""
    found = queries.redactable(session, application_id, current_actor())
    return page(found, CopyForm(formdata=None), {one.text.path: one.marks for one in found.lines})


@bp.post("")
@allow(Audience.OFFICER, rules.is_officer)
def keep(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Show what the marks would give, or keep them."""
    form, actor = CopyForm(), current_actor()
    found = queries.redactable(session, application_id, actor)
    marks = {one.text.path: sent(one.text.path, one.text.value) for one in found.lines}
    if form.validate() and request.form.get("intent") == "keep":
        with attempt(session, form) as tried:
            services.keep_redactions(
                session,
                application_id,
                marks,
                version=form.version.data or "",
                actor=actor,
                now=now(),
            )
        if not tried.refused:
            flash(_("The redacted copy is kept: this is what jurors of blind stages read."))
            return redirect(url_for(".show", application_id=application_id), 303)
    return page(found, form, marks), form.status


@bp.post("/documents/<uuid:file_id>")
@allow(Audience.OFFICER, rules.is_officer)
def replace(session: Session, application_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """Give jurors another document in place of the applicant's, or the applicant's again."""
    form, actor = DocumentForm(), current_actor()
    found = queries.redactable(session, application_id, actor)
    sent_file = request.files.get("document")
    with attempt(session, form) as tried:
        if request.form.get("intent") == "restore":
            services.restore_document(session, file_id, actor=actor, now=now())
        elif not sent_file or not sent_file.filename:
            raise Refused("redaction.no_document", field="document")
        else:
            services.replace_document(
                session,
                store(),
                file_id,
                cast(BinaryIO, sent_file.stream),
                name=sent_file.filename,
                actor=actor,
                now=now(),
            )
    if not tried.refused:
        flash(_("The documents that jurors of blind stages read are up to date."), "success")
        return redirect(url_for(".show", application_id=application_id), 303)
    marks = {one.text.path: one.marks for one in found.lines}
    return page(found, CopyForm(formdata=None), marks, form), form.status


def sent(path: str, value: str) -> tuple[Mark, ...]:
    """The marks ticked for a text, and those of the words typed; what is no mark is none."""
    ticked = [
        mark
        for text in request.form.getlist(f"mark:{path}")[:MARKS_MAX]
        if (mark := mark_of(text)) is not None
    ]
    typed = request.form.get(f"words:{path}", "")[:WORDS_MAX]
    return tuple(merged([*ticked, *places(value, typed.splitlines())], len(value)))


def mark_of(text: str) -> Mark | None:
    """The mark that "12-20" says: from 12 to before 20; None for what says none."""
    start, _dash, end = text.partition("-")
    if not (start.isdecimal() and end.isdecimal() and len(text) <= 20):  # noqa: PLR2004 -- two numbers
        return None
    return int(start), int(end)


def page(
    found: Redactable,
    form: CopyForm,
    marks: dict[str, tuple[Mark, ...]],
    document_form: DocumentForm | None = None,
) -> str:
    """The copy as a page, with marks kept or just sent."""
    form.version.data = form.version.data or found.version
    return render_template(
        "officer/redactions/show.html",
        application=found.application,
        found=found,
        texts=[shown(one, marks.get(one.text.path, ())) for one in found.lines],
        form=form,
        document_form=document_form or DocumentForm(formdata=None),
        previewed=request.method == "POST",
    )


def shown(line: Line, marks: Sequence[Mark]) -> Masked:
    """One text laid out: what is masked stands apart from what is not."""
    value, parts, at = line.text.value, [], 0
    for start, end in marks:
        parts += [(value[at:start], False), (value[start:end], True)]
        at = end
    parts.append((value[at:], False))
    return Masked(
        path=line.text.path,
        label=wording.localized(line.text.field, "label"),
        marks=[(f"{start}-{end}", value[start:end]) for start, end in marks],
        parts=[one for one in parts if one[0]],
        shown=masked(value, marks),
        words="",
        is_seen=line.is_seen,
        is_stale=line.is_stale,
    )
