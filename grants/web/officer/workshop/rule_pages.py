"""What all pages of rules do alike: read, explain, try, switch between menus and text, store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import Field

from grants.calls.drafting import Json
from grants.calls.services import editing, ruling
from grants.kernel.errors import Refused
from grants.web.forms import attempt
from grants.web.officer.workshop import trying
from grants.web.officer.workshop.parts import Workbench, refresh, workbench_of
from grants.web.officer.workshop.rows import act_on_rows
from grants.web.officer.workshop.rule_forms import RuleForm, SumForm, asked_intent
from grants.web.sentences import sentence


@dataclass
class RulePage:
    """One rule on its page: its words, its boxes and what its trial says.

    `back` is the address of the page that it was reached from, `home` what that one is called.
    """

    work: Workbench
    form: RuleForm
    title: str
    lead: str
    back: str
    home: str
    verdicts: dict[bool, Any] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    before_title: str = ""
    between: tuple[str, ...] = ()
    between_title: str = ""
    after: tuple[str, ...] = ()
    after_title: str = ""
    unit: str = ""
    delete: str = ""
    about: str = "form"

    @property
    def boxes_before(self) -> list[Field]:
        """The other boxes, above the rule."""
        return [self.form[one] for one in self.before]

    @property
    def boxes_between(self) -> list[Field]:
        """The other boxes, right below the rule."""
        return [self.form[one] for one in self.between]

    @property
    def boxes_after(self) -> list[Field]:
        """The other boxes, below the rule."""
        return [self.form[one] for one in self.after]

    @property
    def is_sum(self) -> bool:
        """Whether the rule gives a number."""
        return isinstance(self.form, SumForm)

    def newest(self, session: Session) -> str:
        """The version of what the page is about, as it is now."""
        work = workbench_of(session, self.work.call.id)
        if self.about == "eligibility":
            return ruling.version_of(work.call.eligibility_rules)
        return ruling.version_of(work.call.award_rule) if self.about == "award" else work.seen

    def drawn(self) -> str:
        """The page."""
        return render_template(
            "officer/workshop/rule.html", page=self, form=self.form, work=self.work, trying=trying
        )


def opened(page: RulePage, rule: str) -> str:
    """The page of a stored rule."""
    page.form.show(rule)
    if rule:
        page.form.understand()
    return page.drawn()


def answered(
    session: Session,
    page: RulePage,
    store: Callable[[], Any],
    *,
    change: Callable[[Json], Json] | None = None,
    done: str,
) -> ResponseReturnValue:
    """Do what the button pressed asks: store the rule, or show it otherwise.

    `change` is the edit of the form's document, tried beforehand, so that a circle is told
    beside the rule that closes it.
    """
    form, intent = page.form, asked_intent()
    if intent != "save":
        if intent in {"to_text", "to_menus"}:
            form.switch(intent)
        else:
            act_on_rows(form, intent)
            form.understand()
            spare(form)
        return page.drawn()
    good = form.validate()
    if form.understand() and good and fits(page, change):
        with attempt(session, form) as tried:
            store()
        if not tried.refused:
            flash(done, "success")
            return redirect(page.back, 303)
        refresh(form, page.newest(session))
    return page.drawn(), form.status


def spare(form: RuleForm) -> None:
    """A line that is not complete yet is no mistake while one tries."""
    if not form.in_text and form.expression is None:
        form.rows.errors = form.rows.errors if asked_intent() == "try" else []


def fits(page: RulePage, change: Callable[[Json], Json] | None) -> bool:
    """Whether the form still holds together with the rule in it."""
    if change is None:
        return True
    try:
        editing.read(change(page.work.document))
    except Refused as refusal:
        box = page.form.text if page.form.in_text else page.form.rows
        if refusal.field and refusal.field in page.form:
            box = page.form[refusal.field]
        box.errors = [*box.errors, sentence(refusal)]
        return False
    return True
