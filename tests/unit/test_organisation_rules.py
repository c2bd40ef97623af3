"""What organisations are and declare: windows, ceilings, validities, names. Without a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from grants.kernel.errors import Refused
from grants.people import aid, declarations, standing
from grants.people.declarations import Standing
from grants.people.legal_forms import BY_KEY, LEGAL_FORMS, Family, legal_form
from grants.people.models import (
    AidRegime,
    ApprovalKind,
    Declaration,
    DeclarationKind,
    Organisation,
)
from grants.people.register import readable
from grants.people.standing import HeldApproval, Social
from grants.vault import kinds
from grants.vault.models import DocumentKind

R, D, K = AidRegime, DeclarationKind, DocumentKind
NOW = datetime(2024, 6, 1, 9, 0, tzinfo=UTC)


@dataclass
class Received:
    """An aid."""

    granted_on: date
    amount_cents: int
    regime: AidRegime = R.DE_MINIMIS


def an_association(**columns) -> Organisation:
    given = {"legal_form": "9220", "legal_label": "Association déclarée", "approvals": []}
    return Organisation(**{**given, **columns})


@pytest.mark.parametrize(
    ("granted_on", "day", "counts"),
    [
        (date(2021, 1, 30), date(2024, 1, 30), True),  # the regulation's own example
        (date(2021, 1, 29), date(2024, 1, 30), False),
        (date(2024, 1, 30), date(2024, 1, 30), True),
        (date(2024, 1, 31), date(2024, 1, 30), False),
        (date(2025, 2, 28), date(2028, 2, 29), True),  # 29 February 2025 does not exist
        (date(2025, 2, 27), date(2028, 2, 29), False),
        (date(2024, 2, 29), date(2027, 2, 28), True),
        (date(2024, 2, 29), date(2027, 3, 1), False),
    ],
)
def test_an_aid_counts_for_three_years_day_by_day(granted_on, day, counts):
    assert aid.in_window(granted_on, day) is counts


def test_each_regulation_has_its_ceiling_and_the_margin_is_what_is_left():
    received = [
        Received(date(2024, 1, 1), 100_000_00),
        Received(date(2023, 1, 1), 50_000_00),
        Received(date(2020, 1, 1), 999_000_00),  # too old
        Received(date(2024, 1, 1), 999_000_00, R.NONE),  # no State aid
        Received(date(2024, 1, 1), 700_000_00, R.DE_MINIMIS_SIEG),
    ]
    general, sieg = aid.margins(received, NOW.date())
    assert (general.total_cents, general.left_cents) == (150_000_00, 150_000_00)
    assert (sieg.ceiling_cents, sieg.left_cents) == (750_000_00, 50_000_00)
    assert not general.is_over


@pytest.mark.parametrize(("cents", "is_over"), [(300_000_00, False), (300_000_01, True)])
def test_the_ceiling_itself_is_allowed(cents, is_over):
    (margin,) = aid.margins([Received(date(2024, 1, 1), cents)], NOW.date())
    assert (margin.is_over, margin.left_cents) == (is_over, 0)


def test_without_aid_the_general_margin_is_shown_whole():
    (margin,) = aid.margins([], NOW.date())
    assert (margin.regime, margin.left_cents) == (R.DE_MINIMIS, 300_000_00)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2023, 12, 31), 18, date(2025, 6, 30)),
        (date(2024, 6, 30), 18, date(2025, 12, 31)),
        (date(2024, 8, 31), 18, date(2026, 2, 28)),
        (date(2024, 1, 15), 12, date(2025, 1, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_accounts_are_good_for_eighteen_months_to_the_end_of_the_month(start, months, end):
    assert kinds.months_after(start, months) == end


@pytest.mark.parametrize(
    ("kind", "start", "end", "code"),
    [
        (K.ACCOUNTS, None, None, "vault.start_needed"),
        (K.APPROVAL_ESUS, date(2024, 1, 1), None, "vault.end_needed"),
        (K.STATUTES, date(2024, 1, 2), date(2024, 1, 1), "vault.ends_before_it_starts"),
    ],
)
def test_a_validity_that_cannot_be_told_is_refused(kind, start, end, code):
    with pytest.raises(Refused, match=code):
        kinds.validity(kind, start, end)


def test_the_end_of_accounts_follows_and_a_given_end_wins():
    assert kinds.validity(K.ACCOUNTS, date(2023, 12, 31), None).end == date(2025, 6, 30)
    given = kinds.validity(K.ACCOUNTS, date(2023, 12, 31), date(2024, 12, 31))
    assert given.end == date(2024, 12, 31)
    assert kinds.validity(K.STATUTES, None, None).end is None


def test_little_is_expected_of_what_is_still_being_created():
    assert kinds.expected(Family.ASSOCIATION, being_created=True) == (K.STATUTES,)
    association = kinds.expected(Family.ASSOCIATION, being_created=False)
    assert {K.STATUTES, K.OFFICERS_LIST, K.AGREEMENT, K.ACCOUNTS, K.RIB} <= set(association)
    assert K.OFFICERS_LIST not in kinds.expected(Family.COMPANY, being_created=False)
    assert kinds.expected(Family.COMPANY, being_created=True) == ()


@pytest.mark.parametrize(
    ("code", "label", "social"),
    [
        ("9220", "Association déclarée", Social.BY_LAW),
        ("9300", "Fonds de dotation", Social.BY_LAW),
        ("5710", "SCIC en forme de SAS", Social.BY_LAW),
        ("5710", "SAS, société par actions simplifiée", Social.NO),
        ("6411", "Société d’assurance à forme mutuelle", Social.BY_LAW),
        ("5552", "SA coopérative de commerçants-détaillants", Social.BY_LAW),
        ("9240", "Congrégation", Social.NO),
        ("7210", "Commune", Social.NO),
    ],
)
def test_the_social_economy_is_read_from_the_form_and_its_label(code, label, social):
    organisation = an_association(legal_form=code, legal_label=label)
    assert standing.social(organisation) is social


def test_a_company_may_say_that_it_is_of_the_social_economy():
    label = "SAS, société par actions simplifiée"
    company = an_association(legal_form="5710", legal_label=label, is_social_company=True)
    assert standing.social(company) is Social.COMPANY


@pytest.mark.parametrize(
    ("code", "label", "signs"),
    [
        ("9220", "Association déclarée", True),
        ("5195", "Association coopérative inscrite (droit local Alsace-Moselle)", True),
        ("9300", "Fondation", True),
        ("5710", "SCIC en forme de SAS", False),
        ("7210", "Commune", False),
    ],
)
def test_only_associations_and_foundations_sign_the_republican_contract(code, label, signs):
    organisation = an_association(legal_form=code, legal_label=label)
    assert standing.signs_republican_contract(organisation) is signs
    assert (D.REPUBLICAN_CONTRACT in declarations.kinds_for(organisation)) is signs


def test_an_approval_holds_on_its_first_and_last_day():
    held = HeldApproval(ApprovalKind.ESUS, date(2024, 1, 1), date(2025, 12, 31))
    days = (date(2023, 12, 31), date(2024, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    assert [held.is_in_force(day) for day in days] == [False, True, True, False]
    kept = an_association(approvals=standing.stored([held]))
    assert standing.approvals(kept) == (held,)
    assert standing.approvals_in_force(kept, date(2026, 1, 1)) == ()


@pytest.mark.parametrize(
    ("kind", "days_ago", "changed_ago", "expected"),
    [
        (D.TAXES, None, None, Standing.MISSING),
        (D.TAXES, 365, None, Standing.MADE),
        (D.TAXES, 366, None, Standing.OLD),
        (D.REPUBLICAN_CONTRACT, 2000, None, Standing.MADE),
        (D.PUBLIC_AID, 10, 20, Standing.MADE),
        (D.PUBLIC_AID, 10, 5, Standing.CHANGED),
    ],
)
def test_a_declaration_grows_old_or_is_overtaken(kind, days_ago, changed_ago, expected):
    def ago(days):
        return None if days is None else NOW - timedelta(days=days)

    last = None if days_ago is None else Declaration(kind=kind, declared_at=ago(days_ago))
    found = declarations.standing_of(kind, last, now=NOW, changed_at=ago(changed_ago))
    assert found is expected


def test_every_legal_form_has_an_english_name_and_says_its_language():
    assert [one.key for one in LEGAL_FORMS if not one.label_en] == []
    assert BY_KEY["9220"].title("en") == ("Registered association", "en")
    assert BY_KEY["9220"].title("fr") == ("Association déclarée", "fr")
    assert legal_form("7372", "SDIS").title("en") == ("SDIS", "fr")


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("12 RUE DES LILAS", "12 rue des Lilas"),
        ("CLERMONT-FERRAND", "Clermont-Ferrand"),
        ("LE PUY-EN-VELAY", "Le Puy-en-Velay"),
        ("9 BIS AV DE L'EUROPE", "9 bis avenue de l'Europe"),
        ("La Poste", "La Poste"),
        ("", ""),
    ],
)
def test_capitals_of_the_register_become_writing(line, read):
    assert readable(line) == read
