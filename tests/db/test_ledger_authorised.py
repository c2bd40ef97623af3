"""Authorisations: committed once, promised to years, drawn into them; and acts of the budget."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from build.clock import NOW
from build.ledger import a_book, an_envelope, booked, warranted
from build.people import a_funder
from grants.kernel.access import SYSTEM
from grants.kernel.errors import Refused
from grants.kernel.money import Unit
from grants.ledger import queries, services
from grants.ledger.operations import ActKind, Kind, Section, Stage
from grants.ledger.services import ActFacts, CreditLine, Movement
from grants.ledger.verify import verify

BY = {"actor": SYSTEM, "now": NOW}
DAY = date(2018, 10, 1)


@pytest.fixture
def funder(session):
    return a_funder(session)


@pytest.fixture
def book(session, funder):
    return a_book(session, funder, 2018)


@pytest.fixture
def programme(session, book):
    """AE of 135 000 EUR over 2018-2020, as for URSCOP."""
    envelope = services.open_envelope(
        session, book.id, label="URSCOP 2018-2020", unit=Unit.EUR,
        section=Section.OPERATING, last_year=2020, **BY,
    )  # fmt: skip
    booked(session, "vote", envelope.id, 135_000_00)
    return envelope


@pytest.fixture
def year(session, book):
    return an_envelope(session, book, label="Têtes de réseau", voted=60_000_00)


def committed(session, programme, amount=135_000_00, years=None):
    award = uuid4()
    warranted(session, award, envelope_id=programme.id)
    services.book(
        session,
        "commit",
        [Movement(programme.id, amount, award)],
        key=str(award),
        on=DAY,
        reason="Convention-cadre",
        schedule={award: years} if years else None,
        **BY,
    )
    return award


def drawn(session, award, envelope, amount, **more):
    facts = {"key": str(uuid4()), "on": DAY, "reason": "Convention d’application", **BY, **more}
    return services.draw(session, award, envelope.id, amount, **facts)


def years(session, award):
    return {one.year: (one.planned, one.drawn) for one in queries.schedule_of(session, award)}


def test_an_award_is_committed_once_and_promised_evenly(session, programme):
    award = committed(session, programme)
    assert years(session, award) == dict.fromkeys((2018, 2019, 2020), (45_000_00, 0))
    line = queries.envelope_line(session, programme.id)
    assert (line.kind, line.last_year) == (Kind.AUTHORISATION, 2020)
    assert (line.available, line.committed) == (0, 135_000_00)
    with pytest.raises(Refused, match=r"ledger\.insufficient"):
        committed(session, programme, 1)
    assert verify(session) == []


def test_a_reservation_that_becomes_executory_is_promised_to_the_years_left(session, programme):
    booked(session, "reserve", programme.id, 60_000_00)
    award = uuid4()
    warranted(session, award, envelope_id=programme.id)
    services.book(
        session,
        "commit_reserved",
        [Movement(programme.id, 60_000_00, award)],
        key="executory",
        on=date(2019, 2, 1),
        reason="Délibération exécutoire",
        **BY,
    )
    assert years(session, award) == dict.fromkeys((2019, 2020), (30_000_00, 0))


def test_years_are_chosen_and_add_up_within_the_authorisation(session, programme):
    chosen = {2018: 40_000_00, 2019: 50_000_00, 2020: 45_000_00}
    for wrong, code in (
        ({2018: 134_999_99}, "schedule_differs"),
        ({2018: 90_000_00, 2021: 45_000_00}, "schedule_outside"),
        ({2018: 180_000_00, 2019: -45_000_00}, "schedule_differs"),
    ):
        with pytest.raises(Refused, match=rf"ledger\.{code}"), session.begin_nested():
            committed(session, programme, years=wrong)
    award = committed(session, programme, years=chosen)
    assert {one: both[0] for one, both in years(session, award).items()} == chosen


def test_a_year_is_drawn_up_to_what_it_was_promised_and_ordered_from_its_envelope(
    session, programme, year
):
    award = committed(session, programme)
    drawn(session, award, year, 45_000_00)
    assert years(session, award)[2018] == (45_000_00, 45_000_00)
    with pytest.raises(Refused, match=r"ledger\.over_schedule"), session.begin_nested():
        drawn(session, award, year, 1)
    with pytest.raises(Refused, match=r"ledger\.order_on_authorisation"):
        booked(session, "order", programme.id, 1, award)
    booked(session, "order", year.id, 45_000_00, award)
    held = queries.award_envelopes(session, [award])[award]
    assert held == {year.id: {Stage.ORDERED: 45_000_00}}
    assert queries.award_balances(session, [award])[award][Stage.COMMITTED] == 90_000_00
    assert verify(session) == []


def test_what_is_ordered_in_a_year_is_bounded_by_the_credits_of_the_year(session, book, programme):
    award = committed(session, programme)
    small = an_envelope(session, book, voted=30_000_00)
    with pytest.raises(Refused, match=r"ledger\.insufficient"):
        drawn(session, award, small, 30_000_01)
    drawn(session, award, small, 30_000_00)
    with pytest.raises(Refused, match=r"ledger\.exceeds_committed"):
        booked(session, "order", small.id, 30_000_01, award)


def test_credits_are_drawn_from_an_authorisation_into_a_year_and_come_back(
    session, funder, programme, year
):
    award = committed(session, programme)
    capital = an_envelope(session, a_book(session, funder, 2018), section=Section.CAPITAL, voted=9)
    earlier = an_envelope(session, a_book(session, funder, 2017), voted=9)
    foreign = an_envelope(session, voted=9)
    for wrong, code in (
        (capital, "ledger.transfer_across"),
        (earlier, "ledger.not_authorised_there"),
        (foreign, "ledger.not_authorised_there"),
    ):
        with pytest.raises(Refused, match=code):
            drawn(session, award, wrong, 5)
    drawn(session, award, year, 45_000_00)
    services.give_back(
        session, award, year.id, 5_000_00, key="back", on=DAY, reason="Moins cher", **BY
    )
    assert years(session, award)[2018] == (45_000_00, 40_000_00)
    assert queries.envelope_line(session, year.id).available == 20_000_00
    assert verify(session) == []


def test_a_schedule_changes_but_not_below_what_was_drawn(session, programme, year):
    award = committed(session, programme)
    drawn(session, award, year, 45_000_00)
    facts = {"on": DAY, "reason": "Avenant", **BY}
    with pytest.raises(Refused, match=r"ledger\.schedule_drawn"):
        services.reschedule(session, award, {2018: 44_999_99, 2019: 90_000_01}, key="a", **facts)
    for _ in range(2):  # sent twice, written once
        services.reschedule(session, award, {2018: 45_000_00, 2020: 90_000_00}, key="b", **facts)
    assert years(session, award) == {
        2018: (45_000_00, 45_000_00),
        2019: (0, 0),
        2020: (90_000_00, 0),
    }


def test_what_is_decommitted_leaves_the_latest_years_first(session, programme, year):
    award = committed(session, programme)
    drawn(session, award, year, 45_000_00)
    booked(session, "decommit", programme.id, 60_000_00, award)
    assert {one: both[0] for one, both in years(session, award).items()} == {
        2018: 45_000_00,
        2019: 30_000_00,
        2020: 0,
    }
    assert queries.promised(session, [programme.id]) == {
        programme.id: {2018: 45_000_00, 2019: 30_000_00}
    }


def test_an_authorisation_is_of_money_and_of_ten_years_at_most(session, book):
    opened = {"label": "AP", "section": Section.CAPITAL, **BY}
    for last in (2017, 2028):
        with pytest.raises(Refused, match=r"ledger\.authorisation_years"):
            services.open_envelope(session, book.id, unit=Unit.EUR, last_year=last, **opened)
    with pytest.raises(Refused, match=r"ledger\.authorisation_of_money"):
        services.open_envelope(
            session, book.id, label="m²", unit=Unit.HOUR, section=Section.NONE, last_year=2020, **BY
        )


def an_act(number="DM 1", kind=ActKind.AMENDING, **more):
    return ActFacts(kind=kind, number=number, dated_on=DAY, label="Ajustements", **more)


def recorded(session, book, facts, *lines):
    wanted = [CreditLine(one.id, amount) for one, amount in lines]
    return services.record_act(session, book.id, facts, wanted, **BY)


def test_an_act_moves_credits_under_its_number_and_date_once(session, book, year):
    other = an_envelope(session, book)
    lines = (year, -10_000_00), (other, 25_000_00)
    first = recorded(session, book, an_act(), *lines)
    assert recorded(session, book, an_act(), *lines).id == first.id
    with pytest.raises(Refused, match=r"act\.number_taken"):
        recorded(session, book, an_act(), (other, 5))
    with pytest.raises(Refused, match=r"act\.nothing"):
        recorded(session, book, an_act("DM 2"), (other, 5), (other, -5))
    with pytest.raises(Refused, match=r"ledger\.insufficient"):
        recorded(session, book, an_act("DM 3"), (other, -25_000_01))
    assert [(one.envelope_id, one.amount) for one in queries.act(session, first.id)] == [
        (year.id, -10_000_00),
        (other.id, 25_000_00),
    ]
    (listed,) = queries.acts(session, book.id)
    assert (listed.number, listed.given, listed.taken) == ("DM 1", 25_000_00, 10_000_00)


@pytest.fixture
def chapters(session, book):
    """100 000 EUR voted in operating, over two chapters: 7 500 EUR may cross."""
    made = []
    for label, nature, voted in (("65", "65748", 70_000_00), ("67", "673", 30_000_00)):
        opened = services.open_envelope(
            session, book.id, label=label, unit=Unit.EUR, section=Section.OPERATING,
            nature_account=nature, **BY,
        )  # fmt: skip
        booked(session, "vote", opened.id, voted)
        made.append(opened)
    return made


def test_the_executive_moves_seven_and_a_half_percent_between_chapters(session, book, chapters):
    here, there = chapters
    moved = ActKind.TRANSFER
    recorded(session, book, an_act("V 1", moved), (here, -7_000_00), (there, 7_000_00))
    with pytest.raises(Refused, match=r"ledger\.not_fungible"):
        recorded(session, book, an_act("V 2", moved), (here, -500_01), (there, 500_01))
    recorded(session, book, an_act("V 2", moved), (here, -500_00), (there, 500_00))
    # Within a chapter it moves what it wants; the assembly moves what it wants everywhere.
    like = services.open_envelope(
        session, book.id, label="65 bis", unit=Unit.EUR, section=Section.OPERATING,
        nature_account="6574", **BY,
    )  # fmt: skip
    recorded(session, book, an_act("V 3", moved), (here, -40_000_00), (like, 40_000_00))
    recorded(session, book, an_act("DM 4"), (there, -30_000_00), (here, 30_000_00))
    with pytest.raises(Refused, match=r"act\.unbalanced"):
        recorded(session, book, an_act("V 5", moved), (here, -1), (like, 2))


def test_the_share_is_counted_on_the_whole_budget_once_it_is_stated(session, book, chapters):
    here, there = chapters
    services.state_expenditure(session, book.id, Section.OPERATING, 200_000_00, actor=SYSTEM)
    services.state_expenditure(session, book.id, Section.OPERATING, 1, actor=SYSTEM)
    moved = ActKind.TRANSFER
    recorded(session, book, an_act("V 1", moved), (here, -15_000_00), (there, 15_000_00))
    with pytest.raises(Refused, match=r"ledger\.not_fungible"):
        recorded(session, book, an_act("V 2", moved), (here, -1), (there, 1))


def test_a_year_is_ordered_until_its_last_day(session, book):
    late = datetime(2019, 2, 1, 9, tzinfo=UTC).date()
    for section, last in (
        (Section.OPERATING, date(2019, 1, 31)),
        (Section.CAPITAL, date(2018, 12, 31)),
    ):
        envelope = an_envelope(session, book, section=section, voted=10)
        award = uuid4()
        booked(session, "commit", envelope.id, 10, award)
        facts = {"reason": "Mandat", **BY}
        moves = [Movement(envelope.id, 1, award)]
        with pytest.raises(Refused, match=r"ledger\.too_late_to_order"):
            services.book(session, "order", moves, key=f"{section}l", on=late, **facts)
        services.book(session, "order", moves, key=f"{section}", on=last, **facts)
