"""How much a call gives: worked out by its rule, bounded, and explained line by line."""

from __future__ import annotations

from decimal import Decimal

import pytest

from build.logic import SCHEMA
from grants.calls.award import AwardRule, Gift, estimate
from grants.calls.eligibility import verdicts
from grants.calls.form import FormDocument, look
from grants.calls.reading import Malformed
from grants.calls.templates import templates
from grants.kernel.money import Unit

TEXTS = {"instrument": "grant", "explain_fr": "Barème", "explain_en": "Rule"}


def a_rule(**written: object) -> AwardRule:
    return AwardRule.parse({**TEXTS, **written})


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def test_four_thousand_euros_for_each_of_61_employees_are_244_000():
    found = estimate(a_rule(amount_rule="4000 * staff"), {"staff": 61}, schema=SCHEMA)
    assert found.amount == 24_400_000
    assert [(one.kind, plain(one.fr), one.amount) for one in found.lines] == [
        ("value", "Le nombre de salariés : 61", None),
        ("rule", "4 000 € multipliés par le nombre de salariés", 24_400_000),
    ]
    assert [one.en for one in found.lines] == [
        "The number of employees: 61",
        "€4,000 multiplied by the number of employees",
    ]


def test_without_the_answers_there_is_no_amount_but_what_lacks_is_said():
    found = estimate(a_rule(amount_rule="4000 * staff"), {}, schema=SCHEMA)
    assert (found.amount, found.lacking) == (None, {"staff"})
    assert [one.kind for one in found.lines] == ["unknown"]
    assert estimate(a_rule(), {}).amount is None
    assert estimate(a_rule(amount=400_000), {}).amount == 400_000


@pytest.mark.parametrize(
    ("staff", "bounds", "amount", "kinds"),
    [
        (1, {"floor": 1_000_000}, 1_000_000, ["value", "rule", "floor"]),
        (61, {"ceiling": 10_000_000}, 10_000_000, ["value", "rule", "ceiling"]),
        (61, {"ceiling": 9, "amount_max": 5}, 5, ["value", "rule", "ceiling"]),
        (5, {"floor": 1_000_000, "ceiling": 10_000_000}, 2_000_000, ["value", "rule"]),
        (0, {}, 0, ["value", "rule"]),
        (-3, {}, 0, ["value", "rule"]),
    ],
)  # fmt: skip
def test_bounds_that_apply_are_told(staff, bounds, amount, kinds):
    found = estimate(a_rule(amount_rule="4000 * staff", **bounds), {"staff": staff}, schema=SCHEMA)
    assert found.amount == amount
    assert [one.kind for one in found.lines] == kinds


def test_all_public_aid_together_stays_under_its_rate():
    rule = a_rule(amount_rule="0.5 * budget.charges", rate_max=80)
    values = {"budget.charges": Decimal(100_000)}
    assert estimate(rule, values, schema=SCHEMA).amount == 5_000_000
    # 45 000 € from others leave 35 000 of the 80 000; what we are asked is no other aid.
    values |= {"budget.grants": Decimal(65_000), "requested": Decimal(20_000)}
    found = estimate(rule, values, schema=SCHEMA)
    assert found.amount == 3_500_000
    assert (
        plain(found.lines[-1].fr) == "Le total des aides publiques ne dépasse pas 80 % des charges"
    )
    # Nothing is left: nothing is given, and never less.
    assert estimate(rule, values | {"budget.grants": Decimal(500_000)}).amount == 0
    # Without a budget the cap is told, not applied.
    found = estimate(a_rule(amount_rule="4000 * staff", rate_max=80), {"staff": 2}, schema=SCHEMA)
    assert (found.amount, found.lines[-1].kind, found.lines[-1].amount) == (
        800_000,
        "public_aid",
        None,
    )


def test_square_metres_have_no_cents():
    found = estimate(
        a_rule(amount_rule="round(floor / 3)"),
        {"floor": 100},
        schema=SCHEMA,
        unit=Unit.SQUARE_METRE,
    )
    assert found.amount == 33


