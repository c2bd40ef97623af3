"""Links shown are links allowed: whatever a page leads a person to opens for that person."""

from __future__ import annotations

from collections import deque
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from werkzeug.exceptions import HTTPException

from build.matrix import ELSEWHERE
from build.world import ROLES

WALKERS = tuple(one for one in ROLES if one not in {*ELSEWHERE, "treasurer", "approver"})
"""One of each kind: the treasurer meets what the editor meets, an approver what finance does."""
BEGINNINGS = ("/", "/compte")
DEAD = 400
OWN_TITLE = {"public.home.show"}
"""Its heading is what it says to whoever comes in."""
MOST = 1500
"""Pages that one person opens at most; who needs more is in a loop."""


class Links(HTMLParser):
    """The addresses that a page leads to, and what it calls itself: its title, its heading."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.names = {"title": "", "h1": ""}
        self.within = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (address := dict(attrs).get("href")):
            self.found.append(address)
        if tag in self.names and not self.names[tag]:
            self.within = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self.within:
            self.within = ""

    def handle_data(self, data: str) -> None:
        if self.within:
            self.names[self.within] += data

    @property
    def agrees(self) -> bool:
        """Whether the tab names the page as its heading does, and may say more."""
        title, heading = (" ".join(one.split()) for one in self.names.values())
        return bool(heading) and heading.casefold() in title.casefold()


class Walk:
    """One person's way over the site: each arrow between two kinds of pages is taken once."""

    def __init__(self, site, role: str) -> None:
        self.site, self.role = site, role
        self.rules = site.app.url_map.bind("localhost")
        self.taken: set[tuple[str, str]] = set()
        self.opened: set[str] = set()
        self.dead: list[str] = []
        self.misnamed: set[str] = set()
        self.ahead = deque(("", one) for one in BEGINNINGS)

    def go(self) -> list[str]:
        """Open whatever can be reached; the links that led nowhere."""
        while self.ahead:
            source, address = self.ahead.popleft()
            self.open(source, address)
            assert len(self.opened) < MOST
        return self.dead

    def open(self, source: str, address: str) -> None:
        """One page, unless it was opened; then look at what it leads to."""
        if address in self.opened:
            return
        self.opened.add(address)
        answer = self.site.call(self.role, "GET", address)
        if answer.status_code >= DEAD:
            self.dead.append(f"{self.role}: {source or 'the way in'} → {address}: {answer.status}")
        elif answer.location:
            self.look_at(address, answer.location)
        elif answer.mimetype == "text/html":
            page = Links(answer.text)
            if not page.agrees and (kind := self.kind(urlsplit(address).path)) not in OWN_TITLE:
                self.misnamed.add(f"{kind}: {page.names}")
            for link in page.found:
                self.look_at(address, link)

    def look_at(self, page: str, link: str) -> None:
        """Whether to follow a link: the first of its kind from this kind of page.

        What the public reads, only the public opens from there.
        """
        parts = urlsplit(urljoin(f"http://localhost{page}", link))
        if parts.netloc != "localhost" or parts.scheme != "http":
            return
        arrow = (self.kind(urlsplit(page).path), self.kind(parts.path))
        if arrow not in self.taken:
            self.taken.add(arrow)
            address = f"{parts.path}?{parts.query}" if parts.query else parts.path
            if self.role == "nobody" or not all(one.startswith("public.") for one in arrow):
                self.ahead.append((page, address))

    def kind(self, path: str) -> str:
        """The endpoint of a path, or the path itself where none answers."""
        try:
            return self.rules.match(path)[0]
        except HTTPException:
            return path


@pytest.mark.parametrize("role", WALKERS)
def test_no_link_leads_where_one_may_not_go(site, role):
    walk = Walk(site, role)
    dead = walk.go()
    assert dead == [], "\n".join(dead)
    assert not walk.misnamed, "\n".join(sorted(walk.misnamed))


@pytest.mark.parametrize("thing", ["call", "call.draft"])
def test_a_preview_leads_nowhere_before_the_call_is_published(site, thing):
    walk = Walk(site, "officer")
    address = walk.rules.build(
        "officer.workshop.trials.preview", {"call_id": site.world.ours[thing]}
    )
    walk.ahead = deque()
    walk.open("", address)
    assert len(walk.ahead) > len(BEGINNINGS)
    walk.ahead, ahead = deque(), walk.ahead
    for source, led_to in ahead:
        walk.open(source, led_to)
    assert walk.dead == [], "\n".join(walk.dead)
