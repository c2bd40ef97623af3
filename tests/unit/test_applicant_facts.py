"""What rules may ask of an applicant: what is known, and nothing that is not."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from grants.applications.facts import applicant_facts, feigned_facts
from grants.calls.logic import APPLICANT
from grants.calls.models import Call
from grants.people.models import Organisation

NOW = datetime(2024, 6, 15, 9, 0, tzinfo=UTC)
COMPLETE = {
    "legal_form": "9220", "legal_label": "Association déclarée", "being_created": False,
    "street": "", "postcode": "63000", "city": "Clermont-Ferrand", "commune_code": "63113",
    "registered_on": date(2022, 6, 16), "is_social_company": False, "seat_qpv": True,
    "approvals": [
        {"kind": "esus", "granted_on": "2020-01-01", "valid_until": "2025-01-01"},
        {"kind": "siae", "granted_on": "2020-01-01", "valid_until": "2023-01-01"},
    ],
}  # fmt: skip


def facts(territories=(), **columns):
    call = Call(territories=[{"code": code, "name": code} for code in territories])
    return applicant_facts(Organisation(**{**COMPLETE, **columns}), call, NOW)


def test_an_association_is_known_by_all_that_its_page_holds():
    assert facts() == {
        "applicant.legal_form": "9220", "applicant.is_association": True,
        "applicant.is_foundation": False, "applicant.is_cooperative": False,
        "applicant.is_company": False, "applicant.is_public": False,
        "applicant.is_person": False, "applicant.being_created": False, "applicant.ess": True,
        "applicant.approvals": ("esus",), "applicant.commune": "63113",
        "applicant.in_territory": True, "applicant.qpv": True, "applicant.age_months": 23,
    }  # fmt: skip


def test_every_fact_is_a_variable_that_rules_know():
    assert set(facts()) == set(APPLICANT)
    assert set(applicant_facts(None, Call(territories=[]), NOW)) <= set(APPLICANT)
    assert set(feigned_facts("9220")) <= set(APPLICANT)


def test_a_natural_person_is_no_organisation():
    found = applicant_facts(None, Call(territories=[]), NOW)
    assert found["applicant.is_person"] is True
    assert not any(value for name, value in found.items() if name != "applicant.is_person")
    assert feigned_facts("")["applicant.is_person"] is True


@pytest.mark.parametrize(
    ("code", "label", "fact"),
    [
        ("9300", "Fondation", "is_foundation"),
        ("5710", "SAS, société par actions simplifiée", "is_company"),
        ("5458", "Société coopérative de production (SCOP) à responsabilité limitée",
         "is_cooperative"),
        ("7210", "Commune et commune nouvelle", "is_public"),
    ],
)  # fmt: skip
def test_a_legal_form_is_of_one_sort(code, label, fact):
    found = facts(legal_form=code, legal_label=label)
    sorts = ["association", "foundation", "cooperative", "company", "public", "person"]
    assert [f"is_{one}" for one in sorts if found[f"applicant.is_{one}"]] == [fact]


@pytest.mark.parametrize(
    ("begun", "months"),
    [(date(2022, 6, 15), 24), (date(2022, 6, 16), 23), (date(2024, 6, 15), 0), (None, None),
     (date(2025, 1, 1), None)],
)  # fmt: skip
def test_an_age_is_counted_in_whole_months(begun, months):
    assert facts(registered_on=begun).get("applicant.age_months") == months


@pytest.mark.parametrize(
    ("territories", "commune", "inside"),
    [
        ([], None, True),
        (["63113"], "63113", True),
        (["63113"], "63014", False),
        (["63113"], None, None),
        (["200058519"], "63113", None),  # a group whose communes are not known here
        (["246300701", "63113"], "63113", True),
    ],
)
def test_a_territory_is_made_of_communes(territories, commune, inside):
    assert facts(territories, commune_code=commune).get("applicant.in_territory") is inside


def test_the_place_of_action_counts_before_the_seat():
    found = facts(
        ["63014"], place_postcode="63110", place_city="Beaumont", place_commune_code="63014",
        place_qpv=False,
    )  # fmt: skip
    assert (found["applicant.commune"], found["applicant.in_territory"]) == ("63014", True)
    assert found["applicant.qpv"] is False
    assert "applicant.qpv" not in facts(seat_qpv=None)
