"""The form of a rule: lines of menus or a text, whichever the author writes in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, TextAreaField

from grants.calls.logic import (
    BadExpression,
    Expression,
    Kind,
    Mistake,
    Schema,
    compose,
    compose_terms,
    decompose,
    decompose_terms,
    explain,
    mistakes,
    parse,
    references,
)
from grants.web import wording
from grants.web.officer.workshop import menus, words
from grants.web.officer.workshop.parts import SeenForm
from grants.web.officer.workshop.rows import RowsField
from grants.web.officer.workshop.trying import Sample, sample_of

MENUS, TEXT = "menus", "text"
JOINERS = (("and", _l("All of these must be true")), ("or", _l("One of these at least")))
LINE, TERM = ("subject", "operator", "value", "other"), ("sign", "factor", "key")
LETTER = re.compile(r"^[a-zà-ÿ]")


class RuleForm(SeenForm):
    """A rule in menus or as text. `schema` is what it may speak of; `expected` what it gives."""

    schema: Schema
    expected: Kind = Kind.YES_NO
    may_be_empty = True
    files = False

    mode = HiddenField(default=MENUS)
    joiner = SelectField(_l("When there are several lines"), choices=words.offered(JOINERS))
    rows = RowsField(_l("The rule"), columns=LINE, spare=1)
    text = TextAreaField(_l("The rule, written"), render_kw={"rows": 3, "spellcheck": "false"})

    expression: Expression | None = None

    @property
    def in_text(self) -> bool:
        """Whether the author writes the rule itself."""
        return bool(self.mode.data == TEXT)

    def show(self, rule: str) -> None:
        """Fill the boxes with a stored rule: menus when they can show it."""
        self.text.data, self.mode.data = rule, MENUS
        if rule and not self._show_in_menus(parse(rule)):
            self.mode.data = TEXT

    def _show_in_menus(self, expression: Expression) -> bool:
        menu = decompose(expression)
        if menu is None:
            return False
        known = [menus.kind_of_subject(one.subject, self.schema) for one in menu.rows]
        if None in known:
            return False
        self.rows.data, self.joiner.data = menus.shown_rows(menu), menu.joiner
        return True

    def understand(self) -> bool:
        """Read the rule, and put what is wrong with it beside its box; empty is a rule too."""
        try:
            self.expression = self._read()
        except menus.Unreadable as error:
            self._complain(str(error))
            return False
        except BadExpression as bad:
            self._complain(told_bad(bad))
            return False
        if self.expression is None:
            if not self.may_be_empty:
                self._complain(_("Write the rule."))
            return self.may_be_empty
        wrong = mistakes(self.expression, self.schema, self.expected)
        for mistake in wrong:
            self._complain(told_mistake(mistake, self.schema))
        return not wrong

    def _read(self) -> Expression | None:
        if self.in_text:
            return parse(self.text.data) if (self.text.data or "").strip() else None
        return self._composed()

    def _composed(self) -> Expression | None:
        rows = [menus.read_row(row, self.schema) for row in self.rows.filled]
        return compose(rows, self.joiner.data) if rows else None

    def _complain(self, sentence: str) -> None:
        box = self.text if self.in_text else self.rows
        box.errors = [*box.errors, sentence]

    def switch(self, intent: str) -> None:
        """Go from menus to text, or back when menus can show the rule."""
        if intent == "to_text":
            if self.understand() or self.expression:
                self.text.data = self.expression.text if self.expression else ""
                self.mode.data = TEXT
        elif not (self.text.data or "").strip():
            self.mode.data = MENUS
        elif self.understand() and self.expression:
            if self._show_in_menus(self.expression):
                self.mode.data = MENUS
            else:
                self._complain(_("The menus cannot show this rule: it stays written."))

    @property
    def rule(self) -> str:
        """The rule as it is stored."""
        return self.expression.text if self.expression else ""

    @property
    def explained(self) -> str:
        """The rule in a sentence, in the reader's language."""
        return said(self.rule, self.schema) if self.expression else ""

    @property
    def also(self) -> tuple[str, ...]:
        """What a trial asks besides the rule's own answers."""
        return ()

    @property
    def sample(self) -> Sample | None:
        """The trial of a rule that can be understood."""
        known = self.expression and references(self.expression) <= self.schema.keys()
        return (
            sample_of(self.expression, self.schema, self.also)
            if self.expression and known
            else None
        )

    # What the template draws.

    @property
    def lines(self) -> list[menus.Line]:
        """The lines with their boxes, a blank one last."""
        return list(menus.lines(self.rows.shown(), self.schema))

    @property
    def subjects(self) -> list[tuple[str, menus.Options]]:
        """What a line may speak of."""
        return menus.subjects(self.schema, files=self.files)

    @property
    def numbers(self) -> list[tuple[str, menus.Options]]:
        """What a number may be compared with."""
        return menus.numbers(self.schema)


