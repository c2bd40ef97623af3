"""Who may apply: rules about the applicant, each with the sentence of its refusal."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from grants.calls import drafting, rules
from grants.calls.drafting import Json
from grants.calls.logic import APPLICANT
from grants.calls.services import ruling
from grants.kernel.errors import Unknown
from grants.web.officer.workshop import words
from grants.web.officer.workshop.conditions import form_of
from grants.web.officer.workshop.parts import SeenForm, Workbench, workbench_of, writable, written
from grants.web.officer.workshop.rule_forms import RuleForm
from grants.web.officer.workshop.rule_pages import RulePage, answered, opened
from grants.web.officer.workshop.rulebook import book, sentence_fields
from grants.web.officer.workshop.sections import key_field
from grants.web.routes import Audience, allow

bp = Blueprint("eligibility", __name__, url_prefix="/regles/eligibilite")


class EligibilityForm(RuleForm):
    """What an applicant must be, and what is said to whoever is not."""

    may_be_empty = False

    refusal_fr, refusal_en = sentence_fields(
        _l("What is said to whoever may not apply"),
        _l("The same in English"),
        _l("Say why, and where else to go if there is somewhere."),
    )
    key = key_field(_l("Key"), _l("Names the rule. Left empty, it is taken from the sentence."))

    def values(self, taken: set[str], before: str) -> dict[str, str]:
        """The rule as the call stores it."""
        refusal = words.one_line(self.refusal_fr.data)
        return {
            "key": self.key.data or before or drafting.proposed_key(refusal, taken),
            "rule": self.rule,
            "refusal_fr": refusal,
            "refusal_en": words.one_line(self.refusal_en.data) or refusal,
        }


@bp.get("/nouvelle")
@allow(Audience.OFFICER, rules.leads)
def new(session: Session, call_id: UUID) -> ResponseReturnValue:
    """A rule to write."""
    work = writable(session, call_id)
    return opened(page_of(work, filled(work)), "")


@bp.post("/nouvelle")
@allow(Audience.OFFICER, rules.leads)
def create(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Add it."""
    return store(session, writable(session, call_id), "")


@bp.get("/<key>")
@allow(Audience.OFFICER, rules.leads)
def edit(session: Session, call_id: UUID, key: str) -> ResponseReturnValue:
    """A rule."""
    work = writable(session, call_id)
    stored = stored_rule(work, key)
    return opened(page_of(work, filled(work, stored), key), stored["rule"])


@bp.post("/<key>")
@allow(Audience.OFFICER, rules.leads)
def save(session: Session, call_id: UUID, key: str) -> ResponseReturnValue:
    """Write it."""
    work = writable(session, call_id)
    stored_rule(work, key)
    return store(session, work, key)


@bp.post("/<key>/supprimer")
@allow(Audience.OFFICER, rules.leads)
def delete(session: Session, call_id: UUID, key: str) -> ResponseReturnValue:
    """Take it away."""
    form = SeenForm()
    if form.validate() and written(session, form, ruling.delete_eligibility_rule, call_id, key):
        flash(_("The rule is taken away."), "success")
        return redirect(url_for("officer.workshop.rulebook.show", call_id=call_id), 303)
    return book(workbench_of(session, call_id), form), form.status


def stored_rule(work: Workbench, key: str) -> Json:
    """The rule under this key.

    Raises:
        Unknown: there is none.
    """
    for one in work.call.eligibility_rules:
        if one["key"] == key:
            return dict(one)
    raise Unknown


def filled(work: Workbench, stored: Json | None = None) -> EligibilityForm:
    """The form of a rule."""
    seen = ruling.version_of(work.call.eligibility_rules)
    form = form_of(work, EligibilityForm, APPLICANT, version=seen)
    for name in ("refusal_fr", "refusal_en", "key"):
        if stored:
            form[name].data = stored.get(name, "")
    return form


def page_of(work: Workbench, form: EligibilityForm, key: str = "") -> RulePage:
    """The page of a rule."""
    refusal = form.refusal_fr.data or _("They are told why.")
    back = url_for("officer.workshop.rulebook.show", call_id=work.call.id)
    delete = url_for(".delete", call_id=work.call.id, key=key) if key else ""
    return RulePage(
        work,
        form,
        title=_("Who may apply"),
        lead=_("Write what an applicant must be. Whoever is not is told before writing a line."),
        back=back,
        home=_("Rules of the call"),
        verdicts={
            True: _("This applicant may apply."),
            False: _("This applicant may not apply: “%(refusal)s”", refusal=refusal),
        },
        after=("refusal_fr", "refusal_en", "key"),
        after_title=_("When the rule is not met"),
        delete=delete,
        about="eligibility",
    )


def store(session: Session, work: Workbench, key: str) -> ResponseReturnValue:
    """Write a rule, or add one."""
    form = filled(work)
    taken = {one["key"] for one in work.call.eligibility_rules}

    def put() -> None:
        ruling.put_eligibility_rule(
            session,
            work.call.id,
            key,
            form.values(taken, key),
            **form.author,
        )

    return answered(session, page_of(work, form, key), put, done=_("The rule is saved."))
