"""The documents that applicants attach: each is a question of the form, asked of whom it binds."""

from __future__ import annotations

from typing import Unpack
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.calls import drafting, presets, rules
from grants.calls.services import editing
from grants.calls.templates import DOCUMENTS
from grants.kernel.errors import Unknown
from grants.web import calls as telling
from grants.web.officer.workshop.parts import (
    SeenForm,
    Workbench,
    workbench_of,
    writable,
    written,
)
from grants.web.routes import Audience, allow

bp = Blueprint("documents", __name__, url_prefix="/pieces")
SECTION = {
    "key": DOCUMENTS,
    "title_fr": "Pièces à joindre",
    "title_en": "Documents to attach",
    "intro_fr": "PDF, ODT, DOCX, ODS, XLSX, JPEG ou PNG, 20 Mo par fichier.",
    "intro_en": "PDF, ODT, DOCX, ODS, XLSX, JPEG or PNG, 20 MB each.",
}


@bp.get("")
@allow(Audience.OFFICER, rules.reads_for_a_funder)
def show(session: Session, call_id: UUID) -> ResponseReturnValue:
    """The documents asked for, of whom, and those that one usually adds."""
    return page(workbench_of(session, call_id), SeenForm())


@bp.post("")
@allow(Audience.OFFICER, rules.leads)
def add(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Ask for one of the usual documents."""
    work = writable(session, call_id)
    preset = presets.BY_KEY.get(request.form.get("preset", ""))
    if preset is None:
        raise Unknown
    form = SeenForm()
    if form.validate() and written(session, form, ask_for, work, preset):
        flash(_("The document is asked for."), "success")
        return redirect(url_for(".show", call_id=call_id), 303)
    return page(workbench_of(session, call_id), form), form.status


def ask_for(
    session: Session, work: Workbench, preset: presets.Preset, **author: Unpack[editing.ByAuthor]
) -> None:
    """Add the question at the end of the section of documents, made if it is not there."""
    call_id = work.call.id
    home = next((one for one in drafting.sections(work.document) if has_files(one)), None)
    if home is None:
        added = editing.add_section(session, call_id, {**SECTION, "fields": []}, **author)
        author["seen"], home = added.document_hash, SECTION
    editing.add_field(session, call_id, home["key"], preset.field(), **author)


def has_files(section: drafting.Json) -> bool:
    """Whether a section is the one of documents."""
    kinds = {one.get("type") for one in section.get("fields", [])}
    return section["key"] == DOCUMENTS or "file" in kinds


def page(work: Workbench, form: SeenForm) -> str:
    """The page of documents."""
    keys = drafting.field_keys(work.document)
    if not form.was_refused:
        form.seen.data = work.seen
    return render_template(
        "officer/workshop/documents.html",
        work=work,
        call=work.call,
        form=form,
        files=work.form.files(),
        usual=[one for one in presets.PRESETS if one.key not in keys],
        telling=telling,
    )
