"""Accounts, companies, telephones and sums, as people type, paste and get them wrong."""

from __future__ import annotations

import pytest

from grants.calls.form import Field, FormDocument, Problem, clean
from grants.kernel.errors import Refused
from grants.payments.bank import read_account

IBAN = "FR7630006000011234567890189"
SIRET = "73282932000074"
POSTE = "35600000049837"
PHONE = "0473001234"

ACCEPTED = {
    "iban": [
        (IBAN, IBAN),
        ("FR76 3000 6000 0112 3456 7890 189", IBAN),
        ("fr76 3000 6000 0112 3456 7890 189", IBAN),
        ("  FR76 3000 6000 0112 3456 7890 189\n", IBAN),
        ("FR76-3000-6000-0112-3456-7890-189", IBAN),
        ("FR76.3000.6000.0112.3456.7890.189", IBAN),
        ("IBAN FR76 3000 6000 0112 3456 7890 189", IBAN),
        ("Iban : FR76 3000 6000 0112 3456 7890 189", IBAN),
        ("FR76\u00a03000\u202f6000\u20090112 3456 7890 189", IBAN),
        ("\u200bFR76 3000\u200b 6000 0112 3456 7890 189\ufeff", IBAN),
        ("FR76\u20113000\u20116000\u20110112\u20113456\u20117890\u2011189", IBAN),
        ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    ],
    "siret": [
        (SIRET, SIRET),
        ("732 829 320 00074", SIRET),
        ("732829320 00074", SIRET),
        ("732.829.320.00074", SIRET),
        ("732-829-320-00074", SIRET),
        ("732\u00a0829\u202f320\u200900074", SIRET),
        ("732\u2013829\u2013320\u201300074", SIRET),
        ("SIRET 732 829 320 00074", SIRET),
        ("Siret : 732 829 320 00074", SIRET),
        ("N° SIRET : 732 829 320 00074", SIRET),
        ("\u200e732 829 320 00074\u200f", SIRET),
        (f" {POSTE} ", POSTE),
    ],
    "phone": [
        (PHONE, PHONE),
        ("04 73 00 12 34", PHONE),
        ("04.73.00.12.34", PHONE),
        ("04-73-00-12-34", PHONE),
        ("04/73/00/12/34", PHONE),
        ("+33 4 73 00 12 34", PHONE),
        ("+33 (0)4 73 00 12 34", PHONE),
        ("0033 4 73 00 12 34", PHONE),
        ("\u202a04 73 00 12 34\u202c", PHONE),
        ("04\u00a073\u202f00\u201112\u201134", PHONE),
        ("Tél. : 04 73 00 12 34", PHONE),
        ("+49 30 1234567", "+49301234567"),
    ],
    "money": [
        ("1234,56", 123_456),
        ("1234.56", 123_456),
        ("1 234,56 €", 123_456),
        ("1\u202f234,56\u00a0€", 123_456),
        ("1.234,56", 123_456),
        ("1'234.56", 123_456),
        ("1234 euros", 123_400),
        ("1234 EUR", 123_400),
        ("€ 1 234", 123_400),
        ("1 234,5", 123_450),
        ("1\u200b234", 123_400),
        ("0", 0),
    ],
}

REFUSED = {
    "iban": [
        ("FR7630006000011234567890188", "form.iban"),
        ("FR76 3000 6000 0112 3456 7890 190", "form.iban"),
        ("FR76300060000112345678901", "form.iban"),
        (f"{IBAN}0", "form.iban"),
        ("ZZ7630006000011234567890189", "form.iban"),
        ("30006000011234567890189", "form.iban"),
        ("30006 00001 12345678901 89", "form.iban"),
        ("FR7630006000011234567890l89", "form.iban"),
        ("FR76٣٠006000011234567890189", "form.iban"),
        (f"{IBAN} {IBAN}", "form.iban"),
        ("voir pièce jointe", "form.iban"),
        ("F" * 5_000, "form.iban"),
    ],
    "siret": [
        ("73282932000079", "form.siret_check"),
        ("73282932000047", "form.siret_check"),
        ("35600000049838", "form.siret_check"),
        ("732829320", "form.siret_length"),
        ("7328293200007", "form.siret_length"),
        ("732829320000745", "form.siret_length"),
        ("7328293200007A", "form.siret_length"),
        ("7328293200O074", "form.siret_length"),
        ("٧٣٢٨٢٩٣٢٠٠٠٠٧٤", "form.siret_length"),
        ("W632001234", "form.siret_length"),
        ("en cours", "form.siret_length"),
        ("0" * 5_000, "form.siret_length"),
    ],
    "phone": [
        ("04 73 00 12", "form.phone"),
        ("04 73 00 12 34 5", "form.phone"),
        ("473001234", "form.phone"),
        ("00", "form.phone"),
        ("+33 73 00 12 34", "form.phone"),
        ("+33 04 73 00", "form.phone"),
        ("O4 73 00 12 34", "form.phone"),
        ("٠٤٧٣٠٠١٢٣٤", "form.phone"),
        ("04 73 00 12 34 ou 06 12 34 56 78", "form.phone"),
        ("le soir", "form.phone"),
        ("+", "form.phone"),
        ("+1234567890123456", "form.phone"),
    ],
    "money": [
        ("1,234", "form.too_many_decimals"),
        ("12,345 €", "form.too_many_decimals"),
        ("12 34", "form.number_unreadable"),
        ("1 234.567,8", "form.number_unreadable"),
        ("12k€", "form.number_unreadable"),
        ("1e309", "form.number_unreadable"),
        ("NaN", "form.number_unreadable"),
        ("٣٤٥", "form.number_unreadable"),
        ("mille euros", "form.number_unreadable"),
        ("entre 500 et 1000", "form.number_unreadable"),
        ("-5", "form.negative"),
        ("9" * 400, "form.number_too_large"),
    ],
}


def a_field(kind: str) -> Field:
    written = {"key": "x", "type": kind, "label_fr": "X", "label_en": "X"}
    section = {"key": "s", "title_fr": "S", "title_en": "S", "fields": [written]}
    return next(FormDocument.parse({"sections": [section]}).fields())


def pairs(table):
    return [(kind, typed, meant) for kind, rows in table.items() for typed, meant in rows]


def test_there_are_forty_of_each():
    assert len(pairs(ACCEPTED)) >= 40
    assert len(pairs(REFUSED)) >= 40
    assert {len(rows) for rows in (*ACCEPTED.values(), *REFUSED.values())} == {12}


@pytest.mark.parametrize(("kind", "typed", "meant"), pairs(ACCEPTED))
def test_a_spelling_is_understood(kind, typed, meant):
    assert clean(a_field(kind), typed) == meant


@pytest.mark.parametrize(("kind", "typed", "code"), pairs(REFUSED))
def test_a_wrong_one_is_refused_with_its_reason(kind, typed, code):
    problem = clean(a_field(kind), typed)
    assert isinstance(problem, Problem)
    assert problem.code == code
    assert len(repr(dict(problem.facts))) < 200


@pytest.mark.parametrize(("typed", "meant"), ACCEPTED["iban"])
def test_claims_read_the_same_accounts(typed, meant):
    assert read_account(typed).iban == meant


@pytest.mark.parametrize(("typed", "_code"), REFUSED["iban"])
def test_claims_refuse_the_same_accounts(typed, _code):
    with pytest.raises(Refused, match=r"claim\.iban_invalid"):
        read_account(typed)
