"""What the accounting office's application sends back, read in its true form."""

from __future__ import annotations

from datetime import date

import pytest

from build.clock import NOW
from build.treasury import (
    SPACE,
    acknowledged,
    batch,
    error,
    let_in,
    line,
    not_let_in,
    of_piece,
    payment,
    piece,
    returned,
)
from grants.kernel.errors import Refused
from grants.payments.answers import read
from grants.payments.models import Answer, ReturnKind
from grants.payments.treasury import NotLetIn

TODAY = NOW.date()


def told(body: str) -> list[tuple[str, int, date, Answer, str]]:
    found = read(ReturnKind.PES, body.encode("latin-1")).lines
    return [(one.reference, one.amount, one.happened_on, one.answer, one.motive) for one in found]


def test_a_mandate_taken_over_and_paid_is_both_on_their_days():
    paid = payment("8000.01", "2018-10-05")
    body = returned(batch(piece(12, line("8000.01", paid), state="05", taken_over="2018-10-03")))
    assert told(body) == [
        ("2018-0012", 800_001, date(2018, 10, 3), Answer.ACCEPTED, ""),
        ("2018-0012", 800_001, date(2018, 10, 5), Answer.PAID, ""),
    ]


def test_a_mandate_turned_down_says_every_motive_and_what_was_written():
    one = piece(
        7,
        line("10.00", state="02"),
        state="04",
        taken_over="",
        refused="2018-10-04",
        why="02-09",
        said="RIB clos",
    )
    said = "Insuffisance de pièces justificatives ; Domiciliation bancaire absente ou erronée"
    assert told(returned(batch(one))) == [
        ("2018-0007", 1_000, date(2018, 10, 4), Answer.REJECTED, f"{said} ; RIB clos")
    ]
    other = one.replace("02-09", "77").replace('<DtePceRej V="2018-10-04"/>', "")
    assert told(returned(batch(other))) == [
        ("2018-0007", 1_000, TODAY, Answer.REJECTED, "77 ; RIB clos")
    ]


def test_what_waits_says_nothing_and_other_pieces_are_not_ours():
    waiting = piece(1, line("10.00"), state="01", taken_over="")
    correcting = piece(2, line("10.00"), kind="02")
    for body in (batch(waiting), batch(correcting), batch(piece(3, line("1.00")), kind="04")):
        with pytest.raises(Refused, match="empty"):
            told(returned(body))


def test_lines_add_up_and_payments_in_parts_are_one_on_the_last_day():
    parts = (payment("4.00", "2018-10-05"), payment("6.00", "2018-10-09"))
    one = piece(4, line("5.00", *parts, tax="0.00"), line("4.00", number=2, tax="1.00"))
    assert [row[:4] for row in told(returned(batch(one)))] == [
        ("2018-0004", 1_000, TODAY, Answer.ACCEPTED),
        ("2018-0004", 1_000, date(2018, 10, 9), Answer.PAID),
    ]
    partly = piece(4, line("10.00", parts[0], payment("6.00", origin="07")))
    assert [row[1:4] for row in told(returned(batch(partly)))] == [
        (1_000, TODAY, Answer.ACCEPTED),
        (400, date(2018, 10, 5), Answer.PAID),
    ]


def not_in(body: str) -> list[NotLetIn]:
    found = read(ReturnKind.PES, body.encode("latin-1"))
    assert not found.lines
    return found.not_let_in


def test_an_acknowledgement_tells_what_did_not_come_in():
    pieces = of_piece(12, error("Tiers inconnu")), of_piece(13)
    refused = not_let_in(4, error("Doublon", "ERREUR_DOUBLON_BORDEREAU"), *pieces)
    assert not_in(acknowledged(let_in(3), refused)) == [
        NotLetIn(2018, 4, TODAY, "Doublon", {12: "Tiers inconnu", 13: ""})
    ]
    assert not_in(acknowledged(let_in(3))) == []
    assert not_in(acknowledged(not_let_in(0, error("PJ"), domain="4"))) == []


def test_a_whole_flow_refused_is_the_bordereau_it_is_named_after():
    refused = not_let_in(0, "<Erreur><NumAnoAck V='ERREUR_CODIQUE'/></Erreur>", domain="0")
    (found,) = not_in(acknowledged(refused, name="BROUILLON_2018_0000004"))
    assert (found.year, found.serial, found.motive) == (2018, 4, "ERREUR_CODIQUE")
    (other,) = not_in(acknowledged(refused, name="autre"))
    assert (other.year, other.serial) == (0, 0)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ('IdPce V="12"', 'IdPce V="douze"', "line"),
        ('MtHT V="10.00"', 'MtHT V="1e9999999"', "line"),
        ('MtHT V="10.00"', 'MtHT V="-10.00"', "line"),
        ('MtHT V="10.00"', 'MtHT V="0.00"', "empty"),
        ("<InfoPiece>", "<Autre>", "not_xml"),
        (SPACE, "http://exemple.fr", "not_pes"),
        ("PES_Retour", "PES_ACQUIT_RETOUR", "not_pes"),
        ("<n:PES_Retour", '<!DOCTYPE x [<!ENTITY e "a">]><n:PES_Retour', "not_xml"),
        ('V="Subvention"', 'V="&e;"', "not_xml"),
    ],
)
def test_what_is_no_return_is_said(before, after, code):
    body = returned(batch(piece(12, line("10.00"))))
    assert before in body
    with pytest.raises(Refused, match=code):
        told(body.replace(before, after))
