"""Deadlines, reminders and outages, with the clock of the whole stack moved by libfaketime.

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
from sqlalchemy import create_engine, select, text

from build.applications import FORM, an_application
from build.calls import a_call
from build.checkout import Checkout, site_answers, wait_until
from build.people import a_funder, a_funder_member, a_person
from build.programs import libfaketime
from config import ROOT, Settings
from grants.applications.models import Application, ApplicationState
from grants.calls.models import Call, CallState
from grants.calls.outages import Heartbeat, whole_minute
from grants.db import Database
from grants.demo.browser import Browser, Page
from grants.kernel.clock import PARIS, paris_instant
from grants.outbox.models import Message
from grants.people.models import Person as Account
from grants.people.services import start_sign_in
from grants.running.addresses import resolved
from grants.web.maildir import Letter, Maildir

pytestmark = pytest.mark.slow
WORD = {"certified": "y", "committed": "y"}
SUNDAYS = (date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31))
"""In March the hour from two to three is skipped, in October it comes twice."""
MORNINGS = SUNDAYS[1:3]
NOON_IN_UTC = {3: 10, 10: 11}
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LEAP_SUNDAY = date(2028, 3, 26)
"""The hour changes between the reminder of the week before and that of two days before."""
LIVED = "INSERT INTO heartbeat SELECT generate_series(:since, :until, interval '1 minute') \
ON CONFLICT DO NOTHING"


class Stack:
    """A checkout that is up, a file that tells it the time, and its database."""

    def __init__(self, folder: Path, library: str, like: Path) -> None:
        self._clock = folder / "clock"
        self.browsers: list[Browser] = []
        self.move_to(paris_instant(SUNDAYS[0] - timedelta(days=3), 12))
        self.checkout = Checkout(
            folder / "var",
            like=like,
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
            return list(session.scalars(told.order_by(Message.at)))

    def lives_at(self, instant: datetime) -> None:
        """Let it be `instant`, and wait until the workers have gone round at that time."""
        self.move_to(instant)
        wait_until(lambda: self.is_noted(instant), telling=lambda: self.checkout.words("worker"))
        time.sleep(0.5)  # what became due with the note stands in the same queue

    def is_noted(self, instant: datetime) -> bool:
        """Whether the health log holds this minute."""
        with self.database.reading() as session:
            return session.get(Heartbeat, whole_minute(instant)) is not None

    def letters(self, to: Account) -> list[Letter]:
        """What is in somebody's mailbox."""
        kept = Maildir(self.checkout.var / "mailbox")
        return [one for one in kept.letters(kept.keys()) if to.email in one.to]

    def browser(self, person: Account, *, since: datetime) -> Browser:
        """A browser that somebody signed in with."""
        with self.database.transaction() as session:
            token = start_sign_in(session, person.id, user_agent="Firefox", now=since)
        browser = Browser(self.address)
        browser._client.cookies.set("laureat-entree", token)
        self.browsers.append(browser)
        return browser

    def states(self, call: Call, draft: Application) -> tuple[CallState, ApplicationState]:
        with self.database.reading() as session:
            found = session.get_one(Application, draft.id)
            return session.get_one(Call, call.id).state, found.state


@pytest.fixture(scope="module")
def stack(made_var: Path) -> Iterator[Stack]:
    library = libfaketime()
    with TemporaryDirectory(prefix="laureat-hour-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        stack = Stack(folder, library, made_var)
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
        self._stack, self._since = stack, closes_at - timedelta(minutes=95)
        self._account = a_person(session)
        before = closes_at - timedelta(days=1)
        self.draft = an_application(session, call, author=self._account, started_at=before)
        self._browser: Browser | None = None

    def sees(self, page: str) -> Page:
        self._browser = self._browser or self._stack.browser(self._account, since=self._since)
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


@pytest.mark.timeout(120)
def test_drafts_are_remembered_a_week_before_two_days_before_and_that_morning(stack, spring):
    """Each at eight in Paris, whatever the hour of UTC; once each; and each is a letter."""
    due = [paris_instant(LEAP_SUNDAY + timedelta(days=days), 8) for days in (-5, 0, 2)]
    assert [one.hour for one in due] == [7, 6, 6]
    for nth, eight in enumerate(due):
        stack.lives_at(eight - 30 * SECOND)
        assert len(stack.reminded(spring.draft)) == nth, "before eight o’clock"
        stack.lives_at(eight + 6 * MINUTE)
        wait_until(lambda nth=nth: len(stack.reminded(spring.draft)) > nth)
    told = stack.reminded(spring.draft)
    assert all(eight <= at < eight + 7 * MINUTE for at, eight in zip(told, due, strict=True))
    wait_until(lambda: len(stack.letters(spring.author)) == len(due))


@pytest.mark.timeout(120)
def test_a_measured_outage_closes_the_call_later_and_everyone_with_a_draft_knows(stack, spring):
    """The log says how long; an officer agrees; what is sent in the time given back counts."""
    closes_at, before = spring.closes_at, len(stack.letters(spring.author))
    cut = closes_at - 2 * HOUR
    with stack.database.transaction() as session:  # the days between the mornings were quiet ones
        lived = {"since": closes_at - timedelta(days=3), "until": cut - MINUTE}
        session.execute(text(LIVED), lived)
    stack.lives_at(cut)
    stack.lives_at(cut + 42 * MINUTE)
    page = spring.officer(stack).get(spring.outages)
    assert "Site indisponible pendant 41 minutes" in words(page)
    page.send(to="/interruptions$")
    later = closes_at + 41 * MINUTE
    wait_until(lambda: len(stack.letters(spring.author)) > before)
    assert any("12 h 41" in " ".join(one.text.split()) for one in stack.letters(spring.author))

    form = spring.applicant(stack).get(f"/dossiers/{spring.draft.id}/depot")
    stack.stop_at(later - SECOND)
    receipt = form.send(WORD, to="/depot$")
    assert "12 h 40 min 59 s" in words(receipt)
    stack.move_to(later + SECOND)
    wait_until(lambda: stack.states(spring.call, spring.draft)[0] is CallState.CLOSED)


class Spring:
    """A call that closes at noon, two days after the change of hour; its officer; one draft."""

    def __init__(self, stack: Stack) -> None:
        self.closes_at = paris_instant(LEAP_SUNDAY + timedelta(days=2), 12)
        begun = self.closes_at - timedelta(days=12)
        stack.move_to(begun)
        with stack.database.transaction() as session:
            lead = a_funder(session)
            self.agent = a_funder_member(session, lead)
            window = {"opens_at": begun - timedelta(days=9), "closes_at": self.closes_at}
            self.call = a_call(session, funders=[lead], document=FORM, **window)
            self.author = a_person(session)
            self.draft = an_application(session, self.call, author=self.author, started_at=begun)
        self.outages = f"/instruction/appels/{self.call.id}/interruptions"

    def officer(self, stack: Stack) -> Browser:
        return stack.browser(self.agent, since=self.closes_at - 2 * HOUR)

    def applicant(self, stack: Stack) -> Browser:
        return stack.browser(self.author, since=self.closes_at - HOUR)


@pytest.fixture(scope="module")
def spring(stack) -> Spring:
    return Spring(stack)


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