class SumForm(RuleForm):
    """A calculation: a sum of lines « number × answer », or a text."""

    expected = Kind.NUMBER
    joiner = None  # type: ignore[assignment]  # nothing to join
    rows = RowsField(_l("The calculation"), columns=TERM, spare=1)

    @staticmethod
    def is_written(row: Mapping[str, str]) -> bool:
        """Whether a line holds something."""
        return bool(row.get("factor") or row.get("key"))

    def _composed(self) -> Expression | None:
        typed = [row for row in self.rows.data if self.is_written(row)]
        return compose_terms([menus.read_term(row) for row in typed]) if typed else None

    def _show_in_menus(self, expression: Expression) -> bool:
        terms = decompose_terms(expression)
        if terms is None:
            return False
        self.rows.data = menus.shown_terms(terms)
        return True

    @property
    def terms(self) -> list[Any]:
        """The lines, a blank one last."""
        return self.rows.shown()


def said(rule: str, schema: Schema, *, after: str = "") -> str:
    """A rule as a sentence, or as the end of one that begins with `after`."""
    told = explain(parse(rule), schema, wording.language())
    if after:
        return f"{after} {told}."
    return LETTER.sub(lambda found: found[0].upper(), told) + "."


def asked_intent() -> str:
    """Which button was pressed; saving when none is named."""
    return request.form.get("intent", "save")


BAD = {
    "logic.empty": _l("Write the rule."),
    "logic.too_long": _l("This rule is too long."),
    "logic.too_deep": _l("This rule has too many brackets inside each other."),
    "logic.character": _l("There is a character that has no place here, at position %(position)s."),
    "logic.syntax": _l("This does not read as a rule, around position %(position)s."),
    "logic.number": _l("There is a number that cannot be read, at position %(position)s."),
    "logic.function": _l(
        "Only these functions may be used: min, max, round, sum, count, empty, contains, "
        "days_between."
    ),
    "logic.not_allowed": _l("Position %(position)s holds something that rules do not know."),
}
MISTAKES = {
    "logic.unknown_name": _l("“%(name)s” is not a question of this form."),
    "logic.wrong_type": _l("“%(where)s” needs %(expected)s, not %(found)s."),
    "logic.cannot_compare": _l("%(left)s cannot be compared with %(right)s."),
    "logic.unknown_option": _l("“%(option)s” is not one of the answers to “%(name)s”."),
    "logic.not_a_day": _l("“%(text)s” is not a date."),
    "logic.arguments": _l("“%(function)s” was not given what it needs."),
    "logic.result": _l("The rule gives %(found)s; %(expected)s is needed here."),
}
KINDS = {
    Kind.NUMBER: _l("a number"),
    Kind.TEXT: _l("a text"),
    Kind.YES_NO: _l("a yes or a no"),
    Kind.DAY: _l("a date"),
    Kind.CHOICE: _l("one choice"),
    Kind.CHOICES: _l("several choices"),
    Kind.COLUMN: _l("a column of numbers"),
    Kind.CELLS: _l("a column"),
    Kind.ROWS: _l("the lines of a table"),
    Kind.FILES: _l("documents"),
    Kind.ANYTHING: _l("an answer without a value"),
}


def told_bad(bad: BadExpression) -> str:
    """Why a text is not a rule."""
    return str(BAD.get(bad.code, BAD["logic.syntax"])) % {"position": bad.position + 1}


def told_mistake(mistake: Mistake, schema: Schema) -> str:
    """What is wrong with a rule that reads well."""
    facts = {name: _fact(name, value, schema) for name, value in mistake.facts.items()}
    told = str(MISTAKES[mistake.code]) % facts
    return LETTER.sub(lambda found: found[0].upper(), told)


def _fact(name: str, value: str, schema: Schema) -> str:
    kind = next((one for one in Kind if one.value == value), None)
    if kind is not None and name in {"expected", "found", "left", "right"}:
        return str(KINDS[kind])
    return wording.localized(schema[value], "label") if value in schema else value
