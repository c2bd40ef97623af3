"""Numbers and addresses as people type them."""

from __future__ import annotations

import pytest

from grants.people import identifiers
from grants.people.legal_forms import BY_KEY, LEGAL_FORMS, Family, legal_form


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("73282932000074", "73282932000074"),
        (" 732 829 320 00074 ", "73282932000074"),
        ("732.829.320.00074", "73282932000074"),
        ("732\u202f829\u00a0320-00074", "73282932000074"),
        ("73282932000079", None),  # the key is wrong
        ("7328293200007", None),
        ("732829320000745", None),
        ("7328293200007A", None),
        ("", None),
        ("35600000000048", "35600000000048"),  # the head office of La Poste keeps Luhn's rule
        ("35600000049837", "35600000049837"),  # its other establishments sum to a multiple of 5
        ("35600000049838", None),
    ],
)
def test_a_siret_is_kept_as_fourteen_digits_whose_key_is_right(typed, kept):
    assert identifiers.clean_siret(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("W632001234", "W632001234"),
        ("w63 2 001 234", "W632001234"),
        ("WA62001234", None),
        ("W9A1001234", "W9A1001234"),
        ("W2A1001234", "W2A1001234"),  # Corse-du-Sud
        ("w2b2001234", "W2B2001234"),  # Haute-Corse
        ("632001234", None),
        ("W63200123", None),
        ("W63200123٤", None),  # an Arabic digit is not one of ours
    ],
)
def test_an_rna_number_is_w_and_nine_characters(typed, kept):
    assert identifiers.clean_rna(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("63113", "63113"),
        ("2a004", "2A004"),
        ("97411", "97411"),
        ("2C004", None),
        ("6311", None),
    ],
)
def test_a_commune_code_has_five_characters(typed, kept):
    assert identifiers.clean_commune(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Camille.Besson@Example.ORG ", "camille.besson@example.org"),
        ("elus@mairie-de-saint-étienne.fr", "elus@mairie-de-saint-étienne.fr"),
        ("camille", None),
        ("camille@", None),
        ("camille@example", None),
        ("a b@example.org", None),
        ("camille@example.org\nBcc: x@example.org", None),
        (f"{'a' * 250}@example.org", None),
    ],
)
def test_an_address_is_kept_in_lower_case(typed, kept):
    assert identifiers.clean_email(typed) == kept


def test_a_siret_is_written_in_groups():
    assert identifiers.spaced_siret("73282932000074") == "732 829 320 00074"


def test_each_legal_form_has_a_code_of_four_digits_and_a_key_of_its_own():
    assert len(BY_KEY) == len(LEGAL_FORMS)
    assert {form.code for form in LEGAL_FORMS if not form.code.isdigit()} == set()
    assert {len(form.code) for form in LEGAL_FORMS} == {4}


@pytest.mark.parametrize(
    ("code", "label", "key", "family"),
    [
        ("5710", "SCIC en forme de SAS", "5710-scic", Family.COOPERATIVE),
        ("5710", "SAS, société par actions simplifiée", "5710", Family.COMPANY),
        ("5710", "une vieille étiquette", "5710", Family.COMPANY),
        ("9220", "Association déclarée", "9220", Family.ASSOCIATION),
        ("9240", "Congrégation", "9240", Family.OTHER),
        ("7372", "Service départemental d’incendie et de secours", "7372", Family.PUBLIC),
        ("5585", "Société d’exercice libéral", "5585", Family.COMPANY),
        ("6210", "GEIE", "6210", Family.OTHER),
    ],
)
def test_a_code_and_its_label_tell_the_legal_form(code, label, key, family):
    form = legal_form(code, label)
    assert (form.key, form.family) == (key, family)
