"""Tables of finance as files: CSV for any program, or a workbook whose amounts are numbers."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask import Response

from grants.kernel.late import Late
from grants.kernel.money import Unit
from grants.web.officer.exports import MARK, line_of
from grants.web.sheets import MEDIA_TYPE, SAFE

xlsxwriter: Any = Late("xlsxwriter")
Cell = str | int | float | date | None


def quantity(amount: int, unit: Unit) -> float | int:
    """An amount as a spreadsheet counts it: euros with cents, other units whole."""
    return amount / 100 if unit is Unit.EUR else amount


def table_file(
    style: str, name: str, headings: Sequence[Any], rows: Iterable[Sequence[Cell]]
) -> Response:
    """The table as an attachment, `style` being csv or xlsx."""
    words = [str(one) for one in headings]
    if style == "csv":
        body: str | bytes = MARK + "".join(line_of(one) for one in [words, *map(_plain, rows)])
        answer = Response(body, mimetype="text/csv")
    else:
        answer = Response(_workbook(words, rows), mimetype=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{style}"'
    return answer


def _plain(row: Sequence[Cell]) -> list[Any]:
    return ["" if one is None else one.isoformat() if isinstance(one, date) else one for one in row]


def _workbook(words: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {**SAFE, "constant_memory": False, "in_memory": True}) as book:
        sheet = book.add_worksheet()
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(words), 18)
        sheet.write_row(0, 0, words, bold)
        for at, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(at, column, cell)
                elif isinstance(cell, date):
                    sheet.write_datetime(at, column, cell, day)
                elif cell is not None:
                    sheet.write_number(at, column, cell)
    return stream.getvalue()
