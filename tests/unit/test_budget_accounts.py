"""Account numbers of a budget: the same one on several lines, the other side's, and none at all."""

from __future__ import annotations

import pytest

from grants.calls.form import FormDocument, Problem
from grants.calls.form.budget import LINES_MAX, budget, totals
from grants.calls.form.texts import SHORT_MAX

YEARS = {"years": 2}


def a_field(**limits):
    field = {"key": "plan", "type": "budget", "label_fr": "B", "label_en": "B", "limits": limits}
    section = {"key": "a", "title_fr": "A", "title_en": "A", "fields": [field]}
    return FormDocument.parse({"sections": [section]}).field("plan")


def lines(*rows):
    return [{"account": code, "label": label, "amount": amount} for code, label, amount in rows]


def test_one_account_on_several_lines_keeps_each_and_their_order():
    given = lines(("64", "Coordination", "900"), ("60", "Farine", "10"), ("60", "Sel", "5"))
    made = budget(a_field(), {"charges": [*given, *lines(("60", "Farine", "10"))], "products": []})
    assert [(one["account"], one["label"], one["amount"]) for one in made["charges"]] == [
        ("60", "Farine", 10),
        ("60", "Sel", 5),
        ("60", "Farine", 10),
        ("64", "Coordination", 900),
    ]
    assert totals(made).charges == 925


def test_several_lines_of_an_account_add_up_in_every_total():
    grants = lines(("74", "Ville", "300"), ("74", "Région", "200"), ("74", "Ville", "100"))
    kind = lines(("87", "Bénévolat", "7"), ("87", "Salle", "3"))
    used = lines(("86", "Bénévolat", "4"), ("86", "Salle", "6"), ("60", "", "600"))
    made = budget(a_field(), {"charges": used, "products": [*kind, *grants]})
    found = totals(made)
    assert (found.charges, found.products) == (600, 600)
    assert (found.in_kind_used, found.in_kind_given) == (10, 10)
    assert found.balanced


def test_several_lines_of_an_account_add_up_year_by_year():
    rows = [
        {"account": "60", "label": "Farine", "amounts": ["10", "20"]},
        {"account": "60", "label": "Farine", "amounts": ["1", "2"]},
    ]
    made = budget(a_field(**YEARS), {"charges": rows, "products": []})
    assert [totals(made, year).charges for year in (0, 1)] == [11, 22]
    assert totals(made).charges == 33


@pytest.mark.parametrize(
    "code",
    [
        "74",
        "87",
        "69",
        "6",
        "600",
        "60 61",
        "",
        "６０",
        "٦٠",
        "60\u200b",
        "-60",
        "60.0",
        None,
        60.0,
    ],
)
def test_what_is_no_account_of_the_charges_is_refused_with_its_line(code):
    row = {"account": code, "label": "Farine", "amount": "10"}
    found = budget(a_field(), {"charges": [row], "products": []})
    assert isinstance(found, Problem), found
    assert found.code == "form.budget_account"
    assert (found.facts["side"], found.facts["label"]) == ("charges", "Farine")


def test_the_charges_accounts_are_none_of_the_products():
    found = budget(a_field(), {"charges": [], "products": lines(("60", "Farine", "10"))})
    assert isinstance(found, Problem)
    assert found.facts["side"] == "products"


def test_one_line_wrong_among_others_of_its_account_refuses_them_all():
    rows = lines(("60", "Farine", "10"), ("60", "Sel", "dix"), ("60", "Eau", "5"))
    found = budget(a_field(), {"charges": rows, "products": []})
    assert isinstance(found, Problem)
    assert (found.code, found.facts["label"]) == ("form.budget_amount", "Sel")


def test_lines_beyond_what_a_side_holds_are_refused_and_none_is_dropped():
    full = lines(*[("60", f"Achat {n}", "1") for n in range(LINES_MAX)])
    blank = [{"account": "60", "label": "", "amount": ""}] * 300
    kept = budget(a_field(), {"charges": [*blank, *full, *blank], "products": []})
    assert len(kept["charges"]) == LINES_MAX
    found = budget(a_field(), {"charges": [*full, *lines(("60", "Un", "1"))], "products": []})
    assert found == Problem("form.budget_too_many_lines", {"side": "charges", "max": LINES_MAX})


def test_the_name_of_a_line_is_refused_and_not_cut():
    row = {"account": "60", "label": "x" * (SHORT_MAX + 1), "amount": "10"}
    found = budget(a_field(), {"charges": [row], "products": []})
    assert isinstance(found, Problem)
    assert found.code == "form.budget_label_too_long"
    row["label"] = "x" * SHORT_MAX
    assert budget(a_field(), {"charges": [row], "products": []})["charges"][0]["label"]
