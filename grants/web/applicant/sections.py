"""One section of an application: fill in, save by itself or by hand, attach documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from grants.applications import answers, queries, rules, services
from grants.applications.models import Application
from grants.calls.form import FieldType, Problem, Reading, Section
from grants.kernel.errors import Refused, Unknown
from grants.web import wording
from grants.web.account.organisation_words import DOCUMENTS
from grants.web.answers import ReadLine, SectionForm, name_of, read_sections, section_form
from grants.web.answers.rows import ADD, MORE, REMOVE
from grants.web.applicant import from_vault
from grants.web.applicant.applications import as_uuid
from grants.web.forms import CONFLICT, INVALID
from grants.web.requests import current_actor, keep_changes, now, store, vault
from grants.web.routes import Audience, allow
from grants.web.sentences import sentence

KEY_MAX = 40
STAYING = {"upload", "remove", "take", ADD, REMOVE}
"""Buttons that save and come back to the same page."""

bp = Blueprint("sections", __name__, url_prefix="/<uuid:application_id>/rubriques")


@bp.get("/<section_key>")
@allow(Audience.APPLICANT, rules.is_author_side)
def show(session: Session, application_id: UUID, section_key: str) -> ResponseReturnValue:
    """The questions of one section with the answers so far."""
    application, there = queries.own_beside(session, application_id, current_actor(), now=now())
    section = section_of(application, section_key)
    if not editable(application, section):
        return redirect(url_for("applicant.applications.show", application_id=application_id), 303)
    form = form_of(application, section)
    form.recheck()
    if request.args.get("back") == "check":
        form.complain([one for one in answers.missing(application) if not is_told(form, one)])
    return page(session, application, section, form, there=there)


@bp.post("/<section_key>")
@allow(Audience.APPLICANT, rules.may_fill)
def save(session: Session, application_id: UUID, section_key: str) -> ResponseReturnValue:
    """Save; then attach or remove a document, stay, or go on.

    Wrong answers are kept as typed and told at once (422): the draft is committed all the same.
    """
    typed = Typed()
    try:
        saved = services.save_section(
            session,
            application_id,
            section_key,
            typed.read,
            actor=current_actor(),
            now=now(),
            version=request.form.get("version", type=int),
            page=request.form.get("page", "")[:40],
            vault=vault(),
            confirmed=[key for key in request.form.getlist("confirm") if len(key) <= KEY_MAX],
        )
    except Refused as refusal:
        return refused(session, application_id, section_key, typed, refusal)
    if request.headers.get("X-Requested-With") == "autosave":
        there = services.seen(
            session, application_id, section_key, actor=current_actor(), now=now()
        )
        words = among(there, section_key)
        return jsonify(message=saved_words(), version=saved.application.version, others=words)
    refusals = take_documents(session, application_id, typed)
    if refusals or (saved.problems and wants_to_go_on()):
        return told(session, application_id, section_key, typed, refusals)
    if revealed := typed.revealed(saved.application):
        here = url_for(".show", application_id=application_id, section_key=section_key)
        return redirect(f"{here}#{name_of(revealed)}", 303)
    return redirect(onward(saved.application, section_key), 303)


@bp.post("/<section_key>/presence")
@allow(Audience.APPLICANT, rules.may_fill)
def presence(session: Session, application_id: UUID, section_key: str) -> ResponseReturnValue:
    """Say that one is here, and hear who else is."""
    there = services.be_present(
        session, application_id, section_key[:KEY_MAX], actor=current_actor(), now=now()
    )
    return jsonify(others=among(there, section_key))


@dataclass
class Typed:
    """The form as it was sent, built once the service has found what it is about."""

    form: SectionForm | None = None
    files: list[str] = field(default_factory=list)
    shown: frozenset[str] = frozenset()

    def read(self, application: Application, section: Section) -> Mapping[str, object]:
        """What was typed, by field key."""
        self.form = form_of(application, section)
        self.files = [one.key for one in section.fields if one.type is FieldType.FILE]
        self.shown = shown_keys(application, section)
        theirs = {key for key in self.form.raws() if request.form.get(f"keep_{key}") == "theirs"}
        return {key: raw for key, raw in self.form.raws().items() if key not in theirs}

    def revealed(self, application: Application) -> str | None:
        """The first question of this page that the answers just saved made appear, unseen yet.

        Whoever has js/conditions.js saw it already.
        """
        if self.form is None or "live" in request.form or not wants_to_go_on():
            return None
        found = shown_keys(application, self.form.section) - self.shown
        return next((one.key for one in self.form.section.fields if one.key in found), None)


def shown_keys(application: Application, section: Section) -> frozenset[str]:
    """The questions under a condition that is met."""
    asked = answers.outlook(application).fields(section) if has_conditions(section) else []
    return frozenset(one.key for one in asked if one.show_if and not one.computed)


def has_conditions(section: Section) -> bool:
    """Whether something on the page depends on answers."""
    return any(one.show_if for one in section.fields)


def section_of(application: Application, key: str) -> Section:
    """The section under this key.

    Raises:
        Unknown: the form has none.
    """
    section = answers.document(application).section(key)
    if section is None:
        raise Unknown
    return section


def editable(application: Application, section: Section) -> bool:
    """Whether anything on this page may change: it is asked, and its turn has come."""
    keys = {one.key for one in section.fields}
    shown = answers.outlook(application).shows_section(section)
    return shown and bool(answers.editable_keys(application) & keys)


def form_of(application: Application, section: Section) -> SectionForm:
    """The questions that may change: all in a draft, the asked ones in a complement."""
    form = section_form(
        section,
        answers.opened(application, vault()),
        document=answers.document(application),
        applicant=answers.applicant(application),
    )
    allowed = answers.editable_keys(application)
    for question in section.fields:
        if question.key not in allowed and name_of(question.key) in form:
            del form[name_of(question.key)]
    return form


def page(
    session: Session,
    application: Application,
    section: Section,
    form: SectionForm,
    *,
    there: list[queries.Present],
    theirs: list[ReadLine] | None = None,
) -> str:
    """The section as a page. `theirs` are someone else's answers, saved in between."""
    sections = [one for one in answers.document(application).sections if editable(application, one)]
    request_ = application.complement
    return render_template(
        "applicant/sections/show.html",
        application=application,
        section=section,
        sections=sections,
        position=sections.index(section) + 1,
        form=form,
        files={name_of(key): rows for key, rows in answers.deposited(application).items()},
        asked={name_of(one["field_key"]): one["message"] for one in request_.items}
        if request_ and answers.open_complement_keys(application)
        else {},
        page_token=request.form.get("page") or uuid4().hex,
        came_from=request.values.get("back", ""),
        theirs=theirs or [],
        others=among(there, section.key),
        to_confirm=answers.unconfirmed(application),
        offered=from_vault.offered(session, application, section),
        titles=DOCUMENTS,
    )


