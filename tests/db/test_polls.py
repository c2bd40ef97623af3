"""A public vote: one vote a mailbox, until the closing and not at it, counted by hand."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.people import a_funder_member, acting_as
from build.polls import SECRET, a_link, a_poll, cast, some_codes, vote
from grants.kernel.errors import Refused
from grants.outbox.models import Message
from grants.polls import counting, queries, services, voters
from grants.polls.models import Poll, PollBallot, PollRule, Traffic, Voter


def refusal(act, *arguments, **options) -> str:
    with pytest.raises(Refused) as refused:
        act(*arguments, **options)
    return refused.value.code


def close(session, poll: Poll) -> Poll:
    assert services.close_due(session, now=poll.closes_at) == 1
    session.expire_all()
    return queries.published(session, poll.slug)


def votes_of(poll: Poll) -> dict[str, int]:
    places = {str(one.id): one.position for one in poll.candidates}
    return {places[one["candidate"]]: one["votes"] for one in poll.results["lines"]}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ana.Lys+vote@GMail.com", "analys@googlemail.com", True),
        ("ana+1@example.org", "ANA@example.org", True),
        ("ana.lys@example.org", "analys@example.org", False),
        ("+ana@example.org", "+lou@example.org", False),
    ],
)
def test_a_mailbox_is_one_voter_however_it_is_written(one, other, same):
    assert (voters.mailbox(one) == voters.mailbox(other)) is same


def test_a_mailbox_lent_for_ten_minutes_does_not_vote(session):
    poll = a_poll(session)
    asked = services.ask_link(
        session, poll, "x@mx.Yopmail.com", secret_key=SECRET, locale="fr", address="", now=NOW
    )
    assert asked is services.Asked.DISPOSABLE
    assert not voters.is_disposable("ana@notyopmail.com")
    assert [one.is_disposable for one in session.scalars(select(Traffic))] == [True]
    assert session.scalar(select(func.count()).where(Message.kind == "poll.link_asked")) == 0


def test_a_mailbox_votes_once_and_its_link_serves_once(session):
    poll = a_poll(session)
    link, later = a_link(session, poll, "ana@example.org"), None
    cast(session, poll, link, 0)
    assert refusal(cast, session, poll, link, 1) == "poll.link_unusable"
    later = a_link(session, poll, "Ana+encore@example.org")
    assert refusal(cast, session, poll, later, 1) == "poll.already_voted"
    assert queries.turn_out(session, poll.id, now=NOW).ballots == 1


def test_one_votes_before_the_closing_and_not_at_it(session):
    poll = a_poll(session)
    one, other = (a_link(session, poll, f"{name}@example.org") for name in ("ana", "lou"))
    link_end = NOW + services.voting.LINK_LASTS
    assert refusal(cast, session, poll, one, 0, now=link_end) == "poll.link_unusable"
    for link in (one, other):
        link.expires_at = poll.closes_at + timedelta(days=1)
    session.flush()
    cast(session, poll, one, 0, now=poll.closes_at - timedelta(microseconds=1))
    assert refusal(cast, session, poll, other, 0, now=poll.closes_at) == "poll.not_open"
    # A request that came in time, and waited behind the count, finds the poll counted.
    close(session, poll)
    late = poll.closes_at - timedelta(seconds=1)
    assert refusal(cast, session, poll, other, 0, now=late) == "poll.not_open"


def test_a_ballot_that_no_page_offers_is_not_counted(session):
    elsewhere = a_poll(session).candidates[0].id
    poll = a_poll(session)
    link = a_link(session, poll, "ana@example.org")
    assert refusal(cast, session, poll, link, 0, 1, 2) == "poll.ballot"  # two at most
    assert refusal(cast, session, poll, link) == "poll.ballot"
    for choices in ({elsewhere: 1}, {poll.candidates[0].id: 2}):
        code = refusal(
            services.cast_by_link, session, poll, link.id, choices,
            secret_key=SECRET, address="", now=NOW,
        )  # fmt: skip
        assert code == "poll.ballot"
    assert session.scalar(select(func.count()).select_from(PollBallot)) == 0


def test_a_receipt_replaces_its_ballot_and_is_in_the_published_list(session):
    poll = a_poll(session)
    receipt = vote(session, poll, "ana@example.org", 0)
    vote(session, poll, "lou@example.org", 0)
    wanted = {poll.candidates[2].id: 1}
    services.replace(session, poll, receipt.lower(), wanted, now=NOW)
    unknown = "2222-2222-2222-2222"
    assert refusal(services.replace, session, poll, unknown, wanted, now=NOW) == (
        "poll.receipt_unknown"
    )
    poll = close(session, poll)
    assert votes_of(poll) == {1: 1, 2: 0, 3: 1}
    listed = queries.receipts(session, poll.id)
    assert voters.receipt_of(receipt) in listed
    assert len(listed) == poll.results["ballots"] == 2
    assert poll.ballots_sha256 == counting.list_digest(listed)
    assert poll.results_sha256 == counting.seal(poll.results, poll.ballots_sha256)
    assert refusal(services.replace, session, poll, receipt, wanted, now=NOW) == "poll.not_open"


def test_a_printed_code_gives_one_ballot(session):
    poll = a_poll(session)
    codes = some_codes(session, poll, 2)
    choices = {poll.candidates[1].id: 1}

    def use(code: str) -> str:
        return services.cast_by_code(
            session, poll, code, choices, secret_key=SECRET, address="192.0.2.9", now=NOW
        )

    use(codes[0].lower().replace("-", " "))
    assert refusal(use, codes[0]) == refusal(use, "2222") == "poll.code_unusable"
    turn_out = queries.turn_out(session, poll.id, now=NOW)
    assert (turn_out.by_mail, turn_out.by_code, turn_out.codes) == (0, 1, 2)


def test_points_are_added_up_and_a_cancelled_candidate_gets_none(session):
    poll = a_poll(session, rule=PollRule.POINTS, most=None, points_total=5, points_on_one=3)
    officer = acting_as(session, a_funder_member(session, poll.stage.call.lead.funder))
    first, second, third = (one.id for one in poll.candidates)
    for at, given in enumerate([{first: 3, second: 2}, {second: 1}, {third: 3}]):
        link = a_link(session, poll, f"ana{at}@example.org")
        services.cast_by_link(session, poll, link.id, given, secret_key=SECRET, address="", now=NOW)
    services.cancel(session, poll.id, third, reason="Retrait.", actor=officer, now=NOW)
    poll = close(session, poll)
    assert votes_of(poll) == {1: 3, 2: 3}
    assert [one["rank"] for one in poll.results["lines"]] == [1, 1]
    assert (poll.results["ballots"], poll.results["blank"]) == (3, 1)


def test_a_budget_is_shared_from_the_most_votes_down(session):
    poll = a_poll(session, rule=PollRule.BUDGET, most=None, budget_cents=400_000)
    # Costs: 1 000, 2 000 and 3 000 €. A ballot may not spend more than 4 000 €.
    link = a_link(session, poll, "zoe@example.org")
    assert refusal(cast, session, poll, link, 1, 2) == "poll.ballot"
    for name, places in {"ana": (0, 2), "lou": (2,), "noe": (0, 1), "ida": (2,)}.items():
        vote(session, poll, f"{name}@example.org", *places)
    poll = close(session, poll)
    assert votes_of(poll) == {1: 2, 2: 1, 3: 3}
    steps = [(one["votes"], one["taken"]) for one in poll.results["shared"]["steps"]]
    assert steps == [(3, True), (2, True), (1, False)]
    assert poll.results["shared"]["left_cents"] == 0


def test_what_is_counted_changes_no_more(session):
    poll = a_poll(session)
    vote(session, poll, "ana@example.org", 0)
    poll = close(session, poll)
    assert services.close_due(session, now=poll.closes_at) == 0
    for table, column in (("poll_ballot", "choices = '{}'"), ("poll", "title_fr = 'x'")):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.connection().exec_driver_sql(f"UPDATE {table} SET {column}")


def test_networks_are_forgotten_some_days_after_the_closing(session):
    poll = a_poll(session, kept_days=10)
    vote(session, poll, "ana@example.org", 0)
    poll = close(session, poll)
    services.forget(session, now=poll.closed_at + timedelta(days=10, seconds=-1))
    assert len(queries.traffic(session, poll.id)) == 1
    services.forget(session, now=poll.closed_at + timedelta(days=10))
    assert queries.traffic(session, poll.id) == []


@pytest.mark.slow
def test_two_connections_at_once_give_one_vote(fresh_database):
    with fresh_database.transaction() as session:
        poll = a_poll(session)
        links = [a_link(session, poll, "ana@example.org").id]
        links.append(a_link(session, poll, "ana+2@example.org").id)
        links += links
    together, told = threading.Barrier(len(links)), []

    def go(link_id) -> None:
        together.wait()
        try:
            with fresh_database.transaction() as mine:
                services.cast_by_link(
                    mine, poll, link_id, {poll.candidates[0].id: 1},
                    secret_key=SECRET, address="", now=NOW,
                )  # fmt: skip
            told.append("counted")
        except Refused as refused:
            told.append(refused.code)

    threads = [threading.Thread(target=go, args=(one,)) for one in links]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count("counted") == 1
    assert set(told) <= {"counted", "poll.already_voted", "poll.link_unusable"}
    with fresh_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Voter)) == 1
        assert session.scalar(select(func.count()).select_from(PollBallot)) == 1
