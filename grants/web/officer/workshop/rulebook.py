"""The rules of a call in one place: between answers, of eligibility, of the award."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from grants.calls import drafting, rules
from grants.calls.drafting import Json
from grants.calls.logic import APPLICANT
from grants.calls.services import editing
from grants.web import wording
from grants.web.officer.workshop import words
from grants.web.officer.workshop.conditions import form_of
from grants.web.officer.workshop.parts import SeenForm, Workbench, workbench_of, writable, written
from grants.web.officer.workshop.rule_forms import RuleForm, said
from grants.web.officer.workshop.rule_pages import RulePage, answered, opened
from grants.web.officer.workshop.sections import key_field
from grants.web.routes import Audience, allow

bp = Blueprint("rulebook", __name__, url_prefix="/regles")

SENTENCE_MOST = 300


def sentence_fields(fr: Any, en: Any, hint: Any) -> tuple[StringField, StringField]:
    """What people read when a rule is not met, in both languages."""
    return (
        TextAreaField(
            fr,
            description=hint,
            validators=[InputRequired(_l("Write the sentence.")), Length(max=SENTENCE_MOST)],
            render_kw={"rows": 2},
        ),
        TextAreaField(
            en,
            description=_l("Left empty, the French one is shown."),
            validators=[Length(max=SENTENCE_MOST)],
            render_kw={"rows": 2},
        ),
    )


class CheckForm(RuleForm):
    """A rule that must hold between answers, and what applicants read when it does not."""

    may_be_empty = False
    files = True

    message_fr, message_en = sentence_fields(
        _l("What applicants read when the rule is not met"),
        _l("The same in English"),
        _l("Say what to change: “Ask for half of the charges at most.”"),
    )
    field = SelectField(
        _l("Question beside which it is told"), description=_l("It is also told at the top.")
    )
    key = key_field(_l("Key"), _l("Names the rule. Left empty, it is taken from the sentence."))

    def values(self, taken: set[str], before: str) -> Json:
        """The rule as the form's document stores it."""
        message = words.one_line(self.message_fr.data)
        english = words.one_line(self.message_en.data)
        key = self.key.data or before or drafting.proposed_key(message, taken)
        stored = {"key": key, "rule": self.rule, "message_fr": message}
        more = {"message_en": english, "field": self.field.data or ""}
        return {**stored, **{name: text for name, text in more.items() if text}}


@bp.get("")
@allow(Audience.OFFICER, rules.reads_for_a_funder)
def show(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Every rule of the call, each in a sentence."""
    return book(workbench_of(session, call_id))


def book(work: Workbench, form: SeenForm | None = None) -> str:
    """The page of all rules."""
    return render_template(
        "officer/workshop/rulebook.html",
        work=work,
        form=form,
        said=said,
        applicant=APPLICANT,
        refusal_of=refusal_of,
    )


def refusal_of(rule: Json) -> str:
    """What is said to whoever an eligibility rule turns away."""
    english = wording.language() == "en" and rule.get("refusal_en")
    return str(english or rule["refusal_fr"])


@bp.get("/controles/nouveau")
@allow(Audience.OFFICER, rules.leads)
def new_check(session: Session, call_id: UUID) -> ResponseReturnValue:
    """A rule between answers to write."""
    work = writable(session, call_id)
    return opened(check_page(work, filled(work)), "")


@bp.post("/controles/nouveau")
@allow(Audience.OFFICER, rules.leads)
def create_check(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Add it."""
    return store_check(session, writable(session, call_id), "")


@bp.get("/controles/<key>")
@allow(Audience.OFFICER, rules.leads)
def check(session: Session, call_id: UUID, key: str) -> ResponseReturnValue:
    """A rule between answers."""
    work = writable(session, call_id)
    stored = drafting.check_of(work.document, key)
    return opened(check_page(work, filled(work, stored), key), stored["rule"])


@bp.post("/controles/<key>")
@allow(Audience.OFFICER, rules.leads)
def save_check(session: Session, call_id: UUID, key: str) -> ResponseReturnValue:
    """Write it."""
    work = writable(session, call_id)
    drafting.check_of(work.document, key)
    return store_check(session, work, key)


@bp.post("/controles/<key>/supprimer")
@allow(Audience.OFFICER, rules.leads)
def delete_check(session: Session, call_id: UUID, key: str) -> ResponseReturnValue:
    """Take it away."""
    form = SeenForm()
    change = partial(drafting.delete_check, key=key)
    if form.validate() and written(session, form, editing.edit, call_id, change):
        flash(_("The rule is taken away."), "success")
        return redirect(url_for(".show", call_id=call_id), 303)
    return book(workbench_of(session, call_id), form), form.status


def filled(work: Workbench, stored: Json | None = None) -> CheckForm:
    """The form of a check."""
    form = form_of(work, CheckForm, work.form.schema)
    fields = [(one.key, one.label_fr) for one in work.form.fields()]
    form.field.choices = words.offered([("", _("None: at the top only")), *fields])
    for name in ("message_fr", "message_en", "field", "key"):
        if stored:
            form[name].data = stored.get(name, "")
    return form


def check_page(work: Workbench, form: CheckForm, key: str = "") -> RulePage:
    """The page of a check."""
    call_id = work.call.id
    message = form.message_fr.data or _("Applicants are told.")
    return RulePage(
        work,
        form,
        title=_("A rule between answers"),
        lead=_("Write what must be true before an application can be submitted."),
        back=url_for(".show", call_id=call_id),
        home=_("Rules of the call"),
        verdicts={True: _("The rule is met."), False: _("The rule is not met: “%(m)s”", m=message)},
        after=("message_fr", "field", "message_en", "key"),
        after_title=_("When the rule is not met"),
        delete=url_for(".delete_check", call_id=call_id, key=key) if key else "",
    )


def store_check(session: Session, work: Workbench, key: str) -> ResponseReturnValue:
    """Write a check, or add one."""
    form = filled(work)
    taken = {one["key"] for one in work.document.get("checks", [])}

    def change(document: Json) -> Json:
        return drafting.put_check(document, key, form.values(taken, key))

    def store() -> None:
        editing.edit(session, work.call.id, change, **form.author)

    page = check_page(work, form, key)
    return answered(session, page, store, change=change, done=_("The rule is saved."))
