"""Every number of an authority's page leads to what makes it, and entries add up to it."""

from __future__ import annotations

import re

import pytest

from build.figures import Figure, figures
from build.matrix import entries, rules

READERS = {"finance": "finance", "officer": "auditor", "admin": "auditor", "public": "nobody"}
"""Who opens the pages of each part: of the office, whoever reads the books as well."""
AN_ENTRY = "it is the amount of an entry, of an act or of a promise that is written once"
A_DOCUMENT = "a line of a return or a statement that no order answers: the file itself says it"
A_VOTE = "what was voted, or what a schedule asks: no entry makes it"
A_SUM = "the sum or the difference of figures beside it, each of which leads to its entries"
A_REQUEST = "what an applicant asks or answers: no entry makes it"
A_PROPOSAL = "what somebody proposes, and nobody has decided"
A_RULE = "a figure of the law or of a rule, with its source"
A_RESULT = "one result: its card or its page names the act that decided it"
AN_HOUR = "an hour of the day"
DECLARED: dict[str, dict[str, str]] = {
    "finance.acts.new": {"*": A_SUM},
    "finance.advances.show": {"*": A_VOTE},
    "finance.authorisations.index": {"Crédits de paiement promis aux exercices": A_SUM},
    "finance.awards.show": {"Reste à appeler": A_SUM},
    "finance.closing.show": {"Ce qu’elle devient": A_DOCUMENT},
    "finance.journal.show": {"*": AN_ENTRY},
    "finance.returns.line": {"*": A_DOCUMENT},
    "finance.schedules.index": {"*": AN_ENTRY},
    "finance.schedules.show": {"*": AN_ENTRY, "Reste à appeler": A_SUM},
    "finance.statements.show": {"Reste à verser": A_SUM},
    "officer.agreements.index": {"": A_RULE},
    "officer.applicants.show": {"*": A_REQUEST},
    "officer.applications.everywhere": {"Demandé": A_REQUEST},
    "officer.applications.index": {"Demandé": A_REQUEST},
    "officer.applications.show": {"*": A_REQUEST},
    "officer.claims.show": {"Montant": A_VOTE},
    "officer.councils.show": {"Montant": A_PROPOSAL},
    "officer.decisions.show": {
        "Demandé": A_REQUEST,
        "Proposé": A_PROPOSAL,
        "Reste": A_SUM,
        "Dossiers à décider": A_REQUEST,
    },
    "officer.deliberations.new": {
        "Demandé": A_REQUEST,
        "Proposé": A_PROPOSAL,
        "Reste": A_SUM,
        "Ce qui est mis aux voix": A_PROPOSAL,
    },
    "officer.financing.show": {"*": A_PROPOSAL},
    "officer.hearing_files.show": {"Quand": AN_HOUR},
    "officer.hearings.show": {"Dossiers que le jury auditionne, et quand": AN_HOUR},
    "officer.polls.show": {"Candidats du vote": A_REQUEST},
    "officer.scenarios.history": {"Avant, après": A_PROPOSAL},
    "officer.scenarios.index": {"Montant": A_PROPOSAL},
    "officer.scenarios.line": {"*": A_PROPOSAL},
    "officer.scenarios.show": {"*": A_PROPOSAL},
    "officer.waiting.index": {"Attend": A_PROPOSAL},
    "officer.watching.show": {"*": A_RULE},
    "officer.withdrawals.show": {"Montant": A_PROPOSAL, "Montant annoncé": A_PROPOSAL},
    "officer.workshop.outline.show": {"2. Votre budget": A_RULE},
    "public.home.show": {"Retenus récemment": A_RESULT},
    "public.judging.questions": {"Votre budget": A_RULE},
    "public.opinions.show": {"Montant demandé": A_REQUEST},
    "public.results.show": {"Attribué": A_RESULT},
}
"""Page by page, the labels under which a number leads nowhere, and why."""
MADE_OF_ENTRIES = {
    "officer.calls.show": "Enveloppes",
    "officer.workshop.funding.show": "Enveloppes",
    "officer.decisions.show": "Disponible",
    "officer.deliberations.new": "Disponible",
    "officer.scenarios.show": "Disponible",
    "officer.scenarios.line": "Disponible",
    "officer.waiting.index": "Enveloppe",
    "officer.agreements.show": "Aide accordée",
    "officer.claims.show": "Aide accordée",
    "officer.withdrawals.show": "Aide accordée",
    "admin.envelopes.index": "Disponible",
}
"""Pages that are no book, and a label under which they show a figure of the books."""
BOOK = re.compile(r"^/finances/enveloppes/[^/]+/livre\?(?:.*&)?stage=(\w+)")
CARD = re.compile(r"^/finances/attributions/[^/?]+\?.*stage=")
ACCOUNTS = ("envelopes", "trial", "journal", "closing", "awards", "authorisations")
"""The pages whose numbers are all made of entries."""
CHAIN = ("orders", "recoveries", "advances", "statements")
"""The documents of the chain of expenditure, whose amounts were booked by each of them."""


@pytest.fixture(scope="module")
def pages(site) -> dict[str, str]:
    """Every page of an authority, and every public one, by its endpoint."""
    found = {}
    for name, rule in rules(site.app):
        entry = entries()[name]
        reader = READERS.get(entry.endpoint.partition(".")[0])
        if entry.method != "GET" or reader is None:
            continue
        answer = site.call(reader, "GET", entry.call(site, rule, site.world.ours).path)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            found[entry.endpoint] = answer.get_data(as_text=True)
    assert len(found) > 120
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


def test_figures_of_the_books_lead_to_the_books_from_the_office_too(pages):
    for endpoint, label in MADE_OF_ENTRIES.items():
        found = [one for one in figures(pages[endpoint]) if one.label == label and one.link]
        assert any(one.link.startswith("/finances/") for one in found), endpoint


def test_whoever_does_not_read_the_books_is_led_to_none(site):
    entry = entries()["GET officer.calls.show"]
    rule = next(rule for name, rule in rules(site.app) if name == entry.name)
    answer = site.call("officer", "GET", entry.call(site, rule, site.world.ours).path)
    found = figures(answer.get_data(as_text=True))
    assert found
    assert [one for one in found if one.link.startswith("/finances/")] == []


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
    legs: dict[str, list[int]] = {}
    followed, wrong = 0, []
    for endpoint, text in pages.items():
        part, name = endpoint.split(".")[:2]
        if part != "finance" or name not in ACCOUNTS + CHAIN:
            continue
        for one in figures(text):
            if not BOOK.match(one.link) and not CARD.match(one.link):
                continue
            if one.link not in legs:
                answer = site.call("finance", "GET", one.link.partition("#")[0])
                assert answer.status_code == 200, one.link
                beside = figures(answer.get_data(as_text=True))
                legs[one.link] = [leg.value for leg in beside if leg.beside]
            made = legs[one.link]
            followed += 1
            whole = {abs(sum(made)), sum(n for n in made if n > 0), -sum(n for n in made if n < 0)}
            if abs(one.value) not in whole:
                wrong.append(f"{endpoint}: {one.label}: {one.words} is not {sum(made)}: {one.link}")
    assert followed > 60
    assert wrong == []
