"""A jury's meeting followed by sixty screens: how soon a change is on all, and what it costs.

Each screen does what its page's script does: it asks every second whether something changed, and
draws the changing part again when it did. `python -m tests.bench --meeting` measures this alone.
"""

from __future__ import annotations

import http.client
import json
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from build.sittings import a_meeting
from grants.db import Database
from grants.db.session import make_engine
from grants.people.services import start_sign_in
from tests.bench.browsing import Browser
from tests.bench.flows import SIGN_IN
from tests.bench.site import Site, laureat

SCREENS, SECONDS, CHANGE_AT = 60, 15, (4, 8, 12)
SINCE = re.compile(rb'name="since" value="([^"]*)"')


@dataclass(frozen=True)
class Followed:
    """Seconds until the slowest screen showed a change, and the share of a processor taken.

    `asked_ms` is the median of what a screen waits for when nothing changed.
    """

    slowest: float
    share: float
    asked_ms: float
    asked_processor_ms: float

    def __str__(self) -> str:
        return (
            f"{SCREENS} screens: a change on all of them in {self.slowest:.2f} s, "
            f"{self.share:.0%} of one processor; nothing new: {self.asked_ms:.1f} ms, "
            f"{self.asked_processor_ms:.2f} ms of processor"
        )


@dataclass
class Screen:
    """One member's page, kept up to date."""

    path: str
    token: str
    wire: http.client.HTTPConnection
    etag: str = ""
    stamp: str = ""
    waited: list[float] = field(default_factory=list)

    def ask(self) -> bool:
        """Ask once; whether the screen was drawn again."""
        begun = time.perf_counter()
        answer, body = self._get("/pouls", {"If-None-Match": self.etag} if self.etag else {})
        if answer.status == 304:
            self.waited.append(time.perf_counter() - begun)
            return False
        assert answer.status == 200, answer.status
        self.etag = answer.headers["ETag"]
        stamp = json.loads(body)["stamp"]
        if stamp == self.stamp:
            return False
        drawn, body = self._get("/ecran", {})
        assert drawn.status == 200, drawn.status
        self.stamp = stamp
        return True

    def _get(self, what: str, headers: dict[str, str]) -> tuple[http.client.HTTPResponse, bytes]:
        cookie = {"Cookie": f"{SIGN_IN}={self.token}", **headers}
        try:
            self.wire.request("GET", self.path + what, headers=cookie)
            answer = self.wire.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):  # kept alive for too long
            self.wire.close()
            self.wire.request("GET", self.path + what, headers=cookie)
            answer = self.wire.getresponse()
        return answer, answer.read()


def measure(url: str, directory: Path) -> Followed:
    """Seat sixty members, start the product's server, and let the chair move on three times."""
    database = Database(make_engine(url))
    with database.transaction() as session:
        meeting = a_meeting(session, jurors=SCREENS, applications=len(CHANGE_AT) + 1)
        now = datetime.now(UTC)
        tokens = [
            start_sign_in(session, person.id, user_agent="bench", now=now)
            for person in meeting.panel.jurors
        ]
        path = f"/seances/{meeting.sitting.id}"
    database.bind.dispose()
    with laureat(url, directory, "/appels") as site:
        return follow(site, path, tokens)


def follow(site: Site, path: str, tokens: list[str]) -> Followed:
    """Every screen asks once a second, one after the other through the second."""
    wires = [http.client.HTTPConnection("127.0.0.1", site.port, timeout=10) for _ in tokens]
    screens = [Screen(path, *pair) for pair in zip(tokens, wires, strict=True)]
    for screen in screens:  # every page open, every worker warm
        screen.ask()
    quiet = site.processor_ms()
    for screen in screens:
        screen.ask()
    each = (site.processor_ms() - quiet) / len(screens)
    chair = Browser(site.port)
    chair.sit_down({SIGN_IN: tokens[0]})
    before, begun = site.processor_ms(), time.perf_counter()
    changed, slowest, late = list(CHANGE_AT), 0.0, begun
    for nth in range(SECONDS * len(screens)):
        due = begun + nth / len(screens)
        time.sleep(max(0.0, due - time.perf_counter()))
        if changed and due - begun >= changed[0]:
            changed.pop(0)
            go_on(chair, path)
            late = time.perf_counter()
        if screens[nth % len(screens)].ask() and nth >= len(screens):
            slowest = max(slowest, time.perf_counter() - late)
    seconds = time.perf_counter() - begun
    waited = sorted(one for screen in screens for one in screen.waited)
    share = (site.processor_ms() - before) / 1000 / seconds
    assert slowest, "no screen saw a change"
    return Followed(slowest, share, waited[len(waited) // 2] * 1000, each)


def go_on(chair: Browser, path: str) -> None:
    """The chair presses next."""
    page = chair.get(path).expect(200)
    since = SINCE.search(page.body)
    sent = {"csrf_token": page.token, "way": "on", "since": since[1].decode() if since else ""}
    chair.post(f"{path}/suite", sent).expect(303)
