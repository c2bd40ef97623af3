"""How often mails may be asked for: by mailbox, by network, however many ask at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from build.clock import NOW
from build.people import a_person
from grants.kernel.errors import Refused
from grants.outbox.models import Message
from grants.people import limits, services
from grants.people.models import Attempt


def ask(session, email="ana@example.org", address="192.0.2.1", now=NOW) -> bool:
    return limits.may_write_to(session, email, address=address, now=now)


def test_five_mails_an_hour_go_to_one_mailbox_from_wherever_they_are_asked(session):
    asked = [ask(session, address=f"192.0.2.{number}") for number in range(7)]
    assert asked == [True] * 5 + [False] * 2
    assert ask(session, "bea@example.org")
    assert ask(session, now=NOW + timedelta(hours=1))


def test_a_mailbox_is_the_same_however_it_is_written(session):
    assert [ask(session, one) for one in ("Ana@example.org", " ana@EXAMPLE.org ")] == [True] * 2
    assert session.scalar(select(func.count(Attempt.account.distinct()))) == 1


def test_forty_mails_an_hour_are_asked_from_one_network_and_no_more(session):
    for number in range(40):
        assert ask(session, f"p{number}@example.org")
    with pytest.raises(Refused, match=r"people\.mail\.too_many_attempts"):
        ask(session, "encore@example.org")
    assert ask(session, "encore@example.org", address="192.0.2.2")
    assert ask(session, "encore@example.org", now=NOW + timedelta(hours=1))


def test_without_a_network_only_mailboxes_are_counted(session):
    assert all(ask(session, f"p{number}@example.org", address="") for number in range(41))


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("n’importe quoi", ""),
        ("", ""),
    ],
)
def test_a_network_is_counted_as_whoever_holds_it(address, counted):
    assert limits.network(address) == counted


def test_what_is_counted_holds_no_mailbox_and_is_forgotten_after_a_day(session):
    ask(session, now=NOW - timedelta(days=1, seconds=1))
    ask(session)
    (kept,) = session.scalars(select(Attempt)).all()
    assert kept.at == NOW
    assert "ana" not in kept.account


def test_ten_at_once_do_not_pass_together(fresh_database):
    def one(_number: int) -> bool:
        with fresh_database.transaction() as session:
            return ask(session)

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(one, range(10))) == limits.MAIL.per_account


def test_sign_up_links_and_resets_are_counted_together_for_known_and_unknown_alike(session):
    person = a_person(session)
    for email in (person.email, "inconnu@example.org"):
        for _ in range(2):
            services.sign_up(session, name="Ana", email=email, locale="fr", now=NOW)
            services.request_link(session, email, now=NOW)
            services.request_reset(session, email, now=NOW)
    counted = select(Attempt.account, func.count()).group_by(Attempt.account)
    assert [times for _, times in session.execute(counted)] == [5, 5]
    told = select(func.count()).where(
        Message.subject_id == person.id, Message.kind.startswith("person.")
    )
    assert session.scalar(told) == 5
