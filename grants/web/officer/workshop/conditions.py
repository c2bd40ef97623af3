"""When a question or a section is asked, and what a computed answer is worth."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.calls import drafting, rules
from grants.calls.drafting import Json
from grants.calls.form import FieldType
from grants.calls.form.kinds import COMPUTED_TYPES
from grants.calls.logic import Schema
from grants.calls.services import editing
from grants.kernel.errors import Unknown
from grants.web.officer.workshop.parts import Workbench, refresh, writable
from grants.web.officer.workshop.rule_forms import RuleForm, SumForm
from grants.web.officer.workshop.rule_pages import RulePage, answered, opened
from grants.web.routes import Audience, allow

F = TypeVar("F", bound=RuleForm)

bp = Blueprint("conditions", __name__, url_prefix="/formulaire")


@bp.get("/questions/<path>/condition")
@allow(Audience.OFFICER, rules.leads)
def field(session: Session, call_id: UUID, path: str) -> ResponseReturnValue:
    """When a question is asked."""
    work = writable(session, call_id)
    return opened(of_field(work, path), top(work, path).get("show_if", ""))


@bp.post("/questions/<path>/condition")
@allow(Audience.OFFICER, rules.leads)
def save_field(session: Session, call_id: UUID, path: str) -> ResponseReturnValue:
    """Write it; without any line the question is always asked."""
    work = writable(session, call_id)
    return stored(session, of_field(work, path), path, "show_if")


@bp.get("/rubriques/<section_key>/condition")
@allow(Audience.OFFICER, rules.leads)
def section(session: Session, call_id: UUID, section_key: str) -> ResponseReturnValue:
    """When a whole section is asked."""
    work = writable(session, call_id)
    found = drafting.section_of(work.document, section_key)
    return opened(of_section(work, section_key), found.get("show_if", ""))


@bp.post("/rubriques/<section_key>/condition")
@allow(Audience.OFFICER, rules.leads)
def save_section(session: Session, call_id: UUID, section_key: str) -> ResponseReturnValue:
    """Write it."""
    work = writable(session, call_id)
    page = of_section(work, section_key)
    return stored(session, page, section_key, "show_if", of_a_section=True)


@bp.get("/questions/<path>/calcul")
@allow(Audience.OFFICER, rules.leads)
def computed(session: Session, call_id: UUID, path: str) -> ResponseReturnValue:
    """What the software works out instead of asking."""
    work = writable(session, call_id)
    return opened(of_computed(work, path), top(work, path).get("computed", ""))


@bp.post("/questions/<path>/calcul")
@allow(Audience.OFFICER, rules.leads)
def save_computed(session: Session, call_id: UUID, path: str) -> ResponseReturnValue:
    """Write it; without any line the question is asked again."""
    work = writable(session, call_id)
    return stored(session, of_computed(work, path), path, "computed")


def top(work: Workbench, path: str) -> Json:
    """A question of the form itself: columns follow their table.

    Raises:
        Unknown: there is none.
    """
    if "." in path:
        raise Unknown
    return drafting.field_of(work.document, path)


def without(work: Workbench, keys: set[str]) -> Schema:
    """What a rule may speak of: everything but what it decides upon."""
    schema = work.form.schema
    return {key: one for key, one in schema.items() if key.partition(".")[0] not in keys}


def form_of(work: Workbench, kind: type[F], schema: Schema, *, version: str = "", **more: Any) -> F:
    """The form of a rule, with `more` boxes; `version` is that of the call's form unless given."""
    built: F = type("BuiltRuleForm", (kind,), {"schema": schema, **more})()
    refresh(built, version or work.seen)
    return built


def of_field(work: Workbench, path: str) -> RulePage:
    """The page of a question's condition."""
    label = top(work, path)["label_fr"]
    return RulePage(
        work,
        form_of(work, RuleForm, without(work, {path})),
        title=_("When is “%(label)s” asked?", label=label),
        lead=_("Without any line, it is always asked."),
        back=url_for("officer.workshop.fields.edit", call_id=work.call.id, path=path),
        home=label,
        verdicts={True: _("The question is asked."), False: _("The question is not asked.")},
    )


def of_section(work: Workbench, key: str) -> RulePage:
    """The page of a section's condition."""
    found = drafting.section_of(work.document, key)
    own = {one["key"] for one in found.get("fields", [])}
    return RulePage(
        work,
        form_of(work, RuleForm, without(work, own)),
        title=_("When is the section “%(title)s” asked?", title=found["title_fr"]),
        lead=_("Without any line, it is always asked."),
        back=url_for("officer.workshop.outline.show", call_id=work.call.id, _anchor=f"s-{key}"),
        home=_("Form of the call"),
        verdicts={True: _("The section is asked."), False: _("The section is not asked.")},
    )


def of_computed(work: Workbench, path: str) -> RulePage:
    """The page of a calculation.

    Raises:
        Unknown: an answer of that type is not computed.
    """
    found = work.form.field(path)
    if found is None or found.type not in COMPUTED_TYPES:
        raise Unknown
    schema = without(work, {path})
    yes_no = found.type is FieldType.YES_NO
    kind: type[RuleForm] = RuleForm if yes_no else SumForm
    form = form_of(work, kind, schema)
    return RulePage(
        work,
        form,
        title=_("How is “%(label)s” worked out?", label=found.label_fr),
        lead=_("Without any line, applicants answer it themselves."),
        back=url_for("officer.workshop.fields.edit", call_id=work.call.id, path=path),
        home=found.label_fr,
        verdicts={True: _("The answer is yes."), False: _("The answer is no.")},
        unit=str(found.limits.unit or ""),
    )


def stored(
    session: Session, page: RulePage, path: str, name: str, *, of_a_section: bool = False
) -> ResponseReturnValue:
    """Store a condition or a calculation."""
    form = page.form

    def change(document: Json) -> Json:
        return drafting.set_rule(document, path, name, form.rule, section=of_a_section)

    def store() -> None:
        editing.edit(session, page.work.call.id, change, **form.author)

    return answered(session, page, store, change=change, done=_("The rule is saved."))
