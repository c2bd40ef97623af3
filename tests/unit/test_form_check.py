"""What lacks before submitting, where each section stands, and the budget's two equal sides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build.calls import ANSWERS, DOCUMENT, a_form
from grants.calls.form import (
    FormDocument,
    Headline,
    Progress,
    clean,
    cleaned,
    headline,
    problems,
    progress,
)
from grants.calls.form.budget import CHARGES, IN_KIND, PRODUCTS, imbalance, totals

FORM = FormDocument.parse(DOCUMENT)
BUDGET = FORM.field("budget")


def a_budget(charges=(("60", "Matières", 8000),), products=(("74", "Nous", 8000),)):
    def lines(rows):
        return [{"account": a, "label": label, "amount": n} for a, label, n in rows]

    return {"charges": lines(charges), "products": lines(products)}


def found(answers, files=None, **more):
    return [
        (one.section_key, one.field_key, one.code)
        for one in problems(FORM, answers, files or {}, **more)
    ]


def test_complete_answers_have_no_problem():
    assert found(ANSWERS) == []


def test_holes_are_told_in_reading_order():
    assert found({}) == [
        ("project", "title", "form.required"),
        ("project", "summary", "form.required"),
        ("money", "requested", "form.required"),
    ]


def test_what_was_typed_and_not_understood_is_told_again():
    assert found({**ANSWERS, "requested": "beaucoup"}) == [
        ("money", "requested", "form.number_unreadable")
    ]


def test_a_required_document_lacks_until_it_is_there():
    form = FormDocument.parse(a_form(files_required=True))
    assert [one.code for one in problems(form, ANSWERS, {})] == ["form.file_required"]
    assert problems(form, ANSWERS, {"articles": ["file"]}) == []
    codes = [one.code for one in problems(form, ANSWERS, {"articles": ["one", "two"]})]
    assert codes == ["form.too_many_files"]


def test_a_document_of_associations_is_not_asked_of_a_company():
    document = a_form(files_required=True)
    document["sections"][2]["fields"][0]["legal_forms"] = ["92"]
    form = FormDocument.parse(document)
    assert len(problems(form, ANSWERS, {}, applicant={"applicant.legal_form": "9220"})) == 1
    assert problems(form, ANSWERS, {}, applicant={"applicant.legal_form": "5710"}) == []


def test_a_section_says_where_it_stands():
    project, _, documents = FORM.sections
    assert progress(FORM, project, {}, {}) is Progress.NOT_STARTED
    assert progress(FORM, project, {"title": "A"}, {}) is Progress.IN_PROGRESS
    assert progress(FORM, project, ANSWERS, {}) is Progress.COMPLETE
    assert progress(FORM, documents, ANSWERS, {}) is Progress.NOT_STARTED
    assert progress(FORM, documents, ANSWERS, {"articles": ["file"]}) is Progress.COMPLETE


def test_roles_say_what_the_software_understands():
    assert headline(FORM, ANSWERS) == Headline(
        title=ANSWERS["title"], summary=ANSWERS["summary"], requested=500_000, track=""
    )
    assert headline(FORM, {}) == Headline(title="", summary="", requested=None, track="")


def test_a_section_is_cleaned_as_a_whole():
    raws = {"title": " A  b ", "contact": "nobody", "unknown": "x"}
    values, wrong = cleaned(FORM.sections[0].fields, raws)
    assert values == {"title": "A b"}
    assert [(key, one.code) for key, one in wrong.items()] == [("contact", "form.email")]


def test_a_budget_is_read_line_by_line_in_account_order():
    raw = {
        "charges": [
            {"account": "64", "label": " Salaires ", "amount": "12 000 €"},
            {"account": "60", "label": "", "amount": "800"},
            {"account": "61", "label": "", "amount": ""},
            "nonsense",
        ],
        "products": [{"account": "74", "label": "Région", "amount": "12.800"}],
    }
    assert clean(BUDGET, raw) == {
        "charges": [
            {"account": "60", "label": "", "amount": 800},
            {"account": "64", "label": "Salaires", "amount": 12000},
        ],
        "products": [{"account": "74", "label": "Région", "amount": 12800}],
    }


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"account": "74", "label": "x", "amount": "1"}, "form.budget_account"),
        ({"account": "", "label": "x", "amount": "1"}, "form.budget_account"),
        ({"account": "60", "label": "x", "amount": "1,50"}, "form.budget_whole_euros"),
        ({"account": "60", "label": "x", "amount": "cher"}, "form.budget_amount"),
        ({"account": "60", "label": "x", "amount": "-3"}, "form.budget_amount"),
    ],
)
def test_a_wrong_line_of_a_budget_is_named(line, code):
    problem = clean(BUDGET, {"charges": [line], "products": []})
    assert problem.code == code
    assert problem.facts["side"] == "charges"


def test_an_empty_budget_is_no_answer():
    assert clean(BUDGET, {"charges": [{"account": "60"}], "products": []}) is None
    assert found({**ANSWERS, "budget": None}) == []


@pytest.mark.parametrize(
    ("budget", "code"),
    [
        (a_budget(), None),
        (a_budget(charges=()), "form.budget_empty"),
        (a_budget(products=[("74", "", 7999)]), "form.budget_unbalanced"),
        (a_budget(products=[("70", "", 4000), ("74", "", 4000)]), "form.budget_without_request"),
        (
            a_budget(charges=[("60", "", 8000), ("86", "", 10)]),
            "form.budget_in_kind_unbalanced",
        ),
        (
            a_budget(
                charges=[("60", "", 8000), ("86", "", 10)],
                products=[("74", "", 8000), ("87", "", 10)],
            ),
            None,
        ),
    ],
)
def test_a_budget_balances_in_money_and_in_kind(budget, code):
    codes = [one.code for one in problems(FORM, {**ANSWERS, "budget": budget}, {})]
    assert codes == ([code] if code else [])


LINES = st.lists(
    st.tuples(st.integers(min_value=0, max_value=10**6), st.sampled_from(CHARGES)), max_size=8
)


@given(LINES)
def test_a_budget_whose_sides_mirror_each_other_balances(lines):
    mirror = {"86": "87"}
    charges = [(account.code, "", amount) for amount, account in lines]
    products = [(mirror.get(account.code, "70"), "", amount) for amount, account in lines]
    budget = a_budget(charges, products)
    sums = totals(budget)
    assert sums.gap == 0
    assert sums.balanced
    problem = imbalance(budget)
    assert (problem is None) == (sums.charges > 0)


def test_the_chart_has_the_accounts_of_the_official_form():
    codes = [account.code for account in CHARGES]
    assert codes == ["60", "61", "62", "63", "64", "65", "66", "67", "68", "86"]
    codes = [account.code for account in PRODUCTS]
    assert codes == ["70", "71", "72", "73", "74", "75", "76", "77", "78", "79", "87"]
    assert {"86", "87"} == IN_KIND
