"""Statements of account as banks send them, in each version that is read."""

from __future__ import annotations

from decimal import Decimal
from re import findall, sub

from build.clock import NOW

OPENING = Decimal("50000.00")
ACCOUNT = "FR7630006000011234567890189"
CREATED = f"<CreDtTm>{NOW:%Y-%m-%dT%H:%M:%S}</CreDtTm>"
CODED_FROM = "07"
"""Since this version the state of an entry is a code within a choice."""
FIRST = "02"
"""The only version that is read in which a transfer of an entry tells no amount of its own."""
TRANSFER = (
    "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>"
    "</BkTxCd>"
)
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
    found = (
        f'<?xml version="1.0"?>{head}<Document xmlns="{SPACE}{version}"><BkToCstmrStmt><GrpHdr>'
        f"<MsgId>M1</MsgId>{CREATED}</GrpHdr><Stmt>"
        f"<Id>{reference}</Id>{CREATED}<Acct><Id><IBAN>{account}</IBAN></Id></Acct>"
        f"{balance('OPBD', opening)}{balance('CLBD', last)}"
        f"{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    )
    if version < CODED_FROM:
        found = sub(r"<Sts><Cd>(\w+)</Cd></Sts>", r"<Sts>\1</Sts>", found)
    if version == FIRST:
        found = sub(r"</Refs><Amt [^/]+/Amt><CdtDbtInd>\w+</CdtDbtInd>", "</Refs>", found)
    return found


def balance(code: str, amount: Decimal) -> str:
    """One balance; owed below zero."""
    side = "DBIT" if amount < 0 else "CRDT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{abs(amount)}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Dt><Dt>{NOW:%Y-%m-%d}</Dt></Dt></Bal>"
    )


def entry(
    end_to_end: str,
    amount: str,
    sign: str = "DBIT",
    back: str = "",
    *,
    status: str = "BOOK",
    told: str = "",
) -> str:
    """One booked entry of one transfer, which tells another amount where `told` says so."""
    named = f"<EndToEndId>{end_to_end}</EndToEndId>" if end_to_end else ""
    side = f"<CdtDbtInd>{sign}</CdtDbtInd>"
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt>{side}<Sts><Cd>{status}</Cd></Sts>'
        f"<BookgDt><Dt>{NOW:%Y-%m-%d}</Dt></BookgDt>{TRANSFER}<NtryDtls><TxDtls><Refs>"
        f'{named}</Refs><Amt Ccy="EUR">{told or amount}</Amt>{side}{back}</TxDtls></NtryDtls>'
        "</Ntry>"
    )


def _booked(entries: tuple[str, ...]) -> list[tuple[str, str]]:
    pattern = r'<Ntry><Amt Ccy="EUR">([0-9.]+)</Amt><CdtDbtInd>(\w+)</CdtDbtInd><Sts>[^P]*?BOOK'
    return [found for one in entries for found in findall(pattern, one)]
