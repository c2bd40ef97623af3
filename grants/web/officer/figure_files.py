"""All figures of a jury as CSV and as a workbook, for whoever wants to look further."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import xlsxwriter
from flask_babel import gettext as _

from grants.juries.queries import FileLabel
from grants.juries.statistics.figures import Figures, Line, OnCriterion
from grants.kernel.cells import safe
from grants.web.sheets import SAFE

Cell: TypeAlias = str | int | float | None

COLUMNS = (
    *("rang", "numero", "projet", "porteur", "demande_centimes", "notes", "moyenne", "mediane"),
    *("ecart_type", "minimum", "maximum", "rang_corrige", "note_corrigee", "ensemble"),
    *("rang_z", "ecart_z", "note_z", "rang_au_mieux", "rang_au_pire", "part_au_dessus", "groupe"),
)
BINS = 10
JUROR_COLUMNS = (
    *("jure", "dossiers", "moyenne", "ecart_type", "severite", "ensemble", "peu_de_dossiers"),
    "note_unique",
)
APART_COLUMNS = ("numero", "projet", "jure", "note", "ecart", "ecarts_types")


@dataclass(frozen=True)
class Told:
    """What is written, and under which name; applications and jurors by their identifiers."""

    name: str
    figures: Figures
    files: Mapping[str, FileLabel]
    jurors: Mapping[str, str]


def written(told: Told) -> str:
    """Every application as CSV: points with three decimals and a dot."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings(told.figures))
    for cells in file_lines(told):
        writer.writerow([_plain(cell) for cell in cells])
    return "\ufeff" + out.getvalue()


def write_workbook(path: Path, told: Told) -> None:
    """Applications, jurors, and scores to discuss, each on a sheet."""
    tables: Sequence[tuple[str, Sequence[str], Iterator[list[Cell]]]] = (
        (_("Applications"), headings(told.figures), file_lines(told)),
        (_("Jurors"), JUROR_COLUMNS, juror_lines(told)),
        (_("To discuss"), APART_COLUMNS, apart_lines(told)),
    )
    with xlsxwriter.Workbook(str(path), {**SAFE, "tmpdir": str(path.parent)}) as book:
        bold = book.add_format({"bold": True})
        for name, columns, rows in tables:
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, len(columns), 14)
            for at, words in enumerate(columns):
                sheet.write_string(0, at, words, bold)
            for row, cells in enumerate(rows, start=1):
                for at, cell in enumerate(cells):
                    if isinstance(cell, str):
                        sheet.write_string(row, at, cell)
                    elif cell is not None:
                        sheet.write_number(row, at, cell)


def headings(figures: Figures) -> list[str]:
    """The columns, those of each criterion at the end."""
    bins = [f"de_{10 * at}_a_{10 * at + 10}" for at in range(BINS)]
    each = [
        f"{key}_{name}"
        for key in figures.criteria
        for name in ("notes", "moyenne", "mediane", "ecart_type")
    ]
    return [*COLUMNS, *bins, *each]


def file_lines(told: Told) -> Iterator[list[Cell]]:
    """A line for each application, best rank first, the unscored last."""
    ordered = sorted(
        told.figures.lines, key=lambda one: (one.rank is None, one.rank or 0, one.application)
    )
    for line in ordered:
        label = told.files[line.application]
        each = [cell for one in line.criteria for cell in _on_criterion(one)]
        head: list[Cell] = [
            *(line.rank, label.number, label.title, label.applicant, label.requested),
        ]
        yield [*head, *_figures(line), *line.histogram, *each]


def juror_lines(told: Told) -> Iterator[list[Cell]]:
    """A line for each juror who scored or abstained."""
    for one in told.figures.jurors:
        yield [
            told.jurors[one.juror],
            one.count,
            *map(_round, (one.mean, one.deviation, one.severity)),
            _nth(one.component),
            int(one.shrunk),
            int(one.flat),
        ]


def apart_lines(told: Told) -> Iterator[list[Cell]]:
    """A line for each score that stands apart."""
    for one in told.figures.apart:
        label = told.files[one.application]
        numbers = map(_round, (one.points, one.residual, one.deviations))
        yield [label.number, label.title, told.jurors[one.juror], *numbers]


def _figures(line: Line) -> list[Cell]:
    spread = (line.mean, line.median, line.deviation, line.lowest, line.highest)
    return [
        line.count,
        *map(_round, spread),
        line.fitted_rank,
        _round(line.fitted),
        _nth(line.component),
        line.z_rank,
        *map(_round, (line.z, line.rescaled)),
        *(line.low, line.high),
        _round(line.funded),
        _nth(line.group),
    ]


def _on_criterion(one: OnCriterion) -> list[Cell]:
    return [one.count, *map(_round, (one.mean, one.median, one.deviation))]


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _nth(place: int | None) -> int | None:
    """Sets and groups are counted from 1 for people."""
    return None if place is None else place + 1


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.3f}"
    return safe(cell) if isinstance(cell, str) else str(cell)
