"""Accounts: what mails promise, once and for a while, and nobody told who has one."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.people import (
    PASSWORD,
    a_funder,
    a_funder_member,
    a_link,
    a_person,
    a_token,
    acting_as,
    an_operator,
)
from grants.kernel.access import SYSTEM, FunderRole
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.outbox.models import Message
from grants.people import passwords, queries, services
from grants.people.models import OneTimeLink, Person, Purpose


def told(session) -> list[str]:
    return list(session.scalars(select(Message.kind).order_by(Message.serial)))


def links(session) -> list[OneTimeLink]:
    return list(session.scalars(select(OneTimeLink).order_by(OneTimeLink.id)))


def sign_up(session, email, name="Camille Besson"):
    services.sign_up(session, name=name, email=email, locale="fr", now=NOW)


def confirm(session, link, *, now=NOW, password=PASSWORD, name="Camille Besson"):
    return services.confirm(
        session, link.id, name=name, password=password, user_agent="Firefox", now=now
    )


def test_an_account_opens_behind_the_link_and_not_before(session):
    sign_up(session, "Camille@Example.org")
    person = queries.person_under(session, "camille@example.org")
    assert (person.confirmed_at, person.password_hash) == (None, None)
    (link,) = links(session)
    assert (link.purpose, link.expires_at) == (Purpose.CONFIRM, NOW + timedelta(days=1))

    token, _ = confirm(session, link, name="Camille B.")
    actor = queries.identity(session, hashlib.sha256(token.encode()).hexdigest(), now=NOW)
    assert (actor.id, actor.name) == (person.id, "Camille B.")
    assert told(session) == ["person.confirmation_asked", "person.confirmed"]


def test_the_outbox_knows_the_link_and_no_token_name_or_address(session):
    sign_up(session, "camille@example.org")
    (link,) = links(session)
    assert session.scalar(select(Message.payload)) == {"link": str(link.id)}


def test_an_address_that_has_an_account_gets_another_mail_and_the_page_the_same_answer(session):
    person = a_person(session, name="Camille Besson")
    assert sign_up(session, person.email, name="Quelqu’un d’autre") is None
    (link,) = links(session)
    assert (told(session), link.purpose) == (["person.sign_up_repeated"], Purpose.SIGN_IN)
    assert person.name == "Camille Besson"


def test_whoever_signs_up_first_does_not_choose_the_password_of_whoever_reads_the_mail(session):
    sign_up(session, "victime@example.org", name="Attaquant")
    sign_up(session, "victime@example.org", name="Victime")
    first, second = links(session)
    confirm(session, second, name="Victime")
    with pytest.raises(Refused, match=r"people\.link_used"):
        confirm(session, first, name="Attaquant", password="dix tuiles rouges")
    person = queries.person_under(session, "victime@example.org")
    assert person.name == "Victime"
    assert passwords.matches(person.password_hash, PASSWORD)


def test_two_people_signing_up_with_one_address_make_one_person(session):
    sign_up(session, "camille@example.org")
    sign_up(session, "CAMILLE@example.org")
    assert len(session.scalars(select(Person)).all()) == 1


@pytest.mark.parametrize(
    ("purpose", "minutes", "act"),
    [
        (Purpose.CONFIRM, 24 * 60, confirm),
        (
            Purpose.SIGN_IN,
            15,
            lambda session, link, now=NOW: services.sign_in_with_link(
                session, link.id, user_agent="", now=now
            ),
        ),
        (
            Purpose.RESET,
            60,
            lambda session, link, now=NOW: services.reset_password(
                session, link.id, password="dix tuiles rouges", user_agent="", now=now
            ),
        ),
    ],
)
def test_a_link_serves_once_for_its_purpose_and_in_its_time(session, purpose, minutes, act):
    person = a_person(session, confirmed=purpose is not Purpose.CONFIRM)
    link = a_link(session, purpose, person, minutes=minutes)
    expired = a_link(session, purpose, person, minutes=minutes)
    other = a_link(session, next(one for one in Purpose if one is not purpose), person)

    with pytest.raises(Refused, match=r"people\.link_expired"):
        act(session, expired, now=NOW + timedelta(minutes=minutes))
    with pytest.raises(Refused, match=r"people\.link_unusable"):
        act(session, other)
    assert act(session, link, now=NOW + timedelta(minutes=minutes, seconds=-1))
    with pytest.raises(Refused, match=r"people\.link_used"):
        act(session, link)


def test_a_link_is_refused_to_a_closed_account(session):
    person = a_person(session, disabled_at=NOW)
    link = a_link(session, Purpose.SIGN_IN, person)
    with pytest.raises(Refused, match=r"people\.link_unusable"):
        services.sign_in_with_link(session, link.id, user_agent="", now=NOW)


@pytest.mark.parametrize("ask", [services.request_link, services.request_reset])
def test_nothing_is_sent_to_an_unknown_or_closed_account(session, ask):
    ask(session, "inconnu@example.org", now=NOW)
    ask(session, a_person(session, disabled_at=NOW).email, now=NOW)
    assert (links(session), told(session)) == ([], [])


@pytest.mark.parametrize(
    ("ask", "kind"),
    [
        (services.request_link, "person.sign_in_link_asked"),
        (services.request_reset, "person.reset_asked"),
    ],
)
def test_an_account_never_confirmed_is_offered_to_confirm(session, ask, kind):
    ask(session, a_person(session).email, now=NOW)
    ask(session, a_person(session, confirmed=False).email, now=NOW)
    assert told(session) == [kind, "person.confirmation_asked"]


def test_a_mailbox_gets_five_links_an_hour_at_most(session):
    person = a_person(session)
    for _ in range(4):
        services.request_link(session, person.email, now=NOW)
        services.request_reset(session, person.email, now=NOW)
        sign_up(session, person.email)
    assert len(links(session)) == 5
    services.request_link(session, person.email, now=NOW + timedelta(hours=1))
    assert len(links(session)) == 6


def test_a_reset_ends_every_sign_in_and_every_other_link(session):
    person = a_person(session, with_password=True)
    old = hashlib.sha256(a_token(session, person).encode()).hexdigest()
    link, other = (a_link(session, Purpose.RESET, person) for _ in range(2))
    door = a_link(session, Purpose.SIGN_IN, person)
    token, _ = services.reset_password(
        session, link.id, password="dix tuiles rouges", user_agent="", now=NOW
    )
    new = hashlib.sha256(token.encode()).hexdigest()
    session.expire_all()
    assert queries.identity(session, old, now=NOW) is None
    assert queries.identity(session, new, now=NOW).id == person.id
    assert (other.used_at, door.used_at) == (NOW, NOW)
    assert passwords.matches(person.password_hash, "dix tuiles rouges")
    assert told(session) == ["person.password_changed"]


def test_a_poor_password_spends_no_link(session):
    person = a_person(session)
    link = a_link(session, Purpose.RESET, person)
    with pytest.raises(Refused, match="too_common"), session.begin_nested():
        services.reset_password(
            session, link.id, password="camillebesson12", user_agent="", now=NOW
        )
    session.expire_all()
    assert link.used_at is None


def test_changing_a_password_needs_the_current_one_and_ends_the_other_sign_ins(session):
    person = a_person(session, with_password=True)
    here, there = (hashlib.sha256(a_token(session, person).encode()).hexdigest() for _ in range(2))
    actor = acting_as(session, person)
    change = {"but": here, "actor": actor, "now": NOW}
    with pytest.raises(Refused, match="current_password_wrong"):
        services.change_password(session, current="faux", password="dix tuiles rouges", **change)
    services.change_password(session, current=PASSWORD, password="dix tuiles rouges", **change)
    assert queries.identity(session, here, now=NOW) is not None
    assert queries.identity(session, there, now=NOW) is None


def test_a_person_without_password_gives_themselves_one(session):
    person = a_person(session)
    actor = acting_as(session, person)
    services.change_password(session, current="", password=PASSWORD, but=None, actor=actor, now=NOW)
    assert passwords.matches(person.password_hash, PASSWORD)


def test_a_profile_is_its_owners(session):
    person = a_person(session)
    actor = acting_as(session, person)
    services.update_profile(
        session, name=" Camille B. ", phone="", locale="en", actor=actor, now=NOW
    )
    assert (person.name, person.phone, person.locale) == ("Camille B.", None, "en")
    with pytest.raises(Unknown):
        queries.profile(session, viewer=SYSTEM)


def test_the_command_line_adds_confirmed_users_and_brings_back_old_ones(session):
    made = services.add_user(
        session, "Op@Example.org", name="Noé", password=PASSWORD, is_operator=True, now=NOW
    )
    assert (made.email, made.is_operator, made.confirmed_at) == ("op@example.org", True, NOW)
    again = services.add_user(
        session, "op@example.org", name="", password=None, is_operator=False, now=NOW
    )
    assert (again.id, again.name, again.is_operator) == (made.id, "Noé", False)
    with pytest.raises(Refused, match="too_short"):
        services.add_user(
            session, "x@example.org", name="X", password="court", is_operator=False, now=NOW
        )


def test_only_the_operator_closes_accounts_and_never_their_own(session):
    operator, person = an_operator(session), a_person(session)
    token = hashlib.sha256(a_token(session, person).encode()).hexdigest()
    actor = acting_as(session, operator)
    with pytest.raises(Unknown):
        services.disable_person(session, operator.id, actor=acting_as(session, person), now=NOW)
    with pytest.raises(Refused, match="disable_self"):
        services.disable_person(session, operator.id, actor=actor, now=NOW)
    services.disable_person(session, person.id, actor=actor, now=NOW)
    assert queries.identity(session, token, now=NOW) is None
    services.enable_person(session, person.id, actor=actor, now=NOW)
    assert person.disabled_at is None


def test_an_administrator_of_a_funder_closes_no_account(session):
    funder = a_funder(session)
    officer = a_funder_member(session, funder)
    administrator = a_funder_member(session, funder, FunderRole.ADMINISTRATOR)
    actor = acting_as(session, administrator)
    with pytest.raises(Forbidden):
        services.disable_person(session, officer.id, actor=actor, now=NOW)
