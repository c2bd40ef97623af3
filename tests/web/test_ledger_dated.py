"""Envelope books, trial balance, entries and award cards: now, on a day, and as files."""

from __future__ import annotations

import io
import re
from datetime import date
from uuid import uuid4

import openpyxl
import pytest

from build.clock import NOW
from build.ledger import a_book, an_award, an_envelope, booked, warranted
from build.people import a_funder, a_funder_member
from grants.kernel.access import SYSTEM, FunderRole
from grants.kernel.money import Unit
from grants.ledger import queries, services
from grants.ledger.operations import Section
from grants.ledger.services import Movement

FINANCE = FunderRole.FINANCE
ENTRY = re.compile(r'aria-label="Écriture n° (\d+)"')


def words(answer) -> str:
    main = answer.get_data(as_text=True).partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("&#39;", "’")


@pytest.fixture
def place(session):
    """60 000 EUR voted on 1 October, of which 500 were reserved on the 15th of September."""
    funder = a_funder(session, name="Clermont Auvergne Métropole")
    book = a_book(session, funder, 2018)
    envelope = an_envelope(session, book, label="Soutien direct", voted=60_000_00)
    award = an_award(session, envelope.id, 10_000_00, until="pay")
    services.book(
        session, "vote", [Movement(envelope.id, 500_00)], key="early", on=date(2018, 9, 15),
        reason="BP 2018", actor=SYSTEM, now=NOW,
    )  # fmt: skip
    an_envelope(session, book, label="Maison de l’ESS", unit=Unit.SQUARE_METRE, voted=4000)
    return funder, book, envelope, award


@pytest.fixture
def browser(session, as_person, place):
    return as_person(a_funder_member(session, place[0], FINANCE))


def test_every_figure_leads_to_the_entries_that_make_it(browser, place):
    _, book, envelope, award = place
    page = browser.get("/finances/enveloppes")
    assert "60 500,00 €" in words(page)
    link = f"/finances/enveloppes/{envelope.id}/livre?stage=paid"
    assert link in page.text
    told = browser.get(link)
    assert len(re.findall("Paiement|Versement", words(told))) == 1
    assert "10 000,00 €" in words(told)
    card = f"/finances/attributions/{award}"
    assert card in told.text
    assert f"/finances/journal/{book.id}/4" in told.text
    entry = browser.get(f"/finances/journal/{book.id}/4")
    assert "Payé" in words(entry)
    assert card in entry.text
    assert "Fiche de l’attribution" in words(browser.get(card))


def test_a_page_is_read_as_of_a_day(browser, place):
    _, _, envelope, award = place
    on = "?on=30/09/2018"
    assert "60 000,00 €" not in words(browser.get(f"/finances/enveloppes{on}"))
    for page in ("enveloppes", "balance", f"enveloppes/{envelope.id}/livre"):
        text = words(browser.get(f"/finances/{page}{on}"))
        assert "500,00 €" in text, page
        assert "60 500,00 €" not in text, page
    journal = words(browser.get(f"/finances/journal{on}"))
    assert "BP 2018" in journal
    assert not re.search("Paiement|Versement", journal)
    assert "Rien" in words(browser.get(f"/finances/attributions/{award}{on}"))
    wrong = browser.get("/finances/enveloppes?on=31/02/2018")
    assert "31/02/2018" in wrong.text
    assert "60 500,00 €" in words(wrong)


def test_the_trial_balance_adds_up_in_each_unit(browser):
    text = words(browser.get("/finances/balance"))
    totals = re.findall(r"Total en (\S+(?: carrés)?) (.*?) (0,00 €|0 m²)", text)
    assert len(totals) == 2
    assert all(len(set(re.split(r"(?<=[€²]) ", sums.strip()))) == 1 for _, sums, _ in totals)


FILES = ["enveloppes/enveloppes", "journal/journal", "balance/balance"]


def test_pages_are_taken_away_as_files(browser, place):
    _, _, envelope, award = place
    pages = [*FILES, f"enveloppes/{envelope.id}/livre", f"attributions/{award}/fiche"]
    for page in pages:
        told = browser.get(f"/finances/{page}.csv")
        assert told.get_data(as_text=True).startswith("\ufeff"), page
        assert ";" in told.text
        book = openpyxl.load_workbook(io.BytesIO(browser.get(f"/finances/{page}.xlsx").data))
        assert book.active.max_row == len(told.text.strip().split("\r\n")), page
    assert browser.get("/finances/journal/journal.ods").status_code == 404


def test_older_postings_follow_in_the_order_of_days(session, browser, place):
    _, _, envelope, _ = place
    for _n in range(60):
        booked(session, "reserve", envelope.id, 1_00)
    address = f"/finances/enveloppes/{envelope.id}/livre"
    first = browser.get(address).text
    seen = re.findall(ENTRY, first)
    older = re.search(r'href="([^"]*before=[^"]*)"', first)[1].replace("&amp;", "&")
    rest = browser.get(older).text
    seen += re.findall(ENTRY, rest)
    assert len(set(seen)) == 65
    assert seen[-1] == "5"  # dated in September, though written last but sixty-one
    assert "before=" not in rest.partition("<main")[2]


def test_a_sparse_envelope_is_read_by_its_accounts(session, place):
    _, book, envelope, _ = place
    (line,) = queries.envelope_lines(session, [envelope.id]).values()
    both = [queries.leg_rows(session, line, sparse=sparse) for sparse in (False, True)]
    assert both[0] == both[1] != []
    session.refresh(book)
    assert len({one.number for one in both[0]}) < book.last_number


