"""An expression is explained as a programme officer would write the rule."""

from __future__ import annotations

import re

import pytest

from build.logic import SCHEMA
from config import ROOT
from grants.calls.form.variables import BUDGET_TOTALS
from grants.calls.logic import APPLICANT, FUNCTIONS, explain, parse, parsing

EXPLAINED = {
    "requested <= 0.5 * budget.charges": (
        "le montant demandé est inférieur ou égal à 50 % du total des charges",
        "the amount requested is at most 50% of total charges",
    ),
    "requested <= 0.5 * budget.charges and applicant.is_association": (
        "le montant demandé est inférieur ou égal à 50 % du total des charges"
        " et le porteur est une association",
        "the amount requested is at most 50% of total charges"
        " and the applicant is an association",
    ),
    "23000 >= requested": (
        "le montant demandé est inférieur ou égal à 23 000 €",
        "the amount requested is at most €23,000",
    ),
    "floor < 350.5": (
        "la surface est inférieure à 350,5 m²",
        "the floor area is less than 350.5 m²",
    ),
    "staff != 3": (
        "le nombre de salariés est différent de 3",
        "the number of employees is not equal to 3",
    ),
    "ready": (
        "la réponse à « Êtes-vous prêts ? » est « oui »",
        "the answer to “Are you ready?” is “yes”",
    ),
    "not (ready or track == \"seed\")": (
        "la réponse à « Êtes-vous prêts ? » est « non »"
        " et la réponse à « Volet » n’est pas « Émergence »",
        "the answer to “Are you ready?” is “no” and the answer to “Track” is not “Seed”",
    ),
    'track not in ("seed", "growth")': (
        "la réponse à « Volet » n’est ni « Émergence » ni « Essor »",
        "the answer to “Track” is neither “Seed” nor “Growth”",
    ),
    "staff > 1 and (ready or applicant.ess)": (
        "le nombre de salariés est supérieur à 1 et soit la réponse à « Êtes-vous prêts ? » est"
        " « oui », soit le porteur est une structure de l’économie sociale et solidaire",
        "the number of employees is more than 1 and either the answer to “Are you ready?” is"
        " “yes” or the applicant is part of the social and solidarity economy",
    ),
    "applicant.qpv or (ready and applicant.ess)": (
        "le porteur est installé dans un quartier prioritaire, ou bien la réponse à"
        " « Êtes-vous prêts ? » est « oui » et le porteur est une structure de l’économie"
        " sociale et solidaire",
        "the applicant is based in a priority neighbourhood, or else the answer to"
        " “Are you ready?” is “yes” and the applicant is part of the social and solidarity"
        " economy",
    ),
    "applicant.age_months >= 24": (
        "l’ancienneté du porteur est supérieure ou égale à 24 mois",
        "the applicant’s age is at least 24 months",
    ),
    'starts >= "2018-10-01"': (
        "la date de début est au plus tôt le 1er octobre 2018",
        "the start date is 1 October 2018 at the earliest",
    ),
    "starts < ends": (
        "la date de début est antérieure à « Fin des travaux »",
        "the start date is before “Last day”",
    ),
    "days_between(starts, ends) <= 30": (
        "le nombre de jours entre la date de début et « Fin des travaux »"
        " est inférieur ou égal à 30",
        "the number of days between the start date and “Last day” is at most 30",
    ),
    "sum(items.cost) == requested": (
        "le total de la colonne « Coût » de « Postes » est égal au montant demandé",
        "the total of the column “Cost” of “Items” is equal to the amount requested",
    ),
    "count(items) >= 2 and not empty(plan)": (
        "le nombre de lignes de « Postes » est supérieur ou égal à 2"
        " et « Plan de financement » est renseigné",
        "the number of lines of “Items” is at least 2 and “Funding plan” is filled in",
    ),
    'contains(applicant.approvals, "esus")': (
        "la liste des agréments du porteur comprend « ESUS »",
        "the list of the applicant’s approvals includes “ESUS”",
    ),
    'not contains(themes, "food")': (
        "« Thèmes » ne comprend pas « Alimentation »",
        "“Themes” does not include “Food”",
    ),
    "not applicant.is_company": (
        "le porteur n’est pas une entreprise", "the applicant is not a company",
    ),
    "requested / budget.charges < 0.8": (
        "le rapport entre le montant demandé et le total des charges est inférieur à 0,8",
        "the ratio of the amount requested to total charges is less than 0.8",
    ),
    "unheard > 1": ("« unheard » est supérieur à 1", "“unheard” is more than 1"),
}  # fmt: skip


