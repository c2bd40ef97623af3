"""A voted budget in the SCDL format: what is read, what is left aside and why."""

from __future__ import annotations

from uuid import UUID

import pytest

from grants.kernel.money import Unit
from grants.ledger import scdl
from grants.ledger.operations import ActKind, Kind, Section
from grants.ledger.queries import EnvelopeLine

HEAD = (
    "BGT_NATDEC;BGT_ANNEE;BGT_SIRET;BGT_CONTNAT;BGT_CONTNAT_LABEL;BGT_FONCTION;BGT_SECTION;"
    "BGT_OPBUDG;BGT_CODRD;BGT_MTPROPNOUV;BGT_MTPREV"
)
SIRET = "24630070100033"
ONE = f"budget primitif;2018;{SIRET};65748;Associations;65;fonctionnement;réel;dépense;60000,50;"


def envelope(at: int, nature: str | None, function: str | None, **more) -> EnvelopeLine:
    facts = {
        "id": UUID(int=at), "book_id": UUID(int=0), "funder_id": UUID(int=0), "year": 2018,
        "label": f"E{at}", "unit": Unit.EUR, "section": Section.OPERATING, "kind": Kind.ANNUAL,
        "last_year": None,
    }  # fmt: skip
    facts |= {"nature_account": nature, "function_code": function}
    stages = ("voted", "available", "reserved", "committed", "ordered", "paid", "lapsed",
              "carried", "claimed", "recovered")  # fmt: skip
    return EnvelopeLine(**{**facts, **more}, **dict.fromkeys(stages, 0))


def told(*lines: str, encoding: str = "utf-8-sig", head: str = HEAD) -> scdl.Budget:
    content = "\n".join([head, *lines]).encode(encoding)
    return scdl.read(content, year=2018, siret=SIRET)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_line_is_read_to_the_cent_whatever_wrote_it(encoding):
    budget = told(ONE, encoding=encoding)
    (line,) = budget.lines
    assert (budget.kind, line.number, line.nature, line.function) == (
        ActKind.INITIAL, 2, "65748", "65",
    )  # fmt: skip
    assert (line.amount, line.section, line.reason) == (60_000_50, Section.OPERATING, "")
    assert budget.expenditure == ((Section.OPERATING, 60_000_50), (Section.CAPITAL, 0))


def test_commas_separate_as_well_and_dots_are_read():
    comma = told(ONE.replace("60000,50", "60000.50").replace(";", ","), head=HEAD.replace(";", ","))
    assert comma.lines[0].amount == 60_000_50


WHOLE = (
    "BGT_NATDEC;BGT_ANNEE;BGT_SIRET;BGT_NOM;BGT_CONTNAT;BGT_CONTNAT_LABEL;BGT_NATURE;"
    "BGT_NATURE_LABEL;BGT_FONCTION;BGT_SECTION;BGT_OPBUDG;BGT_CODRD;BGT_MTPREV"
)
CHAPTER, ACCOUNT = "65;Autres charges", "65748;Associations"


@pytest.mark.parametrize("codes", [(CHAPTER, ACCOUNT), (ACCOUNT, CHAPTER)])
def test_the_account_is_found_in_whichever_column_has_it(codes):
    """The schema's words and its examples disagree, and so do the files of authorities."""
    line = f"budget primitif;2018;{SIRET};Métropole;{';'.join(codes)};65;fonctionnement;réel"
    (read,) = told(f"{line};dépense;75000,00", head=WHOLE).lines
    assert (read.nature, read.label, read.amount) == ("65748", "Associations", 75_000_00)
    taken = scdl.judged(told(f"{line};dépense;75000,00", head=WHOLE), [envelope(1, "65748", "65")])
    assert [one.envelope for one in taken.taken] == ["E1"]


def test_a_file_may_give_the_account_alone():
    (read,) = told(ONE, head=HEAD.replace("CONTNAT", "NATURE")).lines
    assert (read.nature, read.label) == ("65748", "Associations")


def test_no_line_of_a_large_file_is_left_out():
    assert len(told(*([ONE] * 25_000)).lines) == 25_000


REASONS = {
    "not_a_vote": ("budget primitif", "compte administratif"),
    "other_year": (";2018;", ";2019;"),
    "other_funder": (SIRET, "1" * 14),
    "revenue": ("dépense", "recette"),
    "not_real": ("réel", "ordre"),
    "no_section": ("fonctionnement", "autre"),
    "no_amount": ("60000,50", "beaucoup"),
    "zero": ("60000,50", "0"),
}


@pytest.mark.parametrize("reason", REASONS)
def test_each_line_left_aside_says_why(reason):
    budget = told(ONE.replace(*REASONS[reason]))
    assert [one.reason for one in budget.lines] == [reason]
    assert budget.taken == []


@pytest.mark.parametrize("text", ["1e30", "NaN", "Infinity", "0,001", "9" * 40, "--5", ""])
def test_amounts_that_are_none_are_none(text):
    assert told(ONE.replace("60000,50", text)).lines[0].reason == "no_amount"


@pytest.mark.parametrize(
    ("ours", "expected"),
    [
        ([("65748", "65")], "E1"),
        ([("65748", None)], "E1"),
        ([("65748", "65"), ("65748", None)], "E1"),
        ([("65748", "61")], "no_envelope"),
        ([("6574", "65")], "no_envelope"),
        ([("65748", "65"), ("65748", "65")], "two_envelopes"),
    ],
)
def test_a_line_finds_the_envelope_of_its_account_and_function(ours, expected):
    envelopes = [envelope(at, *one) for at, one in enumerate(ours, start=1)]
    (line,) = scdl.judged(told(ONE), envelopes).lines
    assert (line.envelope or line.reason) == expected


def test_other_sections_units_and_authorisations_take_nothing():
    others = [
        envelope(1, "65748", "65", section=Section.CAPITAL),
        envelope(2, "65748", "65", unit=Unit.HOUR, section=Section.NONE),
        envelope(3, "65748", "65", kind=Kind.AUTHORISATION, last_year=2020),
    ]
    assert [one.reason for one in scdl.judged(told(ONE), others).lines] == ["no_envelope"]


@pytest.mark.parametrize("content", [b"a;b\n1;2", b"\xff\xfe\x00" * 9, b""])
def test_what_is_no_budget_names_what_it_lacks(content):
    lacks = (*scdl.COLUMNS, "BGT_NATURE")
    assert scdl.read(content, year=2018, siret=None).missing == lacks


@pytest.mark.parametrize("amount", ["1e9999999", "NaN", "sNaN", "-Infinity"])
def test_an_amount_that_nobody_votes_is_none(amount):
    (line,) = told(ONE.replace("60000,50", amount)).lines
    assert (line.amount, line.reason) == (0, "no_amount")
