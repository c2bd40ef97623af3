"""What makes a password acceptable, and how it is kept."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from build.people import PASSWORD, PASSWORD_HASH
from grants.people import passwords

CONTEXT = ("Camille Besson", "camille.besson@jardins-de-la-brune.example")


def code(password: str) -> str | None:
    refusal = passwords.problem(password, context=CONTEXT)
    return refusal.code if refusal else None


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "correct horse battery",
        "mon petit âne gris",
        "x7!kPq2$vRt9",
        "12 pommes et 3 kiwis",
    ],
)
def test_a_long_enough_password_needs_no_other_virtue(password):
    assert code(password) is None


@pytest.mark.parametrize(
    ("password", "refused_as"),
    [
        ("onze signes", "people.password_too_short"),
        ("é" * 129, "people.password_too_long"),
        ("motdepasse12", "people.password_too_common"),
        ("M0tD3P@sse!!", "people.password_too_common"),
        ("azertyuiop12", "people.password_too_common"),
        ("123456789012", "people.password_too_common"),
        ("abcdefghijkl", "people.password_too_common"),
        ("aaaaaaaaaaaaaa", "people.password_too_common"),
        ("abababababab", "people.password_too_common"),
        ("camillebesson1984", "people.password_too_common"),
        ("Jardins-Brune-2018", "people.password_too_common"),
        ("subvention2018!", "people.password_too_common"),
        ("laureat-laureat", "people.password_too_common"),
    ],
)
def test_a_short_endless_or_guessable_password_is_refused(password, refused_as):
    assert code(password) == refused_as


def test_the_longest_password_allowed_is_128_characters():
    assert code("tuile verte " * 10 + "et sept!") is None
    assert len("tuile verte " * 10 + "et sept!") == passwords.LENGTH_MAX


def test_a_password_matches_its_hash_however_its_accents_were_typed():
    kept = passwords.hashed("mon ami\u0301 d\u00e9jà")
    assert passwords.matches(kept, "mon am\u00ed de\u0301jà")
    assert not passwords.matches(kept, "mon ami deja")


def test_nothing_matches_the_absence_of_a_password():
    assert not passwords.matches(None, PASSWORD)


def test_something_that_is_no_hash_matches_nothing():
    assert not passwords.matches("$argon2id$garbage", PASSWORD)


def test_the_hash_compared_for_nobody_costs_as_much_as_a_real_one():
    assert not passwords.needs_rehash(passwords.DUMMY_HASH)
    assert not passwords.needs_rehash(PASSWORD_HASH)


def test_a_weaker_hash_is_to_be_made_again():
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    assert passwords.needs_rehash(weak)
    assert passwords.matches(weak, PASSWORD)
