"""What could I receive? The rule of the call put to a few answers, line by line, kept nowhere."""

from __future__ import annotations

import pytest

from build.calls import TEXTS, a_call, a_call_from_template
from build.html import Page


def a_rule(**figures):
    return {**TEXTS["award_rule"], **figures}


def page_of(client, call, **answers):
    path = f"/appels/{call.slug}/estimation"
    return client.post(path, data=answers) if answers else client.get(path)


def test_sixty_one_employee_members_give_244_000_euros(session, client):
    call = a_call_from_template(session, "bourse_emergence_scop_scic")
    session.flush()
    asked = set(Page(page_of(client, call).text).kinds) - {"csrf_token"}
    assert asked == {"q-associes_salaries"}
    page = page_of(client, call, **{"q-associes_salaries": "61"}).text
    assert "<strong>244\u202f000\u202f€</strong>" in page
    assert "\u202f: 61<" in page, "the answer stands in the calculation"
    assert Page(page).boxes["q-associes_salaries"] == ["61"]


@pytest.mark.parametrize(
    "case",
    [
        ({"amount_rule": "0.5 * requested"}, {"q-requested": "1 000,50"}, "500,25\u202f€", ""),
        ({"amount_rule": "requested", "ceiling": 200_000}, {"q-requested": "9000"},
         "2\u202f000\u202f€", "Le plafond du barème s’applique"),
        ({"amount_rule": "requested", "floor": 200_000}, {"q-requested": "1"},
         "2\u202f000\u202f€", "Le minimum du barème s’applique"),
        ({"amount_rule": "requested", "rate_max": 80},
         {"q-requested": "9000", "q-budget-charges": "10000", "q-budget-grants": "9000"},
         "8\u202f000\u202f€", "aides publiques"),
        ({"amount": 400_000}, {"csrf_token": "x"}, "4\u202f000\u202f€", "Le même montant"),
    ],
)  # fmt: skip
def test_bounds_are_applied_and_each_is_said(session, client, case):
    figures, answers, amount, words = case
    call = a_call(session, award_rule=a_rule(**figures))
    session.flush()
    page = page_of(client, call, **answers).text
    assert f"<strong>{amount}</strong>" in page
    assert words in page


def test_a_missing_answer_is_said(session, client):
    call = a_call(session, award_rule=a_rule(amount_rule="0.5 * requested"))
    session.flush()
    page = page_of(client, call, **{"q-requested": ""}).text
    assert "Il manque une réponse" in page
    assert "<strong>" not in page.partition('id="estimate-title"')[2].partition("</section>")[0]


@pytest.mark.parametrize("typed", ["beaucoup", "1e309", "NaN", "-5", "9" * 60, "٦١"])
def test_what_is_no_number_is_said_beside_its_box(session, client, typed):
    call = a_call(session, award_rule=a_rule(amount_rule="requested"))
    session.flush()
    answer = page_of(client, call, **{"q-requested": typed})
    assert answer.status_code == 422
    assert "Écrivez un nombre" in answer.text


def test_the_page_of_the_call_says_the_rule_and_offers_the_estimate(session, client):
    call = a_call(
        session, award_rule=a_rule(amount_rule="0.5 * requested", ceiling=2_000_000, rate_max=80)
    )
    plain = a_call(session)
    session.flush()
    page = client.get(f"/appels/{call.slug}").text
    for words in (
        "Le montant se calcule ainsi\u202f: 50",
        "Il ne dépasse jamais 20\u202f000\u202f€.",
        "ne dépasse pas 80\u202f% des charges",
        f"/appels/{call.slug}/estimation",
    ):
        assert words in page, words
    assert "/estimation" not in client.get(f"/appels/{plain.slug}").text
    assert "n’a pas de barème" in page_of(client, plain).text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_estimate_takes_two_statements(session, client, statements, rows):
    call = a_call(session, award_rule=a_rule(amount_rule="requested"), juries=rows)
    session.flush()
    statements.clear()
    assert page_of(client, call, **{"q-requested": "5"}).status_code == 200
    assert len(statements) == 2
