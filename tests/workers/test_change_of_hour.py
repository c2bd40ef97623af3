"""Deadlines on the days the hour changes, with the clock of the whole stack moved by libfaketime.

Web, worker, beat, Valkey and PostgreSQL themselves believe it: nothing of ours is told the time.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from sqlalchemy import create_engine, select

from build.applications import FORM, an_application
from build.calls import a_call
from build.checkout import Checkout, site_answers, wait_until
from build.people import a_person
from build.programs import libfaketime
from config import ROOT, Settings
from grants.applications.models import Application, ApplicationState
from grants.calls.models import Call, CallState
from grants.db import Database
from grants.demo.browser import Browser, Page
from grants.kernel.clock import PARIS, paris_instant
from grants.outbox.models import Message
from grants.people.services import start_sign_in
from grants.running.addresses import resolved

pytestmark = pytest.mark.slow
WORD = {"certified": "y", "committed": "y"}
SUNDAYS = (date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31))
"""In March the hour from two to three is skipped, in October it comes twice."""
MORNINGS = SUNDAYS[1:3]
NOON_IN_UTC = {3: 10, 10: 11}
SECOND = timedelta(seconds=1)


class Stack:
    """A checkout that is up, a file that tells it the time, and its database."""

    def __init__(self, folder: Path, library: str) -> None:
        self._clock = folder / "clock"
        self.browsers: list[Browser] = []
        self.move_to(paris_instant(SUNDAYS[0] - timedelta(days=3), 12))
        self.checkout = Checkout(
            folder / "var",
            LD_PRELOAD=library,
            FAKETIME_TIMESTAMP_FILE=str(self._clock),
            FAKETIME_NO_CACHE="1",
            FAKETIME_DONT_FAKE_MONOTONIC="1",
            PYTHONPATH=str(ROOT / "tests" / "build" / "moved"),
            TZ="Europe/Paris",
            RELAY_SECONDS="0.5",
        )

    def reach(self, address: str) -> None:
        self.address = address
        url = str(resolved(Settings.from_env(self.checkout.env)).database_url)
        self.database = Database(create_engine(url, pool_pre_ping=True, pool_size=2))

    def move_to(self, instant: datetime) -> None:
        """Let it be `instant`, and go on from there."""
        self._write(f"{(instant - datetime.now(UTC)).total_seconds():+.3f}")

    def stop_at(self, instant: datetime) -> None:
        """Let it be `instant` until told otherwise, to the microsecond."""
        self._write(f"{instant.astimezone(PARIS):%Y-%m-%d %H:%M:%S}")

    def _write(self, words: str) -> None:
        fresh = self._clock.with_suffix(".new")
        fresh.write_text(f"{words}\n")
        fresh.chmod(0o644)  # PostgreSQL may be another account's
        fresh.replace(self._clock)

    def database_time(self) -> datetime:
        with psycopg.connect(self.checkout.database_url()) as connection:
            return connection.execute("SELECT clock_timestamp()").fetchone()[0]

    def reminded(self, draft: Application) -> list[datetime]:
        """When its author was remembered of it."""
        kind = Message.kind == "application.reminded"
        with self.database.reading() as session:
            told = select(Message.at).where(kind, Message.subject_id == draft.id)
            return list(session.scalars(told))

    def states(self, call: Call, draft: Application) -> tuple[CallState, ApplicationState]:
        with self.database.reading() as session:
            found = session.get_one(Application, draft.id)
            return session.get_one(Call, call.id).state, found.state


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    library = libfaketime()
    with TemporaryDirectory(prefix="laureat-hour-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        stack = Stack(folder, library)
        with stack.checkout.up(patience=120) as address:
            stack.reach(address)
            wait_until(lambda: site_answers(address))
            yield stack
            for browser in stack.browsers:
                browser.close()
            stack.move_to(datetime.now(UTC))  # what stands still does not stop in time
            stack.database.bind.dispose()


class Person:
    """Whoever has a draft in a call, and their browser."""

    def __init__(self, stack: Stack, session, call: Call, closes_at: datetime) -> None:
        person = a_person(session)
        before = closes_at - timedelta(days=1)
        self.draft = an_application(session, call, author=person, started_at=before)
        token = start_sign_in(
            session, person.id, user_agent="Firefox", now=closes_at - timedelta(minutes=95)
        )
        self._browser = Browser(stack.address)
        self._browser._client.cookies.set("laureat-entree", token)
        stack.browsers.append(self._browser)

    def sees(self, page: str) -> Page:
        return self._browser.get(f"/dossiers/{self.draft.id}/{page}")


def words(page: Page) -> str:
    """What it says, with plain spaces."""
    return " ".join(page.text.split())


@pytest.mark.timeout(120)
@pytest.mark.parametrize("sunday", SUNDAYS, ids=str)
def test_noon_is_noon_on_the_day_the_hour_changes(stack, sunday):
    closes_at = paris_instant(sunday, 12)
    assert closes_at.astimezone(UTC).hour == NOON_IN_UTC[sunday.month]
    stack.move_to(closes_at - timedelta(hours=4, seconds=30))
    with stack.database.transaction() as session:
        opens_at = closes_at - timedelta(days=20)
        call = a_call(session, document=FORM, opens_at=opens_at, closes_at=closes_at)
        early, late, never = (Person(stack, session, call, closes_at) for _ in range(3))
    if sunday in MORNINGS:
        the_morning_is_eight_in_paris(stack, never.draft, closes_at)
    time_left_is_told(stack, early, closes_at)

    ready = [one.sees("depot") for one in (early, late, never)]
    stack.stop_at(closes_at - SECOND)
    assert stack.database_time() == closes_at - SECOND
    receipt = ready[0].send(WORD, to="/depot$")
    assert receipt.path.endswith("/recepisse")
    assert "11 h 59 min 59 s" in words(receipt)
    stack.stop_at(closes_at)
    said = ready[1].send(WORD, to="/depot$", expect=409)
    assert "12 h 00" in words(said)
    stack.move_to(closes_at + SECOND)
    ready[2].send(WORD, to="/depot$", expect=409)
    over = (CallState.CLOSED, ApplicationState.LAPSED)
    wait_until(lambda: stack.states(call, late.draft) == over)
    assert stack.states(call, early.draft) == (CallState.CLOSED, ApplicationState.SUBMITTED)
    with stack.database.reading() as session:
        kept = session.get_one(Application, early.draft.id)
        assert kept.submitted_at == closes_at - SECOND


def the_morning_is_eight_in_paris(stack: Stack, draft: Application, closes_at: datetime) -> None:
    """No reminder a moment before eight o'clock of the last day, one right after."""
    eight = closes_at - timedelta(hours=4)
    stack.move_to(eight - timedelta(seconds=30))
    time.sleep(2.5)  # the beat wakes every half second: what is due at this hour was done
    assert stack.reminded(draft) == []
    stack.move_to(eight + timedelta(minutes=6))
    wait_until(lambda: stack.reminded(draft), telling=lambda: stack.checkout.words("worker"))
    (at,) = stack.reminded(draft)
    assert eight <= at < eight + timedelta(minutes=7)


def time_left_is_told(stack: Stack, who: Person, closes_at: datetime) -> None:
    """The count begins from the site's clock, and ends at noon as people call it."""
    stack.stop_at(closes_at - timedelta(minutes=90))
    page = who.sees("rubriques/project")
    assert "1 heure et 30 minutes" in words(page)
    assert "12 h 00" in words(page)
    until = re.search(r'data-until="([^"]+)"', page.answer.text)[1]
    assert datetime.fromisoformat(until) == closes_at


def test_the_stack_lives_in_the_time_that_it_is_told(stack):
    """The control: without the library, none of the above would be about anything."""
    moved = paris_instant(date(2028, 2, 29), 12)
    stack.stop_at(moved)
    assert stack.database_time() == moved
    assert "LD_PRELOAD" not in os.environ
