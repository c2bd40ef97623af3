"""What people do on the site, step by step, as their browsers do it. Every answer is checked."""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from tests.bench.browsing import Answer
from tests.bench.forty import FORTY, TWO_HUNDRED, typed

SIGN_IN = "laureat-entree"
VERSION = re.compile(rb'name="version"[^>]*?value="([^"]*)"')
PAGE = re.compile(rb'name="page" value="([^"]*)"')
NUMBER = re.compile(rb"BANC-\d{4}-\d{4,}")
ROW = b"data-tick>"
DESK_ROWS = 50
ANSWERS = typed(FORTY)
LARGE_FORM = len(typed(TWO_HUNDRED))


class Screen(Protocol):
    """A browser, over a socket or within one process."""

    def sit_down(self, cookies: dict[str, str]) -> None: ...

    def get(self, path: str) -> Answer: ...

    def post(
        self,
        path: str,
        values: dict[str, str],
        *,
        multipart: bool = False,
        by_itself: bool = False,
    ) -> Answer: ...


@dataclass(frozen=True)
class Place:
    """Where everything is in the seeded database, and the tokens of those signed in."""

    call_path: str
    open_call_id: str
    open_call_path: str
    large_form_id: str
    list_path: str
    large_list_path: str
    officer: str
    applicants: list[str]
    jury_path: str
    jurors: list[tuple[str, str]]  # token, and the application that the juror begins with
    criteria: list[str]
    files: int = 0
    officer_id: UUID | None = None
    large_id: UUID | None = None


Flow = Callable[[Screen, Place, int], Iterator[None]]
"""Given a screen, the place and the client's number: yields once after each complete flow."""


def call_page(screen: Screen, place: Place, _client: int) -> Iterator[None]:
    """A stranger reads what a call asks."""
    while True:
        screen.get(place.call_path).expect(200, b"Courts-circuits", b"</html>")
        yield


def listing(path: Callable[[Place], str], rows: int) -> Flow:
    """An officer opens one page of the list of a call."""

    def flow(screen: Screen, place: Place, _client: int) -> Iterator[None]:
        screen.sit_down({SIGN_IN: place.officer})
        while True:
            page = screen.get(path(place)).expect(200, b"</html>")
            assert page.body.count(ROW) == rows, page.body.count(ROW)
            yield

    return flow


def reading_list(screen: Screen, place: Place, client: int) -> Iterator[None]:
    """A juror opens the first page of the files to read, with the scores given so far."""
    screen.sit_down({SIGN_IN: place.jurors[client % len(place.jurors)][0]})
    while True:
        page = screen.get(place.jury_path).expect(200, b"</html>")
        assert page.body.count(b'<th scope="row">') == DESK_ROWS
        yield


def submission(screen: Screen, place: Place, client: int) -> Iterator[None]:
    """From the call's page to the receipt, by someone signed in: eight requests.

    As the peers were measured: the pages in between that only show the way (for whom one
    applies, the list of sections) are left out. Each time another person: someone who applied a
    hundred times has pages that nobody has.
    """
    token = ""
    for signed_in in _applicants(place, client):
        screen.sit_down({SIGN_IN: signed_in})
        token = token or screen.get(f"/dossiers/nouveau/{place.open_call_id}").expect(200).token
        screen.get(place.open_call_path).expect(200, b"/dossiers/nouveau/")
        begun = {"csrf_token": token, "organisation": "person"}
        here = screen.post(f"/dossiers/nouveau/{place.open_call_id}", begun).expect(303).location
        _fill_and_submit(screen, here)
        yield


def whole_submission(screen: Screen, place: Place, client: int) -> Iterator[None]:
    """The same through every page that a browser shows on the way: ten requests."""
    for signed_in in _applicants(place, client):
        screen.sit_down({SIGN_IN: signed_in})
        screen.get(place.open_call_path).expect(200, b"/dossiers/nouveau/")
        start = f"/dossiers/nouveau/{place.open_call_id}"
        page = screen.get(start).expect(200)
        begun = screen.post(start, {"csrf_token": page.token, "organisation": "person"})
        here = begun.expect(303).location
        screen.get(here).expect(200, b"/rubriques/project")
        _fill_and_submit(screen, here)
        yield


