"""The end of a year: what lapses, is attached, carried over, rescheduled; then nothing more."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import psycopg
import pytest

from build.ledger import a_book, an_award, an_envelope, booked
from build.people import a_funder, a_funder_member, acting_as
from grants.kernel.access import SYSTEM, FunderRole
from grants.kernel.errors import Forbidden, Refused
from grants.kernel.money import Unit
from grants.ledger import queries, services
from grants.ledger.operations import Fate, Section
from grants.ledger.services import Choice, Signature
from grants.ledger.verify import verify

NEW_YEAR = datetime(2019, 1, 31, 9, tzinfo=UTC)
A, C, R = Fate.ATTACH, Fate.CARRY, Fate.RESCHEDULE


class Year:
    """2018 with an operating, a capital and an area envelope, and an award on each."""

    def __init__(self, session) -> None:
        self.session = session
        self.funder = a_funder(session)
        self.book = a_book(session, self.funder, 2018)
        self.operating = an_envelope(session, self.book, label="Soutien", voted=100_00)
        self.capital = an_envelope(
            session, self.book, label="Parts", section=Section.CAPITAL, voted=50_00
        )
        self.area = an_envelope(session, self.book, unit=Unit.SQUARE_METRE, voted=40)
        self.grant = an_award(session, self.operating.id, 30_00)
        self.share = an_award(session, self.capital.id, 20_00)
        self.paid = an_award(session, self.operating.id, 10_00, until="pay")
        self.ordered = an_award(session, self.operating.id, 5_00, until="order")
        booked(session, "reserve", self.operating.id, 7_00)

    def seen(self) -> str:
        return queries.state_fingerprint(queries.left_in(self.session, self.book.id))

    def close(self, choices=None, *, seen=None, name="Nadia Ferrand", voted=None, **by):
        return services.close_year(
            self.session,
            self.book.id,
            choices or {},
            Signature(name=name, seen=seen or self.seen()),
            voted=voted or {},
            **{"actor": SYSTEM, "now": NEW_YEAR, **by},
        )

    def line(self, envelope, year=2018):
        lines = queries.envelopes(self.session, [self.funder.id], year)
        return next(one for one in lines if one.label == envelope.label)


@pytest.fixture
def year(session):
    return Year(session)


def test_credits_lapse_and_commitments_go_on_in_the_next_year(session, year):
    closing = year.close({(year.operating.id, year.grant): Choice(C, attached=12_00)})
    left = year.line(year.operating)
    assert (left.available, left.reserved, left.committed) == (0, 0, 0)
    assert (left.lapsed, left.carried, left.ordered, left.paid) == (55_00, 30_00, 5_00, 10_00)
    assert year.line(year.operating, 2019).committed == 30_00
    assert year.line(year.capital, 2019).committed == 20_00
    closed = queries.closed_year(session, year.book.id)
    assert {(one[1], one[3], one[4]): one[5] for one in closed.lines} == {
        ("Soutien", None, Fate.LAPSE): 55_00,
        ("Soutien", year.grant, A): 12_00,
        ("Soutien", year.grant, C): 18_00,
        ("Parts", None, Fate.LAPSE): 30_00,
        ("Parts", year.share, C): 20_00,
        (year.area.label, None, Fate.LAPSE): 40,
    }
    assert (closing.signed_name, closing.closed_on) == ("Nadia Ferrand", date(2019, 1, 31))
    assert verify(session) == []


def test_closing_twice_does_nothing_twice(session, year):
    first = year.close()
    entries = year.book.last_number
    assert year.close(seen="anything").id == first.id
    session.refresh(year.book)
    assert year.book.last_number == entries


def test_what_moved_since_it_was_read_is_read_again(year):
    seen = year.seen()
    booked(year.session, "decommit", year.operating.id, 1, year.grant)
    with pytest.raises(Refused, match=r"closing\.changed"):
        year.close(seen=seen)


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("too_early", {"now": datetime(2018, 12, 30, 22, tzinfo=UTC)}),
        ("unsigned", {"name": " "}),
        ("voted_held", {"voted": {uuid4(): 1}}),
    ],
)
def test_a_year_is_not_closed_too_early_unsigned_or_with_votes_under_way(year, code, given):
    with pytest.raises(Refused, match=rf"closing\.{code}"):
        year.close(**given)


def test_capital_is_not_attached_and_no_more_than_there_is(year):
    for choice in (Choice(A), Choice(C, attached=1), Choice(R)):
        with pytest.raises(Refused, match=r"closing\.fate"):
            year.close({(year.capital.id, year.share): choice})
    with pytest.raises(Refused, match=r"closing\.fate"):
        year.close({(year.operating.id, year.grant): Choice(C, attached=30_01)})


def test_who_keeps_no_books_does_not_close_them(session, year):
    officer = a_funder_member(session, year.funder, FunderRole.OFFICER)
    with pytest.raises(Forbidden):
        year.close(actor=acting_as(session, officer))


def test_a_drawn_year_goes_back_to_its_authorisation_for_the_next(session, year):
    by = {"actor": SYSTEM, "now": NEW_YEAR}
    programme = services.open_envelope(
        session, year.book.id, label="AE", unit=Unit.EUR, section=Section.OPERATING,
        last_year=2020, **by,
    )  # fmt: skip
    booked(session, "vote", programme.id, 90_00)
    award = uuid4()
    booked(session, "commit", programme.id, 90_00, award)
    facts = {"on": date(2018, 11, 1), "reason": "Application 2018", **by}
    services.draw(session, award, year.operating.id, 30_00, key="d", **facts)
    booked(session, "order", year.operating.id, 20_00, award)
    year.close()
    promised = {one.year: (one.planned, one.drawn) for one in queries.schedule_of(session, award)}
    assert promised == {2018: (20_00, 20_00), 2019: (40_00, 0), 2020: (30_00, 0)}
    line = queries.envelope_line(session, programme.id)
    assert (line.committed, line.carried) == (70_00, 20_00)
    # The authorisation goes on although the book that it lies in is closed.
    following = an_envelope(session, a_book(session, year.funder, 2019), voted=40_00)
    facts |= {"on": date(2019, 3, 1), "now": datetime(2019, 3, 1, 9, tzinfo=UTC)}
    services.draw(session, award, following.id, 40_00, key="e", **facts)
    assert verify(session) == []


def test_what_an_authorisation_promised_to_its_last_year_is_carried_over(session, year):
    by = {"actor": SYSTEM, "now": NEW_YEAR}
    programme = services.open_envelope(
        session, year.book.id, label="AE", unit=Unit.EUR, section=Section.OPERATING,
        last_year=2018, **by,
    )  # fmt: skip
    booked(session, "vote", programme.id, 30_00)
    award = uuid4()
    booked(session, "commit", programme.id, 30_00, award)
    facts = {"on": date(2018, 11, 1), "reason": "Application 2018", **by}
    services.draw(session, award, year.operating.id, 30_00, key="d", **facts)
    with pytest.raises(Refused, match=r"closing\.fate"):
        year.close({(year.operating.id, award): Choice(R)})
    year.close()
    assert year.line(year.operating, 2019).committed == 60_00
    assert verify(session) == []


REFUSED = ["vote", "reserve", "commit", "order", "cancel_order", "decommit", "lapse"]


@pytest.mark.parametrize("operation", REFUSED)
def test_a_closed_year_refuses_what_moves_credits(year, operation):
    year.close()
    award = year.ordered if operation in {"order", "cancel_order", "decommit"} else None
    if operation == "commit":
        award = uuid4()
    with pytest.raises(Refused, match=r"ledger\.book_closed"):
        booked(year.session, operation, year.operating.id, 1, award)


def test_a_closed_year_takes_payments_and_recoveries_which_give_no_credit_back(session, year):
    year.close()
    for operation, award in (
        ("pay", year.ordered),
        ("claim_back", year.paid),
        ("recover", year.paid),
    ):
        booked(session, operation, year.operating.id, 2_00, award)
    left = year.line(year.operating)
    assert (left.available, left.paid, left.recovered) == (0, 12_00, 2_00)
    with pytest.raises(Refused, match=r"ledger\.book_closed"):
        services.open_envelope(
            session, year.book.id, label="Tard", unit=Unit.EUR, section=Section.CAPITAL,
            actor=SYSTEM, now=NEW_YEAR,
        )  # fmt: skip


def test_in_the_same_year_a_cancellation_gives_credits_back(session, year):
    booked(session, "cancel_order", year.operating.id, 5_00, year.ordered)
    booked(session, "decommit", year.operating.id, 5_00, year.ordered)
    assert year.line(year.operating).available == 53_00


@pytest.fixture(scope="module")
def place(server_url, template_url):
    """A closed year and an authorisation, with real commits, for raw hands."""
    from conftest import clone
    from sqlalchemy import create_engine

    from grants.db import Database

    with clone(server_url, "closing") as url:
        engine = create_engine(url)
        with Database(engine).transaction() as session:
            year = Year(session)
            open_book = a_book(session, year.funder, 2019)
            programme = services.open_envelope(
                session, open_book.id, label="AE", unit=Unit.EUR, section=Section.OPERATING,
                last_year=2021, actor=SYSTEM, now=NEW_YEAR,
            )  # fmt: skip
            booked(session, "vote", programme.id, 90_00)
            award = uuid4()
            booked(session, "commit", programme.id, 90_00, award)
            annual = an_envelope(session, open_book, voted=100)
            due = an_award(session, annual.id, 5)
            year.close()
            facts = {
                "book": open_book.id, "closed": year.book.id, "programme": programme.id,
                "award": award, "annual": annual.id, "envelope": year.operating.id,
                "due": due,
            }  # fmt: skip
        yield url.replace("+psycopg", "", 1), facts
        engine.dispose()


SCHEDULE = (
    "INSERT INTO ledger_schedule (id, envelope_id, award_id, year, amount, booked_on, booked_at,"
    " reason, actor_id, key) VALUES (gen_random_uuid(), %(programme)s, %(award)s, {year},"
    " {amount}, '2019-02-01', now(), 'x', gen_random_uuid(), gen_random_uuid()::text)"
)
ACT = (
    "WITH act AS (INSERT INTO ledger_act (id, book_id, kind, number, dated_on, label, actor_id,"
    " booked_at) VALUES (gen_random_uuid(), %(book)s, 'transfer', 'V', '2018-10-01', 'x',"
    " gen_random_uuid(), now()) RETURNING id) INSERT INTO ledger_act_entry (entry_id, act_id)"
    " SELECT e.id, act.id FROM ledger_entry e, act WHERE e.book_id = %(book)s AND e.number = 1"
)
RAW = [
    "UPDATE ledger_book SET closed_at = NULL",
    "UPDATE ledger_book SET turned_to = 5",
    "DELETE FROM ledger_closing",
    "UPDATE ledger_closing SET signed_name = 'X'",
    "UPDATE ledger_closing_line SET amount = amount + 1",
    "DELETE FROM ledger_schedule",
    "UPDATE ledger_schedule SET amount = 1",
    SCHEDULE.format(year=2020, amount=1),
    SCHEDULE.format(year=2025, amount=1),
    "UPDATE ledger_envelope SET kind = 'annual', last_year = NULL WHERE id = %(programme)s",
    "UPDATE ledger_envelope SET last_year = 2030 WHERE id = %(programme)s",
    "INSERT INTO ledger_account (id, envelope_id, stage, award_id, balance)"
    " VALUES (gen_random_uuid(), %(programme)s, 'ordered', %(award)s, 0)",
    "INSERT INTO ledger_turnover VALUES (%(annual)s, 'paid', '2018-01-01', 0, 5, 1)",
    "DELETE FROM ledger_turnover",
    "UPDATE ledger_act SET label = 'y'",
    "DELETE FROM ledger_act_entry",
    "UPDATE ledger_expenditure SET amount = 5",
    ACT,
    "INSERT INTO ledger_closing (id, book_id, closed_on, signed_by, signed_name, signed_at,"
    " fingerprint) VALUES (gen_random_uuid(), %(book)s, '2020-01-31', gen_random_uuid(), 'X',"
    " now(), sha256('x'))",
    "INSERT INTO ledger_closing (id, book_id, closed_on, signed_by, signed_name, signed_at,"
    " fingerprint) VALUES (gen_random_uuid(), %(book)s, '2019-05-01', gen_random_uuid(), 'X',"
    " now(), sha256('x'))",
]


@pytest.mark.parametrize("statement", RAW)
def test_no_hand_reopens_a_year_or_stretches_a_schedule(place, statement):
    url, facts = place
    with psycopg.connect(url) as raw, pytest.raises(psycopg.errors.IntegrityError):
        raw.execute(statement, facts)
        raw.commit()


def by_hand(raw, book: UUID, operation: str, legs, on: str = "2019-01-15") -> None:
    """An entry written without the service: accounts, postings, then the entry that seals them."""
    entry = uuid4()
    for position, (envelope, stage, award, amount) in enumerate(legs, start=1):
        raw.execute(
            "INSERT INTO ledger_account (id, envelope_id, stage, award_id, balance) VALUES"
            " (gen_random_uuid(), %s, %s, %s, 0) ON CONFLICT DO NOTHING",
            (envelope, stage, award),
        )
        raw.execute(
            "INSERT INTO ledger_posting (entry_id, position, account_id, amount)"
            " VALUES (%s, %s, ledger_account_id(%s, %s, %s), %s)",
            (entry, position, envelope, stage, award, amount),
        )
    raw.execute(
        "INSERT INTO ledger_entry (id, book_id, operation, key, request, booked_on, booked_at,"
        " reason, actor_id) VALUES (%s, %s, %s, %s, 'x', %s, now(), 'Main', %s)",
        (entry, book, operation, str(entry), on, uuid4()),
    )
    raw.commit()


HANDS = {
    "a vote in a closed year": lambda f: (
        "closed year",
        f["closed"],
        "vote",
        [(f["envelope"], "voted", None, -5), (f["envelope"], "available", None, 5)],
    ),
    "more off an award than its schedule says": lambda f: (
        "is scheduled",
        f["book"],
        "decommit",
        [(f["programme"], "committed", f["award"], -5), (f["programme"], "available", None, 5)],
    ),
    "drawing from what is no authorisation": lambda f: (
        "does not take up",
        f["book"],
        "take_up_credits",
        [(f["annual"], "available", None, -5), (f["annual"], "committed", f["award"], 5)],
    ),
}


@pytest.mark.parametrize("what", HANDS)
def test_entries_by_hand_obey_too(place, what):
    url, facts = place
    said, book, operation, legs = HANDS[what](facts)
    with psycopg.connect(url) as raw, pytest.raises(psycopg.errors.IntegrityError, match=said):
        by_hand(raw, book, operation, legs)


def test_an_order_by_hand_is_not_late(place):
    url, facts = place
    legs = [
        (facts["annual"], "committed", facts["due"], -5),
        (facts["annual"], "ordered", facts["due"], 5),
    ]
    for on in ("2020-02-01", "2020-01-31"):
        with psycopg.connect(url) as raw:
            if on == "2020-01-31":
                by_hand(raw, facts["book"], "order", legs, on=on)
                continue
            with pytest.raises(psycopg.errors.IntegrityError, match="is over"):
                by_hand(raw, facts["book"], "order", legs, on=on)
