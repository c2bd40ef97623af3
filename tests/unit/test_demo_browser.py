"""The browser of the demonstration: it presses only what a page offers, with what it holds."""

from __future__ import annotations

import re

import httpx
import pytest

from config import ROOT
from grants.demo.browser import SILENT_SECONDS, Browser, Unexpected

PAGE = """
<form method="post" action="/votes/x/bulletin"><input type="hidden" name="csrf_token" value="t">
  <input type="checkbox" name="choice" value="1" id="c1"><label for="c1">Un <b>four</b></label>
  <input type="checkbox" name="choice" value="2" id="c2"><label for="c2">Une radio</label></form>
<form method="post" action="/seances/x/presence"><input type="hidden" name="seat" value="a">
  <input type="hidden" name="mode" value="present"><button>Ici <i>Odile</i></button></form>
<form method="post" action="/seances/x/presence"><input type="hidden" name="seat" value="b">
  <input type="hidden" name="mode" value="present"><button>Ici <i>Pascal</i></button></form>
<form method="post" action="/seances/x/presence"><input type="hidden" name="seat" value="b">
  <input type="hidden" name="mode" value="remote"><button>Ailleurs <i>Pascal</i></button></form>
<a href="/votes">Votes</a>
"""


@pytest.fixture
def sent():
    return []


@pytest.fixture
def page(sent):
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            sent.append((request.url.path, request.content.decode()))
        return httpx.Response(200, html=PAGE)

    browser = Browser("http://site.test")
    browser._client = httpx.Client(
        base_url="http://site.test", transport=httpx.MockTransport(answer)
    )
    yield browser.get("/")
    browser.close()


def test_a_box_is_known_by_its_label(page):
    assert page.option("choice", "Une radio") == "2"
    assert page.option("choice", "Un four") == "1"
    with pytest.raises(Unexpected):
        page.option("choice", "Un théâtre")


def test_of_many_buttons_the_right_one_is_pressed(page, sent):
    page.press("presence$", reading="Odile", mode="present")
    page.press("presence$", reading="Pascal", mode="present")
    assert sent == [
        ("/seances/x/presence", "seat=a&mode=present"),
        ("/seances/x/presence", "seat=b&mode=present"),
    ]


def test_a_button_that_is_not_there_is_not_pressed(page, sent):
    with pytest.raises(Unexpected):
        page.press("presence$", reading="Odile", mode="remote")
    assert sent == []


def test_a_silent_connection_is_left_well_before_the_site_closes_it():
    # Read, not imported: that module puts the collector to rest.
    told = re.search(
        r"^keepalive = (\d+)$", (ROOT / "grants/running/gunicorn.py").read_text(), re.M
    )
    assert int(told.group(1)) > 2 * SILENT_SECONDS
    browser = Browser("http://127.0.0.1:1")
    assert browser._client._transport._pool._keepalive_expiry == SILENT_SECONDS
    browser.close()
