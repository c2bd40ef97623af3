"""What officers type in the search box, and what is understood of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from grants.applications.models import ApplicationState as S
from grants.appraisal.search import STATES, Mistake, Term, Wanted, read


def test_a_whole_search_is_understood() -> None:
    wanted = read('is:submitted appel:courts-circuits -qpv:oui montant:>10000 "circuit court" pain')
    assert wanted == Wanted(
        terms=(
            Term("is", frozenset({S.SUBMITTED})),
            Term("call", "courts-circuits"),
            Term("qpv", True, negated=True),
            Term("amount", Decimal(10_000), ">"),
        ),
        words=(("circuit court", True, False), ("pain", False, False)),
    )


@pytest.mark.parametrize(
    ("typed", "term"),
    [
        ("is:ouvert", Term("is", STATES["open"])),
        ("est:préselectionné", Term("is", frozenset({S.FINALIST}))),
        ("is:retard", Term("late", "retard")),
        ("Référent:@moi", Term("referent", "@me")),
        ("referent:aucun", Term("referent", "none")),
        ('referent:"Lou Agent"', Term("referent", "Lou Agent")),
        ("qpv:inconnu", Term("qpv", None)),
        ("montant:<=12500,50", Term("amount", Decimal("12500.50"), "<=")),
        ("montant:12 500", Term("amount", Decimal(12))),  # the space ends it: 500 is a word
        ("depot:>30/11/2018", Term("received", date(2018, 11, 30), ">")),
        ("received:2018-11-30", Term("received", date(2018, 11, 30))),
        ("note:>=60", Term("score", Decimal(60), ">=")),
        ("étiquette:urgent", Term("label", "urgent")),
    ],
)
def test_keys_and_values_are_read_as_people_write_them(typed, term) -> None:
    assert read(typed).terms == (term,)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("couleur:bleu", "search.unknown_key"),
        ("is:parti", "search.unknown_state"),
        ("is:draft", "search.unknown_state"),
        ("qpv:peut-être", "search.not_yes_or_no"),
        ("montant:beaucoup", "search.not_a_number"),
        ("montant:NaN", "search.not_a_number"),
        ("montant:1e309", "search.not_a_number"),
        ("montant:-5", "search.not_a_number"),
        ("depot:demain", "search.not_a_day"),
        ("depot:2018-02-30", "search.not_a_day"),
        ("depot:0001-01-01", "search.not_a_day"),
        ('label:""', "search.value_missing"),
    ],
)
def test_what_nobody_can_mean_is_a_mistake_and_the_rest_still_works(typed, code) -> None:
    wanted = read(f"{typed} is:open")
    assert [one.code for one in wanted.mistakes] == [code]
    assert wanted.terms == (Term("is", STATES["open"]),)


def test_a_mistake_repeats_what_was_typed() -> None:
    assert read("couleur:bleu").mistakes == (Mistake("search.unknown_key", {"key": "couleur"}),)


@pytest.mark.parametrize("typed", ["", "   ", "-", '"', ":", "::", "a:" * 500, "\ud800 %_\\"])
def test_nothing_typed_can_break_it(typed) -> None:
    read(typed)
