"""The stage: a running site, a clock, a mailbox, and people who come in through the front door."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from grants.demo.browser import Browser, Page, Unexpected
from grants.demo.cast import PASSWORD, Candidate, Player
from grants.kernel.clock import ShiftedClock

T = TypeVar("T")
R = TypeVar("R")
CROWD = 4
"""How many people act at once: the site has as many processes."""
PATIENCE_SECONDS = 60.0


class Theatre:
    """Everything that the play needs, all of it reached over HTTP."""

    def __init__(
        self, base_url: str, clock: ShiftedClock, *, on_step: Callable[[str], None]
    ) -> None:
        self.base_url = base_url
        self.clock = clock
        self.say = on_step
        self._browsers: dict[str, Browser] = {}
        self._read: dict[str, set[str]] = {}
        self._links: dict[str, list[str]] = {}
        self.drafts: dict[str, str] = {}
        """The application of each organisation, by its name and by the project's title."""
        self.awards: dict[str, str] = {}
        """Awards of this year, by the title of their project."""
        self.sights: dict[str, str] = {}
        """Pages made in the play that are worth a look at its end, by what they are."""

    def close(self) -> None:
        """Everybody goes home."""
        for browser in self._browsers.values():
            browser.close()

    def browser(self, player: Player) -> Browser:
        """The player's own browser, with its cookies."""
        if (known := self._browsers.get(player.email)) is not None:
            return known
        return self._browsers.setdefault(player.email, Browser(self.base_url))

    def move_to(self, instant: datetime) -> None:
        """Make it that instant for the site and its workers; everyone has to sign in again."""
        self.clock.move_to(instant)

    def everyone(self, act: Callable[[T], R], players: Iterable[T]) -> list[R]:
        """Let several people act at the same time, as they would."""
        with ThreadPoolExecutor(CROWD) as crowd:
            return list(crowd.map(act, players))

    # --- the way in -------------------------------------------------------------------------

    def sign_up(self, player: Player) -> None:
        """Ask for an account; the confirmation comes by mail."""
        page = self.browser(player).get("/compte/creer")
        page.send({"name": player.name, "email": player.email})

    def confirm(self, player: Player) -> None:
        """Follow the mail's link, choose a password: the player is inside."""
        link = self.mail_link(player, r"/compte/confirmation/")
        self.browser(player).get(link).send({"password": PASSWORD}, to="confirmation")

    def open_accounts(self, players: Sequence[Player]) -> None:
        """Several people sign up, then read their mails."""
        self.everyone(self.sign_up, players)
        self.everyone(self.confirm, players)

    def enter(self, player: Player) -> Browser:
        """Sign in with the password."""
        browser = self.browser(player)
        page = browser.get("/compte/entrer")
        if page.path == "/compte/entrer":
            page.send({"email": player.email, "password": PASSWORD}, to="entrer")
        return browser

    def accept_invitation(self, player: Player, pattern: str = r"/compte/invitation") -> Page:
        """Follow an invitation's link; a newcomer chooses a password on the way."""
        link = self.mail_link(player, pattern)
        page = self.browser(player).get(link)
        if not any("invitation" in one.action for one in page.forms):
            self.enter(player)  # the page asks those who have an account to come in first
            page = self.browser(player).get(link)
        form = page.form("invitation")
        values = {"name": player.name, "password": PASSWORD} if "password" in form.names else {}
        return page.send(values, to="invitation")

    def create_organisation(self, candidate: Candidate, rank: int) -> None:
        """Tell which structure one acts for."""
        page = self.browser(candidate.person).get("/compte/structures/nouvelle")
        page.send(
            {
                "name": candidate.organisation,
                "legal_form": candidate.legal_form,
                "siret": candidate.siret(rank),
                "street": f"{rank % 90 + 1} rue des Initiatives",
                "postcode": candidate.place.postcode,
                "city": candidate.place.city,
                "commune_code": candidate.place.code,
            },
            to="structures/nouvelle",
        )

    # --- mails ------------------------------------------------------------------------------

    def mail_link(self, player: Player, pattern: str) -> str:
        """The first link that matches `pattern` in a mail to the player not followed before.

        Waits for the relay, the worker and the SMTP server to do their part.

        Raises:
            Unexpected: no such mail within a minute.
        """
        reader = self.browser(Player("Boîte aux lettres"))
        followed = self._read.setdefault(player.email, set())
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            for key in reader.get(f"/dev/mailbox?q={player.email}").all_links(r"/dev/mailbox/\d"):
                for link in self._links_of(reader, key):
                    if re.search(pattern, link) and link not in followed:
                        followed.add(link)
                        return link
            time.sleep(0.3)
        raise Unexpected(f"no mail to {player.email} with a link to {pattern}")

    def mail_words(self, player: Player, pattern: str) -> str:
        """The group of `pattern` in the latest mail to the player that matches it.

        Waits as `mail_link`; what was given once is not given again.

        Raises:
            Unexpected: no such mail within a minute.
        """
        reader = self.browser(Player("Boîte aux lettres"))
        read = self._read.setdefault(player.email, set())
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            for key in reader.get(f"/dev/mailbox?q={player.email}").all_links(r"/dev/mailbox/\d"):
                found = None if f"words {key}" in read else re.search(pattern, reader.get(key).text)
                read.add(f"words {key}")
                if found:
                    return found[1]
            time.sleep(0.3)
        raise Unexpected(f"no mail to {player.email} that says {pattern}")

    def _links_of(self, reader: Browser, key: str) -> list[str]:
        """The addresses in a mail, which is opened once: it never changes."""
        if key not in self._links:
            self._links[key] = reader.get(key).all_links("")
        return self._links[key]

    def wait_for(self, what: str, ready: Callable[[], bool]) -> None:
        """Wait until a worker has done `what`.

        Raises:
            Unexpected: not within a minute.
        """
        until = time.monotonic() + PATIENCE_SECONDS
        while not ready():
            if time.monotonic() > until:
                raise Unexpected(f"still waiting: {what}")
            time.sleep(0.3)


def identifier(address: str) -> str:
    """The last UUID of an address.

    Raises:
        Unexpected: there is none.
    """
    found = re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", address)
    if not found:
        raise Unexpected(f"no identifier in {address}")
    return str(found[-1])
