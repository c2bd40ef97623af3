"""Every number of a finance page leads to the entries that make it, and they add up to it."""

from __future__ import annotations

import re

import pytest

from build.figures import Figure, figures
from build.matrix import entries, rules

AN_ENTRY = "it is the amount of an entry, of an act or of a promise that is written once"
A_DOCUMENT = "an order, a batch, a line of a return or a statement: its own document says it"
A_VOTE = "what was voted, or what a schedule asks: no entry makes it"
A_SUM = "the sum or the difference of figures beside it, each of which leads to its entries"
DECLARED: dict[str, dict[str, str]] = {
    "finance.acts.new": {"*": A_SUM},
    "finance.acts.show": {"*": AN_ENTRY},
    "finance.advances.index": {"*": A_VOTE},
    "finance.advances.show": {"*": A_VOTE},
    "finance.authorisations.index": {"Crédits de paiement promis aux exercices": A_SUM},
    "finance.awards.show": {"Reste à appeler": A_SUM},
    "finance.batches.index": {"*": A_DOCUMENT},
    "finance.batches.show": {"*": A_DOCUMENT},
    "finance.closing.show": {"Ce qu’elle devient": A_DOCUMENT},
    "finance.journal.show": {"*": AN_ENTRY},
    "finance.orders.index": {"*": A_DOCUMENT},
    "finance.orders.show": {"*": A_DOCUMENT},
    "finance.recoveries.index": {"*": A_DOCUMENT},
    "finance.recoveries.show": {"*": A_DOCUMENT},
    "finance.returns.index": {"*": A_DOCUMENT},
    "finance.returns.leftovers": {"*": A_DOCUMENT},
    "finance.returns.line": {"*": A_DOCUMENT},
    "finance.returns.show": {"*": A_DOCUMENT},
    "finance.schedules.index": {"*": AN_ENTRY},
    "finance.schedules.show": {"*": AN_ENTRY, "Reste à appeler": A_SUM},
    "finance.statements.show": {"*": A_DOCUMENT},
}
"""Page by page, the labels under which a number leads nowhere, and why."""
BOOK = re.compile(r"^/finances/enveloppes/[^/]+/livre\?(?:.*&)?stage=(\w+)")
CARD = re.compile(r"^/finances/attributions/[^/?]+\?.*stage=")
ACCOUNTS = ("envelopes", "trial", "journal", "closing", "awards", "authorisations")
"""The pages whose numbers are all made of entries."""


@pytest.fixture(scope="module")
def pages(site) -> dict[str, str]:
    """Every page of finance, as somebody who keeps the books reads it, by its endpoint."""
    found = {}
    for name, rule in rules(site.app):
        entry = entries()[name]
        if entry.method != "GET" or not entry.endpoint.startswith("finance."):
            continue
        answer = site.call("finance", "GET", entry.call(site, rule, site.world.ours).path)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            found[entry.endpoint] = answer.get_data(as_text=True)
    assert len(found) > 25
    return found


def leads_nowhere(endpoint: str, found: list[Figure]) -> list[str]:
    """Numbers that are neither a link, nor an entry's own, nor declared, nor linked beside."""
    linked = {one.words.lstrip("−") for one in found if one.link}
    sums = DECLARED.get(endpoint, {})
    return [
        f"{endpoint}: {one.label}: {one.words}"
        for one in found
        if not (one.link or one.beside or one.total or one.is_zero)
        and not (one.label in sums or "*" in sums or one.words in linked)
    ]


def test_every_number_leads_to_the_entries_that_make_it(pages):
    lost = [one for name, text in pages.items() for one in leads_nowhere(name, figures(text))]
    assert lost == []


def test_a_row_of_totals_adds_up_what_stands_above_it(pages):
    followed = 0
    for endpoint in ("envelopes.index", "trial.show", "authorisations.index"):
        found = figures(pages[f"finance.{endpoint}"])
        for total in (one for one in found if one.total):
            above = [one for one in found if (one.label, one.unit) == (total.label, total.unit)]
            summed = sum(one.value for one in above if not one.total and one.link)
            assert summed == total.value, (endpoint, total)
            followed += 1
    assert followed > 10


def test_what_is_declared_is_there(pages):
    assert set(DECLARED) <= set(pages)
    for endpoint, labels in DECLARED.items():
        shown = {one.label for one in figures(pages[endpoint]) if not one.link}
        missing = {one for one in labels if one != "*"} - shown
        assert not missing, (endpoint, missing)


def test_what_a_number_leads_to_adds_up_to_it(site, pages):
    followed, wrong = 0, []
    for endpoint, text in pages.items():
        if endpoint.split(".")[1] not in ACCOUNTS:
            continue
        for one in figures(text):
            if not BOOK.match(one.link) and not CARD.match(one.link):
                continue
            answer = site.call("finance", "GET", one.link.partition("#")[0])
            assert answer.status_code == 200, one.link
            made = [leg.value for leg in figures(answer.get_data(as_text=True)) if leg.beside]
            followed += 1
            whole = {abs(sum(made)), sum(n for n in made if n > 0), -sum(n for n in made if n < 0)}
            if abs(one.value) not in whole:
                wrong.append(f"{endpoint}: {one.label}: {one.words} is not {sum(made)}: {one.link}")
    assert followed > 60
    assert wrong == []
