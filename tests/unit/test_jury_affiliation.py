"""Names of people and bodies, compared as people write them in French."""

from __future__ import annotations

from datetime import date

import pytest

from grants.applications.models import folded
from grants.juries.affiliation import (
    address_key,
    body_core,
    domain_of,
    is_old,
    names,
    person_key,
    same_body,
)


@pytest.mark.parametrize(
    ("written", "core"),
    [
        ("Association des Amis du Lac (ADAL)", "amis du lac"),
        ("Les amis du lac", "amis du lac"),
        ("L’Atelier d’à côté", "atelier d a cote"),
        ("SCIC SARL Écho-Système", "echo systeme"),
        ("Cœur de Bœuf SAS", "coeur de boeuf"),
        ("Union Locale des Producteurs", "locale des producteurs"),
        ("Association La Fondation", "association la fondation"),
        ("La CO", ""),
        ("", ""),
        ("(…)", ""),
    ],
)
def test_the_core_of_a_name_is_what_tells_it_apart(written, core):
    assert body_core(folded(written)) == core


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Association des Amis du Lac", "Amis du lac (ADAL)", True),
        ("Amis du Lac", "Les Amis de la Forêt", False),
        ("Régie de quartier du Maréchal", "Regie de Quartier Marechal", True),
        ("Lac des Amis", "Amis du Lac", True),
        ("SAS", "SARL", False),
    ],
)
def test_two_ways_to_write_a_body_are_one(one, other, same):
    assert same_body(body_core(folded(one)), body_core(folded(other))) is same


def test_a_person_is_the_same_whatever_the_order_of_the_name():
    assert person_key(folded("DUPONT-MOREL Élodie")) == person_key(folded("Élodie Dupont Morel"))
    assert person_key(folded("M. Jean de La Tour")) == person_key(folded("La Tour, Jean"))
    assert person_key(folded("Élodie")) == ""
    assert person_key(folded("Élodie Dupont")) != person_key(folded("Élise Dupont"))


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("lou@regie-nord.fr", "regie-nord.fr"),
        (" Lou@Regie-Nord.FR ", "regie-nord.fr"),
        ("lou@gmail.com", ""),
        ("lou@laposte.net", ""),
        ("lou@orange.fr", ""),
        ("lou@example.org", ""),
        ("lou@demo.example", ""),
        ("lou", ""),
        ("", ""),
    ],
)
def test_a_domain_where_anyone_has_an_address_says_nothing(email, domain):
    assert domain_of(email) == domain


def test_a_place_needs_a_number():
    assert address_key(folded("12, rue des Lilas"), "63000") == "12 rue lilas 63000"
    assert address_key(folded("Le Bourg"), "63000") == ""
    assert address_key(folded("12 rue des Lilas"), "") == ""


def test_a_name_is_found_whole_in_a_text_and_not_in_pieces():
    text = folded("Avec le soutien des Amis de la forêt et du lac.")
    assert names(text, body_core(folded("Association Les Amis de la Forêt")))
    assert not names(text, body_core(folded("Les Amis du Lac")))
    assert not names(folded("forêtière"), body_core(folded("Forêt")))
    assert not names(text, "")


def test_a_tie_that_ended_more_than_three_years_ago_is_old():
    today = date(2018, 10, 1)
    assert not is_old(None, today)
    assert not is_old(date(2015, 10, 3), today)
    assert is_old(date(2015, 10, 1), today)
