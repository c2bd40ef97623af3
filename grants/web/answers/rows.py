"""Answers of several rows (tables, repeatable groups), and answers that the form works out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import request
from wtforms import Field

from grants.calls.form import Field as Question
from grants.calls.form import FieldType, Problem, clean
from grants.calls.form.kinds import ROWS_MAX
from grants.web.answers.controls import Answer
from grants.web.answers.reading import computed_text, sum_of
from grants.web.answers.telling import tell
from grants.web.forms import FormPart

ADD, REMOVE = "row_add", "row_remove"
"""Buttons that save and come back: one row more, or this one less."""
MORE = "more"
"""In the address one comes back to: which question gets a blank row."""


class RowForm(FormPart):
    """One row. Its controls are named <question>-<nth>-<cell>."""

    nth: int = 0

    def raws(self) -> dict[str, Any]:
        """What was typed, by the cell's key."""
        return {_question(one).key: one.data for one in self}

    def cells(self) -> list[Field]:
        """The controls, in the order of the form."""
        return list(self)


class RowsAnswer(Answer):
    """A table or a repeatable group. `data` is a list of rows, as typed or stored."""

    def __init__(
        self, label: str = "", *, question: Question, row_form: type[RowForm], **options: Any
    ) -> None:
        super().__init__(label, question=question, **options)
        self.row_form = row_form
        self.problem: Problem | None = None

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the rows out of the request when it holds some, or out of what is stored."""
        super().process(None, data, extra_filters)
        rows = self.data if isinstance(self.data, list | tuple) else []
        self.data = [dict(row) for row in rows if isinstance(row, Mapping)]
        if formdata is None:
            return
        pattern = re.compile(re.escape(self.name) + r"-([0-9]{1,3})-.+")
        found = {int(match[1]) for name in formdata if (match := pattern.fullmatch(name))}
        removed = formdata.get(REMOVE, "")
        if found:
            self.data = [
                self._row(nth, formdata=formdata).raws()
                for nth in sorted(found)
                if removed != f"{self.name}-{nth}"
            ]

    def pre_validate(self, form: Any) -> None:
        """Refuse what cannot be understood, and remember in which row it stands."""
        found = clean(self.question, self.data)
        self.problem = found if isinstance(found, Problem) else None
        super().pre_validate(form)

    def rows(self) -> list[RowForm]:
        """The rows to draw: those begun, and a blank one when there may be more.

        A table always ends with a blank line; a group with a blank block only when asked for.
        """
        begun = max((nth for nth, row in enumerate(self.data, 1) if any(row.values())), default=0)
        filled = [self._row(nth, data=row) for nth, row in enumerate(self.data[:begun])]
        most = self.question.limits.max or ROWS_MAX
        blank = self.is_table or request.args.get(MORE) == self.name
        wanted = min(max(begun + blank, self.question.limits.min or 1), most)
        drawn = filled + [self._row(nth) for nth in range(len(filled), wanted)]
        found = clean(self.question, self.data)
        problem = found if self.errors and isinstance(found, Problem) else None
        if problem and 0 < int(str(problem.facts.get("row", 0))) <= len(drawn):
            _complain(drawn[int(str(problem.facts["row"])) - 1], problem)
        return drawn

    @property
    def may_grow(self) -> bool:
        """Whether one row more is allowed."""
        return len(self.data) < (self.question.limits.max or ROWS_MAX)

    @property
    def totals(self) -> list[str]:
        """The keys of the columns that are added up."""
        return [cell.key for cell in self.question.limits.cells if cell.total]

    def total_of(self, cell: Question) -> str:
        """What a column comes to so far, in words; cells that cannot be read count for nothing."""
        values = [clean(cell, row.get(cell.key)) for row in self.data]
        known = [one for one in values if one is not None and not isinstance(one, Problem)]
        return computed_text(cell, sum_of(known))

    @property
    def is_table(self) -> bool:
        """Whether rows are lines of a table; else they are blocks of questions."""
        return self.question.type is FieldType.TABLE

    def _row(
        self, nth: int, *, formdata: Any = None, data: Mapping[str, Any] | None = None
    ) -> RowForm:
        prefix = f"{self.name}-{nth}-"
        values = {f"c_{key}": value for key, value in (data or {}).items()}
        row = self.row_form(formdata, prefix=prefix, data=values)
        row.nth = nth
        return row


class ComputedAnswer(Answer):
    """A value that the form works out: shown, never typed."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Whatever was sent for it is nobody's answer."""
        del formdata
        super().process(None, data, extra_filters)

    def pre_validate(self, form: Any) -> None:
        """Nothing was typed, nothing can be wrong."""


def _question(one: Any) -> Question:
    found: Question = one.question
    return found


def _complain(row: RowForm, problem: Problem) -> None:
    for one in row:
        if _question(one).key == problem.facts.get("cell"):
            facts = {key: value for key, value in problem.facts.items() if key != "row"}
            one.errors = [tell(Problem(problem.code, facts))]
