"""Every screen and every file of finance is read as of a day, or says here why it is not."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from build.figures import figures
from build.journals import by_hledger
from build.matrix import entries, rules
from grants.kernel.money import Unit
from grants.ledger.journals import Format, export
from grants.ledger.models import Book
from grants.ledger.queries import FUNDER

A_FORM = "a form: what is typed there is done now"
AN_ACT_OF_A_DAY = "one act, one entry: its own date is on it and nothing about it changes later"
A_QUEUE = "what waits for somebody's hand now; as of a day, it is read in the books and cards"
A_DOCUMENT = "a document of the chain of expenditure, dated, each step of which is an entry"
NO_MONEY = "no amount of ours is in it"
NOT_DATED = {
    "finance.accounts.index": NO_MONEY,
    "finance.accounts.show": NO_MONEY,
    "finance.acts.new": A_FORM,
    "finance.acts.show": AN_ACT_OF_A_DAY,
    "finance.advances.index": A_QUEUE,
    "finance.advances.show": A_QUEUE,
    "finance.authorisations.new": A_FORM,
    "finance.batches.index": A_DOCUMENT,
    "finance.batches.show": A_DOCUMENT,
    "finance.budgets.new": A_FORM,
    "finance.journal.show": AN_ACT_OF_A_DAY,
    "finance.orders.download": NO_MONEY,
    "finance.orders.index": A_QUEUE,
    "finance.orders.show": A_DOCUMENT,
    "finance.recoveries.index": A_QUEUE,
    "finance.recoveries.show": A_DOCUMENT,
    "finance.returns.index": A_QUEUE,
    "finance.returns.leftovers": A_QUEUE,
    "finance.returns.line": A_DOCUMENT,
    "finance.returns.show": A_DOCUMENT,
    "finance.settings.index": NO_MONEY,
    "finance.settings.show": "rules of today: thresholds and the account that pays",
    "finance.statements.document": A_DOCUMENT,
    "finance.statements.download": A_DOCUMENT,
    "finance.statements.show": A_DOCUMENT,
}
"""The screens and files of finance that are not read as of a day, and why."""
LONG_AGO, LATER = "1999-01-01", "2999-01-01"
STAGES = {
    "Voté": "voted",
    "Disponible": "available",
    "Réservé": "reserved",
    "Engagé": "committed",
    "Mandaté": "ordered",
    "Payé": "paid",
    "Annulé": "lapsed",
    "Reporté": "carried",
    "À reverser": "claimed",
    "Reversé": "recovered",
    "Reversements demandés, contrepartie": "claim_contra",
}
NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


@pytest.fixture(scope="module")
def screens(site):
    """The address of every screen and file of finance about our things, by its endpoint."""
    found = {}
    for name, rule in rules(site.app):
        entry = entries()[name]
        if entry.method != "GET" or not entry.endpoint.startswith("finance."):
            continue
        swapped = {"style": "csv"} if "style" in rule.arguments else {}
        found[entry.endpoint] = entry.call(site, rule, site.world.ours, **swapped).path
    return found


@pytest.fixture
def on_a_day(site, screens):
    """What a screen or a file answers as of a day."""

    def read(endpoint: str, day: str) -> str:
        path = screens[endpoint]
        answer = site.call("finance", "GET", f"{path}{'&' if '?' in path else '?'}on={day}")
        assert answer.status_code == 200, (endpoint, answer.status_code)
        return answer.get_data(as_text=True)

    return read


def quantities(text: str) -> list[float]:
    """Every amount of a screen, or every number of a file but those of its headings."""
    if text.lstrip().startswith("<"):
        return [one.value for one in figures(text)]
    cells = [cell for row in list(csv.reader(io.StringIO(text), delimiter=";"))[1:] for cell in row]
    return [float(one.replace(",", ".")) for one in cells if NUMBER.fullmatch(one)]


def test_what_is_declared_is_there(screens):
    assert set(NOT_DATED) <= set(screens)


def test_every_screen_and_file_is_read_as_of_a_day(screens, on_a_day):
    dated = set(screens) - set(NOT_DATED)
    assert len(dated) > 15
    now_and_then = {
        one: (quantities(on_a_day(one, LATER)), quantities(on_a_day(one, LONG_AGO)))
        for one in sorted(dated)
    }
    assert [one for one, (now, _) in now_and_then.items() if not any(now)] == []
    assert [one for one, (_, then) in now_and_then.items() if any(then)] == []


def test_a_screen_that_is_read_as_of_a_day_asks_which(screens, on_a_day):
    for endpoint in sorted(set(screens) - set(NOT_DATED)):
        text = on_a_day(endpoint, LATER)
        if text.lstrip().startswith("<"):
            assert 'name="on"' in text, endpoint
            assert 'value="01/01/2999"' in text, endpoint


def test_what_links_of_a_dated_screen_lead_to_is_as_of_that_day(screens, on_a_day):
    """A figure of a day that led to the entries of today would not be made of them."""
    adrift = []
    for endpoint in sorted(set(screens) - set(NOT_DATED)):
        text = on_a_day(endpoint, LATER)
        if text.lstrip().startswith("<"):
            adrift += [
                (endpoint, one.label, one.link)
                for one in figures(text)
                if re.search(r"stage=|echeancier|promesses|year=", one.link)
                and f"on={LATER}" not in one.link
            ]
    assert adrift == []


def test_what_is_left_on_a_day_is_what_the_envelopes_held_that_day(on_a_day):
    """On each day of the journal: the year end's list and the envelopes' file, unit by unit."""
    days = days_of(on_a_day)
    assert len(days) > 2
    seen = set()
    for day in days:
        left: dict[str, float] = {}
        for one in table(on_a_day("finance.closing.sheet", day)):
            left[one["Unité"]] = left.get(one["Unité"], 0) + number(one["Montant"])
        held: dict[str, float] = {}
        for one in table(on_a_day("finance.envelopes.sheet", day)):
            if one["Section du budget"].startswith("Autorisation"):
                continue
            open_ = sum(number(one[name]) for name in ("Disponible", "Réservé", "Engagé"))
            held[one["Unité"]] = held.get(one["Unité"], 0) + open_
        assert left == pytest.approx({unit: sum_ for unit, sum_ in held.items() if unit in left})
        assert [unit for unit, sum_ in held.items() if sum_ and unit not in left] == [], day
        seen.add(tuple(sorted(left.items())))
    assert len(seen) > 1


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def number(cell: str) -> float:
    return float(cell.replace(",", "."))


def test_dated_files_say_what_hledger_says_of_that_day(site, on_a_day, tmp_path):
    """The trial balance and the journal as of each day, against `hledger balance -e`."""
    with site.database.reading() as session:
        book = session.get(Book, site.world.ours["book"])
        key = session.scalar(select(FUNDER.c.key).where(FUNDER.c.id == book.funder_id))
        lines = export(session, Format.HLEDGER, key, book.year)
        file = tmp_path / "book.journal"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    days = days_of(on_a_day)
    for day in (days[0], days[len(days) // 2], days[-1]):
        after = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
        told = {place[1:]: one for place, one in by_hledger(file, "-e", after).items()}
        ranks = {
            one["Enveloppe"]: f"{rank:02}"
            for rank, one in enumerate(table(on_a_day("finance.envelopes.sheet", day)), start=1)
        }
        for endpoint, amount in (("trial", "Solde"), ("journal", "Montant")):
            summed: defaultdict[tuple[str, str], int] = defaultdict(int)
            for one in table(on_a_day(f"finance.{endpoint}.sheet", day)):
                scale = 100 if one["Unité"] == Unit.EUR else 1
                place = ranks[one["Enveloppe"]], STAGES[one["Étape"]]
                summed[place] += round(number(one[amount]) * scale)
            assert {place: sum_ for place, sum_ in summed.items() if sum_} == told, (endpoint, day)


def days_of(on_a_day) -> list[str]:
    """The days on which something was booked."""
    return sorted({one["Date"] for one in table(on_a_day("finance.journal.sheet", LATER))})
