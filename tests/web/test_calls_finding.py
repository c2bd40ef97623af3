"""The list of calls: filters in its address, tabs, pages, and the same as calendar and feed."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from icalendar import Calendar

from build.calls import TEXTS, a_call, a_stage
from build.clock import NOW
from build.html import Page
from build.people import a_funder
from grants.calls.discovery import Filters
from grants.calls.models import Batch, CallKind, CallState
from grants.web.public import filters

ATOM = "{http://www.w3.org/2005/Atom}"


def titles(text: str) -> list[str]:
    return re.findall(
        r'<a (?:class="sheet-card__link" )?href="/appels/[a-z0-9-]+">([^<]+)</a>', text
    )


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    "asked", [("", 3), ("?q=canal&theme=food&montant=10", 3), ("?porteur=public", 4)]
)
def test_the_list_takes_as_many_statements_however_long(session, client, statements, rows, asked):
    address, expected = asked
    for _ in range(rows):
        a_call(session, themes=["food"])
        a_call(session, opens_at=NOW + timedelta(days=1))
        a_call(session, state=CallState.CLOSED, closes_at=NOW - timedelta(days=1))
    session.flush()
    statements.clear()
    assert client.get(f"/appels{address}").status_code == 200
    assert len(statements) == expected


def test_what_is_looked_for_stands_in_the_address_and_in_the_boxes(session, client):
    funder = a_funder(session, key="valbrune", name="Valbrune")
    place = [{"code": "63113", "name": "Valbrune-le-Bas"}]
    a_call(session, title_fr="Le bon", funders=[funder], territories=place, themes=["food"])
    a_call(session, title_fr="Le mauvais")
    address = (
        "/appels?q=canal&porteur=association&financeur=valbrune&territoire=63113"
        "&theme=food&montant=1+500&etat=ouvert"
    )
    page = client.get(address).text
    assert titles(page) == ["Le bon"]
    boxes = Page(page).boxes
    assert {name: boxes[name][0] for name in filters.NAMES.values()} == {
        "q": "canal",
        "porteur": "association",
        "financeur": "valbrune",
        "territoire": "63113",
        "theme": "food",
        "montant": "1 500",
        "etat": "ouvert",
    }
    for chip in ("«\u202fcanal\u202f»", "Valbrune-le-Bas", "au moins 1\u202f500\u202f€"):
        assert chip in page


def test_a_filter_is_taken_away_by_its_own_link_and_keeps_the_others(session, client):
    page = client.get("/appels?q=canal&theme=food&etat=clos").text
    links = re.findall(r'<a class="chip" href="([^"]+)"', page)
    assert links == ["/appels?theme=food&amp;etat=clos", "/appels?q=canal&amp;etat=clos"]


def test_the_tabs_count_what_the_other_filters_leave(session, client):
    a_call(session, themes=["food"])
    a_call(session, themes=["food"], opens_at=NOW + timedelta(days=1))
    a_call(session)
    page = client.get("/appels?theme=food&etat=bientot").text
    tabs = re.findall(
        r'href="([^"]+)"(?: aria-current="(page)")?>([^<]+) <span class="count">(\d+)', page
    )
    assert [(words, count, here) for _, here, words, count in tabs] == [
        ("Tous", "2", ""),
        ("Ouverts en ce moment", "1", ""),
        ("À venir", "1", "page"),
        ("Terminés", "0", ""),
    ]
    assert tabs[1][0] == "/appels?theme=food&amp;etat=ouvert"


@pytest.mark.parametrize(
    "nonsense",
    [
        "?etat=demain",
        "?porteur=martien",
        "?theme=nothing",
        "?montant=beaucoup",
        "?montant=1e309",
        "?montant=-5",
        "?montant=" + "9" * 40,
        "?page=0",
        "?page=999999",
        "?q=" + "a" * 5_000,
        "?q=%00&financeur=%00",
        "?q=%ED%A0%80",
        "?financeur='--",
        "?territoire=[{}]",
    ],
)
def test_an_address_that_means_nothing_breaks_nothing(session, client, nonsense):
    a_call(session)
    session.flush()
    for path in ("/appels", "/appels/flux.atom", "/appels/calendrier.ics", "/alertes"):
        assert client.get(path + nonsense).status_code == 200


def test_an_amount_that_is_none_is_said_and_left_out(session, client):
    a_call(session)
    page = client.get("/appels?montant=beaucoup").text
    assert "Ce n’est pas un montant" in page
    assert len(titles(page)) == 1


@pytest.mark.parametrize(
    ("typed", "euros"),
    [("15000", 15_000), ("15 000 €", 15_000), ("15.000,50", 15_000), ("15\u202f000€", 15_000),
     ("0", None), ("", None), ("douze", None), ("1 50", None)],
)  # fmt: skip
def test_an_amount_is_read_as_it_is_written(typed, euros):
    assert filters.euros(typed) == euros


def test_filters_go_to_an_address_and_come_back(app):
    wanted = Filters("vélo", "m2a", "63113", "person", "food", 1_500, "open")
    with app.test_request_context():
        assert filters.asked(filters.address(wanted)) == wanted


def test_a_long_list_is_cut_in_pages_that_keep_the_filters(session, client):
    for number in range(26):
        a_call(session, title_fr=f"Appel {number}", closes_at=NOW + timedelta(days=number + 1))
    a_call(session, title_fr="Ailleurs", funders=[a_funder(session, key="autre")])
    first = client.get("/appels?q=appel")
    second = client.get("/appels?q=appel&page=2")
    assert len(titles(first.text)) == 24
    assert titles(second.text) == ["Appel 24", "Appel 25"]
    assert "?q=appel&amp;page=2" in first.text


def test_nothing_found_is_said_with_what_to_do_next(session, client):
    page = client.get("/appels?q=licorne").text
    assert "Aucun appel ne répond à tout cela." in page
    assert 'name="q" value="licorne"' in page.partition('id="alert"')[2], "the alert keeps it"


def test_cards_say_what_a_call_gives_and_is_about(session, client):
    rule = {**TEXTS["award_rule"], "amount_max": 2_000_000}
    a_call(session, award_rule=rule, themes=["food", "mobility"])
    page = client.get("/appels").text
    assert "jusqu’à 20\u202f000\u202f€" in page
    assert "Alimentation et agriculture · Mobilité" in page


def test_pages_tell_readers_where_their_feeds_are(session, client):
    call = a_call(session)
    listed = client.get("/appels?theme=food").text
    assert 'type="application/atom+xml"' in listed
    assert 'href="/appels/flux.atom?theme=food"' in listed
    assert 'href="/appels/calendrier.ics?theme=food"' in listed
    assert f'href="/appels/{call.slug}/dates.ics"' in client.get(f"/appels/{call.slug}").text


def test_the_feed_is_atom_with_whole_addresses_and_the_same_filters(session, client):
    funder = a_funder(session, name="Valbrune & alentours")
    call = a_call(session, title_fr="Vélos <3", themes=["mobility"], funders=[funder])
    a_call(session, title_fr="Autre")
    a_call(session, title_fr="Fini", themes=["mobility"], closes_at=NOW)
    answer = client.get("/appels/flux.atom?theme=mobility")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.data)  # noqa: S314 -- our own answer
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Vélos <3"
    assert entry.findtext(f"{ATOM}id") == f"urn:uuid:{call.id}"
    assert entry.findtext(f"{ATOM}updated") == call.published_at.isoformat()
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Valbrune & alentours"
    assert entry.find(f"{ATOM}link").get("href") == f"http://localhost/appels/{call.slug}"
    assert (
        feed.find(f"{ATOM}link").get("href") == "http://localhost/appels/flux.atom?theme=mobility"
    )
    past = ET.fromstring(client.get("/appels/flux.atom?etat=clos").data)  # noqa: S314
    assert [one.findtext(f"{ATOM}title") for one in past.findall(f"{ATOM}entry")] == ["Fini"]


def events(data: bytes) -> dict[str, tuple]:
    found = Calendar.from_ical(data)
    return {
        str(one["SUMMARY"]): (one.decoded("DTSTART"), one.decoded("DTEND"))
        for one in found.walk("VEVENT")
    }


def test_the_calendar_says_when_calls_open_and_close_as_people_do(session, client):
    noon = NOW.replace(month=11, day=15)
    midnight = NOW.replace(month=11, day=30, hour=23)
    a_call(session, title_fr="Midi", closes_at=noon)
    a_call(session, title_fr="Minuit", closes_at=midnight)
    answer = client.get("/appels/calendrier.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    found = events(answer.data)
    assert found["Clôture\u202f: Midi"] == (noon, noon)
    assert found["Clôture\u202f: Minuit"] == (date(2018, 11, 30), date(2018, 12, 1))
    assert found["Ouverture\u202f: Midi"][0] == NOW - timedelta(days=30)


def test_a_calls_own_calendar_has_every_date_under_lasting_names(session, client):
    call = a_call(session, title_fr="Canal", closes_at=None, kind=CallKind.ROLLING)
    a_stage(session, call, position=2, title_fr="Audition",
            starts_on=date(2018, 12, 3), ends_on=date(2018, 12, 4))  # fmt: skip
    cut_off = NOW.replace(month=11, day=30, hour=23)
    session.add(Batch(call_id=call.id, label_fr="Premier lot", cut_off_at=cut_off))
    session.flush()
    once, again = (client.get(f"/appels/{call.slug}/dates.ics").data for _ in range(2))
    assert events(once) == {
        "Ouverture\u202f: Canal": (call.opens_at, call.opens_at),
        "Audition: Canal": (date(2018, 12, 3), date(2018, 12, 5)),
        "Premier lot: Canal": (date(2018, 11, 30), date(2018, 12, 1)),
    }
    uids = [
        {str(one["UID"]) for one in Calendar.from_ical(data).walk("VEVENT")}
        for data in (once, again)
    ]
    assert uids[0] == uids[1]
    assert len(uids[0]) == 3


def test_a_draft_has_no_page_of_any_kind(session, client):
    call = a_call(session, state=CallState.DRAFT, title_fr="Caché")
    session.flush()
    for part in ("", "/dates.ics", "/questions", "/suis-je-concerne"):
        assert client.get(f"/appels/{call.slug}{part}").status_code == 404
    assert client.post(f"/appels/{call.slug}/suis-je-concerne").status_code == 404
    assert client.get(f"/alertes?comme={call.slug}").status_code == 404
    for feed in ("flux.atom", "calendrier.ics"):
        assert "Caché" not in client.get(f"/appels/{feed}").text
