"""The kill harness: people submit over HTTP while processes are killed; then the books are read.

What a person was told (the receipt's page) is kept on our side, and compared with what
PostgreSQL, the mailbox and the ledger say once everything has settled.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import redis
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from build.applications import FORM, an_application
from build.calls import a_call
from build.checkout import Checkout, wait_until
from build.clock import NOW
from build.ledger import a_book, an_envelope, booked
from build.people import a_person, a_token
from config import Settings
from grants.applications.models import Application, ApplicationState
from grants.calls.models import CallFunder
from grants.db import Database
from grants.demo.browser import Browser, Unexpected
from grants.invariants import ALL, Place
from grants.invariants.checks import check
from grants.kernel.clock import ShiftedClock
from grants.ledger.verify import verify
from grants.outbox import sealing
from grants.people.models import Funder
from grants.running.addresses import resolved
from grants.web.maildir import Maildir

VICTIMS = ("web", "worker", "valkey", "postgres", "flush")
NUMBER = re.compile(r"CRASH-\d{4}")
WORD = {"certified": "y", "committed": "y"}
CENTS = 12_345
PAUSE_SECONDS = 0.5
"""Between two submissions of a person: each is a copy in PDF for a worker to write later."""


@dataclass(frozen=True)
class Draft:
    """One draft, ready to submit, and its author's sign-in."""

    application_id: UUID
    email: str
    token: str


