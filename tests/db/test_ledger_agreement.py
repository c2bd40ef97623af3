"""Ten thousand operations at random: our balances, hledger's and beancount's are the same."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import text

from build.clock import NOW
from build.journals import Place, by_beancount, by_hledger, run, written
from build.ledger import a_book, an_envelope, warranted
from build.people import a_funder
from grants.kernel.access import SYSTEM
from grants.kernel.money import Unit
from grants.ledger import queries, services
from grants.ledger.journals import Format
from grants.ledger.operations import ANSWERED_BY, OPERATIONS, Section, Stage
from grants.ledger.verify import verify

SEED, HOW_MANY = 20181001, 10_000
AWARDS = [UUID(int=n) for n in range(1, 41)]
FIRST_DAY, MIDDLE = date(2018, 1, 2), date(2018, 7, 1)
# What walks inside one envelope, as often as it is named here.
INSIDE = [
    *("vote", "reserve", "release", "commit", "commit", "commit", "commit_reserved", "decommit"),
    *("order", "order", "order", "cancel_order", "pay", "pay", "pay", "reject_payment"),
    *("claim_back", "recover", "waive_claim", "lapse"),
]
BETWEEN = ["transfer", "carry_over", "carry_commitment", "attach", "draw_credits", "return_credits"]
AUTHORISATION = 5

BATCH = text(
    """
    SELECT ledger_book_movements(
               entry, operation, ARRAY[envelope] || far, ARRAY[award] || far_award,
               ARRAY[amount] || far_amount, NULL, entry::text, '\\x00'::bytea, on_day, :now,
               'Au hasard', :actor, answers) ->> 'status'
      FROM (SELECT *,
                   CASE WHEN second IS NULL THEN '{}' ELSE ARRAY[second] END AS far,
                   CASE WHEN second IS NULL THEN '{}' ELSE ARRAY[award] END AS far_award,
                   CASE WHEN second IS NULL THEN '{}' ELSE ARRAY[-amount] END AS far_amount
              FROM unnest(CAST(:entries AS uuid[]), CAST(:operations AS text[]),
                          CAST(:envelopes AS uuid[]), CAST(:seconds AS uuid[]),
                          CAST(:awards AS uuid[]), CAST(:amounts AS bigint[]),
                          CAST(:days AS date[]), CAST(:answers AS uuid[])) WITH ORDINALITY
                   AS one(entry, operation, envelope, second, award, amount, on_day, answers, n)
             ORDER BY n) AS lines
    """
)
SCHEDULE = text(
    """
    INSERT INTO ledger_schedule (id, envelope_id, award_id, year, amount, booked_on, booked_at,
                                 reason, actor_id, key)
    SELECT gen_random_uuid(), :envelope, award, year, amount, '2018-01-02', :now, 'Au hasard',
           :actor, gen_random_uuid()::text
      FROM unnest(CAST(:awards AS uuid[]), CAST(:years AS int[]), CAST(:amounts AS bigint[]))
           AS one(award, year, amount)
    """
)


@dataclass(frozen=True)
class Line:
    """One entry to book."""

    operation: str
    envelope: int
    second: int | None
    award: UUID | None
    amount: int
    on: date
    answers: int | None = None


class Chance:
    """Draws operations that the books can take, keeping them in a few lines of its own."""

    def __init__(self) -> None:
        self.random = Random(SEED)
        self.held: defaultdict[tuple[int, Stage, UUID | None], int] = defaultdict(int)
        self.drawn: defaultdict[tuple[UUID, int], int] = defaultdict(int)
        self.lines: list[Line] = []

    def draw(self) -> list[Line]:
        for envelope in range(AUTHORISATION + 1):
            self.inside("vote", envelope, None, 5_000_000)
        while len(self.lines) < HOW_MANY:
            if self.random.random() < 0.85:
                award = self.random.choice(AWARDS)
                name = self.random.choice(INSIDE)
                place = self.random.randrange(AUTHORISATION + 1)
                most = self.most(name, place, award)
                if most > 0 and not (place == AUTHORISATION and name not in ON_AUTHORISATION):
                    self.inside(name, place, award, self.some(most))
            else:
                self.between(self.random.choice(BETWEEN), self.random.choice(AWARDS))
        return self.lines

    def some(self, most: int) -> int:
        return self.random.randint(1, max(1, min(most, 20_000)))

    def most(self, name: str, place: int, award: UUID | None) -> int:
        walk = OPERATIONS[name]
        if walk.source is Stage.VOTED:
            return 50_000
        source = self.held[place, walk.source, award if walk.source_award else None]
        if walk.ceiling is None:
            return source
        both = self.held[place, walk.ceiling, award] + source
        return both if walk.source is Stage.CLAIM_CONTRA else min(source, both)

    def moved(self, name: str, place: int, award: UUID | None, amount: int) -> None:
        walk = OPERATIONS[name]
        self.held[place, walk.source, award if walk.source_award else None] -= amount
        self.held[place, walk.target, award if walk.target_award else None] += amount

    def inside(self, name: str, place: int, award: UUID | None, amount: int) -> None:
        walk = OPERATIONS[name]
        self.moved(name, place, award, amount)
        given = award if walk.per_award else None
        self.lines.append(Line(name, place, None, given, amount, self.day()))

    def between(self, name: str, award: UUID) -> None:
        here, there = self.random.choice(ENDS[name])
        given = award if OPERATIONS[name].per_award else None
        most = self.most(name, here, award)
        if name == "return_credits":
            most = min(most, self.drawn[award, there_year(here)])
        if name == "draw_credits":
            most = min(most, self.held[there, Stage.AVAILABLE, None])
        if name == "transfer":
            most = self.held[here, Stage.AVAILABLE, None]
        if most <= 0:
            return
        amount, on = self.some(most), self.day()
        if name == "transfer":
            self.moved("vote", here, None, -amount)
            self.moved("vote", there, None, amount)
            self.lines.append(Line(name, there, here, None, amount, on))
            return
        self.drawn[award, there_year(there)] += amount if name == "draw_credits" else 0
        self.drawn[award, there_year(here)] -= amount if name == "return_credits" else 0
        origin = len(self.lines)
        for one, place in ((name, here), (ANSWERED_BY[name], there)):
            self.moved(one, place, award, amount)
            answers = origin if place == there else None
            day = max(on, NEW_YEAR) if one.startswith("bring_") else on
            self.lines.append(Line(one, place, None, given, amount, day, answers))

    def day(self) -> date:
        return FIRST_DAY + timedelta(days=self.random.randrange(360))


NEW_YEAR = date(2019, 1, 1)
ON_AUTHORISATION = {"vote", "reserve", "release", "commit", "commit_reserved", "lapse"}
# Two operating envelopes, one of capital, one of m² in 2018; one operating in 2019; then the AE.
ENDS = {
    "transfer": [(0, 1), (1, 0)],
    "carry_over": [(0, 4), (1, 4)],
    "carry_commitment": [(0, 4), (1, 4)],
    "attach": [(0, 4), (1, 4)],
    "draw_credits": [(AUTHORISATION, 0), (AUTHORISATION, 1), (AUTHORISATION, 4)],
    "return_credits": [(0, AUTHORISATION), (1, AUTHORISATION), (4, AUTHORISATION)],
}


def there_year(place: int) -> int:
    return 2019 if place == 4 else 2018


def booked_at_random(database) -> tuple[Chance, list[UUID], Callable[[int], Place]]:
    with database.transaction() as session:
        envelopes = some_envelopes(session)
        warranted(session, *AWARDS, envelope_id=envelopes[0])
    chance = Chance()
    lines = chance.draw()
    ids = [UUID(int=Random(SEED + n).getrandbits(128), version=4) for n in range(len(lines))]
    # Row versions of one transaction pile up: a few hundred entries at a time.
    for start in range(0, len(lines), 250):
        these = range(start, min(start + 250, len(lines)))
        with database.transaction() as session:
            told = session.scalars(BATCH, arrays([lines[n] for n in these], these, ids, envelopes))
            assert set(told.all()) == {"booked"}
            promise(session, [lines[n] for n in these], lines, envelopes[AUTHORISATION])
    ranks = {0: "01", 1: "02", 2: "03", 3: "04", 4: "01", 5: "05"}
    return chance, envelopes, lambda at: (str(there_year(at)), ranks[at], "")


def some_envelopes(session) -> list[UUID]:
    funder = a_funder(session, key="hasard")
    book, following = a_book(session, funder, 2018), a_book(session, funder, 2019)
    made = [
        an_envelope(session, book),
        an_envelope(session, book),
        an_envelope(session, book, section=Section.CAPITAL),
        an_envelope(session, book, unit=Unit.SQUARE_METRE),
        an_envelope(session, following),
        services.open_envelope(
            session, book.id, label="AE", unit=Unit.EUR, section=Section.OPERATING,
            last_year=2019, actor=SYSTEM, now=NOW,
        ),
    ]  # fmt: skip
    return [one.id for one in made]


def arrays(these, numbers, ids, envelopes) -> dict[str, object]:
    return {
        "entries": [ids[n] for n in numbers],
        "operations": [one.operation for one in these],
        "envelopes": [envelopes[one.envelope] for one in these],
        "seconds": [None if one.second is None else envelopes[one.second] for one in these],
        "awards": [one.award for one in these],
        "amounts": [one.amount for one in these],
        "days": [one.on for one in these],
        "answers": [None if one.answers is None else ids[one.answers] for one in these],
        "now": NOW,
        "actor": SYSTEM.id,
    }


def promise(session, these, lines, envelope_id: UUID) -> None:
    """What is committed on the authorisation is promised to 2019, then to 2018 as it draws."""
    moved: defaultdict[tuple[UUID, int], int] = defaultdict(int)
    for one in these:
        if one.envelope == AUTHORISATION and one.operation in {"commit", "commit_reserved"}:
            moved[one.award, 2019] += one.amount
        of_2018 = one.answers is not None and 4 not in {one.envelope, lines[one.answers].envelope}
        if of_2018 and AUTHORISATION in {one.envelope, lines[one.answers].envelope}:
            amount = one.amount if one.operation == "take_up_credits" else -one.amount
            moved[one.award, 2018] += amount
            moved[one.award, 2019] -= amount
    given = [(award, year, cents) for (award, year), cents in moved.items() if cents]
    session.execute(
        SCHEDULE,
        {
            "envelope": envelope_id,
            "awards": [one[0] for one in given],
            "years": [one[1] for one in given],
            "amounts": [one[2] for one in given],
            "now": NOW,
            "actor": SYSTEM.id,
        },
    )


@pytest.fixture(scope="module")
def books(server_url, template_url):
    from conftest import clone
    from sqlalchemy import create_engine

    from grants.db import Database

    with clone(server_url, "agreement") as url:
        engine = create_engine(url)
        database = Database(engine)
        yield database, *booked_at_random(database)
        engine.dispose()


def as_we_say(session, ids, place_of, on: date | None = None) -> dict[Place, int]:
    """Our balances as of a day, read as pages read them."""
    places = queries.places(session, ids)
    found = {}
    for at, envelope_id in enumerate(ids):
        moved = queries.turned(session, places[envelope_id].book_id, on).get(envelope_id, {})
        for stage, one in moved.items():
            if one.balance:
                found[(*place_of(at)[:2], stage.value)] = one.balance
    return found


@pytest.mark.slow
def test_ours_are_the_models_and_the_books_verify(books):
    database, chance, ids, place_of = books
    expected: defaultdict[Place, int] = defaultdict(int)
    for (at, stage, _award), amount in chance.held.items():
        expected[(*place_of(at)[:2], stage.value)] += amount
    with database.reading() as session:
        assert as_we_say(session, ids, place_of) == {at: n for at, n in expected.items() if n}
        now = queries.envelope_lines(session, ids)
        for envelope_id in ids:
            (line,) = (
                one
                for one in queries.lines_on(session, now[envelope_id].book_id)
                if one.id == envelope_id
            )
            assert line == now[envelope_id]
        assert verify(session) == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
def test_hledger_counts_the_same_at_the_end_and_in_the_middle(books, tmp_path):
    database, _chance, ids, place_of = books
    with database.reading() as session:
        file = written(session, tmp_path, Format.HLEDGER)
        assert run(["hledger", "check", "--strict", "-f", file]).returncode == 0
        assert by_hledger(file) == as_we_say(session, ids, place_of)
        # hledger's end of a period is the day after.
        until = ("-e", str(MIDDLE + timedelta(days=1)))
        assert by_hledger(file, *until) == as_we_say(session, ids, place_of, MIDDLE)


@pytest.mark.slow
def test_beancount_counts_the_same(books, tmp_path):
    database, _chance, ids, place_of = books
    with database.reading() as session:
        file = written(session, tmp_path, Format.BEANCOUNT)
        assert by_beancount(file) == as_we_say(session, ids, place_of)


@pytest.mark.slow
def test_a_day_summed_wrongly_is_found(books):
    database, _chance, _ids, _place_of = books
    with database.transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(
            text(
                "UPDATE ledger_turnover SET given = given + 1 WHERE (envelope_id, stage, booked_on)"
                " = (SELECT envelope_id, stage, booked_on FROM ledger_turnover LIMIT 1)"
            )
        )
        assert [one.what for one in verify(session)] == ["turnover"]
        session.rollback()
