"""A juror's files as a workbook to score away from the network; `juries.offline` reads it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO
from uuid import UUID

import xlsxwriter
from flask_babel import gettext as _

from grants.juries.models import ReviewState
from grants.juries.offline import MARK, NUMBER, TEXTS
from grants.juries.queries import CriterionLine, Entry
from grants.web import wording
from grants.web.sheets import SAFE

ABSTAINS = "abs"
FACTS = 4
"""Columns before the marks: number, project, applicant, version."""
TEXT_MAX = 4000
CELL_MAX = 32_767
PROMPT_MAX = 250


def write_score_sheet(stream: BinaryIO, jury_id: UUID, entries: Sequence[Entry]) -> int:
    """Write to `stream` what is not final yet, one line a file; return how many lines.

    What is known is locked, what is to fill in is not; a criterion that a file is not asked is
    locked too.
    """
    lines = [
        one for one in entries if one.review is None or one.review.state is not ReviewState.FINAL
    ]
    rubric = list({line.key: line for one in lines for line in one.criteria}.values())
    with xlsxwriter.Workbook(stream, {**SAFE, "constant_memory": False, "in_memory": True}) as book:
        formats = _formats(book)
        sheet = book.add_worksheet(_("Scores"))
        _heads(sheet, jury_id, rubric, formats)
        for at, entry in enumerate(lines, start=2):
            _line(sheet, at, entry, rubric, formats)
        if lines:
            _validations(sheet, rubric, last=len(lines) + 1)
        sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True})
        _help(book, rubric, formats)
    return len(lines)


def _formats(book: Any) -> dict[str, Any]:
    wrapped = {"text_wrap": True, "valign": "top"}
    return {
        "bold": book.add_format({"bold": True, **wrapped}),
        "known": book.add_format(wrapped),
        "closed": book.add_format({"bg_color": "#D9D9D9"}),
        "open": book.add_format({"locked": False, "bg_color": "#FFFBE6", "border": 1, **wrapped}),
    }


def _columns(rubric: Sequence[CriterionLine]) -> list[str]:
    marks = [MARK + one.key for one in rubric]
    return [NUMBER, "title", "applicant", "version", *marks, "confidence", *TEXTS]


def _heads(sheet: Any, jury_id: UUID, rubric: Sequence[CriterionLine], formats: Any) -> None:
    """The hidden row that `juries.offline` reads, and the one for people."""
    keys = _columns(rubric)
    words = [
        *(_("Number"), _("Project"), _("Applicant"), _("Version")),
        *(_mark_words(one) for one in rubric),
        _("Confidence (1 to 3)"),
        *(_("For the jury"), _("For the applicant"), _("For yourself")),
    ]
    for at, (key, text) in enumerate(zip(keys, words, strict=True)):
        sheet.write_string(0, at, f"{key}@{jury_id}" if key == NUMBER else key)
        sheet.write_string(1, at, text[:CELL_MAX], formats["bold"])
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 2, 28)
    sheet.set_column(3, 3, 4, None, {"hidden": True})
    sheet.set_column(FACTS, FACTS + len(rubric), 14)
    sheet.set_column(FACTS + len(rubric) + 1, len(keys) - 1, 40)
    sheet.freeze_panes(2, 2)


def _mark_words(one: CriterionLine) -> str:
    words = _("%(criterion)s, 0 to %(best)s", criterion=_label(one), best=one.scale_max)
    return f"{words} ({_('optional')})" if one.optional else words


def _line(sheet: Any, at: int, entry: Entry, rubric: Sequence[CriterionLine], formats: Any) -> None:
    for column, text in enumerate((entry.number, entry.title, entry.applicant)):
        sheet.write_string(at, column, text[:CELL_MAX], formats["known"])
    sheet.write_number(at, 3, entry.version, formats["known"])
    asked, marks = {one.key for one in entry.criteria}, entry.marks
    for column, one in enumerate(rubric, start=FACTS):
        shape = formats["open" if one.key in asked else "closed"]
        value = marks.get(one.key)
        if one.key not in marks:
            sheet.write_blank(at, column, None, shape)
        elif value is None:
            sheet.write_string(at, column, ABSTAINS, shape)
        else:
            sheet.write_number(at, column, value, shape)
    review, after = entry.review, FACTS + len(rubric)
    if review is not None and review.confidence:
        sheet.write_number(at, after, review.confidence, formats["open"])
    else:
        sheet.write_blank(at, after, None, formats["open"])
    for column, key in enumerate(TEXTS, start=after + 1):
        sheet.write_string(at, column, getattr(review, key) if review else "", formats["open"])


def _validations(sheet: Any, rubric: Sequence[CriterionLine], *, last: int) -> None:
    """What cells take, as far as a spreadsheet may say so; the site checks again."""
    for column, one in enumerate(rubric, start=FACTS):
        marks = [ABSTAINS, *(str(mark) for mark in range(one.scale_max + 1))]
        if len(",".join(marks)) <= PROMPT_MAX:
            sheet.data_validation(2, column, last, column, {"validate": "list", "source": marks})
    after = FACTS + len(rubric)
    sure = {"validate": "list", "source": ["1", "2", "3"]}
    sheet.data_validation(2, after, last, after, sure)
    length = {"validate": "length", "criteria": "<=", "value": TEXT_MAX}
    sheet.data_validation(2, after + 1, last, after + len(TEXTS), length)


def _help(book: Any, rubric: Sequence[CriterionLine], formats: Any) -> None:
    sheet = book.add_worksheet(_("Help"))
    sheet.set_column(0, 0, 100)
    lines: list[tuple[str, str]] = [
        (_("How to fill in this sheet"), "bold"),
        (_("Write a mark in each yellow cell, or “abs” to abstain on a criterion."), "known"),
        (_("Leave a whole line as it is when you have nothing to say of a file yet."), "known"),
        (_("Then bring the sheet back on the page where you took it."), "known"),
    ]
    for one in rubric:
        lines += [("", "known"), (_mark_words(one), "bold")]
        if told := wording.localized(one, "help"):
            lines.append((told, "known"))
        for anchor in one.anchors:
            said = anchor.get(f"label_{wording.language()}") or anchor["label_fr"]
            lines.append((f"{anchor['value']} – {said}", "known"))
    for at, (text, shape) in enumerate(lines):
        sheet.write_string(at, 0, text[:CELL_MAX], formats[shape])


def _label(one: CriterionLine) -> str:
    return wording.localized(one, "label")
