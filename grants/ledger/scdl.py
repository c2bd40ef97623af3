"""The voted budget as authorities publish it: SCDL « budget » 0.8.3, read line by line.

A file is semicolon- or comma-separated, in UTF-8 or Windows-1252; amounts have a dot or a comma.
The schema's words give the account to `BGT_CONTNAT` and the chapter to `BGT_NATURE`, its examples
and the files made from TotEM the other way round: the longer of the two codes is the account.
Nothing is written here: `read` says what each line asks for, `judged` which envelope takes it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from grants.kernel.money import Unit
from grants.ledger.operations import ActKind, Kind, Section
from grants.ledger.queries import EnvelopeLine

COLUMNS = ("BGT_NATDEC", "BGT_ANNEE", "BGT_SIRET", "BGT_SECTION", "BGT_OPBUDG", "BGT_CODRD")
ACCOUNTS = ("BGT_NATURE", "BGT_CONTNAT")
"""One of them at least; the first where both are as long."""
AMOUNTS = ("BGT_MTPROPNOUV", "BGT_MTPREV", "BGT_CREDOUV")
"""New proposals first; else what was planned, else the payment credits opened."""
KINDS = {
    "budget primitif": ActKind.INITIAL,
    "budget supplémentaire": ActKind.SUPPLEMENTARY,
    "décision modificative": ActKind.AMENDING,
}
SECTIONS = {"fonctionnement": Section.OPERATING, "investissement": Section.CAPITAL}
LINES_MAX = 100_000
"""More than a file of the size that is taken can hold: none of its lines is left out unsaid."""
CENTS_MAX = 10**15


@dataclass(frozen=True)
class BudgetLine:
    """One line of the file. `reason` says why it is not for our envelopes; empty when it is.

    `amount` in cents; `envelope_id` and `envelope` once an envelope takes it.
    """

    number: int
    nature: str
    function: str
    label: str
    section: Section | None
    amount: int
    reason: str = ""
    envelope_id: UUID | None = None
    envelope: str = ""


@dataclass(frozen=True)
class Budget:
    """A file as it was read; `missing` names the columns that it lacks."""

    kind: ActKind | None
    lines: tuple[BudgetLine, ...]
    missing: tuple[str, ...] = ()
    expenditure: tuple[tuple[Section, int], ...] = ()

    @property
    def taken(self) -> list[BudgetLine]:
        """The lines that an envelope takes."""
        return [one for one in self.lines if one.envelope_id is not None]


def read(content: bytes, *, year: int, siret: str | None) -> Budget:
    """The lines of a file, each with the reason why it does not concern us, if there is one."""
    text = _decoded(content)
    first = text.partition("\n")[0]
    separator = ";" if first.count(";") >= first.count(",") else ","
    rows = csv.DictReader(io.StringIO(text), delimiter=separator)
    named = {(one or "").strip() for one in rows.fieldnames or ()}
    missing = tuple(one for one in COLUMNS if one not in named)
    missing += () if named & {*ACCOUNTS} else ACCOUNTS[:1]
    if missing:
        return Budget(None, (), missing)
    found: list[BudgetLine] = []
    kinds: set[str] = set()
    try:
        for number, row in enumerate(rows, start=2):
            if number > LINES_MAX:
                break
            cells = {(key or "").strip(): _cell(value) for key, value in row.items()}
            kinds.add(cells["BGT_NATDEC"].lower())
            found.append(_line(number, cells, year, siret))
    except csv.Error:
        return Budget(None, (), COLUMNS)
    known = {KINDS[one] for one in kinds if one in KINDS}
    voted = [one for one in found if not one.reason and one.section is not None]
    return Budget(
        known.pop() if len(known) == 1 else None,
        tuple(found),
        expenditure=tuple(
            (section, sum(one.amount for one in voted if one.section is section))
            for section in (Section.OPERATING, Section.CAPITAL)
        ),
    )


def judged(budget: Budget, envelopes: Iterable[EnvelopeLine]) -> Budget:
    """The same, each line with the envelope of its section, account and function, or a reason."""
    ours = [one for one in envelopes if one.unit is Unit.EUR and one.kind is Kind.ANNUAL]
    return replace(
        budget, lines=tuple(one if one.reason else _placed(one, ours) for one in budget.lines)
    )


def _placed(line: BudgetLine, ours: Sequence[EnvelopeLine]) -> BudgetLine:
    like = [
        one
        for one in ours
        if one.section is line.section and (one.nature_account or "") == line.nature
    ]
    exact = [one for one in like if (one.function_code or "") == line.function]
    fitting = exact or [one for one in like if not one.function_code]
    if len(fitting) != 1:
        return replace(line, reason="two_envelopes" if fitting else "no_envelope")
    return replace(line, envelope_id=fitting[0].id, envelope=fitting[0].label)


def _line(number: int, cells: dict[str, str], year: int, siret: str | None) -> BudgetLine:
    amount = _amount(cells)
    section = SECTIONS.get(cells["BGT_SECTION"].lower())
    account = max(ACCOUNTS, key=lambda name: len(cells.get(name, "")))
    return BudgetLine(
        number=number,
        nature=cells.get(account, "")[:9],
        function=cells.get("BGT_FONCTION", "")[:9],
        label=cells.get(f"{account}_LABEL", "")[:120],
        section=section,
        amount=amount or 0,
        reason=_reason(cells, year, siret, section, amount),
    )


def _reason(
    cells: dict[str, str], year: int, siret: str | None, section: Section | None, amount: int | None
) -> str:
    """Why a line does not concern our envelopes, the widest reason first."""
    checks = (
        (cells["BGT_NATDEC"].lower() not in KINDS, "not_a_vote"),
        (cells["BGT_ANNEE"] != str(year), "other_year"),
        (siret is not None and cells["BGT_SIRET"] != siret, "other_funder"),
        (cells["BGT_CODRD"].lower() != "dépense", "revenue"),
        (cells["BGT_OPBUDG"].lower() != "réel", "not_real"),
        (section is None, "no_section"),
        (amount is None, "no_amount"),
        (amount == 0, "zero"),
    )
    return next((reason for holds, reason in checks if holds), "")


def _amount(cells: dict[str, str]) -> int | None:
    """The amount of a line in cents; None when there is none that can be read."""
    for name in AMOUNTS:
        text = re.sub(r"\s", "", cells.get(name, "")).replace(",", ".")
        if text:
            try:
                cents = Decimal(text) * 100
            except ArithmeticError:  # no number, or one beyond all numbers
                return None
            whole = cents.is_finite() and abs(cents) <= CENTS_MAX and cents == int(cents)
            return int(cents) if whole else None
    return None


def _cell(value: object) -> str:
    return str(value or "").strip() if not isinstance(value, list) else ""


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").replace("\x00", "")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace").replace("\x00", "")
