"""How a financial report is told, and how its lines are read from a form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grants.calls.form.budget import SIDES
from grants.calls.form.numbers import typed_decimal
from grants.calls.form.problem import Problem
from grants.followup import figures
from grants.followup.figures import Line, Sums, Whole
from grants.followup.models import FinancialReport, ReportState
from grants.web import wording

STATES = {
    ReportState.EXPECTED: (_l("To write"), "warning"),
    ReportState.SUBMITTED: (_l("Sent, to be read"), "info"),
    ReportState.RETURNED: (_l("To correct"), "danger"),
    ReportState.ACCEPTED: (_l("Report accepted"), "success"),
    ReportState.EXCUSED: (_l("Not asked"), "neutral"),
}
LEGENDS = {"charges": _l("Charges"), "products": _l("Products")}
NARRATIVE = {
    "done": (
        _l("What was done"),
        _l("The action as it took place: dates, means, what was not done and why."),
    ),
    "people": (_l("Who benefited"), _l("How many people, and which public.")),
    "places": (_l("Where and when"), _l("Communes, neighbourhoods, dates.")),
    "goals": (_l("Goals and indicators"), _l("What you meant to reach, and what was reached.")),
    "allocation": (
        _l("Allocation of indirect costs"),
        _l("The keys by which shared costs were split onto this action."),
    ),
    "variances": (
        _l("Explanation of the differences"),
        _l("Why some lines are far from the forecast."),
    ),
    "in_kind": (_l("Gifts in kind"), _l("Volunteers, premises, equipment: what they came to.")),
    "remarks": (_l("Remarks"), ""),
}
BLANK = 2
CELL = re.compile(r"(charges|products)-([0-9]{1,3})-(account|label|actual)")


@dataclass(frozen=True)
class Row:
    """One line as a page draws it: what was typed, or what is kept."""

    name: str
    line: Line
    typed: str
    error: str = ""


@dataclass
class Table:
    """Both sides of a report, read from a form or from what is kept."""

    rows: dict[str, list[Row]]
    foreseen: dict[str, int]

    def planned(self, side: str) -> int:
        """How many lines of a side come from the application: their account is not typed."""
        return self.foreseen[side]

    @property
    def lines(self) -> dict[str, list[Line]]:
        """The lines as the domain takes them."""
        return {side: [one.line for one in rows] for side, rows in self.rows.items()}

    def with_blanks(self) -> Table:
        """The same, and lines to add at the end of each side."""
        rows = {}
        for side, held in self.rows.items():
            after = max((int(one.name.rpartition("-")[2]) for one in held), default=-1) + 1
            blank = Line("", "", 0, None)
            added = [Row(f"{side}-{at}", blank, "") for at in range(after, after + BLANK)]
            rows[side] = [*held, *added]
        return Table(rows, self.foreseen)

    @property
    def errors(self) -> list[tuple[str, str]]:
        """What could not be read: the box and the sentence."""
        return [
            (f"{one.name}-actual", one.error)
            for rows in self.rows.values()
            for one in rows
            if one.error
        ]


def kept(report: FinancialReport) -> Table:
    """A report's lines: those written so far, or the forecast alone; blank ones to add."""
    planned = figures.forecast_of(report.application)
    written = figures.read(report.lines)
    rows = {}
    for side in SIDES:
        rows[side] = [
            Row(f"{side}-{at}", one, "" if one.actual is None else str(one.actual))
            for at, one in enumerate(written[side] or planned[side])
        ]
    return Table(rows, {side: len(planned[side]) for side in SIDES}).with_blanks()


def sent(report: FinancialReport) -> Table:
    """The lines of the request, the forecast being ours; what is no amount keeps its words."""
    typed: dict[tuple[str, int], dict[str, str]] = {}
    for name, value in request.form.items():
        if found := CELL.fullmatch(name):
            typed.setdefault((found[1], int(found[2])), {})[found[3]] = value
    planned = figures.forecast_of(report.application)
    rows = {side: _side(side, planned[side], typed) for side in SIDES}
    return Table(rows, {side: len(planned[side]) for side in SIDES})


def _side(
    side: str, planned: Sequence[Line], typed: Mapping[tuple[str, int], Mapping[str, str]]
) -> list[Row]:
    last = max((at for one, at in typed if one == side), default=-1)
    rows = []
    for at in range(max(last + 1, len(planned))):
        cells = typed.get((side, at), {})
        known = planned[at] if at < len(planned) else Line("", "", 0, None)
        if at >= len(planned):
            known = replace(
                known, account=cells.get("account", ""), label=cells.get("label", "").strip()
            )
            if not known.label and not cells.get("actual", "").strip():
                continue  # a blank line, whatever its account
        rows.append(_row(f"{side}-{at}", known, cells.get("actual", "")))
    return rows


def _row(name: str, known: Line, text: str) -> Row:
    clean = re.sub(r"[\s\u00a0\u202f€]", "", text)
    if not clean:
        return Row(name, known, text)
    value = typed_decimal(clean, decimals=0)
    if isinstance(value, Problem) or not 0 <= value <= figures.EUROS_MAX:
        return Row(name, known, text, _("Write whole euros, like 1 500."))
    return Row(name, replace(known, actual=int(value)), text)


def percent(permille: int | None, *, is_gap: bool = True) -> str:
    """A gap in percent, as « +12,5 % », or a part without its sign; a dash of nothing."""
    if permille is None:
        return "—"
    whole, part = divmod(abs(permille), 10)
    point = "." if wording.language() == "en" else ","
    sign = "+" if permille > 0 and is_gap else ("−" if permille < 0 else "")
    return str(_("%(n)s %%", n=f"{sign}{whole}{point}{part}"))


def euros(amount: int) -> str:
    """A whole number of euros, with its sign when it is a gap below zero."""
    return wording.money(amount * 100)


def totals(whole: Whole) -> dict[str, Sums]:
    """The sums at the foot of each side."""
    return {"charges": whole.charges, "products": whole.products}


def accounts() -> dict[str, list[tuple[str, str]]]:
    """The accounts that a line may be written on, side by side."""
    english = wording.language() == "en"
    return {
        side: [(one.code, f"{one.code} {one.label_en if english else one.label_fr}") for one in of]
        for side, of in SIDES.items()
    }


def shown(report: FinancialReport, table: Table) -> dict[str, Any]:
    """What every page about a report draws."""
    whole = figures.whole(table.lines, report.decision.amount or 0)
    return {
        "report": report,
        "table": table,
        "whole": whole,
        "totals": totals(whole),
        "legends": LEGENDS,
        "accounts": accounts(),
        "narrative": NARRATIVE,
        "states": STATES,
        "percent": percent,
        "euros": euros,
    }
