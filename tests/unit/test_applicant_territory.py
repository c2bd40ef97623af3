"""What rules may ask of an organisation: where it acts, its approvals, its form."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from grants.applications.facts import applicant_facts
from grants.calls.models import Call
from grants.people.models import Known, Organisation

NOW = datetime(2024, 6, 1, 9, 0, tzinfo=UTC)
CLERMONT_METROPOLIS = {"code": "246300701", "name": "Clermont Auvergne Métropole"}


def an_association(**columns) -> Organisation:
    given = {
        "legal_form": "9220",
        "legal_label": "Association déclarée",
        "being_created": False,
        "approvals": [],
        "street": "1 rue",
        "postcode": "63000",
        "city": "Clermont-Ferrand",
        "commune_code": "63113",
    }
    return Organisation(**{**given, **columns})


def facts(territories=(), **columns):
    return applicant_facts(an_association(**columns), Call(territories=list(territories)), NOW)


@pytest.mark.parametrize(
    ("codes", "commune", "expected"),
    [
        ([], "75056", True),
        (["63113"], "63113", True),
        (["63113"], "63124", False),
        (["246300701"], "63124", True),  # Cournon-d'Auvergne is in the metropolis
        (["246300701"], "63430", False),  # Thiers is not
        (["200058519"], "63124", None),  # whose communes we do not know
        (["200058519", "63124"], "63124", True),
        (["63113"], None, None),
    ],
)
def test_a_commune_is_in_the_territory_of_the_call_or_not_or_nobody_knows(codes, commune, expected):
    territories = [{"code": code, "name": code} for code in codes]
    found = facts(territories, commune_code=commune)
    assert found.get("applicant.in_territory") is expected


def test_the_place_of_action_counts_before_the_seat():
    place = {"place_postcode": "63300", "place_city": "Thiers", "place_commune_code": "63430"}
    qpv = {"seat_qpv": True, "seat_qpv_known": Known.DECLARED}
    found = facts([CLERMONT_METROPOLIS], **place, **qpv)
    assert found["applicant.commune"] == "63430"
    assert found["applicant.in_territory"] is False
    assert "applicant.qpv" not in found  # nobody said it of the place of action


def test_approvals_count_on_the_day_and_the_form_tells_the_social_economy():
    held = [
        {"kind": "esus", "granted_on": "2020-01-01", "valid_until": "2024-05-31"},
        {"kind": "siae", "granted_on": None, "valid_until": None},
    ]
    found = facts(approvals=held, registered_on=date(2022, 6, 2))
    assert found["applicant.approvals"] == ("siae",)
    assert (found["applicant.ess"], found["applicant.is_association"]) == (True, True)
    assert found["applicant.age_months"] == 23