@pytest.mark.parametrize("text", EXPLAINED)
def test_a_condition_reads_as_a_sentence(text):
    french, english = EXPLAINED[text]
    told = explain(parse(text), SCHEMA, "fr").replace("\u202f", " ").replace("\u00a0", " ")
    assert told == french
    assert explain(parse(text), SCHEMA, "en").replace("\u00a0", " ") == english


AMOUNTS = {
    "4000 * staff": (
        "4 000 € multipliés par le nombre de salariés",
        "€4,000 multiplied by the number of employees",
    ),
    "min(4000 * staff, 0.3 * budget.charges, 50000)": (
        "la plus petite valeur entre 4 000 € multipliés par le nombre de salariés, 30 % du total"
        " des charges et 50 000 €",
        "the smallest of €4,000 multiplied by the number of employees, 30% of total charges"
        " and €50,000",
    ),
    "round(0.125 * requested, -2)": (
        "12,5 % du montant demandé, arrondi à la centaine",
        "12.5% of the amount requested, rounded to the nearest hundred",
    ),
    "5000 if applicant.qpv else 2000": (
        "5 000 € si le porteur est installé dans un quartier prioritaire, 2 000 € sinon",
        "€5,000 if the applicant is based in a priority neighbourhood, €2,000 otherwise",
    ),
    "5000 * (staff + floor)": (
        "5 000 fois la somme du nombre de salariés et de la surface",
        "5,000 times the sum of the number of employees and the floor area",
    ),
    "0.5 * (budget.charges - requested)": (
        "50 % de la différence entre le total des charges et le montant demandé",
        "50% of the difference between total charges and the amount requested",
    ),
    "budget.charges - requested": (
        "le total des charges moins le montant demandé",
        "total charges minus the amount requested",
    ),
    "2 * requested + sum(requested, budget.charges)": (
        "2 fois le montant demandé plus la somme du montant demandé et du total des charges",
        "2 times the amount requested plus the sum of the amount requested and total charges",
    ),
}


@pytest.mark.parametrize("text", AMOUNTS)
def test_an_amount_reads_as_a_calculation(text):
    french, english = AMOUNTS[text]
    told = explain(parse(text), SCHEMA, "fr", unit="EUR").replace("\u202f", " ")
    assert told == french
    assert explain(parse(text), SCHEMA, "en", unit="EUR") == english


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
@pytest.mark.parametrize("given", ["", "staff", "staff, ready, starts"])
def test_a_rule_that_makes_no_sense_is_told_all_the_same(name, given):
    for text in (f"{name}({given})", f"not {name}({given})", f"{name}({given}) in (1, 2)"):
        assert explain(parse(text), SCHEMA, "fr")
        assert explain(parse(text), SCHEMA, "en", unit="EUR")


def test_the_page_about_the_language_says_all_of_it():
    page = (ROOT / "docs" / "expressions.md").read_text("utf-8")
    plain = page.replace(" 000", "000")
    assert {one for one in FUNCTIONS if f"`{one}(" not in page} == set()
    assert {one for one in APPLICANT if one.partition(".")[2] not in page} == set()
    assert {part for part, *_ in BUDGET_TOTALS if f"`budget.{part}`" not in page} == set()
    for most in (parsing.LENGTH_MAX, parsing.TOKENS_MAX, parsing.DEPTH_MAX, parsing.SEVERAL_MAX):
        assert re.search(rf"\b{most}\b", plain), most
