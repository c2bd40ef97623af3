"""Files that leave: what they hold, to the cent, and what their schemas say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from lxml import etree

from build.camt import camt, entry
from build.clock import NOW
from build.iso20022 import faults
from grants.kernel.errors import Refused
from grants.ledger.operations import Section
from grants.payments.answers import read
from grants.payments.models import ReturnKind
from grants.payments.out import mandates, pes, sepa
from grants.payments.out.lines import OutBatch, OutLine, Payee

IBAN = "FR7630006000011234567890189"
DEBTOR = "FR1420041010050500013M02606"
PAYEE = Payee(
    name="Épicerie « L’Œuvre » du canal",
    siret="12345678900012",
    legal_form="9220",
    street="3 rue du Port",
    postcode="63000",
    city="Clermont-Ferrand",
)
LINE = OutLine(
    serial=12,
    number="2018-0012",
    end_to_end="a" * 32,
    payee=PAYEE,
    holder="Épicerie du canal",
    iban=IBAN,
    bic="AGRIFRPPXXX",
    amount=800_001,
    object="2018-0007 Acompte",
    section=Section.OPERATING,
    nature="65748",
    function="65",
    due_on=date(2018, 11, 30),
    already_paid=0,
)
SECOND = replace(LINE, serial=13, number="2018-0013", end_to_end="1" * 32, amount=99, bic="")
BATCH = OutBatch(
    year=2018,
    serial=4,
    number="2018-B004",
    dated=date(2018, 10, 2),
    funder="Métropole de Valbrune",
    siret="24630070100013",
    post="063001",
    community="100",
    budget="00",
    lines=(LINE, SECOND),
)


def values(root: etree._Element, name: str) -> list[str]:
    return [one.attrib["V"] for one in root.iter(name)]


def test_the_draft_says_that_it_is_one_and_keeps_codes_and_cents():
    data = pes.written(BATCH)
    assert data.startswith(b"<?xml version='1.0' encoding='ISO-8859-1'?>")
    assert b"BROUILLON" in data
    root = etree.fromstring(data)
    assert root.tag == f"{{{pes.NAMESPACE}}}PES_Aller"
    assert (values(root, "IdBord"), values(root, "NbrPce")) == (["4"], ["2"])
    assert (values(root, "MtBordHT"), values(root, "MtHT")) == (["8001.00"], ["8000.01", "0.99"])
    assert (values(root, "IdPce"), values(root, "NatPce")) == (["12", "13"], ["01", "01"])
    assert (values(root, "CatTiers")[0], values(root, "NatJur")[0]) == ("50", "06")
    assert values(root, "ModRegl") == ["03", "03"]
    assert values(root, "IBAN") == [IBAN, IBAN]
    assert values(root, "Nom")[0] == "Épicerie « L'OEuvre » du canal"
    assert (values(root, "Sigle"), values(root, "TVAIntraCom")) == (["LAUREAT"], ["0", "0"])
    assert (values(root, "TypAdr"), values(root, "CodRes")) == (["1", "1"], ["0", "0"])
    assert b"&#" not in data


@pytest.mark.parametrize(
    ("form", "codes"),
    [("9260", ("50", "06")), ("5710", ("50", "03")), ("7210", ("23", "09")), ("", ("01", "01"))],
)
def test_who_is_paid_has_its_category(form, codes):
    root = etree.fromstring(
        pes.written(replace(BATCH, lines=(replace(LINE, payee=replace(PAYEE, legal_form=form)),)))
    )
    assert (values(root, "CatTiers")[0], values(root, "NatJur")[0]) == codes


WRONG = [
    {"nature": ""},
    {"nature": "6574A"},
    {"iban": "fr76"},
    {"bic": "AGRI"},
    {"bic": "AGRIFRPO"},
    {"object": "0"},
    {"nature": "000"},
    {"function": "6.5"},
    {"object": ""},
    {"holder": ""},
    {"serial": 0},
    {"amount": 0},
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda one: next(iter(one)))
def test_a_draft_that_our_schema_refuses_does_not_leave(wrong):
    with pytest.raises(ValueError, match=r"V|Missing"):
        pes.written(replace(BATCH, lines=(replace(LINE, **wrong),)))


@pytest.mark.parametrize("wrong", [{"siret": ""}, {"post": "63"}, {"budget": ""}, {"lines": ()}])
def test_a_draft_begins_with_whole_codes(wrong):
    with pytest.raises(ValueError, match=r"V|Missing"):
        pes.written(replace(BATCH, **wrong))


def test_a_mandate_is_there_once():
    with pytest.raises(ValueError, match=r"unique|Duplicate"):
        pes.written(replace(BATCH, lines=(LINE, LINE)))


def test_people_and_foreign_addresses_fit_our_schema_too():
    payees = (
        replace(PAYEE, siret="", legal_form="", street="", postcode="", city=""),
        replace(PAYEE, postcode="1000 AB", city="Bruxelles"),
    )
    lines = (replace(LINE, payee=payees[0]), replace(SECOND, payee=payees[1], function=""))
    root = etree.fromstring(pes.written(replace(BATCH, lines=lines)))
    # Abroad the flow asks for INSEE's code of the country, which nobody gives us.
    assert (values(root, "CP"), values(root, "IBAN")) == ([], [IBAN, IBAN])
    assert len(values(root, "Fonction")) == 1


def test_letters_that_the_flow_does_not_hold_are_written_with_those_it_does():
    payee = replace(PAYEE, name="Łódź – Čapek & 東…", street="12 bis,  rue\tde l’Œuf", city="Aÿ")
    data = pes.written(replace(BATCH, lines=(replace(LINE, payee=payee, holder="ꝏ" * 40),)))
    root = etree.fromstring(data)
    assert values(root, "Nom") == ["?ódz - Capek & ?..."]
    assert values(root, "Adr2") == ["12 bis, rue de l'OEuf"]
    assert (values(root, "Ville"), values(root, "TitCpte")) == (["Aÿ"], ["?" * 32])
    assert b"&#" not in data


def test_an_address_is_whole_or_not_there():
    for name in ("street", "city", "postcode"):
        payee = replace(PAYEE, **{name: ""})
        root = etree.fromstring(pes.written(replace(BATCH, lines=(replace(LINE, payee=payee),))))
        assert values(root, "TypAdr") == []


def test_a_post_of_corsica_has_its_letter():
    root = etree.fromstring(pes.written(replace(BATCH, post="02A012")))
    assert values(root, "IdPost") == ["02A012"]


def test_capital_has_its_own_triplet():
    capital = replace(BATCH, lines=(replace(LINE, section=Section.CAPITAL),))
    assert values(etree.fromstring(pes.written(capital)), "NatPce") == ["02"]


def transfer(batch: OutBatch = BATCH) -> bytes:
    given = {"debtor": "Fondation du canal", "iban": DEBTOR, "bic": "PSSTFRPPXXX"}
    return sepa.written(batch, on=date(2018, 10, 3), now=NOW, **given)


def test_transfers_fit_their_schema_and_are_the_same_each_time():
    data = transfer()
    assert data == transfer()
    root = etree.fromstring(data)
    found = {
        tag: [one.text for one in root.iter(f"{{{sepa.NAMESPACE}}}{tag}")]
        for tag in ("EndToEndId", "InstdAmt", "CtrlSum", "NbOfTxs", "IBAN", "Nm", "MsgId")
    }
    assert found["EndToEndId"] == ["a" * 32, "1" * 32]
    assert found["InstdAmt"] == ["8000.01", "0.99"]
    assert set(found["CtrlSum"]) == {"8001.00"}
    assert found["IBAN"] == [DEBTOR, IBAN, IBAN]
    assert "Epicerie du canal" in found["Nm"]


def told(data: bytes, tag: str) -> list[str]:
    return [one.text for one in etree.fromstring(data).iter(f"{{{sepa.NAMESPACE}}}{tag}")]


@pytest.mark.parametrize(
    ("typed", "name", "words"),
    [
        ("Łódź & Œuvres <b> ; * @#%_€", "Lodz + OEuvres b -EUR", "2018-0012 Lodz"),
        ("東京", "Dong Jing", "2018-0012 Dong Jing"),
        ("//a//b/", "a/b", "2018-0012 /a/b"),
        ("***", "?", "2018-0012"),
        ("é" * 200, "e" * 70, "2018-0012 " + "e" * 130),
    ],
)
def test_words_leave_in_the_letters_that_every_bank_takes(typed, name, words):
    data = transfer(replace(BATCH, lines=(replace(LINE, holder=typed, object=typed),)))
    assert faults(data) == []
    assert told(data, "Nm")[2] == name
    assert told(data, "Ustrd")[0].startswith(words)


def test_a_thousand_transfers_add_up_to_the_cent():
    lines = tuple(
        replace(LINE, serial=at, number=f"2018-{at:04d}", end_to_end=f"{at:032x}", amount=at * 99)
        for at in range(1, 1001)
    )
    data = transfer(replace(BATCH, lines=lines))
    assert set(told(data, "NbOfTxs")) == {"1000"}
    assert set(told(data, "CtrlSum")) == {"495495.00"}
    assert len(set(told(data, "EndToEndId"))) == 1000
    assert faults(data) == []


@pytest.mark.parametrize(
    ("amount", "leaves"), [(1, True), (999_999_999_99, True), (999_999_999_99 + 1, False)]
)
def test_amounts_are_what_a_transfer_carries(amount, leaves):
    batch = replace(BATCH, lines=(replace(LINE, amount=amount),))
    if not leaves:
        with pytest.raises(ValueError, match="amount"):
            transfer(batch)
        return
    data = transfer(batch)
    assert told(data, "InstdAmt") == [f"{Decimal(amount) / 100:.2f}"]
    assert faults(data) == []


def test_each_message_has_a_name_of_its_own():
    """A file made again is another message; so is that of another funder, SIRET or not."""
    given = {"debtor": "Fondation", "iban": DEBTOR, "bic": None, "on": date(2018, 10, 3)}
    batches = (
        BATCH,
        replace(BATCH, siret=""),
        replace(BATCH, siret="", funder="Fondation du canal"),
        replace(BATCH, siret="24630070100021"),
        replace(BATCH, number="2018-B005"),
    )
    names = [
        told(sepa.written(batch, now=now, **given), "MsgId")[0]
        for batch in batches
        for now in (NOW, NOW + timedelta(seconds=1))
    ]
    assert len(set(names)) == len(names) == 10
    assert max(map(len, names)) <= 35


def test_a_transfer_that_its_schema_refuses_does_not_leave():
    with pytest.raises(ValueError, match="schema"):
        transfer(replace(BATCH, lines=(replace(LINE, iban="not an account"),)))


def test_the_list_keeps_cents_and_runs_no_formula():
    rows = mandates.written(replace(BATCH, lines=(replace(LINE, holder="=1+1"),))).splitlines()
    assert rows[0].startswith("\ufeffbordereau;mandat")
    cells = rows[1].split(";")
    assert (cells[1], cells[6], cells[9], cells[14]) == (
        "2018-0012",
        "'=1+1",
        "8000,01",
        "30/11/2018",
    )
    assert IBAN not in repr(LINE)


CSV = "mandat;etat;date;montant;motif\n"


@pytest.mark.parametrize(
    "line",
    [
        "2018-0001;Payé;01/10/2018;1e9999999;",
        "2018-0001;Payé;01/10/2018;NaN;",
        "2018-0001;Payé;01/10/2018;1;" + "x" * 200_000,
        '2018-0001;Payé;01/10/2018;1;"' + "\n" * 140_000,
        ";".join(["2018-0001", "Payé", "00/00/0000", "1", ""]),
    ],
)
def test_no_cell_of_an_answer_is_more_than_a_line_that_cannot_be_read(line):
    with pytest.raises(Refused, match=r"payment_return\.line"):
        read(ReturnKind.CSV, (CSV + line).encode())


def test_what_no_database_holds_is_read_without_it():
    body = CSV + "2018-0001\0;Payé;01/10/2018;1;clos\0\r2018-0002;Payé;01/10/2018;2;\r"
    found = read(ReturnKind.CSV, body.encode())
    assert not found.statements
    assert [(one.reference, one.motive) for one in found.lines] == [
        ("2018-0001", "clos"),
        ("2018-0002", ""),
    ]


def test_an_amount_beyond_all_numbers_is_no_amount_of_a_statement():
    body = camt(entry("x", "1.00"), closing=Decimal(0)).replace(">1.00<", ">9e9999999<")
    with pytest.raises(Refused, match=r"payment_return\.line"):
        read(ReturnKind.CAMT, body.encode())
