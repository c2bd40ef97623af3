"""Statements of account as banks send them, in both versions that are read."""

from __future__ import annotations

from decimal import Decimal
from re import findall

from build.clock import NOW

OPENING = Decimal("50000.00")
ACCOUNT = "FR7630006000011234567890189"
SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."


def camt(
    *entries: str,
    head: str = "",
    version: str = "08",
    reference: str = "R1",
    account: str = ACCOUNT,
    opening: Decimal = OPENING,
    closing: Decimal | None = None,
) -> str:
    """A statement of these entries; its closing balance adds up unless told."""
    moved = sum(
        (Decimal(amount) * (1 if side == "CRDT" else -1) for amount, side in _booked(entries)),
        Decimal(0),
    )
    last = opening + moved if closing is None else closing
    return (
        f'<?xml version="1.0"?>{head}<Document xmlns="{SPACE}{version}"><BkToCstmrStmt><GrpHdr>'
        f"<MsgId>M1</MsgId><CreDtTm>{NOW:%Y-%m-%dT%H:%M:%S}</CreDtTm></GrpHdr><Stmt>"
        f"<Id>{reference}</Id><Acct><Id><IBAN>{account}</IBAN></Id></Acct>"
        f"{balance('OPBD', opening)}{balance('CLBD', last)}"
        f"{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    )


def balance(code: str, amount: Decimal) -> str:
    """One balance; owed below zero."""
    side = "DBIT" if amount < 0 else "CRDT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{abs(amount)}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Dt><Dt>{NOW:%Y-%m-%d}</Dt></Dt></Bal>"
    )


def entry(
    end_to_end: str, amount: str, sign: str = "DBIT", back: str = "", *, status: str = ""
) -> str:
    """One booked entry of one transfer, as version 08 writes it unless `status` says."""
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
        f"<Sts>{status or '<Cd>BOOK</Cd>'}</Sts>"
        f"<BookgDt><Dt>{NOW:%Y-%m-%d}</Dt></BookgDt><NtryDtls><TxDtls><Refs>"
        f"<EndToEndId>{end_to_end}</EndToEndId></Refs>{back}</TxDtls></NtryDtls></Ntry>"
    )


def _booked(entries: tuple[str, ...]) -> list[tuple[str, str]]:
    pattern = r'<Ntry><Amt Ccy="EUR">([0-9.]+)</Amt><CdtDbtInd>(\w+)</CdtDbtInd><Sts>[^P]*?BOOK'
    return [found for one in entries for found in findall(pattern, one)]
