"""A call that serves a grouping serves its communes, once the public register has told them."""

from __future__ import annotations

import json
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from sqlalchemy import select

from build.calls import a_call
from build.clock import NOW
from build.people import a_funder, a_funder_member, acting_as, an_organisation
from grants.applications.facts import applicant_facts
from grants.calls.models import CallState
from grants.calls.services.settling import settle
from grants.outbox.models import Handled, Message
from workers.tasks import territories

MULHOUSE = {"code": "200066009", "name": "Mulhouse Alsace Agglomération"}


class Played(BaseHTTPRequestHandler):
    """GET /epcis/{code}/communes, as the register answers it."""

    asked: list[str] = []
    status, body = 200, b""

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_args: object) -> None:
        """Nothing on the screen."""


@pytest.fixture
def register():
    Played.asked, Played.status = [], 200
    rows = [{"nom": "Mulhouse", "code": "68224"}, {"nom": "Illzach", "code": "68154"}]
    Played.body = json.dumps(rows).encode()
    with HTTPServer(("127.0.0.1", 0), Played) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def saved(session, database, register, monkeypatch, test_settings):
    """A call just saved as serving a grouping, and the task that hears of it."""
    funder = a_funder(session)
    call = a_call(session, funders=[funder], state=CallState.DRAFT)
    officer = acting_as(session, a_funder_member(session, funder))
    given = replace(test_settings, groupings_url=register, register_seconds=0.5)
    monkeypatch.setattr(territories, "database", lambda: database)
    monkeypatch.setattr(territories, "settings", lambda: given)

    def save():
        settle(session, call.id, {"territories": [MULHOUSE]}, actor=officer, now=NOW)
        told = select(Message.id).where(Message.kind == "call.settled").order_by(Message.serial)
        session.flush()
        return call, str(session.scalars(told).all()[-1])

    return save


def inside(session, call, commune: str) -> object:
    session.expire_all()
    here = an_organisation(session, commune_code=commune)
    return applicant_facts(here, call, NOW).get("applicant.in_territory")


def test_a_grouping_is_opened_when_the_call_is_saved(session, saved) -> None:
    call, message = saved()
    assert inside(session, call, "68224") is None
    assert [territories.open_(message) for _ in range(2)] == [1, 0]
    assert [one.partition("?")[0] for one in Played.asked] == ["/epcis/200066009/communes"]
    assert [inside(session, call, one) for one in ("68224", "68154", "63113")] == [
        *(True, True, False)
    ]
    saved()  # the same form again: what was told stays
    assert inside(session, call, "68154") is True


@pytest.mark.parametrize(
    ("status", "body"), [(503, b""), (200, b"<html>"), (200, b'[{"code": "ici"}]')]
)
def test_an_answer_that_is_none_is_asked_again_later(session, saved, status, body) -> None:
    call, message = saved()
    Played.status, right = status, Played.body
    Played.body = body
    assert territories.open_(message) == 0
    assert inside(session, call, "68224") is None
    assert not session.scalars(select(Handled)).all()
    Played.status, Played.body = 200, right
    assert territories.open_(message) == 1


def test_nothing_is_asked_when_it_is_switched_off(
    session, saved, monkeypatch, test_settings
) -> None:
    _call, message = saved()
    monkeypatch.setattr(territories, "settings", lambda: test_settings)
    assert territories.open_(message) == 0
    assert Played.asked == []
