"""The rules of the schemes that ship: each lets somebody through, and stops somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from build.answers import complete
from build.schemes import CASES, Case
from grants.calls.form import Field, FieldType, FormDocument, problems
from grants.calls.logic import APPLICANT, Facts, explain, holds, mistakes, parse
from grants.calls.templates import template, templates

FAMILIES = ("association", "foundation", "cooperative", "company", "public", "person")
ASSOCIATION: Facts = {
    **{f"applicant.is_{one}": one == "association" for one in FAMILIES},
    "applicant.being_created": False,
    "applicant.ess": True,
    "applicant.approvals": (),
    "applicant.in_territory": True,
}


def an_applicant(kind: str, **facts: Any) -> Facts:
    """Somebody who is no association."""
    changed = {f"applicant.{name}": value for name, value in facts.items()}
    return {**ASSOCIATION, "applicant.is_association": False, f"applicant.{kind}": True, **changed}


APPLICANTS: Mapping[str, Facts] = {
    "association": ASSOCIATION,
    "insertion": {**ASSOCIATION, "applicant.approvals": ("siae",)},
    "insertion, ESUS": {**ASSOCIATION, "applicant.approvals": ("siae", "esus")},
    "foundation": an_applicant("is_foundation"),
    "cooperative": an_applicant("is_cooperative"),
    "company": an_applicant("is_company", ess=False),
    "town": an_applicant("is_public", ess=False),
    "person": an_applicant("is_person", ess=False),
}
RULES = [
    (key, rule["key"], rule)
    for key, scheme in sorted(templates().items())
    for rule in scheme.particulars.eligibility_rules
]
FORMS = {key: FormDocument.parse(scheme.form) for key, scheme in templates().items()}
CHECKS = [(key, check.key, check) for key, form in sorted(FORMS.items()) for check in form.checks]
EXTREMES: Mapping[FieldType, tuple[Any, ...]] = {
    FieldType.MONEY: (10**13, 0),
    FieldType.NUMBER: (10**6, 1, 0, "1000000", "0"),
    FieldType.QUANTITY: (10**6, 1),
    FieldType.DATE: ("2001-01-01", "2099-01-01"),
    FieldType.YES_NO: (False,),
}


@pytest.mark.parametrize("key", sorted(templates()))
def test_somebody_may_apply_and_somebody_may_not(key):
    rules = template(key).particulars.eligibility_rules
    verdicts = {
        name: all(holds(parse(rule["rule"]), facts) for rule in rules)
        for name, facts in APPLICANTS.items()
    }
    assert rules
    assert True in verdicts.values(), verdicts
    assert False in verdicts.values(), verdicts


@pytest.mark.parametrize(("key", "name", "rule"), RULES, ids=[f"{a}-{b}" for a, b, _ in RULES])
def test_each_rule_stops_somebody_with_a_sentence(key, name, rule):
    expression = parse(rule["rule"])
    assert mistakes(expression, APPLICANT) == []
    assert False in [holds(expression, facts) for facts in APPLICANTS.values()]
    assert rule["refusal_fr"].endswith(".")
    assert len(rule["refusal_fr"].split()) > 6
    assert explain(expression, APPLICANT, "fr")


@pytest.mark.parametrize("key", sorted(templates()))
def test_answers_that_make_sense_may_be_submitted(key):
    assert found(key, CASES.get(key, Case())) == []


@pytest.mark.parametrize(("key", "name", "check"), CHECKS, ids=[f"{a}-{b}" for a, b, _ in CHECKS])
def test_each_check_stops_answers_that_do_not(key, name, check):
    case, form = CASES.get(key, Case()), FORMS[key]
    asked = [one for one in form.fields() if not one.computed]
    tries = [{field.key: wrong} for field in asked for wrong in extremes(field)]
    tries.append({one.key: 0 for one in asked if one.type is FieldType.NUMBER})
    messages = set()
    for changed in tries:
        answers = {**case.answers, **changed}
        for legal_form in {case.legal_form, Case().legal_form}:
            told = found(key, Case(legal_form, answers=answers), kind="form.check")
            messages |= {one.facts["message_fr"] for one in told}
    assert check.message_fr in messages


def extremes(field: Field) -> tuple[Any, ...]:
    """Values as far from sense as the type allows."""
    if field.type is FieldType.CHOICE:
        return tuple(one.key for one in field.limits.choices)
    return EXTREMES.get(field.type, ())


def found(key: str, case: Case, *, kind: str = "") -> list[Any]:
    """What stands in the way of submitting, documents aside."""
    form = FORMS[key]
    files = {field.key: ["a document"] for field in form.files()}
    facts = {"applicant.legal_form": case.legal_form, **ASSOCIATION}
    told = problems(form, complete(form, **case.answers), files, applicant=facts)
    return [one for one in told if not kind or one.code == kind]


KEPT_ONCE = {
    "statuts": "statutes",
    "dirigeants": "officers_list",
    "parution": "agreement",
    "comptes": "accounts",
    "budget_structure": "budget_org",
    "rapport_activite": "activity_report",
}


@pytest.mark.parametrize("key", sorted(one.key for one in templates().values()))
def test_papers_of_the_organisation_come_from_its_vault(key: str) -> None:
    asked = {document.key: document.vault_kind for document in template(key).documents}
    assert {key: asked[key] for key in KEPT_ONCE.keys() & asked.keys()} == {
        key: kind for key, kind in KEPT_ONCE.items() if key in asked
    }
