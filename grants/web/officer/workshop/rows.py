"""Lines of a form that are added, moved and taken out by buttons: options, columns, conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, ValidationError

ROWS_MAX = 60
INTENT = re.compile(r"([a-z_]+):(add|up|down|remove):([0-9]{1,3})")


class RowsField(Field):
    """`data` is a list of {column: what was typed}; lines left blank are dropped when read.

    Boxes are named <name>-<n>-<column>. `spare` blank lines are shown below the others, more where
    there would be fewer than `least` lines.
    """

    widget: Any = staticmethod(lambda *_, **__: "")  # lines are drawn by the template

    def __init__(
        self,
        label: Any = "",
        *,
        columns: Sequence[str],
        spare: int = 1,
        least: int = 0,
        **options: Any,
    ) -> None:
        super().__init__(label, **options)
        self.columns = tuple(columns)
        self.spare = spare
        self.least = least

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the lines out of the request, or out of what is stored."""
        super().process(None, data, extra_filters)
        if formdata is not None:
            self.data = self._typed(formdata)
        elif not isinstance(self.data, list):
            self.data = []

    def _typed(self, formdata: Any) -> list[dict[str, str]]:
        box = re.compile(rf"{re.escape(self.name)}-([0-9]{{1,3}})-({'|'.join(self.columns)})")
        rows: dict[int, dict[str, str]] = {}
        for name in formdata:
            if found := box.fullmatch(name):
                chosen = [one.strip() for one in formdata.getlist(name)]
                rows.setdefault(int(found[1]), {})[found[2]] = "; ".join(chosen)
        return [rows[at] for at in sorted(rows)]

    def pre_validate(self, _form: Any) -> None:
        """Take no line away from whoever typed it."""
        if len(self.data) > ROWS_MAX:
            raise ValidationError(_("Write %(max)d lines at most.", max=ROWS_MAX))

    @property
    def filled(self) -> list[dict[str, str]]:
        """The lines whose first box holds something."""
        return [row for row in self.data if row.get(self.columns[0])]

    def shown(self) -> list[Mapping[str, str]]:
        """The lines to draw: those there are, then blank ones."""
        blank: Mapping[str, str] = {}
        return [*self.data, *([blank] * max(self.spare, self.least - len(self.data)))]

    def act(self, verb: str, at: int) -> None:
        """Move a line, take it out, or add a blank one."""
        rows = self.data
        if verb == "add":
            self.spare += 1
        elif at >= len(rows):
            return
        elif verb == "remove":
            del rows[at]
        else:
            to = max(0, at - 1) if verb == "up" else min(len(rows) - 1, at + 1)
            rows.insert(to, rows.pop(at))


def act_on_rows(form: Any, intent: str) -> bool:
    """Do what the button pressed asks of one list of lines; tell whether it was such a button."""
    found = INTENT.fullmatch(intent)
    control = form[found[1]] if found and found[1] in form else None
    if not found or not isinstance(control, RowsField):
        return False
    control.act(found[2], int(found[3]))
    return True
