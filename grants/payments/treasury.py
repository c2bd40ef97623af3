"""What the accounting office's application (Hélios) sends back of a PES flow. Pure.

Two documents, both compared with the DGFiP's schemas (5.30, and 4.91 where it did not change).
The return of expenses (`PES_Retour`) says piece by piece what was taken over, turned down and
paid; it is of the whole authority, so bordereaux and pieces of other kinds than those we send are
left alone. The acknowledgement (`PES_ACQUIT`) says whether a bordereau came in at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from grants.kernel.errors import Refused
from grants.payments.models import Answer
from grants.payments.told import AMOUNT_MAX, UNREADABLE, Told, at, cents, day, every, local, space

SPACE = "http://www.minefi.gouv.fr/cp/helios/pes_v2/Rev0/retour"
ACKNOWLEDGED = f"{SPACE}/v2"
DIGITS_MAX = 13
ORDINARY = "01"
"""TypBord and TypPce of the only bordereaux and mandates that are ours."""
TAKEN_OVER, TURNED_DOWN = {"02", "05"}, "04"  # 05: settled, so taken over before
REAL_PAYMENT = "01"
TRUE = {"1", "true"}
OWN_NAME = re.compile(r"BROUILLON_(\d{4})_(\d{7})")
"""The name that we give to a flow, which holds one bordereau."""
EXPENSES, WHOLE_FLOW = "5", {"0", "1", "2", "99"}
MOTIVES = {
    "01": "Absence totale ou invalidité des pièces justificatives",
    "02": "Insuffisance de pièces justificatives",
    "03": "Insuffisance de crédits budgétaires",
    "04": "Liquidation erronée",
    "05": "Absence de certification du service fait ou de caractère exécutoire",
    "06": "Autre motif",
    "07": "Double paiement",
    "09": "Domiciliation bancaire absente ou erronée",
    "10": "Récupération d’avance non effectuée",
    "11": "Incompétence du donneur d’ordre",
    "13": "Prescription et déchéance",
    "16": "Mandat non établi au nom du véritable créancier",
    "23": "Erreur d’imputation comptable et budgétaire",
    "24": "Rejet technique",
}


@dataclass(frozen=True)
class NotLetIn:
    """A bordereau that did not come in, for a motive; `pieces` have motives of their own."""

    year: int
    serial: int
    told_on: date
    motive: str
    pieces: dict[int, str] = field(default_factory=dict)


def of(element: Any, path: str) -> str:
    """The attribute V of the element that a path of names leads to; "" where there is none."""
    found = at(element, path)
    return "" if found is None else str(found.get("V", "")).strip()


def answers(root: Any) -> tuple[list[Told], list[NotLetIn]]:
    """What a return tells of each mandate, or the bordereaux that an acknowledgement refuses.

    Raises:
        Refused: `payment_return.not_pes`, `payment_return.line`: the first piece, or bordereau,
            that cannot be read.
    """
    if local(root) == "PES_Retour" and space(root) == SPACE:
        return list(_returned(root)), []
    if local(root) == "PES_ACQUIT" and space(root) in {SPACE, ACKNOWLEDGED}:
        return [], _not_let_in(root)
    raise Refused("payment_return.not_pes", field="file")


def _returned(root: Any) -> Iterator[Told]:
    number = 0
    for batch in every(root, "Bordereau"):
        block = at(batch, "BlocBordereau")
        if block is None or of(block, "TypBord") != ORDINARY:
            continue
        for piece in every(batch, "Piece"):
            number += 1
            if of(piece, "InfoPiece/TypPce") != ORDINARY:
                continue
            try:
                yield from _piece(piece, of(block, "Exer"), of(root, "EnTetePES/DteStr"))
            except UNREADABLE as error:
                raise Refused("payment_return.line", field="file", line=number) from error


def _piece(piece: Any, year: str, sent_on: str) -> Iterator[Told]:
    info = at(piece, "InfoPiece")
    reference = f"{_number(year)}-{_number(of(info, 'IdPce')):04d}"
    lines = every(piece, "InfoLignePiece")
    amount = sum(_cents(of(one, "MtHT")) + _cents(of(one, "MtTVA")) for one in lines)
    if amount >= AMOUNT_MAX:
        raise ValueError("no amount")
    if not amount:
        return  # we order nothing that costs nothing
    state = of(info, "EtatPce")
    if state in TAKEN_OVER:
        on = day(of(info, "DtePcePec") or sent_on)
        yield Told(reference, amount, on, Answer.ACCEPTED)
    elif state == TURNED_DOWN:
        on = day(of(info, "DtePceRej") or sent_on)
        yield Told(reference, amount, on, Answer.REJECTED, _motive([info, *lines]))
    yield from _paid(piece, reference, amount)


def _paid(piece: Any, reference: str, amount: int) -> Iterator[Told]:
    """One line where the payments of a mandate make up its amount, on the day of the last."""
    real = [one for one in every(piece, "PaiementEmargement") if of(one, "OrgEma") == REAL_PAYMENT]
    parts = [(cents(of(one, "MtPay")), day(of(one, "DtePay"))) for one in real]
    if parts and sum(part for part, _ in parts) == amount:
        parts = [(amount, max(on for _, on in parts))]
    for part, on in parts:
        yield Told(reference, part, on, Answer.PAID)


def _number(typed: str) -> int:
    if len(typed) > DIGITS_MAX:
        raise ValueError("no number")
    return int(typed)


def _cents(typed: str) -> int:
    """An amount that may be nothing: a line without tax says so with a zero."""
    return cents(typed) if typed.strip("0.,") else 0


def _motive(elements: list[Any]) -> str:
    """What is said of a mandate and of its lines: codes in words, then what somebody wrote."""
    said: list[str] = []
    for one in elements:
        codes = of(one, "ObsEtat")
        known = [code.strip() for code in codes.split("-")]
        words = [MOTIVES[code] for code in known] if MOTIVES.keys() >= set(known) else [codes]
        said += [*words, of(one, "Commentaire")]
    return " ; ".join(dict.fromkeys(word for word in said if word))


def _not_let_in(root: Any) -> list[NotLetIn]:
    found = []
    for number, element in enumerate(every(root, "ElementACQUIT"), start=1):
        domain = of(element, "DomaineAck")
        if of(element, "EtatAck") in TRUE or domain not in WHOLE_FLOW | {EXPENSES}:
            continue
        try:
            found.append(_refused(element, root))
        except UNREADABLE as error:
            raise Refused("payment_return.line", field="file", line=number) from error
    return found


def _refused(element: Any, root: Any) -> NotLetIn:
    """One bordereau refused; where the whole flow is, the one that the flow is named after."""
    own = OWN_NAME.match(of(root, "Enveloppe/Parametres/NomFic"))
    year, serial = of(element, "ExerciceBord"), of(element, "NumBord")
    if not serial and own is not None:
        year, serial = own.groups()
    pieces = {
        _number(of(one, "NumPiece")): _errors(every(one, "Erreur"))
        for one in every(element, "DetailPiece")
    }
    return NotLetIn(
        year=_number(year or "0"),
        serial=_number(serial or "0"),
        told_on=day(of(root, "EnTetePES/DteStr")),
        motive=_errors([one for one in element if local(one) == "Erreur"]),
        pieces=pieces,
    )


def _errors(elements: list[Any]) -> str:
    said = (of(one, "LibelleAnoAck") or of(one, "NumAnoAck") for one in elements)
    return " ; ".join(dict.fromkeys(word for word in said if word))
