"""On which days the books take what: acts within their year, years that begin on 1 January."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from build.ledger import a_book, an_award, an_envelope, booked, voted_on, warranted
from build.people import a_funder, a_funder_member, acting_as
from grants.kernel.access import SYSTEM, FunderRole
from grants.kernel.errors import Refused
from grants.kernel.money import Unit
from grants.ledger import queries, services
from grants.ledger.operations import ActKind, Fate, Section
from grants.ledger.report import report
from grants.ledger.services import ActFacts, Choice, CreditLine, Signature, booking
from grants.ledger.verify import verify

INITIAL, AMENDING, MOVED = ActKind.INITIAL, ActKind.AMENDING, ActKind.TRANSFER
CARRY, RESCHEDULE = Fate.CARRY, Fate.RESCHEDULE


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def closed(session, book, choices=None) -> None:
    signature = Signature(
        name="Nadia Ferrand", seen=queries.state_fingerprint(queries.left_in(session, book.id))
    )
    now = at(date(book.year + 1, 1, 31))
    services.close_year(session, book.id, choices or {}, signature, voted={}, actor=SYSTEM, now=now)


@pytest.fixture
def funder(session):
    return a_funder(session)


@pytest.fixture
def book(session, funder):
    return a_book(session, funder, 2018)


def test_what_is_carried_over_is_taken_up_on_the_first_of_january(session, funder, book):
    envelope = an_envelope(session, book, label="Soutien", voted=100_00)
    award = an_award(session, envelope.id, 30_00)
    closed(session, book)
    following = queries.book_of_year(session, funder.id, 2019).id
    days = [date(2018, 12, 30), date(2018, 12, 31), date(2019, 1, 1), date(2019, 1, 31)]
    held = [
        [sum(one.committed for one in queries.lines_on(session, each, day)) for day in days]
        for each in (book.id, following)
    ]
    assert held == [[30_00, 0, 0, 0], [0, 0, 30_00, 30_00]]
    reader = acting_as(session, a_funder_member(session, funder, FunderRole.FINANCE))
    legs = queries.award_legs(session, award, viewer=reader)
    assert {(one.year, one.booked_on) for one in legs if one.year == 2019} == {
        (2019, date(2019, 1, 1))
    }
    assert verify(session) == []


DAYS = [
    (INITIAL, Section.OPERATING, date(2016, 12, 31), "before_year"),
    (INITIAL, Section.OPERATING, date(2017, 1, 1), None),
    (INITIAL, Section.OPERATING, date(2018, 12, 31), None),
    (INITIAL, Section.OPERATING, date(2019, 1, 1), "after_year"),
    (AMENDING, Section.OPERATING, date(2017, 12, 31), "before_year"),
    (AMENDING, Section.OPERATING, date(2018, 1, 1), None),
    (AMENDING, Section.OPERATING, date(2019, 1, 21), None),
    (AMENDING, Section.OPERATING, date(2019, 1, 22), "after_year"),
    (AMENDING, Section.CAPITAL, date(2018, 12, 31), None),
    (AMENDING, Section.CAPITAL, date(2019, 1, 1), "after_year"),
    (MOVED, Section.OPERATING, date(2019, 1, 31), None),
    (MOVED, Section.OPERATING, date(2019, 2, 1), "after_year"),
    (AMENDING, Section.OPERATING, date(2031, 1, 1), "to_come"),
]


@pytest.mark.parametrize("case", DAYS)
def test_an_act_is_dated_within_its_year(session, book, case):
    kind, section, day, refused = case
    one, other = (an_envelope(session, book, section=section, voted=100) for _ in "ab")
    lines = [CreditLine(one.id, 5), CreditLine(other.id, -5 if kind is MOVED else 5)]
    now = at(date(2020, 3, 1))

    def record() -> None:
        facts = ActFacts(kind, "DM 1", day, "Ajustements")
        services.record_act(session, book.id, facts, lines, actor=SYSTEM, now=now)

    if refused is None:
        return record()
    with pytest.raises(Refused, match=rf"^act\.{refused}$"):
        record()
    return None


def test_an_authorisation_is_voted_until_its_last_year(session, book):
    by = {"actor": SYSTEM, "now": at(date(2021, 3, 1))}
    programme = services.open_envelope(
        session, book.id, label="AE", unit=Unit.EUR, section=Section.OPERATING, last_year=2020, **by
    )
    for number, day in (("DM 1", date(2020, 12, 31)), ("DM 2", date(2021, 1, 1))):
        facts = ActFacts(AMENDING, number, day, "Révision")
        if number == "DM 2":
            with pytest.raises(Refused, match=r"act\.after_year"):
                services.record_act(session, book.id, facts, [CreditLine(programme.id, 5)], **by)
        else:
            services.record_act(session, book.id, facts, [CreditLine(programme.id, 5)], **by)


WRONG_DAYS = [
    ("INSERT INTO ledger_act (id, book_id, kind, number, dated_on, label, actor_id, booked_at)"
     " VALUES (gen_random_uuid(), :book, 'amending', 'DM', :day, 'x', gen_random_uuid(), :now)"),
]  # fmt: skip


@pytest.mark.parametrize("day", [date(2017, 12, 31), date(2019, 2, 1), date(2031, 5, 1)])
def test_the_database_refuses_an_act_of_another_year(session, book, day):
    facts = {"book": book.id, "day": day, "now": at(date(2020, 3, 1))}
    with pytest.raises(IntegrityError, match="outside of its year"), session.begin_nested():
        session.execute(text(WRONG_DAYS[0]), facts)


@pytest.mark.parametrize("day", [date(2016, 12, 31), date(2019, 1, 22), date(2031, 5, 1)])
def test_the_database_refuses_a_vote_of_another_year(session, book, day):
    envelope = an_envelope(session, book)
    with pytest.raises(IntegrityError, match="outside of their year"), session.begin_nested():
        booked(session, "vote", envelope.id, 5, on=day)
    booked(session, "vote", envelope.id, 5, on=voted_on(2018))


def test_the_database_refuses_what_is_taken_up_before_its_year(session, book, monkeypatch):
    envelope = an_envelope(session, book, label="Soutien", voted=100_00)
    an_award(session, envelope.id, 30_00)
    monkeypatch.setattr(booking, "_taken_up_on", lambda *facts: facts[-1].on)
    with pytest.raises(IntegrityError, match="before the year begins"), session.begin_nested():
        closed(session, book)


class Programme:
    """An authorisation of three years, 30 a year, to one award; 2018's were drawn and carried."""

    def __init__(self, session, funder, book) -> None:
        self.session, self.book = session, book
        self.now = at(date(2018, 10, 1))
        self.first = an_envelope(session, book, label="Soutien", voted=100_00)
        by = {"actor": SYSTEM, "now": self.now}
        self.home = services.open_envelope(
            session, book.id, label="AE", unit=Unit.EUR, section=Section.OPERATING,
            last_year=2020, **by,
        )  # fmt: skip
        booked(session, "vote", self.home.id, 90_00)
        self.award: UUID = uuid4()
        warranted(session, self.award, envelope_id=self.home.id)
        booked(session, "commit", self.home.id, 90_00, self.award)
        self.draw(self.first, 2018)
        closed(session, book, {(self.first.id, self.award): Choice(CARRY)})
        self.next_book = a_book(session, funder, 2019)
        (self.second,) = queries.envelopes(session, [funder.id], 2019)
        booked(session, "vote", self.second.id, 60_00, on=date(2019, 1, 1))
        self.draw(self.second, 2019)

    def draw(self, envelope, year: int) -> None:
        now = at(date(year, 10, 1))
        services.draw(
            self.session, self.award, envelope.id, 30_00, key=f"d{year}", on=date(year, 10, 1),
            reason="Application", actor=SYSTEM, now=now,
        )  # fmt: skip

    def years(self) -> dict[int, tuple[int, int]]:
        told = queries.schedule_of(self.session, self.award)
        return {one.year: (one.planned, one.drawn) for one in told if one.planned or one.drawn}

    def holds(self) -> None:
        self.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        assert verify(self.session) == []


