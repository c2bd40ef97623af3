"""A sheet of scores brought back from elsewhere, read strictly. Pure, but for the file it opens.

The first row of its first sheet, which is hidden, says what each column is and for which jury.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID
from warnings import catch_warnings, simplefilter

from grants.files.inspection import media_type
from grants.kernel.errors import Refused
from grants.kernel.late import Late

openpyxl: Any = Late("openpyxl")

LINES_MAX = 2_000
COLUMNS_MAX = 120
SIZE_MAX = 2 * 1024 * 1024
CELL_MAX = 20_000
HEAD_ROWS = 2
NUMBER, MARK = "number", "mark:"
TEXTS = ("comment_jury", "comment_applicant", "private_note")
ABSTENTIONS = frozenset({"a", "abs", "abst", "abstain", "abstention", "abstained"})
OFF_SCALE = -1
"""What stands for a mark that is no whole number: it is off every scale."""


@dataclass(frozen=True)
class Line:
    """One line as it came back; `row` is where it stands in the sheet."""

    row: int
    number: str
    version: int
    marks: Mapping[str, int | None] = field(default_factory=dict)
    confidence: int | None = None
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written on it."""
        return not self.marks and self.confidence is None and not any(self.texts.values())


def read_sheet(path: Path, name: str, jury_id: UUID) -> list[Line]:
    """The lines of a sheet of this jury.

    Raises:
        Refused: `offline.too_large`; `offline.not_a_sheet`: it is no workbook made here;
            `offline.other_jury`; `offline.too_many`; or `files.…`: its bytes are no safe workbook.
    """
    if path.stat().st_size > SIZE_MAX:
        raise Refused("offline.too_large", megabytes=SIZE_MAX // 1024 // 1024)
    if not name.lower().endswith(".xlsx"):
        raise Refused("offline.not_a_sheet")
    media_type(path, f"sheet.{name.rpartition('.')[2]}")
    rows = _rows(path)
    if not rows:
        raise Refused("offline.not_a_sheet")
    keys = [str(one or "") for one in rows[0]]
    mark, _, of = keys[0].partition("@")
    if mark != NUMBER or "version" not in keys:
        raise Refused("offline.not_a_sheet")
    if of != str(jury_id):
        raise Refused("offline.other_jury")
    if len(rows) > LINES_MAX + HEAD_ROWS:
        raise Refused("offline.too_many", most=LINES_MAX)
    keys[0] = NUMBER
    lines = enumerate(rows[HEAD_ROWS:], start=HEAD_ROWS + 1)
    found = (_line(at, dict(zip(keys, row, strict=False))) for at, row in lines)
    return [one for one in found if one.number]


def as_stored(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Lines as plain values, to be kept between two pages and read by `as_lines`."""
    return [
        {
            "row": one.row,
            "number": one.number,
            "version": one.version,
            "marks": dict(one.marks),
            "confidence": one.confidence,
            "texts": dict(one.texts),
        }
        for one in lines
    ]


def as_lines(stored: object) -> list[Line]:
    """Lines out of plain values, which may come from anybody.

    Raises:
        Refused: `offline.not_a_sheet`, when they are not what `as_stored` gives.
    """
    if not isinstance(stored, list) or len(stored) > LINES_MAX:
        raise Refused("offline.not_a_sheet")
    try:
        return [
            Line(
                row=int(one["row"]),
                number=_text(one["number"]),
                version=_whole(one["version"]) or 0,
                marks={_text(key): _mark(value) for key, value in one["marks"].items()},
                confidence=_whole(one["confidence"]),
                texts={key: _text(one["texts"].get(key)) for key in TEXTS},
            )
            for one in stored
        ]
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise Refused("offline.not_a_sheet") from error


def _rows(path: Path) -> list[tuple[Any, ...]]:
    """The cells of the first sheet; never more than a line too many, whatever it claims to hold."""
    try:
        with path.open("rb") as stream, catch_warnings():
            simplefilter("ignore")  # what it makes of styles and extensions is of no interest
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            cells = book.worksheets[0].iter_rows(
                min_row=1,
                max_row=LINES_MAX + HEAD_ROWS + 1,
                max_col=COLUMNS_MAX,
                values_only=True,
            )
            return list(cells)
    except Exception as error:  # a library that reads strangers' files raises anything
        raise Refused("offline.not_a_sheet") from error


def _line(at: int, cells: Mapping[str, Any]) -> Line:
    marks = {
        key.removeprefix(MARK): _mark(value)
        for key, value in cells.items()
        if key.startswith(MARK) and _text(value)
    }
    return Line(
        row=at,
        number=_text(cells.get(NUMBER)),
        version=_whole(cells.get("version")) or 0,
        marks=marks,
        confidence=_whole(cells.get("confidence")),
        texts={key: _text(cells.get(key)) for key in TEXTS},
    )


def _text(value: object) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").strip()[:CELL_MAX]


def _mark(value: object) -> int | None:
    """A mark, None for an abstention."""
    if value is None or _text(value).lower() in ABSTENTIONS:
        return None
    found = _whole(value)
    return OFF_SCALE if found is None else found


def _whole(value: object) -> int | None:
    """7, 7.0 and "7" are seven; the rest is no whole number, hence -1, and nothing is None."""
    text = _text(value)
    if not text:
        return None
    stem, _, zeros = text.partition(".")
    plain = stem.isascii() and stem.isdecimal() and len(stem) <= 6  # noqa: PLR2004 -- a million
    return int(stem) if plain and not zeros.strip("0") else OFF_SCALE
