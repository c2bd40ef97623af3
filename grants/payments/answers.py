"""Answers to payment orders, read from files: CSV, camt.053, and the return of a PES flow. Pure."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grants.kernel.errors import Refused
from grants.payments import camt
from grants.payments.camt import Statement
from grants.payments.models import Answer, ReturnKind
from grants.payments.told import UNREADABLE, Told, cents, day, every, local, parsed, value

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
PES_STATES = {"02": Answer.ACCEPTED, "04": Answer.REJECTED}
PES_MOTIVES = {
    "01": "Absence totale ou invalidité des pièces justificatives",
    "02": "Insuffisance de pièces justificatives",
    "03": "Insuffisance de crédits budgétaires",
    "04": "Liquidation erronée",
    "05": "Absence de certification du service fait ou de caractère exécutoire",
    "06": "Autre motif",
    "07": "Double paiement",
    "09": "Domiciliation bancaire absente ou erronée",
    "13": "Prescription et déchéance",
    "16": "Mandat non établi au nom du véritable créancier",
    "23": "Erreur d’imputation comptable et budgétaire",
    "24": "Rejet technique",
}
REAL_PAYMENT = "01"


def read(kind: ReturnKind, data: bytes) -> tuple[list[Told], list[Statement]]:
    """The lines of a file, and the statements of account where it is one.

    Raises:
        Refused: `payment_return.*`: not such a file, or the first line that cannot be read.
    """
    statements = camt.statements(parsed(data)) if kind is ReturnKind.CAMT else []
    if kind is ReturnKind.CAMT:
        found = [line for one in statements for line in one.lines]
    else:
        found = list(_csv(data) if kind is ReturnKind.CSV else _pes(data))
    if not found and not statements:
        raise Refused("payment_return.empty", field="file")
    if len(found) > LINES_MAX:
        raise Refused("payment_return.too_long", field="file", maximum=LINES_MAX)
    return found, statements


def fingerprints(lines: Sequence[Told]) -> list[str]:
    """What tells each line from all others: the same words twice in one file are two lines."""
    seen: Counter[Told] = Counter()
    found = []
    for one in lines:
        seen[one] += 1
        words = (one.answer, one.reference, one.amount, one.happened_on, one.motive, seen[one])
        found.append(hashlib.sha256(repr(tuple(map(str, words))).encode()).hexdigest())
    return found


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
        )
    except UNREADABLE as error:
        raise Refused("payment_return.line", field="file", line=number) from error


def _pes(data: bytes) -> Iterator[Told]:
    root = parsed(data)
    if local(root) != "PES_Retour":
        raise Refused("payment_return.not_pes", field="file")
    number = 0
    for batch in every(root, "Bordereau"):
        year = value(batch, "Exer")
        for piece in every(batch, "Piece"):
            number += 1
            try:
                yield from _piece(piece, year)
            except UNREADABLE as error:
                raise Refused("payment_return.line", field="file", line=number) from error


def _piece(piece: Any, year: str) -> Iterator[Told]:
    reference = f"{year}-{int(value(piece, 'IdPce')):04d}"
    state = PES_STATES.get(value(piece, "EtatPce"))
    if state is not None:
        observed = value(piece, "ObsEtat")
        yield Told(
            reference=reference,
            amount=cents(value(piece, "MtHT")),
            happened_on=day(value(piece, "DteEtat")),
            answer=state,
            motive=PES_MOTIVES.get(observed, observed) if state is Answer.REJECTED else "",
        )
    for paid in every(piece, "Paiement"):
        if value(paid, "OrgEma") == REAL_PAYMENT:
            yield Told(
                reference=reference,
                amount=cents(value(paid, "MtPay")),
                happened_on=day(value(paid, "DtePay")),
                answer=Answer.PAID,
            )


def _decoded(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.replace("\x00", "")  # which no column of the database takes
