"""One question of the form: added, written, its type changed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.calls import drafting, rules
from grants.calls.drafting import Json
from grants.calls.form import FieldType
from grants.calls.form.kinds import COMPUTED_TYPES
from grants.calls.services import editing
from grants.web import calls as telling
from grants.web.officer.workshop import words
from grants.web.officer.workshop.field_forms import FieldForm, asked_kind, field_form
from grants.web.officer.workshop.field_values import as_stored, as_typed
from grants.web.officer.workshop.parts import Workbench, refresh, workbench_of, writable, written
from grants.web.officer.workshop.rows import act_on_rows
from grants.web.officer.workshop.rule_forms import said
from grants.web.routes import Audience, allow

bp = Blueprint("fields", __name__, url_prefix="/formulaire")


@bp.get("/rubriques/<section_key>/questions/nouvelle")
@allow(Audience.OFFICER, rules.leads)
def new(session: Session, call_id: UUID, section_key: str) -> ResponseReturnValue:
    """Which type of answer, then the question."""
    work = writable(session, call_id)
    drafting.section_of(work.document, section_key)
    kind = words.known(request.args.get("type", ""))
    if kind is None:
        return render_template(
            "officer/workshop/types.html",
            work=work,
            section=work.form.section(section_key),
            families=families(),
        )
    return page(work, field_form(kind, {**BLANK, "type": kind.value}))


BLANK: Json = {"required": True, "visible_to": ["juror", "blind_juror"]}


@bp.post("/rubriques/<section_key>/questions/nouvelle")
@allow(Audience.OFFICER, rules.leads)
def create(session: Session, call_id: UUID, section_key: str) -> ResponseReturnValue:
    """Add it at the end of its section."""
    work = workbench_of(session, call_id)
    drafting.section_of(work.document, section_key)
    form = field_form(asked_kind(""), {})
    intent = request.form.get("intent", "save")
    if intent != "save":
        act_on_rows(form, intent)
        return page(work, form)
    if check(form, work, None):
        values = as_stored(form, {}, drafting.field_keys(work.document))
        if written(session, form, editing.add_field, call_id, section_key, values):
            flash(_("The question is added."), "success")
            return back(call_id, values["key"])
    return page(workbench_of(session, call_id), form), form.status


@bp.get("/questions/<path>")
@allow(Audience.OFFICER, rules.leads)
def edit(session: Session, call_id: UUID, path: str) -> ResponseReturnValue:
    """Everything of a question."""
    work = writable(session, call_id)
    field = drafting.field_of(work.document, path)
    kind = words.known(field["type"]) or FieldType.SHORT_TEXT
    form = field_form(kind, as_typed(field, kind), in_cells="." in path)
    return page(work, form, path=path)


@bp.post("/questions/<path>")
@allow(Audience.OFFICER, rules.leads)
def save(session: Session, call_id: UUID, path: str) -> ResponseReturnValue:
    """Write it; or show it again with the boxes of another type, or with its lines moved."""
    work = workbench_of(session, call_id)
    field = drafting.field_of(work.document, path)
    form = field_form(asked_kind(field["type"]), {}, in_cells="." in path)
    intent = request.form.get("intent", "save")
    if intent != "save":
        act_on_rows(form, intent)
        return page(work, form, path=path)
    if check(form, work, field):
        siblings = {one["key"] for one in drafting.place(work.document, path)[0]}
        taken = siblings if "." in path else drafting.field_keys(work.document)
        values = as_stored(form, field, taken - {field["key"]})
        if written(session, form, editing.edit_field, call_id, path, values):
            flash(_("The question is saved."), "success")
            return back(call_id, values["key"], home=path.rpartition(".")[0])
    return page(workbench_of(session, call_id), form, path=path), form.status


def check(form: FieldForm, work: Workbench, field: Json | None) -> bool:
    """Whether everything typed may be stored; else each mistake stands beside its box."""
    good = bool(form.validate())
    role = form["role"].data if "role" in form else ""
    for other in drafting.every_field(work.document):
        if role and other.get("role") == role and other is not field:
            form.role.errors = [
                *form.role.errors,
                _("The question “%(label)s” plays this part already.", label=other["label_fr"]),
            ]
            good = False
    return good


def families() -> list[tuple[Any, list[tuple[str, Any, Any]]]]:
    """The types on offer: (family, [(value, name, what it is for)])."""
    return [
        (
            family,
            [
                (kind.value, telling.TYPES[kind], words.EXPLAINED[kind.value])
                for name in names
                if (kind := words.known(name))
            ],
        )
        for family, names in words.FAMILIES
    ]


def page(work: Workbench, form: FieldForm, *, path: str = "") -> str:
    """The page of a question; sent again after a refusal, it meets the form as it is now."""
    refresh(form, work.seen)
    field = drafting.field_of(work.document, path) if path else None
    call_id = work.call.id
    return render_template(
        "officer/workshop/field.html",
        work=work,
        form=form,
        field=field,
        path=path,
        cell_links={
            one["key"]: url_for(".edit", call_id=call_id, path=f"{path}.{one['key']}")
            for one in (drafting.cells(field) if field else ())
        },
        telling=telling,
        words=words,
        said=said,
        computed_types=COMPUTED_TYPES,
    )


def back(call_id: UUID, key: str, *, home: str = "") -> ResponseReturnValue:
    """To the outline where the question stands, or to the table that it is a column of."""
    if home:
        return redirect(url_for(".edit", call_id=call_id, path=home, _anchor="cells"), 303)
    outline = url_for("officer.workshop.outline.show", call_id=call_id, _anchor=f"q-{key}")
    return redirect(outline, 303)
