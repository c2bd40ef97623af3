"""The home of an organisation: what is missing, places, documents, declarations, succession."""

from __future__ import annotations

import html
import io
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from build.applications import an_application
from build.calls import a_call, a_form
from build.clock import NOW
from build.people import a_funder, a_funder_member, a_member, a_person, an_organisation
from build.vault import PDF, a_kept_document, an_aid
from grants.applications.models import ApplicationState
from grants.kernel.access import FunderRole, OrganisationRole
from grants.people.models import AidRegime, Declaration, DeclaredAid, OrganisationMember
from grants.vault.models import DocumentKind, OrganisationDocument

R, K = OrganisationRole, DocumentKind
AID = {
    "funder_name": "Région de Valbrune",
    "amount": "12 500,50 €",
    "granted_on": "14/03/2018",
    "regime": "de_minimis",
    "purpose": "Un triporteur",
}


def words(answer) -> str:
    main = answer.get_data(as_text=True).partition("<main")[2]
    text = html.unescape(re.sub(r"<[^>]+>", " ", main))
    return re.sub(r"[\s\u202f\u00a0]+", " ", text)


@pytest.fixture
def home(session, as_person):
    """An organisation, its representative's browser, and its address."""
    person = a_person(session, name="Rémi Vidal")
    organisation = an_organisation(session, representative=person)
    return organisation, as_person(person), f"/compte/structures/{organisation.id}"


def a_file(name="statuts.pdf", content=PDF):
    return (io.BytesIO(content), name)


def deposit(browser, url, **form):
    given = {"kind": "statutes", "file": a_file(), **form}
    return browser.post(f"{url}/documents", data=given, content_type="multipart/form-data")


def test_the_main_menu_leads_to_the_organisation_s_space(home, session, as_person):
    _, browser, url = home
    marked = r'<a href="/compte/structures" aria-current="true">Mes structures</a>'
    assert '<a href="/compte/structures">Mes structures</a>' in browser.get("/dossiers").text
    assert marked in browser.get(f"{url}/documents").text
    assert f'href="{url}"' in browser.get("/compte/structures").text
    newcomer = as_person(a_person(session))
    assert ">Mes structures</a></li>" in newcomer.get("/dossiers").text
    officer = as_person(a_funder_member(session, a_funder(session), FunderRole.OFFICER))
    assert ">Mes structures</a></li>" not in officer.get("/dossiers").text


def test_the_home_says_what_is_missing_and_where_to_complete_it(home):
    _, browser, url = home
    answer = browser.get(url)
    page, said = answer.get_data(as_text=True), words(answer)
    assert "Ce qui manque" in said
    for missing in ("Statuts", "Nombre de salariés", "Date de création", "républicain"):
        assert missing in said
    for there in ("/documents", "/lieux", "/statut", "/declarations", "/modifier", "/membres"):
        assert f'href="{url}{there}"' in page


def test_who_does_not_represent_it_is_told_who_completes_it_and_led_nowhere(
    home, session, as_person
):
    organisation, _, url = home
    editor = as_person(a_member(session, organisation, R.EDITOR))
    answer = editor.get(url)
    assert "Une personne qui représente votre structure le complète" in words(answer)
    for there in ("/lieux", "/statut", "/modifier"):
        assert f'href="{url}{there}"' not in answer.text
        assert editor.get(f"{url}{there}").status_code == 403


def test_the_home_is_calm_once_everything_is_there(home, session, file_store):
    organisation, browser, url = home
    person = session.scalars(select(OrganisationMember.person_id)).first()
    organisation.registered_on = date(2016, 10, 14)
    browser.post(f"{url}/lieux", data={"seat_qpv": "no"})
    browser.post(f"{url}/statut", data={"employees": "3"})
    member = a_person(session)
    for kind in K:
        a_kept_document(session, file_store, organisation.id, by=member, kind=kind)
    for what in ("engagement-republicain", "impots", "cotisations", "aides-publiques"):
        assert browser.post(f"{url}/declarations/{what}").status_code == 303
    said = words(browser.get(url))
    assert "Tout est en ordre" in said
    assert "Ce qui manque" not in said
    assert person is not None


