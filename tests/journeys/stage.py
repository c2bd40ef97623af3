"""The site of the journeys: everything that `laureat up` runs, for real, once for all of them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from build.checkout import Checkout
from config import Settings
from grants.db import Database
from grants.demo.theatre import Theatre
from grants.kernel.clock import ShiftedClock
from grants.people.models import Person
from grants.people.services import start_sign_in
from grants.running.addresses import resolved
from grants.running.ports import LOOPBACK, free_port
from grants.web.maildir import Letter, Maildir
from journeys.eyes import Eyes
from journeys.visitor import Visitor

COOKIE = "laureat-entree"
PATIENCE_SECONDS = 60
LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass
class Stage:
    """A site, its clock, its database, and the browser that looks at it."""

    checkout: Checkout
    address: str
    chromium: Browser
    engine: Engine
    eyes: Eyes

    @property
    def clock(self) -> ShiftedClock:
        """The time of the site and of its workers."""
        return ShiftedClock(self.checkout.var / "clock")

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction, to prepare what a journey is not about, or to look at what it made."""
        with Database(self.engine).transaction() as session:
            yield session

    def visitor(self, *, scripts: bool = True) -> Visitor:
        """A browser of someone's own, that nobody has signed in with yet."""
        twin = None if scripts else self._context(scripts=True)
        return Visitor(self._context(scripts=scripts), self.eyes, twin=twin)

    def _context(self, *, scripts: bool) -> BrowserContext:
        context = self.chromium.new_context(
            base_url=self.address,
            viewport={"width": 1280, "height": 900},
            locale="fr-FR",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)
        self.eyes.watch(context, self.address)
        return context

    def enter(self, visitor: Visitor, person_id: UUID) -> Visitor:
        """Sign a person in without a page (a journey about signing in does it for real)."""
        cookie = {"name": COOKIE, "value": self.token(person_id), "url": self.address}
        visitor.context.clear_cookies(name=COOKIE)
        visitor.context.add_cookies([{**cookie, "httpOnly": True}])
        return visitor

    def token(self, person_id: UUID) -> str:
        """What the cookie of a new sign-in holds."""
        with self.session() as session:
            return start_sign_in(session, person_id, user_agent="Chromium", now=self.clock.now())

    def theatre(self) -> closing[Theatre]:
        """The demonstration's players over HTTP, at this site's time; closed with the block."""
        return closing(Theatre(self.address, self.clock, on_step=lambda _words: None))

    def move_to(self, instant: datetime) -> None:
        """Make it that instant; whoever was signed in has to come in again."""
        self.clock.move_to(instant)

    def person(self, email: str) -> UUID:
        """Whoever has that address."""
        with self.session() as session:
            return session.scalars(select(Person.id).where(Person.email == email)).one()

    def mailed(self, email: str, pattern: str) -> str:
        """The newest link matching `pattern` mailed to `email`, as a path of the site."""
        return self.letter(email, pattern)[1]

    def letter(self, email: str, pattern: str) -> tuple[Letter, str]:
        """The newest mail to `email` with a link matching `pattern`, and that link as a path."""
        kept = Maildir(self.checkout.var / "mailbox")
        give_up = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up:
            for letter in kept.letters(kept.keys()):
                for link in LINK.findall(letter.text) if email in letter.to else ():
                    if re.search(pattern, link):
                        return letter, link.removeprefix(self.address)
            time.sleep(0.2)
        raise AssertionError(f"no mail to {email} with {pattern}\n{self.checkout.words('worker')}")


@contextmanager
def a_stage(directory: Path, made_var: Path, chromium: Browser) -> Iterator[Stage]:
    """The whole site on data of its own: web, worker, beat, PostgreSQL, Valkey, SMTP."""
    here = f"http://{LOOPBACK}:{free_port()}"
    env = {"WEB_WORKERS": "2", "RELAY_SECONDS": "0.5", "BASE_URL": here}
    checkout = Checkout(directory / "var", like=made_var, **env)
    with checkout.up() as address:
        url = str(resolved(Settings.from_env(checkout.env)).database_url)
        engine = create_engine(url, pool_size=1)
        try:
            yield Stage(checkout, address, chromium, engine, Eyes())
        finally:
            engine.dispose()