@pytest.fixture
def programme(session, funder, book):
    return Programme(session, funder, book)


def test_what_was_carried_and_not_needed_goes_back_to_the_years_that_drew_it(session, programme):
    assert programme.years() == {2018: (30_00, 30_00), 2019: (30_00, 30_00), 2020: (30_00, 0)}
    # 30 of 2018 that were carried over, and 30 of 2019: more than 2019 was ever promised.
    closed(
        session, programme.next_book, {(programme.second.id, programme.award): Choice(RESCHEDULE)}
    )
    assert programme.years() == {2020: (90_00, 0)}
    programme.holds()
    line = queries.envelope_line(session, programme.home.id)
    assert (line.committed, line.carried) == (90_00, 0)


def test_the_years_of_an_award_are_read_as_of_a_day(session, programme):
    closed(
        session, programme.next_book, {(programme.second.id, programme.award): Choice(RESCHEDULE)}
    )
    expected = {
        date(2018, 9, 30): {},
        date(2018, 10, 1): {2018: (30_00, 30_00), 2019: (30_00, 0), 2020: (30_00, 0)},
        date(2019, 10, 1): {2018: (30_00, 30_00), 2019: (30_00, 30_00), 2020: (30_00, 0)},
        date(2019, 12, 31): {2020: (90_00, 0)},
    }
    for day, years in expected.items():
        told = queries.schedule_of(session, programme.award, day)
        assert {one.year: (one.planned, one.drawn) for one in told if one.planned} == years, day
    now = {one.year: one for one in queries.schedule_of(session, programme.award)}
    assert now == {one.year: one for one in queries.schedule_of(session, programme.award, date.max)}


