"""Leftovers propose the orders that they may be about, in one order and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from uuid import UUID

import pytest

from grants.payments.likely import Candidate, Hint, Line, likely, names, numbers_in, transfers_in

ON = date(2019, 5, 20)


def order(serial: int, *, amount: int = 400_000, days: int = 3, name: str = "Les Jardins"):
    return Candidate(
        order_id=UUID(int=serial),
        funder_id=UUID(int=1),
        year=2019,
        serial=serial,
        amount=amount,
        state="approved",
        is_told=False,
        signed_on=ON - timedelta(days=days),
        names=(name,),
    )


def said(text: str) -> Line:
    return Line(400_000, ON, text)


def test_the_best_comes_first_whatever_order_they_are_read_in():
    named = order(7, name="Atelier du Bocage")
    numbered, near, late = order(12), order(3, days=1), order(2, days=9)
    far, other = order(1, days=40), order(5, amount=1)
    line = said("VIR 2019-0012 ATELIER BOCAGE")
    for given in permutations([named, numbered, near, late, far, other]):
        found = [one.order.serial for one in likely(line, given)]
        assert found == [12, 7, 3, 2, 1]


def test_equals_are_told_apart_by_their_number_alone():
    alike = [order(serial) for serial in (9, 4, 6)]
    for given in permutations(alike):
        assert [one.order.serial for one in likely(said(""), given)] == [4, 6, 9]


def test_an_order_of_another_amount_is_shown_only_if_named_and_does_not_fit():
    found = likely(said("mandat 2019/12"), [order(12, amount=1), order(13, amount=1)])
    assert [(one.order.serial, one.fits) for one in found] == [(12, False)]


def test_the_reference_of_a_transfer_is_found_however_it_was_spaced():
    one = replace(order(1), order_id=UUID("0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"))
    for text in (one.order_id.hex, str(one.order_id), "EREF 0A1B2C3D 4E5F4A6B 8C7D9E0F 1A2B3C4D"):
        assert Hint.TRANSFER in likely(said(text), [one])[0].hints
    assert transfers_in("0a1b2c3d4e5f") == set()


@pytest.mark.parametrize(
    ("days", "near"), [(-1, False), (0, True), (31, True), (32, False)], ids=str
)
def test_a_day_is_near_within_a_month_after_the_signature(days, near):
    assert (Hint.DAY in likely(said(""), [order(1, days=days)])[0].hints) is near


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("MANDAT 2019-0012", {(2019, 12)}),
        ("2019/12 et 2020 0003", {(2019, 12), (2020, 3)}),
        ("12019-0012", set()),
        ("2019-0012345678901", set()),
    ],
)
def test_numbers_are_read_out_of_labels(text, found):
    assert numbers_in(text) == found


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        ("VIR SEPA ASSO LES JARDINS DE L'ÉTANG", "Association Les Jardins de l’Étang", True),
        ("JARDINS ETAN", "Les Jardins de l’Étang", True),
        ("JARDINS ET", "Les Jardins de l’Étang", False),
        ("LES AMIS DES JARDINS", "Les Jardins de l’Étang", False),
        ("", "Les Jardins", False),
        ("ANYTHING", "", False),
    ],
)
def test_a_beneficiary_is_named_by_all_the_words_that_tell_of_them(text, name, told):
    assert names(text, name) is told
