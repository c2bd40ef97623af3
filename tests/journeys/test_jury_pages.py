"""Each page of juries, hearings, meetings and public votes, full and empty, opened once."""

from __future__ import annotations

import pytest

from build.gallery import gallery
from build.people import a_token
from journeys.inside import inside
from journeys.stage import COOKIE


@pytest.fixture
def stage(app, chromium, database, clock):
    with inside(app, chromium, database, clock) as stage:
        yield stage


@pytest.fixture
def looks(database):
    """Every page, with the token of whoever opens it."""
    with database.transaction() as session:
        found, tokens = list(gallery(session, many=6)), {None: ""}
        for one in found:
            if one.who not in tokens:
                tokens[one.who] = a_token(session, one.who)
        return [(one, tokens[one.who]) for one in found]


def test_no_page_of_a_jury_stops_a_reader_at_any_width(stage, looks):
    visitor = stage.visitor()
    for look, token in looks:
        cookie = {"name": COOKIE, "value": token, "url": stage.address}
        visitor.context.clear_cookies()
        visitor.context.add_cookies([cookie] if token else [])
        visitor.goto(look.path, status=look.status)
        if look.press:
            visitor.fill(look.fill).press(look.press, status=look.answer)