def test_the_report_of_a_year_stands_as_of_a_day(session, funder, book):
    envelope = an_envelope(session, book, label="Soutien", voted=100_00)
    an_award(session, envelope.id, 30_00)
    closed(session, book)
    told = [
        [one["committed"] for one in report(session, funder.key, year, on=day)["envelopes"]]
        for year, day in (
            (2018, date(2018, 12, 30)),
            (2018, date(2018, 12, 31)),
            (2019, date(2018, 12, 31)),
            (2019, date(2019, 1, 1)),
        )
    ]
    assert told == [[30_00], [0], [0], [30_00]]
    assert report(session, funder.key, 2018) == {
        name: said
        for name, said in report(session, funder.key, 2018, on=date(2019, 12, 31)).items()
        if name != "on"
    }


def test_credits_given_back_are_decommitted_from_the_years_that_drew_them(session, programme):
    now = at(date(2019, 11, 1))
    services.give_back(
        session, programme.award, programme.second.id, 60_00, key="back", on=date(2019, 11, 1),
        reason="Moins", actor=SYSTEM, now=now,
    )  # fmt: skip
    assert programme.years() == {2018: (30_00, 0), 2019: (30_00, 0), 2020: (30_00, 0)}
    booked(session, "decommit", programme.home.id, 90_00, programme.award)
    assert programme.years() == {}
    programme.holds()


def test_an_authorisation_takes_back_what_was_drawn_from_it_and_no_more(session, programme):
    warranted(session, programme.award, envelope_id=programme.second.id)
    booked(session, "commit", programme.second.id, 7_00, programme.award)
    choices = {(programme.second.id, programme.award): Choice(RESCHEDULE)}
    with pytest.raises(Refused, match=r"closing\.nothing_drawn") as told, session.begin_nested():
        closed(session, programme.next_book, choices)
    assert told.value.facts == {
        "envelope_id": programme.second.id,
        "award_id": programme.award,
        "asked_cents": 67_00,
        "left_cents": 60_00,
    }