def refused(
    session: Session, application_id: UUID, section_key: str, typed: Typed, refusal: Refused
) -> ResponseReturnValue:
    """Nothing was saved: say why, and give back everything that was typed."""
    if request.headers.get("X-Requested-With") == "autosave":
        both = refusal.code == "application.save.conflict"
        return jsonify(message=sentence(refusal), conflict=both), CONFLICT
    if typed.form is None:
        raise refusal
    application, there = queries.own_beside(session, application_id, current_actor(), now=now())
    section = section_of(application, section_key)
    changed = answers.changes(application, section, typed.form.raws(), vault=vault())
    typed.form.refuse(refusal)
    typed.form.recheck()
    saved = read_sections(
        answers.document(application), answers.as_shown(application), {}, Reading.APPLICANT
    )
    theirs = [line for one in saved for line in one.lines if line.key in changed]
    return page(session, application, section, typed.form, there=there, theirs=theirs), CONFLICT


def take_documents(session: Session, application_id: UUID, typed: Typed) -> list[Refused]:
    """Attach what was chosen and remove what was asked; return what could not be taken."""
    actor, instant, refusals = current_actor(), now(), from_vault.take(session, application_id)
    if file_id := as_uuid(request.form.get("remove", "")):
        services.detach(session, application_id, file_id, actor=actor, now=instant)
    for key in typed.files:
        for upload in request.files.getlist(name_of(key)):
            if not upload.filename:
                continue
            try:
                services.attach(
                    session,
                    store(),
                    application_id,
                    key,
                    upload.stream,  # type: ignore[arg-type]
                    name=upload.filename,
                    actor=actor,
                    now=instant,
                )
            except Refused as refusal:
                refusals.append(Refused(refusal.code, field=name_of(key), **refusal.facts))
    return refusals


def told(
    session: Session, application_id: UUID, section_key: str, typed: Typed, refusals: list[Refused]
) -> ResponseReturnValue:
    """Show what to mend. What was typed is kept, as typed: the draft is saved all the same."""
    application, there = queries.own_beside(session, application_id, current_actor(), now=now())
    section = section_of(application, section_key)
    form = typed.form or form_of(application, section)
    form.recheck()
    for refusal in refusals:
        form.refuse(refusal)
    keep_changes()
    return page(session, application, section, form, there=there), CONFLICT if refusals else INVALID


def among(there: list[queries.Present], section_key: str) -> str:
    """Who else has this section open, as a sentence; "" for nobody."""
    names = [one.name for one in there if one.section_key == section_key]
    if not names:
        return ""
    words: str = ngettext(
        "%(names)s has this page open too. What each of you saves is kept; you will be shown both "
        "versions if they differ.",
        "%(names)s have this page open too. What each of you saves is kept; you will be shown "
        "both versions if they differ.",
        len(names),
        names=wording.listed(names),
    )
    return words


def is_told(form: SectionForm, problem: Problem) -> bool:
    """Whether `recheck` has put something beside this field already."""
    name = name_of(problem.field_key)
    return name in form and bool(form[name].errors)


def wants_to_go_on() -> bool:
    """Whether the button pressed leaves the section for the next one."""
    return not (request.form.keys() & (STAYING | {"later"}))


def onward(application: Application, section_key: str) -> str:
    """Where to go after saving: the same page, the check, or the next section."""
    here: dict[str, Any] = {"application_id": application.id}
    if request.form.keys() & STAYING:
        back = request.form.get("back") or None
        rows = request.form.get(ADD) or request.form.get(REMOVE, "").rpartition("-")[0]
        here |= {"section_key": section_key, "back": back, MORE: request.form.get(ADD)}
        return url_for(".show", _anchor=rows or None, **here)
    if "later" in request.form:
        return url_for("applicant.applications.show", **here)
    if answers.open_complement_keys(application):
        return url_for("applicant.complements.show", **here)
    keys = [one.key for one in answers.document(application).sections]
    asked = {one.key for one in answers.outlook(application).sections()}
    following = [key for key in keys[keys.index(section_key) + 1 :] if key in asked]
    if request.form.get("back") == "check" or not following:
        return url_for("applicant.submission.check", **here)
    return url_for(".show", section_key=following[0], **here)


def saved_words() -> str:
    """« Brouillon enregistré à 14 h 02 »: what really happened, with its time."""
    return str(_("Draft saved at %(time)s", time=wording.time_of_day(now(), seconds=True)))
