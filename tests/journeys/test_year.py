"""A whole year of two authorities, from the budget's vote to the closing and what follows it.

Clermont's three envelopes, and Grand Est's 5 800 000 € and 2 000 000 €, by the services and, where
a page is the point, by its page; in a database of its own, committed step by step. Each figure is
worked out by hand, in cents.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from build.clock import TestClock
from build.journals import by_beancount, by_hledger, run, written
from build.year import Authority, at, closed, held
from grants import invariants
from grants.db import Database
from grants.invariants import checks
from grants.ledger.journals import Format
from grants.ledger.models import Book
from grants.ledger.operations import CREDIT_STAGES, Fate
from grants.ledger.report import report
from grants.ledger.services import Choice
from grants.ledger.verify import verify
from grants.payments.models import Claim, ClaimState
from grants.people.models import Person
from journeys import year_clermont as clermont
from journeys import year_grand_est as grand_est

BUILT = {"applications.receipts", "history.delivered"}
"""Not looked at: files are put in review by a builder, and no worker delivers the news here."""

Entering = Callable[[Person], FlaskClient]


@pytest.fixture
def database(fresh_database: Database) -> Database:
    """Of this test alone: each step is committed."""
    return fresh_database


@pytest.mark.slow
def test_a_whole_year_from_the_budget_to_the_closing(
    database: Database, as_person: Entering, clock: TestClock, tmp_path: Path
) -> None:
    city, region = first_year(database)
    by_page = Pages(database, as_person, clock)
    close_2018(database, by_page, city, region)
    years_after(database, city, region)
    by_page.read(city, region)
    with database.reading() as session:
        clermont.last_figures(session, city)
        grand_est.last_figures(session, region)
        holds(session, clock)
        agrees(session, tmp_path)


def first_year(database: Database) -> tuple[Authority, Authority]:
    """2018, of both."""
    with database.transaction() as session:
        city = clermont.budget(session)
    for step in (clermont.votes, clermont.pays):
        with database.transaction() as session:
            step(session, city)
    clermont.withdrawal_and_promotion(database, city)
    for step in (clermont.stakes, clermont.autumn):
        with database.transaction() as session:
            step(session, city)
    with database.transaction() as session:
        region = grand_est.budget(session)
    steps = (
        grand_est.conventions,
        grand_est.pays,
        grand_est.framework,
        grand_est.bursary,
        grand_est.advance,
        grand_est.december,
    )
    for step in steps:
        with database.transaction() as session:
            step(session, region)
    return city, region


def close_2018(database: Database, by_page: Pages, city: Authority, region: Authority) -> None:
    """Clermont's year by its page, Grand Est's by the service; each twice, and done once."""
    with database.transaction() as session:
        clermont.next_budget(session, city)
        grand_est.next_budget(session, region, 2019, 5_000_000_00)
        assert held(session, region, 2018) == grand_est.BEFORE_CLOSING
    by_page.close(city)
    with database.transaction() as session:
        assert held(session, city, 2018) == clermont.AFTER_CLOSING
        choices = {(grand_est.OPERATING, "DLA régional"): Choice(Fate.ATTACH)}
        first = closed(session, region, 2018, choices, on=date(2019, 1, 28))
        numbers = entries(session, region)
        again = closed(session, region, 2018, choices, on=date(2019, 1, 29))
        assert (again.id, entries(session, region)) == (first.id, numbers)
        assert held(session, region, 2018) == grand_est.AFTER_CLOSING


def years_after(database: Database, city: Authority, region: Authority) -> None:
    """2019 and 2020: what was carried, what comes back, and the programme's other years."""
    with database.transaction() as session:
        waits = select(Claim.id).where(Claim.state == ClaimState.CERTIFIED)
        clermont.year_after(session, city, session.scalars(waits).one())
    with database.transaction() as session:
        grand_est.year_after(session, region)
        grand_est.repaid(session, region)
    with database.transaction() as session:
        grand_est.next_budget(session, region, 2020, 500_000_00)
        closed(session, region, 2019, {}, on=date(2020, 1, 27))
        grand_est.drawn(session, region, 2020, 40_500_00, nth=2, on=date(2020, 5, 11))


