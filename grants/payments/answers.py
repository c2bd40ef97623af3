"""Answers to payment orders, read from files: CSV, camt.053, what a PES flow brings back. Pure."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grants.kernel.errors import Refused
from grants.payments import camt, treasury
from grants.payments.camt import Statement
from grants.payments.models import Answer, ReturnKind
from grants.payments.told import UNREADABLE, Told, cents, day, local, parsed
from grants.payments.treasury import NotLetIn

LINES_MAX = 20_000
COLUMNS = {"mandat", "etat", "date", "montant"}
STATES = {
    "pris en charge": Answer.ACCEPTED,
    "accepté": Answer.ACCEPTED,
    "accepte": Answer.ACCEPTED,
    "payé": Answer.PAID,
    "paye": Answer.PAID,
    "rejeté": Answer.REJECTED,
    "rejete": Answer.REJECTED,
}


@dataclass(frozen=True)
class Answers:
    """What a file holds: answers to orders, statements of account, bordereaux not let in."""

    lines: list[Told]
    statements: list[Statement] = field(default_factory=list)
    not_let_in: list[NotLetIn] = field(default_factory=list)


def read(kind: ReturnKind, data: bytes) -> Answers:
    """What a file holds. An acknowledgement that refuses nothing holds nothing, and is one.

    Raises:
        Refused: `payment_return.*`: not such a file, or the first line that cannot be read.
    """
    found = _READERS[kind](data)
    if found is None:
        raise Refused("payment_return.empty", field="file")
    if len(found.lines) > LINES_MAX:
        raise Refused("payment_return.too_long", field="file", maximum=LINES_MAX)
    return found


def fingerprints(lines: Sequence[Told]) -> list[str]:
    """What tells each line from all others: the same words twice in one file are two lines.

    A label tells none apart: banks write it anew from one statement to the next.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for one in lines:
        words = (one.answer, one.reference, one.amount, one.happened_on, one.motive)
        seen[said := tuple(map(str, words))] += 1
        found.append(hashlib.sha256(repr((*said, str(seen[said]))).encode()).hexdigest())
    return found


def _list(data: bytes) -> Answers | None:
    lines = list(_csv(data))
    return Answers(lines) if lines else None


def _camt(data: bytes) -> Answers:
    statements = camt.statements(parsed(data))
    return Answers([line for one in statements for line in one.lines], statements)


def _pes(data: bytes) -> Answers | None:
    root = parsed(data)
    lines, not_let_in = treasury.answers(root)
    whole = bool(lines or not_let_in) or local(root) == "PES_ACQUIT"
    return Answers(lines, not_let_in=not_let_in) if whole else None


def _csv(data: bytes) -> Iterator[Told]:
    text = _decoded(data)
    delimiter = ";" if text.partition("\n")[0].count(";") else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        if not set(rows.fieldnames or ()) >= COLUMNS:
            raise Refused("payment_return.columns", field="file")
        for number, row in enumerate(rows, start=2):
            yield _line(number, row)
    except csv.Error as error:
        raise Refused("payment_return.line", field="file", line=rows.line_num) from error


def _line(number: int, row: Mapping[str, Any]) -> Told:
    try:
        return Told(
            reference=(row["mandat"] or "").strip(),
            amount=cents(row["montant"] or ""),
            happened_on=day(row["date"] or ""),
            answer=STATES[(row["etat"] or "").strip().casefold()],
            motive=(row.get("motif") or "").strip(),
            label=(row.get("libelle") or "").strip(),
        )
    except UNREADABLE as error:
        raise Refused("payment_return.line", field="file", line=number) from error


def _decoded(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.replace("\x00", "")  # which no column of the database takes


_READERS: dict[ReturnKind, Callable[[bytes], Answers | None]] = {
    ReturnKind.CSV: _list,
    ReturnKind.CAMT: _camt,
    ReturnKind.PES: _pes,
}