@dataclass
class Crash:
    """One run: what is there before it, what people were told during it."""

    checkout: Checkout
    address: str
    seed: int
    drafts: list[Draft] = field(default_factory=list)
    envelope_id: UUID | None = None
    told: dict[UUID, str] = field(default_factory=dict)
    booked: set[str] = field(default_factory=set)
    kills: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.settings = resolved(Settings.from_env(self.checkout.env))
        url = str(self.settings.database_url)
        self.database = Database(create_engine(url, pool_pre_ping=True, pool_size=2))
        self.clock = ShiftedClock(self.checkout.var / "clock")
        self.maildir = Maildir(self.checkout.var / "mailbox")

    def prepare(self, drafts: int) -> None:
        """One open call of one funder, `drafts` complete drafts by as many people, one envelope."""
        with self.database.transaction() as session:
            call = a_call(session, document=FORM, number_prefix="CRASH")
            self.drafts = [self._draft(session, call) for _ in range(drafts)]
            lead = select(Funder).join(CallFunder, CallFunder.funder_id == Funder.id)
            funder = session.scalars(lead.where(CallFunder.call_id == call.id)).one()
            self.envelope_id = an_envelope(session, a_book(session, funder), voted=10**9).id

    def _draft(self, session: Session, call: Any) -> Draft:
        person = a_person(session)
        application = an_application(session, call, author=person)
        return Draft(application.id, str(person.email), a_token(session, person))

    def run(self, *, kills: int, clients: int) -> None:
        """Kill `kills` times while `clients` submit and one books; then let all settle."""
        share = [self.drafts[start::clients] for start in range(clients)]
        threads = [threading.Thread(target=self._submit_all, args=(mine,)) for mine in share]
        threads.append(threading.Thread(target=self._book_all))
        for thread in threads:
            thread.start()
        try:
            self._kill(kills)
        finally:
            self.over.set()
            for thread in threads:
                thread.join(120)

    def _submit_all(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            if self.over.is_set():
                return
            self.told[draft.application_id] = self._submit(draft)
            time.sleep(PAUSE_SECONDS)

    def _submit(self, draft: Draft) -> str:
        """Submit as a stubborn person does: again, until the receipt is on the screen."""
        give_up = time.monotonic() + 90
        while time.monotonic() < give_up:
            browser = Browser(self.address)
            browser._client.cookies.set("laureat-entree", draft.token)
            try:
                page = browser.get(f"/dossiers/{draft.application_id}/depot")
                if not page.path.endswith("/recepisse"):
                    page = page.send(WORD, to="/depot$")
                assert page.path.endswith("/recepisse"), page.text
                return NUMBER.search(page.text).group()
            except (httpx.HTTPError, Unexpected) as trouble:
                self.troubles[str(trouble)[:300] or type(trouble).__name__] += 1
                time.sleep(0.2)
            finally:
                browser.close()
        raise AssertionError(f"never submitted: {self.troubles.most_common(5)}\n{self._state()}")

    def _book_all(self) -> None:
        """Reserve, again under the same key until it is acknowledged."""
        serial = 0
        while not self.over.is_set():
            key = f"crash:{serial}"
            try:
                with self.database.transaction() as session:
                    booked(session, "reserve", self.envelope_id, CENTS, key=key)
            except DBAPIError:
                time.sleep(0.2)
                continue
            self.booked.add(key)
            serial += 1
            time.sleep(0.05)

    def _kill(self, kills: int) -> None:
        chance = random.Random(self.seed)
        for turn in range(kills):
            # Everybody dies early on; after that, chance alone decides.
            victim = VICTIMS[turn] if turn < len(VICTIMS) else chance.choice(VICTIMS)
            if victim == "flush":
                self._flush()
            else:
                self.checkout.kill(victim)
            self.kills[victim] += 1
            self._traffic(chance)

    def _traffic(self, chance: random.Random) -> None:
        """Let some submissions through before the next kill, which falls at any instant."""
        wanted = len(self.told) + chance.randint(1, 6)
        give_up = time.monotonic() + 20
        while len(self.told) < wanted and time.monotonic() < give_up:
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.5))

    def _flush(self) -> None:
        try:
            with redis.Redis.from_url(self.settings.broker_url) as client:
                client.flushall()
        except redis.RedisError:
            self.troubles["flush"] += 1

    def settle(self, *, seconds: float = 60) -> float:
        """Wait until nothing is owed any more; return how long it took.

        Each deposit owes a copy in PDF, and its one worker takes about a second for each.
        """
        seconds += 2 * len(self.told)
        since = time.monotonic()
        wait_until(lambda: self.owed() == 0, seconds=seconds, telling=self._state)
        return time.monotonic() - since

    def _state(self) -> str:
        logs = "".join(
            f"-- {name}\n{self.checkout.words(name)[-1500:]}" for name in ("worker", "web")
        )
        return f"{self.owed()} owed\n{self.checkout.said()[-2000:]}\n{logs}"

    def owed(self) -> int:
        """Messages not settled and mails not sent."""
        owed = text(
            "SELECT (SELECT count(*) FROM outbox_delivery WHERE settled_at IS NULL)"
            " + (SELECT count(*) FROM mail WHERE state = 'pending')"
        )
        try:
            with self.database.reading() as session:
                return int(session.scalar(owed))
        except DBAPIError:
            return -1

    def findings(self) -> list[str]:
        """Everything that does not agree with what people were told; empty when all does."""
        with self.database.reading() as session:
            rows = {
                row.id: row
                for row in session.scalars(
                    select(Application).where(Application.state == ApplicationState.SUBMITTED)
                )
            }
            found = [f"ledger: {one}" for one in verify(session)]
            found += [f"history: {one}" for one in sealing.verify(session)]
            held = check(Place(session, None, self.clock.now()), ALL)
            found += [f"{one.invariant.name}: {one.places}" for one in held.broken]
            found += self._ledger_findings(session)
        for application_id, number in self.told.items():
            kept = rows.get(application_id)
            if kept is None or kept.number != number:
                found.append(f"{number} was acknowledged and is {kept and kept.number}")
        numbers = sorted(row.number for row in rows.values())
        if numbers != [f"CRASH-{place:04d}" for place in range(1, len(rows) + 1)]:
            found.append("the numbers have gaps")
        return found + self._mail_findings(rows)

    def _ledger_findings(self, session: Session) -> list[str]:
        keys = session.scalars(text("SELECT key FROM ledger_entry WHERE key LIKE 'crash:%'")).all()
        doubled = [key for key, times in Counter(keys).items() if times > 1]
        lost = sorted(self.booked - set(keys))
        total = session.scalar(text("SELECT coalesce(sum(amount), 0) FROM ledger_posting"))
        found = [f"the ledger sums to {total}"] if total else []
        return (
            found + [f"booked twice: {key}" for key in doubled] + [f"lost: {key}" for key in lost]
        )

    def _mail_findings(self, rows: dict[UUID, Application]) -> list[str]:
        """Each submitted application's author has one receipt; twice only as the same mail."""
        by_recipient = defaultdict(set)
        for letter in self.maildir.letters(self.maildir.keys()):
            if NUMBER.search(letter.text):
                by_recipient[letter.to].add(str(letter.message["Message-ID"]))
        found = []
        for draft in self.drafts:
            mails = by_recipient[draft.email]
            if len(mails) != (draft.application_id in rows):
                found.append(f"{len(mails)} receipts for {draft.application_id}")
        return found


def move_clock(checkout: Checkout) -> None:
    """Let the checkout live in the tests' time."""
    checkout.var.mkdir(parents=True, exist_ok=True)
    ShiftedClock(checkout.var / "clock").move_to(NOW)
