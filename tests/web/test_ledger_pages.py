"""Pages of finance and of envelopes: who sees what, in how many statements, and what is kept."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from build.clock import NOW
from build.ledger import a_book, an_award, an_envelope, booked
from build.people import a_funder, a_funder_member, a_person, an_operator
from grants.kernel.access import SYSTEM, FunderRole
from grants.kernel.money import Unit
from grants.ledger import queries, services
from grants.ledger.operations import ActKind
from grants.ledger.services import ActFacts, CreditLine

FINANCE, ADMINISTRATOR = FunderRole.FINANCE, FunderRole.ADMINISTRATOR
ACT = {"kind": "initial", "number": "BP 1", "on": "01/10/2018", "label": "Aides",
       "direction": "add"}  # fmt: skip


def words(answer) -> str:
    """The text of the page, without its tags, spaces made one."""
    main = answer.get_data(as_text=True).partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("&#39;", "’")


@pytest.fixture
def place(session):
    funder = a_funder(session, name="Clermont Auvergne Métropole")
    book = a_book(session, funder, 2018)
    envelope = an_envelope(session, book, label="Soutien direct", voted=60_000_00)
    an_award(session, envelope.id, 10_000_00, until="pay")
    booked(session, "reserve", envelope.id, 500_00, reason="Réserve <du> bureau")
    return book, envelope


def member(session, book, *roles):
    funder = session.get_one(type(a_funder(session)), book.funder_id)
    return a_funder_member(session, funder, *roles)


def test_envelopes_are_drawn_and_written(session, as_person, place):
    book, _ = place
    an_envelope(session, book, label="Maison de l’ESS", unit=Unit.SQUARE_METRE, voted=4000)
    page = as_person(member(session, book, FINANCE)).get("/finances/enveloppes")
    assert page.status_code == 200
    text = words(page)
    assert "Enveloppes 2018" in text
    for figure in ("60 000,00 €", "49 500,00 €", "10 000,00 €", "4 000 m²"):
        assert figure in text, figure
    drawing = page.get_data(as_text=True)
    assert "seg--paid" in drawing
    assert "style=" not in drawing.partition("<main")[2]


@pytest.mark.parametrize("envelopes", [1, 3])
def test_a_page_costs_the_same_however_much_it_shows(
    session, as_person, place, statements, envelopes
):
    book, _ = place
    for _ in range(envelopes - 1):
        an_award(session, an_envelope(session, book, voted=100).id, 10)
    browser = as_person(member(session, book, FINANCE, ADMINISTRATOR))
    for page in ("/finances/enveloppes", "/finances/journal", "/administration/enveloppes"):
        statements.clear()
        assert browser.get(page).status_code == 200
        assert len(statements) == (5 if page.startswith("/finances/env") else 3)


def test_the_journal_tells_each_entry_and_leads_to_older_ones(session, as_person, place):
    book, envelope = place
    browser = as_person(member(session, book, FunderRole.AUDITOR))
    text = words(browser.get("/finances/journal"))
    for said in ("Réserve &lt;du&gt; bureau", "Crédits votés", "Réservation", "500,00 €"):
        assert said in text, said
    for _ in range(50):
        booked(session, "reserve", envelope.id, 1_00)
    first = browser.get("/finances/journal").get_data(as_text=True)
    older = re.search(r'href="([^"]*before=[^"]*)"', first)[1].replace("&amp;", "&")
    rest = browser.get(older)
    assert "Crédits votés" in words(rest)
    assert "before=" not in rest.get_data(as_text=True).partition("<main")[2]


def test_a_year_is_chosen_by_address_and_foreign_ones_do_not_exist(session, as_person, place):
    book, _ = place
    following = a_book(session, session.get_one(type(a_funder(session)), book.funder_id), 2019)
    foreign = a_book(session)
    browser = as_person(member(session, book, FINANCE))
    assert "Enveloppes 2018" in words(browser.get("/finances/enveloppes"))
    chosen = browser.get(f"/finances/enveloppes?book={following.id}")
    assert "Enveloppes 2019" in words(chosen)
    for unknown in (foreign.id, uuid4(), "n’importe"):
        for page in ("enveloppes", "journal"):
            assert browser.get(f"/finances/{page}?book={unknown}").status_code == 404


def test_nothing_open_yet_is_said(session, as_person):
    person = a_funder_member(session, a_funder(session), FINANCE, ADMINISTRATOR)
    browser = as_person(person)
    for page in ("/finances/enveloppes", "/finances/journal", "/administration/enveloppes"):
        assert browser.get(page).status_code == 200
    empty = a_book(session, None, 2018)
    person = member(session, empty, FINANCE)
    assert "Cet exercice n’a pas encore d’enveloppe" in words(
        as_person(person).get("/finances/enveloppes")
    )


def test_finance_is_not_for_everybody(session, client, as_person, place):
    assert client.get("/finances/enveloppes").status_code == 303
    assert as_person(a_person(session)).get("/finances/enveloppes").status_code == 404
    officer = member(session, place[0], FunderRole.OFFICER)
    assert as_person(officer).get("/finances/enveloppes").status_code == 404


def test_an_administrator_opens_a_year_an_envelope_and_votes_its_credits(session, as_person, clock):
    funder = a_funder(session, name="Nantes Métropole")
    holder = a_funder_member(session, funder, ADMINISTRATOR)
    browser = as_person(holder)
    assert "2018" in browser.get("/administration/enveloppes/annees/nouvelle").text
    opened = browser.post(
        "/administration/enveloppes/annees/nouvelle", data={"funder": funder.id, "year": "2019"}
    )
    assert opened.status_code == 303
    book = queries.book_of_year(session, funder.id, 2019)
    form = {
        "label": " Prix de l’innovation ",
        "unit": "EUR",
        "section": "operating",
        "nature_account": "65748",
    }
    made = browser.post(
        f"/administration/enveloppes/annees/{book.id}/enveloppes/nouvelle", data=form
    )
    assert made.status_code == 303
    act = {**ACT, "amount": "12 345,67 €", "number": "BP 2019", "on": "14/12/2018"}
    assert browser.post(made.location, data=act).status_code == 409  # still to come
    clock.instant = datetime(2019, 1, 10, 9, tzinfo=UTC)
    browser = as_person(holder)
    for _ in range(2):  # sent twice, booked once
        assert browser.post(made.location, data=act).status_code == 303
    (line,) = queries.envelopes(session, [funder.id], 2019)
    assert (line.label, line.voted, line.nature_account) == (
        "Prix de l’innovation",
        1_234_567,
        "65748",
    )
    again = browser.post(made.location, data={**act, "amount": "1"})
    assert again.status_code == 409
    assert "L’acte BP 2019 a déjà mouvementé" in words(again)
    back = {**act, "kind": "amending", "direction": "take_back", "amount": "2345,67"}
    assert browser.post(made.location, data={**back, "number": "DM 1"}).status_code == 409
    back["on"] = "08/01/2019"
    assert browser.post(made.location, data={**back, "number": "DM 1"}).status_code == 303
    assert queries.envelope_line(session, line.id).voted == 10_000_00
    assert [(one.number, one.given, one.taken) for one in queries.acts(session, book.id)] == [
        ("DM 1", 0, 2_345_67),
        ("BP 2019", 12_345_67, 0),
    ]


def test_one_act_gives_credits_envelope_by_envelope(session, as_person, place):
    book, envelope = place
    other = an_envelope(session, book, label="Événements")
    browser = as_person(member(session, book, ADMINISTRATOR))
    for one, amount in ((envelope, "100"), (other, "50")):
        address = f"/administration/enveloppes/{one.id}/credits"
        assert browser.post(address, data={**ACT, "amount": amount}).status_code == 303
    (act,) = queries.acts(session, book.id)
    assert (act.number, act.given) == ("BP 1", 150_00)
    assert [line.envelope for line in queries.act(session, act.id)] == [
        "Soutien direct",
        "Événements",
    ]
    for wrong in ({"kind": "amending"}, {"on": "02/10/2018"}):
        address = f"/administration/enveloppes/{other.id}/credits"
        refused = browser.post(address, data={**ACT, "amount": "7", **wrong})
        assert refused.status_code == 409
        assert "Un autre acte de l’exercice porte le numéro BP 1" in words(refused)
    assert browser.post(address, data={**ACT, "kind": "transfer"}).status_code == 422
    whole = ActFacts(ActKind.AMENDING, "DM 7", date(2018, 10, 1), "Aides")
    by = {"actor": SYSTEM, "now": NOW}
    services.record_act(
        session, book.id, whole, [CreditLine(other.id, 5), CreditLine(envelope.id, 5)], **by
    )
    again = {**ACT, "kind": "amending", "number": "DM 7", "amount": "0,05"}
    refused = browser.post(address, data=again)
    assert (refused.status_code, "L’acte DM 7 a déjà mouvementé" in words(refused)) == (409, True)
    assert queries.envelope_line(session, other.id).voted == 50_05


def test_credits_are_transferred_and_envelopes_renamed(session, as_person, place):
    book, envelope = place
    other = an_envelope(session, book, label="Événements")
    an_envelope(session, book, label="Surface", unit=Unit.SQUARE_METRE)
    browser = as_person(member(session, book, ADMINISTRATOR))
    address = f"/administration/enveloppes/{envelope.id}/virement"
    page = browser.get(address).text
    assert "Événements" in page
    assert "Surface" not in page
    form = {**ACT, "number": "VIR 1", "target": other.id, "amount": "1000"}
    for _ in range(2):  # sent twice, booked once
        assert browser.post(address, data=form).status_code == 303
    assert queries.envelope_line(session, other.id).voted == 1000_00
    (act,) = queries.acts(session, book.id)
    assert (act.kind, act.number, act.given, act.taken) == ("transfer", "VIR 1", 1000_00, 1000_00)
    rename = f"/administration/enveloppes/{other.id}/nom"
    assert "Événements" in browser.get(rename).text
    assert browser.post(rename, data={"label": "Fêtes"}).status_code == 303
    assert "Fêtes" in words(browser.get(f"/administration/enveloppes?book={book.id}"))
    assert browser.post(rename, data={"label": "Soutien direct"}).status_code == 409
    assert browser.post(rename, data={"label": " "}).status_code == 422


def test_credits_are_kept_aside_and_given_back_within_what_there_is(session, as_person, place):
    book, envelope = place
    browser = as_person(member(session, book, ADMINISTRATOR))
    address = f"/administration/enveloppes/{envelope.id}/reserve"
    assert "49 500,00 €" in words(browser.get(address))
    form = {"direction": "keep", "amount": "400", "on": "01/10/2018", "reason": "Accueil"}
    for key, reserved in (("k", 900_00), ("k", 900_00), ("l", 1300_00)):
        assert browser.post(address, data={**form, "key": key}).status_code == 303
        assert queries.envelope_line(session, envelope.id).reserved == reserved
    back = {**form, "direction": "release", "amount": "1300", "key": "m"}
    assert browser.post(address, data=back).status_code == 303
    line = queries.envelope_line(session, envelope.id)
    assert (line.available, line.reserved) == (50_000_00, 0)
    refused = browser.post(address, data={**form, "amount": "50 000,01", "key": "n"})
    assert refused.status_code == 409
    assert "il manque 0,01 €" in words(refused)


def test_too_large_a_transfer_says_what_is_missing_and_keeps_what_was_typed(
    session, as_person, place
):
    book, envelope = place
    other = an_envelope(session, book, label="Événements")
    browser = as_person(member(session, book, ADMINISTRATOR))
    form = {**ACT, "target": other.id, "amount": "49 500,01", "number": "DM <2>"}
    refused = browser.post(f"/administration/enveloppes/{envelope.id}/virement", data=form)
    assert refused.status_code == 409
    text = words(refused)
    assert "Soutien direct" in text
    assert "il manque 0,01 €" in text
    assert 'value="49 500,01"' in refused.text
    assert "DM &lt;2&gt;" in refused.text


@pytest.mark.parametrize(
    ("field", "value"),
    [("amount", "0"), ("amount", "-5"), ("amount", "abc"), ("amount", "1,234"), ("amount", ""),
     ("amount", "9" * 20), ("on", "31/02/2018"), ("on", ""), ("label", " "),
     ("number", " "), ("kind", "")],
)  # fmt: skip
def test_wrong_credits_are_shown_again(session, as_person, place, field, value):
    book, envelope = place
    browser = as_person(member(session, book, ADMINISTRATOR))
    form = {**ACT, "amount": "10"}
    answer = browser.post(
        f"/administration/enveloppes/{envelope.id}/credits", data={**form, field: value}
    )
    assert answer.status_code == 422
    assert f'href="#{field}' in answer.text
    assert book.last_number == queries.book(session, book.id).last_number


def test_other_units_are_whole(session, as_person, place):
    book, _ = place
    area = an_envelope(session, book, unit=Unit.SQUARE_METRE)
    address = f"/administration/enveloppes/{area.id}/credits"
    browser = as_person(member(session, book, ADMINISTRATOR))
    form = {**ACT, "amount": "12,5"}
    assert browser.post(address, data=form).status_code == 422
    assert browser.post(address, data={**form, "amount": "4 000 m²"}).status_code == 303
    assert queries.envelope_line(session, area.id).voted == 4000
    wrong = {"label": "Heures", "unit": "hour", "section": "operating"}
    address = f"/administration/enveloppes/annees/{book.id}/enveloppes/nouvelle"
    assert browser.get(address).status_code == 200
    assert browser.post(address, data=wrong).status_code == 409
    assert browser.post(address, data={**wrong, "label": ""}).status_code == 422


def test_a_year_needs_a_funder_and_a_year(session, as_person, place):
    browser = as_person(member(session, place[0], ADMINISTRATOR))
    address = "/administration/enveloppes/annees/nouvelle"
    for wrong in ({"funder": uuid4(), "year": "2019"}, {"funder": place[0].funder_id, "year": "x"}):
        assert browser.post(address, data=wrong).status_code == 422


PAGES = ["annees/{book}/enveloppes/nouvelle", "{envelope}/credits", "{envelope}/virement",
         "{envelope}/nom"]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_envelopes_are_kept_by_their_own_administrators(session, as_person, place, page):
    book, envelope = place
    address = "/administration/enveloppes/" + page.format(book=book.id, envelope=envelope.id)
    nowhere = "/administration/enveloppes/" + page.format(book=uuid4(), envelope=uuid4())
    ours = as_person(member(session, book, ADMINISTRATOR))
    theirs = as_person(a_funder_member(session, a_funder(session), ADMINISTRATOR))
    auditor = as_person(member(session, book, FunderRole.AUDITOR))
    operator = as_person(an_operator(session))
    assert ours.get(address).status_code == 200
    assert ours.get(nowhere).status_code == 404
    assert theirs.get(address).status_code == 404
    assert theirs.post(address).status_code == 404
    assert auditor.get(address).status_code == 403
    assert operator.get(address).status_code == 404