def test_places_are_kept_with_how_their_neighbourhood_is_known(home):
    _, browser, url = home
    form = {
        "seat_qpv": "no",
        "elsewhere": "y",
        "place_postcode": "63 000",
        "place_city": "Clermont-Ferrand",
        "place_commune_code": "63113",
        "place_qpv": "yes",
        "place_qpv_code": "qn06302i",
    }
    assert browser.post(f"{url}/lieux", data=form).status_code == 303
    said = words(browser.get(url))
    assert "63000 Clermont-Ferrand" in said
    assert "En quartier prioritaire QN06302I (déclaré par la structure)" in said
    assert "Hors des quartiers prioritaires" in said
    page = browser.get(f"{url}/lieux").get_data(as_text=True)
    assert 'value="QN06302I"' in page
    assert re.search(r'<input[^>]*checked[^>]*name="place_qpv"[^>]*value="yes"', page)


def test_a_wrong_place_is_told_and_everything_is_kept(home):
    _, browser, url = home
    form = {"elsewhere": "y", "place_postcode": "63", "place_city": "Thiers", "seat_qpv": "yes"}
    answer = browser.post(f"{url}/lieux", data=form)
    assert answer.status_code == 409
    assert "Un code postal compte 5 chiffres." in words(answer)
    assert 'value="Thiers"' in answer.get_data(as_text=True)


def test_approvals_are_kept_with_their_days(home):
    _, browser, url = home
    form = {
        "employees": "12",
        "esus": "y",
        "esus_from": "01/01/2018",
        "esus_until": "31/12/2019",
        "rup": "y",
    }
    assert browser.post(f"{url}/statut", data=form).status_code == 303
    said = words(browser.get(url))
    assert "12 salariés" in said
    assert "ESUS jusqu’au 31 décembre 2019" in said
    assert 'value="31/12/2019"' in browser.get(f"{url}/statut").get_data(as_text=True)
    answer = browser.post(f"{url}/statut", data={**form, "employees": "douze", "esus_from": "hier"})
    assert answer.status_code == 422
    for kept in ("douze", "hier"):
        assert f'value="{kept}"' in answer.get_data(as_text=True)


def test_a_document_is_deposited_replaced_and_its_history_can_be_read(home, session):
    _, browser, url = home
    assert deposit(browser, url).status_code == 303
    (first,) = session.scalars(select(OrganisationDocument)).all()
    page = browser.get(f"{url}/documents")
    assert "statuts.pdf" in words(page)
    form = {"kind": "statutes", "file": a_file("statuts-2018.pdf"), "valid_from": "01/02/2018"}
    there = f"{url}/documents/{first.id}/remplacer"
    assert "Statuts" in words(browser.get(there))
    answer = browser.post(there, data=form, content_type="multipart/form-data")
    assert answer.status_code == 303
    said = words(browser.get(f"{url}/documents"))
    assert "1 ancienne version" in said
    assert "statuts-2018.pdf" in said
    old = browser.get(f"{url}/documents/{first.id}")
    assert (old.status_code, old.data) == (200, PDF)
    assert old.headers["Content-Disposition"].startswith("attachment")
    old.close()


@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({"file": (io.BytesIO(b""), "")}, 422, "Choisissez un document."),
        ({"kind": ""}, 422, "Dites ce qu’est ce document."),
        ({"kind": "accounts"}, 409, "Indiquez le jour à partir duquel il vaut"),
        ({"kind": "other"}, 409, "Donnez un nom à ce document."),
    ],
)
def test_a_wrong_deposit_is_explained(home, session, form, status, sentence):
    _, browser, url = home
    answer = deposit(browser, url, **{"valid_until": "01/01/2030", **form})
    assert answer.status_code == status
    assert sentence in words(answer)
    assert 'value="01/01/2030"' in answer.get_data(as_text=True)
    assert session.scalars(select(OrganisationDocument)).all() == []


