"""Statements of account: what makes one, in every version, and what each refusal is about.

What is accepted here is held against the schema of its version first.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from build.camt import ACCOUNT, CREATED, SPACE, balance, camt, entry
from build.clock import NOW
from build.iso20022 import faults
from grants.kernel.errors import Refused
from grants.payments.answers import read
from grants.payments.camt import VERSIONS
from grants.payments.models import Answer, ReturnKind

PAID = entry("a" * 32, "10000.00")
FEES = entry("", "12.50")
TAX = entry("", "30.00", "CRDT")
PENDING = entry("b" * 32, "99.00", status="PDNG")


def statement(body: str):
    """What is read of a statement that the schema of its version agrees with."""
    assert faults(body.encode()) == []
    found = read(ReturnKind.CAMT, body.encode())
    return found.lines, found.statements


def refusal(body: str) -> Refused:
    with pytest.raises(Refused) as refused:
        read(ReturnKind.CAMT, body.encode())
    return refused.value


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_says_the_same(version):
    body = camt(PAID, FEES, TAX, PENDING, version=version)
    told, (kept,) = statement(body)
    assert [(one.reference, one.amount, one.answer) for one in told] == [
        ("a" * 32, 10_000_00, Answer.PAID),
        ("", 12_50, Answer.PAID),
    ]
    assert (kept.reference, kept.opening, kept.closing) == ("R1", 50_000_00, 40_017_50)
    assert (kept.account[-4:], kept.closed_on) == ("0189", NOW.date())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f'xmlns="{SPACE}08"', f'xmlns="{SPACE}13"'),
        (f'xmlns="{SPACE}08"', 'xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"'),
        (f'xmlns="{SPACE}08"', ""),
    ],
)
def test_another_version_is_named(before, after):
    assert refusal(camt(PAID).replace(before, after)).code == "payment_return.camt_version"


@pytest.mark.parametrize(
    ("body", "code", "facts"),
    [
        (camt(PAID, reference=""), "camt_incomplete", {"missing": "Stmt/Id"}),
        (camt(PAID, account=""), "camt_incomplete", {"missing": "Acct/Id"}),
        (camt(PAID).replace("OPBD", "XXXX"), "camt_balance", {}),
        (camt(PAID).replace("CLBD", "CLAV"), "camt_balance", {}),
        (camt(PAID).replace('Ccy="EUR"', 'Ccy="CHF"'), "camt_currency", {"found": "CHF"}),
        (
            camt(PAID, closing=Decimal("40000.01")),
            "camt_sum",
            {"expected_cents": 40_000_00, "told_cents": 40_000_01},
        ),
        (
            camt(entry("x", "10000.00", told="9999.99")),
            "camt_details",
            {"line": 1, "told_cents": 9_999_99, "expected_cents": 10_000_00},
        ),
        (camt(PAID).replace("<CdtDbtInd>DBIT", "<CdtDbtInd>DEBIT"), "line", {"line": 1}),
        (camt(PAID).replace("<BookgDt>", "<ValDt>").replace("</BookgDt>", "</ValDt>"), "line", {}),
    ],
)
def test_what_is_no_whole_statement_is_refused_with_what_is_wrong(body, code, facts):
    found = refusal(body)
    assert found.code == f"payment_return.{code}"
    assert facts.items() <= found.facts.items()


def test_an_entry_of_several_transfers_tells_each_of_them():
    """As version 02 writes them: the currency of the order first, then what was booked."""
    parts = "".join(
        f"<TxDtls><Refs><EndToEndId>{name}</EndToEndId></Refs><AmtDtls><InstdAmt>"
        f'<Amt Ccy="USD">1.00</Amt></InstdAmt><TxAmt><Amt Ccy="EUR">{amount}</Amt></TxAmt>'
        "</AmtDtls></TxDtls>"
        for name, amount in (("one", "6000.00"), ("two", "4000.00"))
    )
    whole = PAID.partition("<TxDtls>")[0] + parts + "</NtryDtls></Ntry>"
    told, _ = statement(camt(whole, version="02"))
    assert [(one.reference, one.amount) for one in told] == [("one", 6000_00), ("two", 4000_00)]
    lost = whole.replace("4000.00", "3999.00")
    assert refusal(camt(lost, version="02")).code == "payment_return.camt_details"


def test_a_statement_cut_in_pages_goes_from_one_page_to_the_next():
    page = camt(PAID).replace("CLBD", "ITBD")
    assert statement(page)[1][0].closing == 40_000_00
    middle = page.replace("OPBD", "ITBD")
    assert statement(middle)[1][0].opening == 50_000_00


def test_an_overdrawn_account_is_below_zero():
    _, (kept,) = statement(camt(PAID, opening=Decimal("5000.00")))
    assert kept.closing == -5000_00
    assert balance("CLBD", Decimal("-5000.00")) in camt(PAID, opening=Decimal("5000.00"))


def test_a_statement_without_a_movement_is_one():
    assert statement(camt())[0] == []


WHOLE = camt(PAID, FEES)


@pytest.mark.parametrize(
    ("before", "after", "wrong"),
    [
        ("<Id>R1</Id>", f"<Id>{'R' * 36}</Id>", "too long"),
        ("<Id>R1</Id>", "<Id></Id>", "too short"),
        ("<BkTxCd>", "<BkTxCode>", "BkTxCode"),
        ('Ccy="EUR"', 'Ccy="eur"', "malformed"),
        (">12.50<", ">12.505050<", "too many decimals"),
        ("<Sts><Cd>BOOK</Cd></Sts>", "<Sts/>", "0 of a choice"),
        ("<Sts><Cd>BOOK</Cd></Sts>", "<Sts>BOOK</Sts>", "choice"),
        ("<Sts><Cd>BOOK</Cd></Sts>", "", "sts"),
        (f"{CREATED}</GrpHdr>", "</GrpHdr>", "cre_dt_tm"),
        (f"<Id>R1</Id>{CREATED}", f"{CREATED}<Id>R1</Id>", "order"),
    ],
)
def test_what_the_schema_finds_is_found(before, after, wrong):
    assert before in WHOLE
    broken = WHOLE.replace(before, after).replace(
        "</BkTxCd>", "</BkTxCode>" * ("Code" in after) or "</BkTxCd>"
    )
    assert wrong in " ".join(faults(broken.encode()))


def test_what_a_statement_may_leave_out_is_not_asked():
    """An account known by another number, an entry without details, an hour for a day."""
    body = (
        camt(PAID)
        .replace(f"<IBAN>{ACCOUNT}</IBAN>", "<Othr><Id>00012345678</Id></Othr>")
        .replace(
            f"<Dt><Dt>{NOW:%Y-%m-%d}</Dt></Dt>", f"<Dt><DtTm>{NOW:%Y-%m-%dT%H:%M:%S}</DtTm></Dt>"
        )
        .replace("OPBD", "PRCD")
    )
    plain = body[: body.index("<NtryDtls>")] + body[body.index("</Ntry>") :]
    (line,), (kept,) = statement(plain)
    assert (line.reference, line.amount, line.happened_on) == ("", 10_000_00, NOW.date())
    assert (kept.account, kept.opening, kept.closed_on) == ("00012345678", 50_000_00, NOW.date())
