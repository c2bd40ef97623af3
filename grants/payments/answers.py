"""Answers to payment orders, read from files: CSV, camt.053, and the return of a PES flow. Pure.

XML comes from elsewhere: no entity is resolved, no document type is let in, nothing is fetched.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from grants.kernel.errors import Refused
from grants.kernel.late import Late
from grants.payments.models import Answer, ReturnKind

etree = Late("lxml.etree")

LINES_MAX = 20_000
AMOUNT_MAX = 10**15
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


@dataclass(frozen=True)
class Told:
    """One line: what became of the order of that reference, for how many cents, on which day."""

    reference: str
    amount: int
    happened_on: date
    answer: Answer
    motive: str = ""


def read(kind: ReturnKind, data: bytes) -> list[Told]:
    """The lines of a file.

    Raises:
        Refused: `payment_return.*`: not such a file, or the first line that cannot be read.
    """
    reader = {ReturnKind.CSV: _csv, ReturnKind.CAMT: _camt, ReturnKind.PES: _pes}[kind]
    found = list(reader(data))
    if not found:
        raise Refused("payment_return.empty", field="file")
    if len(found) > LINES_MAX:
        raise Refused("payment_return.too_long", field="file", maximum=LINES_MAX)
    return found


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
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    wanted = {"mandat", "etat", "date", "montant"}
    if not wanted <= set(rows.fieldnames or ()):
        raise Refused("payment_return.columns", field="file")
    for number, row in enumerate(rows, start=2):
        try:
            yield Told(
                reference=(row["mandat"] or "").strip(),
                amount=_cents(row["montant"] or ""),
                happened_on=_day(row["date"] or ""),
                answer=STATES[(row["etat"] or "").strip().casefold()],
                motive=(row.get("motif") or "").strip(),
            )
        except (ValueError, KeyError, InvalidOperation) as error:
            raise Refused("payment_return.line", field="file", line=number) from error


def _camt(data: bytes) -> Iterator[Told]:
    root = _parsed(data)
    if _local(root) != "Document" or not _first(root, "BkToCstmrStmt"):
        raise Refused("payment_return.not_camt", field="file")
    for number, entry in enumerate(_all(root, "Ntry"), start=1):
        try:
            yield from _entry(entry)
        except (ValueError, InvalidOperation) as error:
            raise Refused("payment_return.line", field="file", line=number) from error


def _entry(entry: Any) -> Iterator[Told]:
    """Each transfer of an entry that is booked: money that left, or a transfer come back."""
    status = _text(entry, "Sts")
    if status not in {"BOOK", ""}:
        return
    came_in = _text(entry, "CdtDbtInd") == "CRDT"
    on = _day(_text(entry, "BookgDt"))
    for part in _all(entry, "TxDtls") or [entry]:
        reason = _first(part, "RtrInf")
        if came_in and not reason:
            continue  # money from elsewhere is no answer to an order
        yield Told(
            reference=_text(part, "EndToEndId"),
            amount=_cents(_text(part, "Amt") or _text(entry, "Amt")),
            happened_on=on,
            answer=Answer.REJECTED if came_in else Answer.PAID,
            motive=_text(reason[0], "AddtlInf") or _text(reason[0], "Cd") if reason else "",
        )


def _pes(data: bytes) -> Iterator[Told]:
    root = _parsed(data)
    if _local(root) != "PES_Retour":
        raise Refused("payment_return.not_pes", field="file")
    number = 0
    for batch in _all(root, "Bordereau"):
        year = _value(batch, "Exer")
        for piece in _all(batch, "Piece"):
            number += 1
            try:
                yield from _piece(piece, year)
            except (ValueError, InvalidOperation) as error:
                raise Refused("payment_return.line", field="file", line=number) from error


def _piece(piece: Any, year: str) -> Iterator[Told]:
    reference = f"{year}-{int(_value(piece, 'IdPce')):04d}"
    state = PES_STATES.get(_value(piece, "EtatPce"))
    if state is not None:
        observed = _value(piece, "ObsEtat")
        yield Told(
            reference=reference,
            amount=_cents(_value(piece, "MtHT")),
            happened_on=_day(_value(piece, "DteEtat")),
            answer=state,
            motive=PES_MOTIVES.get(observed, observed) if state is Answer.REJECTED else "",
        )
    for paid in _all(piece, "Paiement"):
        if _value(paid, "OrgEma") == REAL_PAYMENT:
            yield Told(
                reference=reference,
                amount=_cents(_value(paid, "MtPay")),
                happened_on=_day(_value(paid, "DtePay")),
                answer=Answer.PAID,
            )


def _parsed(data: bytes) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("payment_return.not_xml", field="file") from error
    if root.getroottree().docinfo.doctype:
        raise Refused("payment_return.not_xml", field="file")
    return root


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _local(element: Any) -> str:
    return str(etree.QName(element).localname)


def _all(element: Any, name: str) -> list[Any]:
    found: list[Any] = element.xpath(f".//*[local-name()='{name}']")
    return found


def _first(element: Any, name: str) -> list[Any]:
    return _all(element, name)[:1]


def _text(element: Any, name: str) -> str:
    found = _first(element, name)
    return " ".join("".join(found[0].itertext()).split()) if found else ""


def _value(element: Any, name: str) -> str:
    found = _first(element, name)
    return str(found[0].get("V", "")).strip() if found else ""


def _cents(text: str) -> int:
    plain = "".join(text.split()).removesuffix("€").replace(",", ".")
    cents = Decimal(plain) * 100
    if not cents.is_finite() or cents != int(cents) or not 0 < cents < AMOUNT_MAX:
        raise ValueError("no amount")
    return int(cents)


def _day(text: str) -> date:
    plain = text.strip()[:10]
    form = "%d/%m/%Y" if "/" in plain else "%Y-%m-%d"
    return datetime.strptime(plain, form).date()  # noqa: DTZ007 -- a day has no hour
