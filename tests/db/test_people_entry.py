"""Signing in and out: the same answer for everybody, and not too often."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from build.clock import NOW
from build.people import PASSWORD, a_person, a_token, acting_as
from grants.kernel.errors import Refused, Unknown
from grants.people import passwords, queries, services
from grants.people.models import Attempt, SignIn


def enter(session, email, password=PASSWORD, *, address="192.0.2.1", now=NOW):
    return services.sign_in_with_password(
        session, email, password, address=address, user_agent="Firefox", now=now
    )


def refusal_of(act, *arguments, **keywords):
    with pytest.raises(Refused) as caught:
        act(*arguments, **keywords)
    return caught.value.code


def fail(session, email, times, *, address="192.0.2.1", now=NOW):
    for _ in range(times):
        services.record_failure(session, email, address=address, now=now)


def test_a_right_password_opens_one_new_sign_in(session):
    person = a_person(session, with_password=True)
    first, second = enter(session, person.email), enter(session, f" {person.email.upper()} ")
    assert first != second
    hashes = {hashlib.sha256(token.encode()).hexdigest() for token in (first, second)}
    rows = session.scalars(select(SignIn).where(SignIn.person_id == person.id)).all()
    assert {row.token_hash for row in rows} == hashes
    assert {row.expires_at for row in rows} == {NOW + timedelta(hours=12)}


def test_nobody_learns_why_a_sign_in_failed(session):
    known = a_person(session, with_password=True)
    refused = [
        (known.email, "pas le bon mot de passe"),
        ("inconnu@example.org", PASSWORD),
        (a_person(session).email, PASSWORD),  # signs in by link only
        (a_person(session, with_password=True, confirmed=False).email, PASSWORD),
        (a_person(session, with_password=True, disabled_at=NOW).email, PASSWORD),
    ]
    codes = [refusal_of(enter, session, email, password) for email, password in refused]
    assert codes == ["people.sign_in_failed"] * 5


def test_a_password_is_hashed_for_unknown_accounts_too(session, monkeypatch):
    compared = []
    real = passwords.HASHER

    class Watched:
        def verify(self, kept, password):
            compared.append(kept)
            return real.verify(kept, password)

    monkeypatch.setattr(passwords, "HASHER", Watched())
    refusal_of(enter, session, "inconnu@example.org")
    refusal_of(enter, session, a_person(session).email)
    assert compared == [passwords.DUMMY_HASH, passwords.DUMMY_HASH]


def test_a_weaker_hash_is_renewed_at_the_next_sign_in(session):
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    person = a_person(session)
    person.password_hash = weak
    enter(session, person.email)
    assert person.password_hash != weak
    assert not passwords.needs_rehash(person.password_hash)


def test_ten_failures_in_five_minutes_close_the_account_to_guessers(session):
    person = a_person(session, with_password=True)
    fail(session, person.email, 9)
    enter(session, person.email, address="198.51.100.9")
    fail(session, person.email, 1)
    assert refusal_of(enter, session, person.email, address="198.51.100.9") == (
        "people.too_many_attempts"
    )
    later = NOW + timedelta(minutes=5)
    assert enter(session, person.email, address="198.51.100.9", now=later)


def test_ten_failures_from_one_address_close_it_for_every_account(session):
    person = a_person(session, with_password=True)
    for number in range(10):
        fail(session, f"cible{number}@example.org", 1)
    assert refusal_of(enter, session, person.email) == "people.too_many_attempts"
    assert enter(session, person.email, address="198.51.100.9")


def test_an_account_closed_to_passwords_still_opens_by_link(session):
    person = a_person(session, with_password=True)
    fail(session, person.email, 10)
    services.request_link(session, person.email, now=NOW)
    assert refusal_of(enter, session, person.email) == "people.too_many_attempts"


def test_a_success_forgets_the_failures_from_there(session):
    person = a_person(session, with_password=True)
    fail(session, person.email, 9)
    enter(session, person.email)
    fail(session, person.email, 9)
    assert enter(session, person.email)


def test_failures_hold_no_name_and_are_forgotten_after_a_day(session):
    fail(session, "camille@example.org", 2, now=NOW - timedelta(days=1, seconds=1))
    fail(session, "camille@example.org", 1)
    kept = session.scalars(select(Attempt)).all()
    assert [one.account for one in kept] == [hashlib.sha256(b"camille@example.org").hexdigest()]


def test_signing_out_ends_that_sign_in_only(session):
    person = a_person(session)
    here, there = a_token(session, person), a_token(session, person)
    services.sign_out(session, hashlib.sha256(here.encode()).hexdigest(), now=NOW)
    left = queries.sign_ins(session, viewer=acting_as(session, person), now=NOW)
    assert [one.token_hash for one in left] == [hashlib.sha256(there.encode()).hexdigest()]


def test_a_person_ends_their_own_sign_ins_and_nobody_elses(session):
    person, other = a_person(session), a_person(session)
    a_token(session, person), a_token(session, other)
    actor = acting_as(session, person)
    (own,) = queries.sign_ins(session, viewer=actor, now=NOW)
    (foreign,) = queries.sign_ins(session, viewer=acting_as(session, other), now=NOW)
    services.end_session(session, own.id, actor=actor, now=NOW)
    with pytest.raises(Unknown):
        services.end_session(session, foreign.id, actor=actor, now=NOW)
    session.expire_all()
    assert (own.ended_at, foreign.ended_at) == (NOW, None)


def test_every_other_sign_in_can_be_ended_at_once(session):
    person = a_person(session)
    tokens = [a_token(session, person) for _ in range(3)]
    keep = hashlib.sha256(tokens[1].encode()).hexdigest()
    actor = acting_as(session, person)
    services.end_other_sessions(session, but=keep, actor=actor, now=NOW)
    session.expire_all()
    left = queries.sign_ins(session, viewer=actor, now=NOW)
    assert [one.token_hash for one in left] == [keep]


def test_the_browsers_name_is_cut_at_three_hundred_characters(session):
    person = a_person(session)
    services.start_sign_in(session, person.id, user_agent="M" * 1000, now=NOW)
    assert session.scalar(select(func.length(SignIn.user_agent))) == 300