def _applicants(place: Place, client: int) -> Iterator[str]:
    for turn in itertools.count(client * 37):
        yield place.applicants[turn % len(place.applicants)]


def _fill_and_submit(screen: Screen, here: str) -> None:
    """The section, its check, the certificate, the deposit and its receipt: six requests."""
    page = screen.get(f"{here}/rubriques/project").expect(200)
    saved = screen.post(
        f"{here}/rubriques/project",
        {**ANSWERS, "csrf_token": page.token, **_page(page), "continue": "1"},
        multipart=True,
    )
    screen.get(saved.expect(303).location).expect(200, b"/depot")
    page = screen.get(f"{here}/depot").expect(200, b'name="certified"')
    word = {"csrf_token": page.token, "certified": "y", "committed": "y"}
    receipt = screen.post(f"{here}/depot", word).expect(303).location
    assert NUMBER.search(screen.get(receipt).expect(200).body)


def autosave(screen: Screen, place: Place, client: int) -> Iterator[None]:
    """What the page sends ten seconds after typing stopped: one request, forty answers."""
    here, page = _draft(screen, place, client, place.open_call_id)
    sent = {**ANSWERS, "csrf_token": page.token, **_page(page)}
    for turn in itertools.count():
        said = {**sent, "q_title": f"La ressourcerie du canal, version {turn}"}
        answer = screen.post(f"{here}/rubriques/project", said, multipart=True, by_itself=True)
        sent["version"] = str(json.loads(answer.expect(200).body)["version"])
        yield


def large_form(screen: Screen, place: Place, client: int) -> Iterator[None]:
    """A page of two hundred questions, to be filled in."""
    here, _ = _draft(screen, place, client, place.large_form_id)
    while True:
        page = screen.get(f"{here}/rubriques/project").expect(200, b"</html>")
        assert page.body.count(b'name="q_') >= LARGE_FORM
        yield


def _draft(screen: Screen, place: Place, client: int, call_id: str) -> tuple[str, Answer]:
    """Someone's draft in a call, begun if need be, and the page of its one section."""
    screen.sit_down({SIGN_IN: place.applicants[client]})
    start = f"/dossiers/nouveau/{call_id}"
    token = screen.get(start).expect(200).token
    begun = screen.post(start, {"csrf_token": token, "organisation": "person"})
    here = begun.expect(303).location
    return here, screen.get(f"{here}/rubriques/project").expect(200)


def review(screen: Screen, place: Place, client: int) -> Iterator[None]:
    """A juror opens a file, marks it, saves, and goes to the next: two requests."""
    chance = random.Random(client)
    token, application = place.jurors[client % len(place.jurors)]
    screen.sit_down({SIGN_IN: token})
    path = f"{place.jury_path}/dossiers/{application}"
    while True:
        page = screen.get(path).expect(200, b'value="save_next"')
        marks = {f"mark_{one}": str(chance.randrange(11)) for one in place.criteria}
        saved = screen.post(
            path,
            {
                **marks,
                "csrf_token": page.token,
                "version": _value(VERSION, page),
                "comment_jury": "Projet solide, calendrier à préciser.",
                "comment_applicant": "",
                "private_note": "",
                "intent": "save_next",
            },
        )
        path = saved.expect(303).location
        assert "/dossiers/" in path
        yield


def _page(page: Answer) -> dict[str, str]:
    return {"version": _value(VERSION, page), "page": _value(PAGE, page), "back": ""}


def _value(pattern: re.Pattern[bytes], page: Answer) -> str:
    found = pattern.search(page.body)
    assert found, pattern
    return found[1].decode()
