"""Authorisations, budget acts, the voted budget from a file, and the end of a year, on pages."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from build.ledger import a_book, an_award, an_envelope, booked, warranted
from build.people import a_funder, a_funder_member
from grants.kernel.access import SYSTEM, FunderRole
from grants.kernel.money import Unit
from grants.ledger import queries, services
from grants.ledger.operations import ActKind, Section

FINANCE = FunderRole.FINANCE
HEAD = (
    "BGT_NATDEC;BGT_ANNEE;BGT_SIRET;BGT_CONTNAT;BGT_CONTNAT_LABEL;BGT_FONCTION;BGT_SECTION;"
    "BGT_OPBUDG;BGT_CODRD;BGT_MTPROPNOUV"
)
LINES = [
    "budget primitif;2018;24630070100033;65748;Associations;65;fonctionnement;réel;dépense;1000",
    "budget primitif;2018;24630070100033;7478;Participations;65;fonctionnement;réel;recette;5",
    "budget primitif;2018;24630070100033;60611;Eau;65;fonctionnement;réel;dépense;99000",
]


def words(answer) -> str:
    main = answer.get_data(as_text=True).partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("&#39;", "’")


@pytest.fixture
def place(session):
    book = a_book(session, a_funder(session), 2018)
    return book, an_envelope(session, book, label="Soutien direct", voted=60_000_00)


@pytest.fixture
def finance(session, place):
    funder = session.get_one(type(a_funder(session)), place[0].funder_id)
    return a_funder_member(session, funder, FINANCE)


@pytest.fixture
def browser(as_person, finance):
    return as_person(finance)


def test_an_authorisation_is_opened_voted_and_drawn_as_a_picture(session, browser, place):
    book, _ = place
    address = f"/finances/autorisations/annees/{book.id}/nouvelle"
    assert "Aucune autorisation" in words(browser.get("/finances/autorisations"))
    assert browser.get(address).status_code == 200
    form = {"label": "URSCOP", "section": "operating", "last_year": "2020"}
    assert browser.post(address, data={**form, "last_year": "2017"}).status_code == 409
    assert browser.post(address, data={**form, "label": ""}).status_code == 422
    assert browser.post(address, data=form).status_code == 303
    lines = queries.envelopes(session, [book.funder_id])
    programme = next(one for one in lines if one.last_year)
    act = f"/finances/actes/annees/{book.id}/nouvel-acte"
    assert "URSCOP" in browser.get(act).text
    typed = {
        "kind": "initial", "number": "BP 2018", "on": "01/10/2018", "label": "Budget primitif",
        f"amount-{programme.id}": "135 000",
    }  # fmt: skip
    assert browser.post(act, data=typed).status_code == 303
    award = uuid4()
    warranted(session, award, envelope_id=programme.id)
    booked(session, "commit", programme.id, 135_000_00, award)
    page = browser.get("/finances/autorisations")
    text = words(page)
    assert text.count("45 000,00 €") == 9  # bars, figures of the programme, total
    assert "<svg" in page.text
    assert f"{programme.id}/livre?stage=committed" in page.text


def test_an_act_is_recorded_line_by_line_and_kept_as_typed_when_refused(session, browser, place):
    book, envelope = place
    other = an_envelope(session, book, label="Œuvres", unit=Unit.HOUR)
    address = f"/finances/actes/annees/{book.id}/nouvel-acte"
    typed = {
        "kind": "amending", "number": "DM 1", "on": "01/10/2018", "label": "Ajustement <1>",
        f"amount-{envelope.id}": "−60 000,01", f"amount-{other.id}": "12",
    }  # fmt: skip
    refused = browser.post(address, data=typed)
    assert refused.status_code == 409
    assert "il manque 0,01 €" in words(refused)
    assert 'value="−60 000,01"' in refused.text
    done = browser.post(address, data={**typed, f"amount-{envelope.id}": "-10 000"})
    assert done.status_code == 303
    page = browser.get(done.location)
    assert "Ajustement &lt;1&gt;" in page.text
    assert "−10 000,00 €" in words(page)
    assert "DM 1" in words(browser.get("/finances/actes"))
    for wrong in ({"number": ""}, {"on": "31/02/2018"}, {f"amount-{envelope.id}": "x"}):
        assert browser.post(address, data={**typed, **wrong}).status_code == 422
    empty = {**typed, f"amount-{envelope.id}": "", f"amount-{other.id}": "", "number": "DM 2"}
    assert browser.post(address, data=empty).status_code == 409


def sent(browser, book, lines=LINES):
    file = (io.BytesIO("\n".join([HEAD, *lines]).encode()), "budget.csv")
    return browser.post(f"/finances/actes/annees/{book.id}/budget", data={"file": file})


def test_a_voted_budget_is_shown_then_booked_once(session, browser, place):
    book, _ = place
    session.get_one(type(a_funder(session)), book.funder_id).siret = None
    made = an_envelope(session, book, label="Associations")
    session.connection().exec_driver_sql(
        "UPDATE ledger_envelope SET nature_account = '65748', function_code = '65'"
        f" WHERE id = '{made.id}'"
    )
    preview = sent(browser, book)
    assert preview.status_code == 200
    text = words(preview)
    assert "1 ligne trouve son enveloppe" in text
    assert "1 ligne : une recette" in text
    assert "Ligne 4, compte 60611" in text
    packed = re.search(r'name="packed"[^>]* value="([^"]+)"', preview.text)[1]
    form = {"kind": "initial", "number": "BP", "on": "01/10/2018", "label": "BP", "packed": packed}
    address = f"/finances/actes/annees/{book.id}/budget/inscrire"
    for _ in range(2):
        assert browser.post(address, data=form).status_code == 303
    assert queries.envelope_line(session, made.id).voted == 1000_00
    again = browser.post(address, data={**form, "number": "BP bis"})
    assert again.status_code == 409
    assert "déjà inscrit" in words(again)
    (act,) = queries.acts(session, book.id)
    assert (act.kind, act.given) == (ActKind.INITIAL, 1000_00)
    assert browser.post(address, data={**form, "packed": "n’importe"}).status_code == 422
    nothing = browser.post(f"/finances/actes/annees/{book.id}/budget")
    assert nothing.status_code == 422
    wrong = browser.post(
        f"/finances/actes/annees/{book.id}/budget", data={"file": (io.BytesIO(b"a;b"), "x.csv")}
    )
    assert wrong.status_code == 422
    assert "BGT_NATDEC" in words(wrong)


def test_the_end_of_a_year_is_read_signed_and_done_once(session, as_person, clock, place, finance):
    book, envelope = place
    an_award(session, envelope.id, 10_000_00)
    clock.instant = datetime(2019, 1, 20, 9, tzinfo=UTC)
    browser = as_person(finance)
    page = browser.get(f"/finances/cloture?book={book.id}")
    text = words(page)
    for said in ("31 janvier 2019", "50 000,00 €", "10 000,00 €", "1. Ce qu’il faut vérifier"):
        assert said in text, said
    seen = re.search(r'name="seen"[^>]* value="([^"]+)"', page.text)[1]
    form = {"name": "Nadia Ferrand", "seen": seen, "fate-1": "carry"}
    address = f"/finances/cloture/{book.id}"
    assert browser.post(address, data={**form, "name": ""}).status_code == 422
    assert browser.post(address, data={**form, "seen": "autre"}).status_code == 409
    assert browser.post(address, data={**form, "password": "faux"}).status_code in {303, 409}
    browser.post(address, data=form)
    closed = words(browser.get(f"/finances/cloture?book={book.id}"))
    for said in ("Nadia Ferrand", "Reporté (reste à réaliser)", "10 000,00 €"):
        assert said in closed, said
    session.expire_all()
    assert queries.envelope_line(session, envelope.id).carried == 10_000_00
    (line,) = queries.envelopes(session, [book.funder_id], 2019)
    assert line.committed == 10_000_00


def test_a_line_of_a_closing_that_cannot_be_says_so_beside_it(
    session, as_person, clock, place, finance
):
    book, envelope = place
    by = {"actor": SYSTEM, "now": clock.instant}
    programme = services.open_envelope(
        session, book.id, label="AE", unit=Unit.EUR, section=Section.OPERATING, last_year=2020, **by
    )
    booked(session, "vote", programme.id, 90_00)
    award = uuid4()
    booked(session, "commit", programme.id, 90_00, award)
    on = {"on": date(2018, 10, 1), "reason": "Application"}
    services.draw(session, award, envelope.id, 30_00, key="d", **on, **by)
    booked(session, "commit", envelope.id, 7_00, award)
    clock.instant = datetime(2019, 1, 20, 9, tzinfo=UTC)
    browser = as_person(finance)
    page = browser.get(f"/finances/cloture?book={book.id}").text
    seen = re.search(r'name="seen"[^>]* value="([^"]+)"', page)[1]
    (fate,) = re.findall(r'<select[^>]*name="(fate-\d+)"', page)
    form = {"name": "Nadia Ferrand", "seen": seen, fate: "reschedule"}
    refused = browser.post(f"/finances/cloture/{book.id}", data=form)
    assert refused.status_code == 409
    beside = re.search(rf'id="{fate}-error">([^<]+)<', refused.text)[1]
    assert "30,00 €" in words(refused)
    assert "37,00\u00a0€" in beside.replace("\u202f", "\u00a0")
    assert "Reportez" in words(refused)
    assert browser.post(f"/finances/cloture/{book.id}", data={**form, fate: "carry"}).location


def test_an_act_of_another_year_is_told_beside_its_date(browser, place):
    book, envelope = place
    address = f"/finances/actes/annees/{book.id}/nouvel-acte"
    typed = {"number": "DM 1", "label": "x", f"amount-{envelope.id}": "10"}
    days = ("amending", "31/12/2017"), ("initial", "31/12/2016"), ("amending", "02/10/2018")
    for kind, day in days:
        refused = browser.post(address, data={**typed, "kind": kind, "on": day})
        assert refused.status_code == 409
        assert 'id="on-error"' in refused.text
        assert f'value="{day}"' in refused.text
    done = {**typed, "kind": "initial", "on": "01/01/2017"}
    assert browser.post(address, data=done).status_code == 303


def test_only_who_keeps_the_books_acts_and_closes(session, as_person, place):
    book, _ = place
    funder = session.get_one(type(a_funder(session)), book.funder_id)
    approver = as_person(a_funder_member(session, funder, FunderRole.APPROVER))
    pages = [
        f"actes/annees/{book.id}/nouvel-acte",
        f"actes/annees/{book.id}/budget",
        f"autorisations/annees/{book.id}/nouvelle",
    ]
    for page in pages:
        assert approver.get(f"/finances/{page}").status_code == 403
        assert approver.post(f"/finances/{page}").status_code == 403
    assert approver.post(f"/finances/cloture/{book.id}").status_code == 403
    assert "tient les livres" in words(approver.get(f"/finances/cloture?book={book.id}"))