def test_an_award_of_several_years_is_drawn_year_by_year(session, browser, place):
    _, book, envelope, _ = place
    programme = services.open_envelope(
        session, book.id, label="URSCOP", unit=Unit.EUR, section=Section.OPERATING,
        last_year=2020, actor=SYSTEM, now=NOW,
    )  # fmt: skip
    booked(session, "vote", programme.id, 135_000_00)
    award = uuid4()
    warranted(session, award, envelope_id=programme.id)
    booked(session, "commit", programme.id, 135_000_00, award)
    card = f"/finances/attributions/{award}"
    assert "45 000,00 €" in words(browser.get(card))
    form = {"envelope": envelope.id, "on": "01/10/2018", "reason": "Convention", "key": "k"}
    too_much = browser.post(f"{card}/annee", data={**form, "amount": "45 000,01"})
    assert too_much.status_code == 409
    assert "45 000,00 €" in words(too_much)
    assert 'value="45 000,01"' in too_much.text
    for _ in range(2):  # sent twice, drawn once
        assert browser.post(f"{card}/annee", data={**form, "amount": "45000"}).status_code == 303
    assert [one.left for one in queries.schedule_of(session, award)] == [0, 45_000_00, 45_000_00]
    assert browser.post(f"{card}/annee", data={**form, "amount": "x"}).status_code == 422


def a_programme(session, book):
    """135 000 € over three years, committed to one award."""
    programme = services.open_envelope(
        session, book.id, label="URSCOP", unit=Unit.EUR, section=Section.OPERATING,
        last_year=2020, actor=SYSTEM, now=NOW,
    )  # fmt: skip
    booked(session, "vote", programme.id, 135_000_00)
    award = uuid4()
    booked(session, "commit", programme.id, 135_000_00, award)
    return programme, award


def test_an_award_of_several_years_is_rescheduled_within_what_was_drawn(session, browser, place):
    _, book, envelope, _ = place
    _, award = a_programme(session, book)
    address = f"/finances/attributions/{award}/echeancier"
    shown = browser.get(address)
    assert 'value="45000,00"' in shown.text
    form = {"on": "01/10/2018", "reason": "Avenant 1", "key": "k", "year_2018": "60 000"}
    other = {**form, "year_2019": "75 000", "year_2020": ""}
    for _ in range(2):  # sent twice, written once
        assert browser.post(address, data=other).status_code == 303
    assert [one.planned for one in queries.schedule_of(session, award) if one.planned] == [
        60_000_00,
        75_000_00,
    ]
    page = words(browser.get(address))
    assert "Avenant 1" in page
    assert "−45 000,00 €" in page
    draw = {"envelope": envelope.id, "on": "01/10/2018", "reason": "Convention", "key": "d"}
    card = f"/finances/attributions/{award}"
    assert browser.post(f"{card}/annee", data={**draw, "amount": "50000"}).status_code == 303
    for years, said in (
        ({"year_2018": "49 999,99", "year_2019": "85 000,01"}, "50 000,00 €"),
        ({"year_2018": "60 000", "year_2019": "75 000,01"}, "135 000,01 €"),
    ):
        refused = browser.post(address, data={**form, **years, "key": "other"})
        assert refused.status_code == 409, years
        assert said in words(refused)
    for wrong in ({"year_2018": "x"}, {"reason": " "}, {"on": "31/02/2018"}):
        assert browser.post(address, data={**other, "key": "z", **wrong}).status_code == 422
    assert "60 000,00 €" in words(browser.get(address))


def test_authorisations_are_read_as_of_a_day_and_lead_to_their_promises(session, browser, place):
    _, book, _, _ = place
    programme, award = a_programme(session, book)
    address = f"/finances/autorisations?book={book.id}"
    assert "135 000,00 €" in words(browser.get(address))
    before = browser.get(f"{address}&on=01/01/2018")
    assert "135 000,00 €" not in words(before)
    assert "Situation au 1" in words(before)
    led = re.findall(r'href="([^"]*promesses[^"]*)"', browser.get(address).text)
    assert len(led) == 3
    page = browser.get(led[0].replace("&amp;", "&"))
    assert "45 000,00 €" in words(page)
    assert f"/finances/attributions/{award}/echeancier" in page.text
    assert browser.get(f"/finances/autorisations/{place[2].id}/promesses").status_code == 404
    nothing = browser.get(f"/finances/autorisations/{programme.id}/promesses?year=2031")
    assert "45 000,00 €" not in words(nothing)


def test_foreign_and_unknown_cards_do_not_exist(session, as_person, browser, place):
    _, book, envelope, award = place
    stranger = as_person(a_funder_member(session, a_funder(session), FINANCE))
    pages = [
        f"enveloppes/{envelope.id}/livre",
        f"attributions/{award}",
        f"attributions/{award}/fiche.csv",
        f"journal/{book.id}/1",
    ]
    for page in pages:
        assert stranger.get(f"/finances/{page}").status_code == 404, page
        assert browser.get(f"/finances/{page}").status_code == 200, page
    assert browser.get(f"/finances/journal/{book.id}/999").status_code == 404
    assert browser.get(f"/finances/attributions/{uuid4()}").status_code == 404
    data = {"envelope": envelope.id, "amount": "1", "on": "01/10/2018", "reason": "x"}
    assert browser.post(f"/finances/attributions/{award}/annee", data=data).status_code == 404
