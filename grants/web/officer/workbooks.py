"""The same lines as a workbook, in constant memory: answers on several lines on their own sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from grants.appraisal.queries.exported import Row
from grants.web import wording
from grants.web.officer.exports import Layout, cells_of, repeated_headings, repeated_lines
from grants.web.sheets import SAFE

TEXT_MAX = 32_767  # what a cell can hold
TITLE_MAX = 31
TELL_EVERY = 200


def write_workbook(
    path: Path,
    layout: Layout,
    rows: Iterable[Row],
    tell: Callable[[int], None] = lambda _done: None,
) -> int:
    """Write the rows to `path`, and return how many they are; `tell` hears how far it is."""
    count = 0
    with xlsxwriter.Workbook(str(path), {**SAFE, "tmpdir": str(path.parent)}) as book:
        bold = book.add_format({"bold": True})
        sheets = _sheets(book, layout, bold)
        cells, write = cells_of(layout), _writer(sheets[0])
        more = [
            (one.key, repeated_lines(one), _writer(sheet), [0])
            for one, sheet in zip(layout.repeated, sheets[1:], strict=True)
        ]
        for count, row in enumerate(rows, start=1):
            write(count, cells(row))
            for key, lines, put, last in more:
                for line in lines(row.number, row.answers.get(key) or {}):
                    last[0] += 1
                    put(last[0], line)
            if count % TELL_EVERY == 0:
                tell(count)
    return count


def _sheets(book: Any, layout: Layout, bold: Any) -> list[Any]:
    first = book.add_worksheet(_("Applications"))
    sheets, names = [first], {_("Applications").lower()}
    _head(first, layout.headings(), bold)
    for one in layout.repeated:
        sheet = book.add_worksheet(_title(wording.localized(one, "label"), names))
        _head(sheet, repeated_headings(one), bold)
        sheets.append(sheet)
    return sheets


def _head(sheet: Any, headings: list[str], bold: Any) -> None:
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(headings), 18)
    for at, words in enumerate(headings):
        sheet.write_string(0, at, words[:TEXT_MAX], bold)


def _writer(sheet: Any) -> Callable[[int, list[Any]], None]:
    text, number = sheet.write_string, sheet.write_number

    def write(at: int, cells: list[Any]) -> None:
        for column, cell in enumerate(cells):
            if cell == "":
                continue
            if isinstance(cell, str):
                text(at, column, cell[:TEXT_MAX])
            else:
                number(at, column, cell)

    return write


def _title(words: str, taken: set[str]) -> str:
    """A name that a sheet may have: short, alone of its kind, without the signs it refuses."""
    stem = re.sub(r"[\[\]:*?/\\']", " ", words).strip()[:TITLE_MAX] or _("Table")
    title, number = stem, 2
    while title.lower() in taken:
        ending = f" {number}"
        title, number = stem[: TITLE_MAX - len(ending)] + ending, number + 1
    taken.add(title.lower())
    return title