def test_half_a_cent_goes_up():
    assert estimate(a_rule(amount_rule="0.00125 * staff"), {"staff": 4}).amount == 1


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ({"amount_rule": "4000 **"}, "amount_rule: "),
        ({"amount_rule": "4000", "amount": 5}, "one of them only"),
        ({"floor": 10, "ceiling": 5}, "floor: is above the ceiling"),
        ({"floor": 10, "amount_max": 5}, "floor: is above the ceiling"),
        ({"rate_max": 180}, "rate_max: must be at most 100"),
        ({"rate": 1}, "rate: is not a known key here"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_its_place(written, why):
    with pytest.raises(Malformed) as caught:
        a_rule(**written)
    assert any(why in one for one in caught.value.errors)


def test_a_rule_is_stored_as_it_was_and_old_ones_stay_the_same():
    old = {**TEXTS, "amount": 5, "amount_max": None}
    assert AwardRule.parse(old).stored() == old
    new = {**TEXTS, "amount": None, "amount_max": None, "amount_rule": "staff", "rate_max": 80}
    assert AwardRule.parse(new).stored() == new
    assert AwardRule.parse(new).instrument is Gift.GRANT


def test_a_rule_about_an_unknown_question_is_a_mistake():
    assert a_rule(amount_rule="4000 * staff").mistakes(SCHEMA) == []
    assert a_rule(amount_rule="4000 * people").mistakes(SCHEMA)[0].code == "logic.unknown_name"
    assert a_rule(amount_rule="ready").mistakes(SCHEMA)[0].code == "logic.result"


@pytest.mark.parametrize("key", sorted(templates()))
def test_the_rules_of_the_catalogue_suit_their_forms(key):
    scheme = templates()[key]
    form = FormDocument.parse(scheme.form)
    assert scheme.award_rule.mistakes(form.schema) == []


RULES = [
    {"key": "ess", "rule": "applicant.ess", "refusal_fr": "Non", "refusal_en": "No"},
    {"key": "age", "rule": "applicant.age_months >= 24 or requested < 1000",
     "refusal_fr": "Trop jeune", "refusal_en": "Too young"},
]  # fmt: skip


def test_each_rule_of_eligibility_holds_or_refuses_or_waits():
    found = verdicts(RULES, {"applicant.ess": False, "requested": 500})
    assert [one.holds for one in found] == [False, True]
    found = verdicts(RULES, {"applicant.ess": True})
    assert [one.holds for one in found] == [True, None]
    assert found[1].lacking == {"applicant.age_months", "requested"}


def test_a_form_answers_the_rules_of_its_call():
    fields = [
        {"key": "aide", "type": "money", "role": "requested", "label_fr": "A", "label_en": "A"},
        {"key": "plan", "type": "budget", "label_fr": "B", "label_en": "B"},
    ]
    section = {"key": "s", "title_fr": "S", "title_en": "S", "fields": fields}
    form = FormDocument.parse({"sections": [section]})
    budget = {
        "charges": [{"account": "60", "label": "", "amount": 9000},
                    {"account": "86", "label": "", "amount": 500}],
        "products": [{"account": "74", "label": "", "amount": 9000}],
    }  # fmt: skip
    seen = look(form, {"aide": 450_050, "plan": budget}, applicant={"applicant.ess": True})
    names = [
        "requested",
        "aide",
        "budget.charges",
        "plan.grants",
        "budget.in_kind",
        "applicant.ess",
    ]
    assert [seen[name] for name in names] == [
        Decimal("4500.5"), Decimal("4500.5"), 9000, 9000, 500, True,
    ]  # fmt: skip
    assert [one.holds for one in verdicts(RULES, seen)] == [True, None]


def test_the_bursary_of_the_catalogue_gives_244_000_to_61():
    scheme = templates()["bourse_emergence_scop_scic"]
    form = FormDocument.parse(scheme.form)
    found = estimate(
        scheme.award_rule, look(form, {"associes_salaries": 61}), schema=form.schema
    )  # fmt: skip
    assert found.amount == 24_400_000
    assert plain(found.lines[-1].fr).startswith("4 000 € multipliés par")