class Pages:
    """What the finance officers do and read on pages."""

    def __init__(self, database: Database, enter: Entering, clock: TestClock) -> None:
        self.database, self.enter, self.clock = database, enter, clock

    def finance(self, house: Authority, day: date) -> FlaskClient:
        self.clock.instant = at(day)
        with self.database.reading() as session:
            person = session.get_one(Person, house.people["finance"])
        return self.enter(person)

    def close(self, house: Authority) -> None:
        """The year's end assistant: what it suggests is signed, twice."""
        browser = self.finance(house, date(2019, 1, 28))
        book = house.books[2018]
        page = browser.get(f"/finances/cloture?book={book}")
        text = words(page)
        for said in ("999,50 €", "3 600,00 €", "6 000,00 €", "31 janvier 2019"):
            assert said in text, said
        form = {"name": "Nadia Ferrand", "seen": valued(page.text, "seen"), **chosen(page.text)}
        assert sorted(one for key, one in form.items() if key.startswith("fate-")) == [
            "attach",
            "carry",
        ]
        for _ in range(2):
            assert browser.post(f"/finances/cloture/{book}", data=form).status_code == 303
        assert "Nadia Ferrand" in words(browser.get(f"/finances/cloture?book={book}"))

    def read(self, city: Authority, region: Authority) -> None:
        """Figures now and on a day, and each award's card."""
        browser = self.finance(city, date(2020, 6, 2))
        envelopes = f"/finances/enveloppes?book={city.books[2018]}"
        assert "2 500,37 €" in words(browser.get(envelopes))
        spring = words(browser.get(f"{envelopes}&on=2018-03-31"))
        assert "2 500,37 €" not in spring
        assert "149 000,50 €" in spring
        card = f"/finances/attributions/{city.files['CISCA'].decision_id}"
        assert words(browser.get(card)).count("2 500,37 €") >= 2
        browser = self.finance(region, date(2020, 6, 2))
        text = words(browser.get("/finances/autorisations"))
        assert "135 000,00 €" in text
        back = words(browser.get("/finances/avances?state=repaid"))
        assert back.count("10 000,00 €") == 2
        assert "10 000,01 €" in back


def words(answer) -> str:
    """The text of a page's main part, narrow spaces told as spaces."""
    main = answer.get_data(as_text=True).partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def valued(html: str, name: str) -> str:
    """What a hidden box of a form holds."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]+)"', html)
    assert found, name
    return found[1]


def chosen(html: str) -> dict[str, str]:
    """What the lists of fates suggest."""
    lists = re.findall(r'<select[^>]* name="(fate-[^"]+)".*?</select>', html, re.S)
    found = {}
    for name in lists:
        options = html.partition(f'name="{name}"')[2].partition("</select>")[0]
        found[name] = re.search(r'<option selected[^>]* value="([^"]+)"', options)[1]
    return found


def entries(session: Session, house: Authority) -> int:
    """How many entries the books of an authority hold."""
    counted = select(func.sum(Book.last_number)).where(Book.funder_id == house.id)
    return session.scalars(counted).one()


def holds(session: Session, clock: TestClock) -> None:
    """Every book re-derived from its entries, and every named check."""
    assert verify(session) == []
    every = [one for one in invariants.ALL if one.name not in BUILT]
    found = checks.check(checks.Place(session, None, clock.now()), every)
    assert {one.invariant.name: one.places for one in found.broken} == {}


def agrees(session: Session, tmp_path: Path) -> None:
    """Our balances are hledger's and beancount's, place by place."""
    ours = {}
    for key, year in (
        ("clermont", 2018), ("clermont", 2019),
        ("grand_est", 2018), ("grand_est", 2019), ("grand_est", 2020),
    ):  # fmt: skip
        for rank, line in enumerate(report(session, key, year)["envelopes"], start=1):
            for stage in CREDIT_STAGES:
                place = str(year), f"{rank:02}", stage.value
                ours[place] = ours.get(place, 0) + line.get(stage.value, 0)
    ours = {place: amount for place, amount in ours.items() if amount}
    stages = {one.value for one in CREDIT_STAGES}
    theirs_all = [by_beancount(written(session, tmp_path, Format.BEANCOUNT))]
    if shutil.which("hledger"):
        file = written(session, tmp_path, Format.HLEDGER)
        assert run(["hledger", "check", "--strict", "-f", file]).returncode == 0
        theirs_all.append(by_hledger(file))
    for theirs in theirs_all:
        assert {place: n for place, n in theirs.items() if place[2] in stages} == ours