def test_accounts_say_until_when_they_are_good_and_when_they_no_longer_are(home):
    _, browser, url = home
    deposit(browser, url, kind="accounts", valid_from="31/12/2017")
    assert "valable jusqu’au 30 juin 2019" in words(browser.get(f"{url}/documents"))
    deposit(browser, url, kind="accounts", valid_from="31/12/2015", file=a_file("comptes-2015.pdf"))
    assert "N’est plus valable" in words(browser.get(f"{url}/documents"))


def test_declarations_bear_their_day_and_their_author(home, session):
    _, browser, url = home
    assert browser.post(f"{url}/declarations/impots").status_code == 303
    said = words(browser.get(f"{url}/declarations"))
    assert (
        "le 1 octobre 2018 par Rémi Vidal" in said or "le 1er octobre 2018 par Rémi Vidal" in said
    )
    assert len(session.scalars(select(Declaration)).all()) == 1
    assert browser.post(f"{url}/declarations/autre-chose").status_code == 404


def test_a_new_line_of_aid_asks_to_declare_the_list_again(home, session):
    _, browser, url = home
    browser.post(f"{url}/declarations/aides-publiques")
    assert browser.post(f"{url}/declarations/aides", data=AID).status_code == 303
    row = session.scalars(select(DeclaredAid)).one()
    assert (row.amount_cents, row.granted_on, row.purpose) == (
        12_500_50,
        date(2018, 3, 14),
        "Un triporteur",
    )
    row.declared_at = NOW + timedelta(minutes=1)
    session.flush()
    assert "Liste modifiée" in words(browser.get(f"{url}/declarations"))


def test_the_margin_left_is_told_and_an_excess_too(home, session):
    organisation, browser, url = home
    person = a_person(session)
    an_aid(session, organisation.id, by=person, euros=120_000)
    said = words(browser.get(f"{url}/declarations"))
    assert "120 000,00 €" in said
    assert "300 000,00 € au plus ; il reste 180 000,00 €" in said
    an_aid(session, organisation.id, by=person, euros=40_000, regime=AidRegime.DE_MINIMIS_FISHERY)
    assert "plafond est dépassé" in words(browser.get(f"{url}/declarations"))


def test_a_wrong_aid_is_explained_and_kept(home):
    _, browser, url = home
    wrong = {**AID, "amount": "beaucoup", "granted_on": "hier"}
    answer = browser.post(f"{url}/declarations/aides", data=wrong)
    assert answer.status_code == 422
    for kept in ("beaucoup", "hier", "Un triporteur"):
        assert f'value="{kept}"' in answer.get_data(as_text=True)
    old = browser.post(f"{url}/declarations/aides", data={**AID, "granted_on": "30/09/2015"})
    assert old.status_code == 409
    assert "depuis le 1 octobre 2015" in words(old).replace("1er", "1")


def test_a_scic_is_not_asked_for_the_republican_contract(session, as_person):
    person = a_person(session)
    scic = an_organisation(
        session, representative=person, legal_form="5710", legal_label="SCIC en forme de SAS"
    )
    browser = as_person(person)
    url = f"/compte/structures/{scic.id}"
    assert "républicain" not in words(browser.get(f"{url}/declarations"))
    refused = browser.post(f"{url}/declarations/engagement-republicain")
    assert refused.status_code == 409
    assert "Seules les associations et les fondations" in words(refused)


def test_the_last_representative_hands_over_and_leaves_without_support(home, session):
    organisation, browser, url = home
    successor = a_member(session, organisation, R.EDITOR, name="Lou Perrin")
    page = browser.get(f"{url}/membres")
    assert "Passer le relais et partir" in words(page)
    assert "Lou Perrin" in words(browser.get(f"{url}/membres/relais"))
    assert browser.post(f"{url}/membres/relais").status_code == 422
    form = {"successor": str(successor.id), "leave": "y"}
    assert browser.post(f"{url}/membres/relais", data=form).location == "/compte/structures"
    assert browser.get(url).status_code == 404


