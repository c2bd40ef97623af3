"""The words of one section of the form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from grants.calls import drafting, rules
from grants.calls.drafting import Json
from grants.calls.form.document import KEY
from grants.calls.services import editing
from grants.web.officer.workshop import words
from grants.web.officer.workshop.parts import (
    SeenForm,
    Workbench,
    refresh,
    workbench_of,
    writable,
    written,
)
from grants.web.officer.workshop.rule_forms import said
from grants.web.routes import Audience, allow

bp = Blueprint("sections", __name__, url_prefix="/formulaire/rubriques")


def key_field(label: Any, hint: Any) -> StringField:
    """A key that the author chooses, or leaves to be proposed."""
    shape = Regexp(
        f"{KEY.pattern}$",
        message=_l("Small letters, digits and _, beginning with a letter, 40 at most."),
    )
    return StringField(label, description=hint, validators=[Optional(), shape])


class SectionWordsForm(SeenForm):
    """Title, introduction and key."""

    title_fr = StringField(
        _l("Title"), validators=[InputRequired(_l("Write a title.")), Length(max=200)]
    )
    title_en = StringField(
        _l("Title in English"),
        description=_l("Left empty, the French one is shown."),
        validators=[Length(max=200)],
    )
    intro_fr = TextAreaField(
        _l("Introduction"), validators=[Length(max=2000)], render_kw={"rows": 3}
    )
    intro_en = TextAreaField(
        _l("Introduction in English"), validators=[Length(max=2000)], render_kw={"rows": 3}
    )
    key = key_field(
        _l("Key"), _l("Names the section in exports. Left empty, it is taken from the title.")
    )

    def values(self, document: Json, before: Json) -> Json:
        """The section as it will be stored; what this page does not show stays."""
        taken = {one["key"] for one in drafting.sections(document)} - {before.get("key", "")}
        title = words.one_line(self.title_fr.data)
        kept = {name: value for name, value in before.items() if name not in WORDS}
        written = {
            name: words.one_line(self[name].data)
            if name.startswith("title")
            else (self[name].data or "").strip()
            for name in WORDS
        }
        key = self.key.data or before.get("key") or drafting.proposed_key(title, taken)
        return {**kept, **{name: text for name, text in written.items() if text}, "key": key}


WORDS = ("title_fr", "title_en", "intro_fr", "intro_en")


@bp.get("/nouvelle")
@allow(Audience.OFFICER, rules.leads)
def new(session: Session, call_id: UUID) -> ResponseReturnValue:
    """A section to add."""
    work = writable(session, call_id)
    return page(work, SectionWordsForm())


@bp.post("/nouvelle")
@allow(Audience.OFFICER, rules.leads)
def create(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Add it, at the end."""
    work = workbench_of(session, call_id)
    form = SectionWordsForm()
    if form.validate():
        values = form.values(work.document, {})
        if written(session, form, editing.add_section, call_id, values):
            flash(_("The section is added. Give it its questions."), "success")
            return back(call_id, values["key"])
    return page(workbench_of(session, call_id), form), form.status


@bp.get("/<section_key>")
@allow(Audience.OFFICER, rules.leads)
def edit(session: Session, call_id: UUID, section_key: str) -> ResponseReturnValue:
    """A section's words."""
    work = writable(session, call_id)
    section = drafting.section_of(work.document, section_key)
    return page(work, SectionWordsForm(data=section), section)


@bp.post("/<section_key>")
@allow(Audience.OFFICER, rules.leads)
def save(session: Session, call_id: UUID, section_key: str) -> ResponseReturnValue:
    """Write them."""
    work = workbench_of(session, call_id)
    section = drafting.section_of(work.document, section_key)
    form = SectionWordsForm()
    if form.validate():
        values = form.values(work.document, section)
        if written(session, form, editing.edit_section, call_id, section_key, values):
            flash(_("The section is saved."), "success")
            return back(call_id, values["key"])
    return page(workbench_of(session, call_id), form, section), form.status


def page(work: Workbench, form: SectionWordsForm, section: Json | None = None) -> str:
    """The page of a section; after a refusal, sent again it meets the form as it is now."""
    refresh(form, work.seen)
    shown = work.form.section(section["key"]) if section else None
    return render_template(
        "officer/workshop/section.html", work=work, form=form, section=shown, said=said
    )


def back(call_id: UUID, key: str) -> ResponseReturnValue:
    """To the outline, where the section stands."""
    return redirect(
        url_for("officer.workshop.outline.show", call_id=call_id, _anchor=f"s-{key}"), 303
    )
