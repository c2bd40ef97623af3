"""Every operation in any order, against a few lines of Python that keep the same books."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from build.ledger import a_book, an_envelope, booked
from build.people import a_funder
from grants.db import Database
from grants.kernel.errors import Refused
from grants.kernel.money import Unit
from grants.ledger import queries
from grants.ledger.operations import CREDIT_STAGES, OPERATIONS, Section, Stage
from grants.ledger.verify import verify

AWARDS = [UUID(int=n) for n in (1, 2)]
SIMPLE = sorted(name for name, one in OPERATIONS.items() if not one.counterpart and not one.answers)
Place = tuple[int, Stage, UUID | None]


class Books(RuleBasedStateMachine):
    """Two envelopes of euros and one of m² in 2018, one of euros in 2019; two awards."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.doors = self.database.transaction()
        self.session = self.doors.__enter__()
        self.held: defaultdict[Place, int] = defaultdict(int)
        self.entries = 0

    @initialize()
    def open_books(self) -> None:
        funder = a_funder(self.session)
        self.book = a_book(self.session, funder, 2018)
        self.following = a_book(self.session, funder, 2019)
        self.envelopes = [
            an_envelope(self.session, self.book),
            an_envelope(self.session, self.book),
            an_envelope(self.session, self.book, unit=Unit.SQUARE_METRE),
            an_envelope(self.session, self.following),
            an_envelope(self.session, self.book, section=Section.CAPITAL),
        ]

    def expect(self, name: str, moves: list[tuple[Place, int]], ceiling: int | None) -> bool:
        """What the few lines of Python say: apply the moves, or tell that they do not fit."""
        after = self.held.copy()
        for place, amount in moves:
            after[place] += amount
        sources = {Stage.VOTED, Stage.CLAIM_CONTRA}
        fits = all(n >= 0 for (_, stage, _), n in after.items() if stage not in sources)
        if not fits or (ceiling is not None and ceiling < 0):
            return False
        self.held = after
        return True

    def attempt(self, expected: bool, name: str, *arguments: object, **named: object) -> bool:
        try:
            with self.session.begin_nested():
                booked(self.session, name, *arguments, **named)
        except Refused as refusal:
            outcome = refusal.code.rstrip("abcdefghijklmnopqrstuvwxyz")
        else:
            outcome = "booked"
            self.entries += 1
        assert outcome in ({"booked"} if expected else {"ledger.", "ledger.exceeds_"}), name
        return expected

    @rule(
        name=st.sampled_from(SIMPLE),
        envelope=st.integers(0, 4),
        award=st.sampled_from(AWARDS),
        amount=st.integers(1, 60),
        takes_back=st.booleans(),
    )
    def book(self, name: str, envelope: int, award: UUID, amount: int, takes_back: bool) -> None:
        walk = OPERATIONS[name]
        amount = -amount if name == "vote" and takes_back else amount
        source = (envelope, walk.source, award if walk.source_award else None)
        target = (envelope, walk.target, award if walk.target_award else None)
        ceiling = None
        if walk.ceiling:
            ceiling = self.held[envelope, walk.ceiling, award] + self.held[source] - amount
        expected = self.expect(name, [(source, -amount), (target, amount)], ceiling)
        self.attempt(
            expected, name, self.envelopes[envelope].id, amount, award if walk.per_award else None
        )

    @rule(here=st.integers(0, 1), amount=st.integers(1, 60))
    def transfer(self, here: int, amount: int) -> None:
        there = 1 - here
        moves = [
            ((here, Stage.VOTED, None), amount),
            ((here, Stage.AVAILABLE, None), -amount),
            ((there, Stage.VOTED, None), -amount),
            ((there, Stage.AVAILABLE, None), amount),
        ]
        expected = self.expect("transfer", moves, None)
        ids = self.envelopes[here].id, self.envelopes[there].id
        self.attempt(expected, "transfer", ids[0], amount, to=ids[1])

    @rule(here=st.integers(0, 1), award=st.sampled_from([None, *AWARDS]), amount=st.integers(1, 60))
    def carry(self, here: int, award: UUID | None, amount: int) -> None:
        name = "carry_commitment" if award else "carry_over"
        stage = OPERATIONS[name].source
        moves = [
            ((here, stage, award), -amount),
            ((here, Stage.CARRIED, award), amount),
            ((3, Stage.VOTED, None), -amount),
            ((3, stage, award), amount),
        ]
        expected = self.expect(name, moves, None)
        ids = self.envelopes[here].id, self.envelopes[3].id
        if self.attempt(expected, name, ids[0], amount, award, to=ids[1]):
            self.entries += 1

    @invariant()
    def every_envelope_holds_what_python_says(self) -> None:
        ids = [one.id for one in getattr(self, "envelopes", [])]
        lines = queries.envelope_lines(self.session, ids)
        for index, envelope_id in enumerate(ids):
            line = lines[envelope_id]
            told = {stage: getattr(line, stage.value) for stage in CREDIT_STAGES}
            told |= {Stage.CLAIMED: line.claimed, Stage.RECOVERED: line.recovered}
            ours: defaultdict[Stage, int] = defaultdict(int)
            for (place, stage, _award), amount in self.held.items():
                if place == index:
                    ours[stage] += amount
            assert told == {stage: ours[stage] for stage in told}
            assert line.voted == -ours[Stage.VOTED] == sum(told[one] for one in CREDIT_STAGES)

    def teardown(self) -> None:
        try:
            self.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            assert verify(self.session) == []
            numbered = [
                len(queries.journal(self.session, book.id, limit=1000))
                for book in (self.book, self.following)
            ]
            assert sum(numbered) == self.entries
        finally:
            self.session.rollback()
            self.doors.__exit__(None, None, None)


@pytest.mark.slow
def test_all_operations_in_any_order_agree_with_the_model(fresh_database):
    machine = type("Books", (Books,), {"database": fresh_database})
    profile = settings(
        max_examples=40,
        stateful_step_count=30,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=profile)