def test_whoever_is_alone_is_told_to_invite_first(home):
    _, browser, url = home
    assert "Invitez la personne qui prend la suite" in words(browser.get(f"{url}/membres/relais"))


def test_a_departed_colleagues_drafts_stay_and_are_listed(home, session):
    organisation, browser, url = home
    leaver = a_member(session, organisation, R.EDITOR, name="Noa Tissier")
    call = a_call(session, document=a_form())
    an_application(
        session,
        call,
        organisation=organisation,
        author=leaver,
        state=ApplicationState.DRAFT,
        with_files=False,
    )
    assert "Noa Tissier" not in words(browser.get(url)).partition("Commencé par")[2]
    assert browser.post(f"{url}/membres/{leaver.id}/retirer").status_code == 303
    for page in (url, f"{url}/membres"):
        said = words(browser.get(page))
        assert "Commencé par une personne qui est partie" in said
        assert "commencé par Noa Tissier" in said


def test_an_editor_sees_the_space_but_not_its_buttons(home, session, as_person):
    organisation, _, url = home
    editor = as_person(a_member(session, organisation, R.EDITOR))
    for page in ("", "/documents", "/declarations", "/membres"):
        assert editor.get(f"{url}{page}").status_code == 200
    for page in ("/lieux", "/statut", "/modifier", "/membres/relais"):
        assert editor.get(f"{url}{page}").status_code == 403
    assert "Je le déclare" not in words(editor.get(f"{url}/declarations"))
    assert deposit(editor, url).status_code == 303
    assert editor.post(f"{url}/declarations/aides", data=AID).status_code == 403


@pytest.mark.parametrize("page", ["/lieux", "/statut", "/documents", "/declarations"])
def test_a_foreign_space_does_not_exist(home, session, as_person, page):
    _, _, url = home
    stranger = as_person(a_person(session))
    assert stranger.get(f"{url}{page}").status_code == 404


def test_anothers_document_does_not_exist_even_under_ones_own_address(
    home, session, as_person, file_store
):
    _, browser, url = home
    person = a_person(session)
    other = an_organisation(session, representative=person)
    document = a_kept_document(session, file_store, other.id, by=person)
    for path in (f"/documents/{document.id}", f"/documents/{document.id}/remplacer"):
        assert browser.get(f"{url}{path}").status_code == 404
    assert browser.post(f"{url}/documents/{document.id}/retirer").status_code == 404
    both = as_person(person)
    a_member(session, home[0], R.EDITOR, person=person)
    assert both.get(f"{url}/documents/{document.id}").status_code == 404


def test_english_pages_name_the_form_in_english_and_mark_what_is_french(session, as_person):
    person = a_person(session)
    known = an_organisation(session, representative=person)
    rare = an_organisation(session, representative=person, legal_form="7372", legal_label="SDIS")
    browser = as_person(person)
    page = browser.get("/compte/structures?lang=en").get_data(as_text=True)
    assert "Registered association" in page
    assert '<td data-label="Legal form" lang="fr">SDIS</td>' in page
    assert browser.get(f"/compte/structures/{known.id}?lang=en").status_code == 200
    form = browser.get(f"/compte/structures/{rare.id}/modifier?lang=en").get_data(as_text=True)
    assert re.search(r'<option (?=[^>]*lang="fr")[^>]*>SDIS</option>', form)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_home_and_the_vault_cost_the_same_whatever_they_hold(
    home, session, file_store, statements, rows
):
    organisation, browser, url = home
    person = a_person(session)
    for year in range(rows):
        a_kept_document(
            session,
            file_store,
            organisation.id,
            by=person,
            kind=K.ACCOUNTS,
            name=f"comptes-{year}.pdf",
        )
        a_member(session, organisation, R.EDITOR)
        an_aid(session, organisation.id, by=person)
    session.expire_all()
    costs = {}
    for page in ("", "/documents", "/declarations"):
        statements.clear()
        assert browser.get(f"{url}{page}").status_code == 200
        costs[page] = len(statements)
    assert costs == {"": 7, "/documents": 4, "/declarations": 6}
