"""A finance officer's year in the browser: from the voted budget to the books that are closed."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from build.camt import camt, entry
from build.clock import NOW
from build.iso20022 import faults
from build.people import PASSWORD
from build.year import Authority, at
from grants.ledger.models import Closing
from grants.payments.models import PaymentOrder
from grants.payments.out.sepa import NAMESPACE
from journeys.purse import (
    AWARDS,
    BIKES,
    CANNERY,
    DIRECT,
    IBAN,
    NETWORK,
    OTHER,
    PROGRAMME,
    RADIO,
    SIRET,
    STAKES,
    a_purse,
    the_council_votes,
    they_certify,
    they_claim,
)
from journeys.stage import Stage
from journeys.visitor import WRONG, Visitor

pytestmark = pytest.mark.slow
HEADS = "BGT_NATDEC;BGT_ANNEE;BGT_SIRET;BGT_CONTNAT;BGT_FONCTION;BGT_SECTION;BGT_OPBUDG;BGT_CODRD"
BUDGET = f"""{HEADS};BGT_MTPROPNOUV
budget primitif;2018;{SIRET};65748;;fonctionnement;réel;dépense;60000.00
budget primitif;2018;{SIRET};261;;investissement;réel;dépense;20000.00
budget primitif;2018;{SIRET};7472;;fonctionnement;réel;recette;800.00
budget primitif;2017;{SIRET};65748;;fonctionnement;réel;dépense;10.00
"""
MOTIVE = "Domiciliation bancaire absente ou erronée"
FILES = ("Liste des mandats (CSV)", "Brouillon du flux PES (XML)", "Virements (SEPA)")
UNKNOWN, FEE = "VIR CANAL", "FRAIS TENUE DE COMPTE"


def test_a_year_of_finance_from_the_budget_to_the_closing(stage: Stage) -> None:
    stage.move_to(at(date(2018, 1, 22)))
    house = a_purse(stage)
    finance = Desk.of(stage, house, "finance")
    reads_the_budget(finance)
    books_an_act(finance)
    says_how_it_pays(finance)
    agrees_to_how_it_pays(Desk.of(stage, house, "approver"))
    the_council_votes(stage, house)

    stage.move_to(at(date(2018, 4, 9)))
    blocked = they_claim(stage, house, BIKES, on=date(2018, 4, 3))
    for name in (RADIO, CANNERY):
        claim = they_claim(stage, house, name, on=date(2018, 4, 3))
        they_certify(stage, house, claim, on=date(2018, 4, 5))
    finance = finance.back()
    follows_a_number(finance)
    sees_several_years(finance)
    sees_what_blocks(finance)
    certifies(Desk.of(stage, house, "officer"), blocked)
    batch = prepares(finance)
    approver = Desk.of(stage, house, "approver")
    signs(approver, batch)
    takes_away(finance, batch)

    stage.move_to(at(NOW.date()))
    is_answered(finance.back())
    again = prepares(finance, RADIO)
    signs(approver.back(), again)
    is_told_by_the_bank(finance)
    changes_account(stage, house, finance, approver)

    stage.move_to(at(date(2019, 1, 28)))
    ends_the_year(finance.back())


@dataclass
class Desk:
    """Somebody of the authority at a browser."""

    stage: Stage
    house: Authority
    role: str
    browser: Visitor

    @classmethod
    def of(cls, stage: Stage, house: Authority, role: str) -> Desk:
        return cls(stage, house, role, stage.visitor()).back()

    def back(self) -> Desk:
        """Signed in again, after the clock moved."""
        self.stage.enter(self.browser, self.house.people[self.role])
        return self

    def goto(self, path: str) -> Visitor:
        return self.browser.goto(f"/finances/{path}")

    def award(self, name: str) -> str:
        return f"attributions/{self.house.files[name].decision_id}"

    def envelope(self, label: str) -> str:
        return f"enveloppes/{self.house.envelopes[label, 2018]}/livre"


# --- the budget ---------------------------------------------------------------------------------


def reads_the_budget(finance: Desk) -> None:
    """The file of the voted budget: refused when it is none, previewed, then booked once."""
    page = finance.goto("actes").follow("Importer le budget voté")
    page.press("Lire le fichier", status=422)
    page.fill({"file": csv("budget-2018.csv", BUDGET)}).press("Lire le fichier")
    page.says("2 lignes trouvent leur enveloppe", DIRECT, "60 000,00 €", "1 ligne : une recette")
    page.press("Inscrire ces lignes", status=422)
    page.fill({"number": "BP 2018", "on": "19/01/2018", "label": "Budget primitif"})
    page.press("Inscrire ces lignes").says("Le budget est inscrit", "60 000,00 €", "20 000,00 €")
    again = finance.goto("actes").follow("Importer le budget voté")
    again.fill({"file": csv("budget-2018.csv", BUDGET)}).press("Lire le fichier")
    again.fill({"number": "BP bis", "on": "19/01/2018", "label": "Budget primitif"})
    again.press("Inscrire ces lignes", status=WRONG).says("BP 2018")


def books_an_act(finance: Desk) -> None:
    """An amending decision typed by hand; a transfer that does not add up is refused."""
    boxes = {one: f"amount-{finance.house.envelopes[one, 2018]}" for one in (DIRECT, PROGRAMME)}
    page = finance.goto("actes").follow("Enregistrer un acte")
    page.fill({"kind": "transfer", "number": "V 1", "on": "22/01/2018", "label": "Virement"})
    page.fill({boxes[DIRECT]: "1 000"}).press("Enregistrer l’acte", status=WRONG)
    page.says("Un virement donne ce qu’il prend")
    page.fill({"kind": "amending", "number": "DM 1", "label": "Réseaux, sur trois ans"})
    page.fill({boxes[DIRECT]: "10 000", boxes[PROGRAMME]: "90 000"})
    page.press("Enregistrer l’acte").says("L’acte est enregistré", "90 000,00 €", "10 000,00 €")


def says_how_it_pays(finance: Desk) -> None:
    """Codes of the flow and the account that transfers leave from, under the password."""
    page = finance.goto("reglages/" + str(finance.house.id))
    page.fill({"pes_post": "063001", "pes_community": "063", "pes_budget": "00"})
    page.fill({"debtor": "Fondation du canal", "iban": IBAN})
    page.press("Enregistrer", status=WRONG).fill({"password": PASSWORD, "iban": IBAN})
    page.press("Enregistrer").says("Ce changement attend une seconde personne")
    page.says("Fondation du canal", "Vous l’avez proposé")


def agrees_to_how_it_pays(approver: Desk) -> None:
    """Another person confirms the account, under a password of their own."""
    page = approver.goto("reglages/" + str(approver.house.id))
    page.says("Un changement attend une seconde personne")
    page.press("Confirmer le changement", status=WRONG).fill({"password": PASSWORD})
    page.press("Confirmer le changement").says("il vaut dès maintenant", "Fondation du canal")


# --- the books ----------------------------------------------------------------------------------


def follows_a_number(finance: Desk) -> None:
    """From the picture of the envelopes to the entries that make a number, and back in time."""
    page = finance.goto("enveloppes").says("70 000,00 €", "36 999,50 €", "33 000,50 €")
    page.follow("33 000,50 €").says("Engagé", "Engagement", RADIO, "5 000,00 €")
    page.open_first("tbody th a").says("Écriture n°", DIRECT)
    finance.goto("journal").says("Budget primitif", "Réseaux, sur trois ans")
    finance.goto("balance").says("Total en euros")
    before = finance.goto("enveloppes?on=2018-02-28").says("Situation au 28 février 2018")
    assert "33 000,50 €" not in before.text()
    assert before.text().count("70 000,00 €") >= 2


def sees_several_years(finance: Desk) -> None:
    """The authorisation, its promises by year; the credits of this year are drawn."""
    page = finance.goto("autorisations").says(PROGRAMME, "90 000,00 €", "2018–2020")
    page.says("30 000,00 €", "2019", "2020")
    card = finance.goto(finance.award(NETWORK)).says(NETWORK, "Crédits de paiement par exercice")
    card.choose("envelope", DIRECT)
    card.fill({"amount": "30 000,01"})
    card.press("Engager les crédits de l’exercice", status=WRONG)
    card.fill({"amount": "30 000"}).press("Engager les crédits de l’exercice")
    card.says("Les crédits de l’exercice sont engagés", "Reste à appeler")


def sees_what_blocks(finance: Desk) -> None:
    """The card of an award says what each payment waits for, and who brings it."""
    finance.goto(finance.award(BIKES)).says(
        "Acompte",
        "10 000,00 €",
        "Lettre d’un autre financeur : Région",
        "Le bénéficiaire joint la lettre de ce financeur à sa demande.",
    )


# --- paying -------------------------------------------------------------------------------------


def certifies(officer: Desk, claim_id: UUID) -> None:
    """The officer is told what is missing, notes the letter, and certifies."""
    page = officer.browser.goto(f"/instruction/versements/{claim_id}")
    page.press("Certifier le service fait", status=WRONG).says("Région")
    page.page.locator('[name="condition"]').first.check(force=True)
    page.fill({"on": "06/04/2018", "note": "Lettre"})
    page.press("La pièce est reçue").says("La condition est remplie")
    page.press("Certifier le service fait").says("La demande est acceptée")


def prepares(finance: Desk, *names: str) -> str:
    """Tick what is certified, prepare its orders in one batch; the address of the batch."""
    page = finance.goto("mandats?state=to_prepare").says(*(names or AWARDS))
    page.press("Préparer les mandats", status=422).says("Cochez au moins une ligne")
    for box in page.page.locator('[name="line"]').all():
        box.check()
    page.press("Préparer les mandats")
    return finance.goto("bordereaux").open_first("tbody a").says("une autre personne doit").path


def signs(approver: Desk, batch: str) -> None:
    """A second person signs the batch, once they said again who they are."""
    page = approver.browser.goto(batch)
    page.press("Signer le bordereau", status=WRONG).fill({"password": PASSWORD})
    page.press("Signer le bordereau").says("À payer")


def takes_away(finance: Desk, batch: str) -> None:
    """The three files of a batch, made by the worker, hold the same three orders."""
    for words in FILES:
        finance.browser.goto(batch).press(words)
    listed, draft, transfer = (made(finance, batch, one) for one in FILES)
    sheet = listed.decode("utf-8-sig")
    assert sheet.count(IBAN) == 3
    assert [one in sheet for one in ("10000,00", "5000,00", "8000,50")] == [True] * 3
    assert draft.decode("iso-8859-1").count("<Piece>") == 3
    assert b"BROUILLON" in draft
    root = ET.fromstring(transfer)  # noqa: S314 -- our own file
    sums = [one.text for one in root.iter(f"{{{NAMESPACE}}}CtrlSum")]
    assert sums[0] == "23000.50"


# --- answers ------------------------------------------------------------------------------------


def is_answered(finance: Desk) -> None:
    """The accounting office takes one order over and turns another one down."""
    orders = orders_of(finance)
    told = (
        f"{orders[BIKES].number};Pris en charge;16/04/2018;10000,00;\n"
        f"{orders[RADIO].number};Rejeté;16/04/2018;5000,00;{MOTIVE}\n"
    )
    page = finance.goto("retours")
    page.press("Importer le fichier", status=WRONG)
    file = csv("retour.csv", f"mandat;etat;date;montant;motif\n{told}")
    page.fill({"file": file}).press("Importer le fichier")
    page.says("Rapprochée : 2", MOTIVE, "Pris en charge")
    finance.goto("mandats?state=rejected").says(RADIO)


def is_told_by_the_bank(finance: Desk) -> None:
    """One line names its order, one is matched by hand, one is a fee: nothing is left over."""
    orders = orders_of(finance)
    read = camt(
        entry(orders[BIKES].id.hex, "10000.00"),
        entry(UNKNOWN, "5000.00"),
        entry(orders[CANNERY].id.hex, "8000.50"),
        entry(FEE, "12.50"),
    )
    assert faults(read.encode()) == []
    page = finance.goto("retours")
    file = {"name": "releve.xml", "mimeType": "application/xml", "buffer": read.encode()}
    page.fill({"kind": "camt", "file": file}).press("Importer le fichier")
    page.says("Rapprochée : 2", "À rapprocher : 2", "Aucun mandat ne porte cette référence")
    page.follow(UNKNOWN).fill({"number": "2018-9999"})
    page.press("Rapprocher", status=WRONG)
    page.fill({"number": orders[RADIO].number}).press("Rapprocher").says("La ligne est rapprochée")
    finance.goto("retours").says("12,50 €", "1 ligne")
    page = finance.goto("retours").open_first("tbody a").follow(FEE)
    page.press("Écarter la ligne", status=WRONG)
    page.fill({"reason": "Frais de la banque"}).press("Écarter la ligne")
    finance.goto("retours").says("Tout concorde")


def changes_account(stage: Stage, house: Authority, finance: Desk, approver: Desk) -> None:
    """The second instalment asks for another account: a second person calls, then agrees."""
    claim = they_claim(stage, house, BIKES, 1, iban=OTHER, on=NOW.date())
    page = finance.goto("coordonnees").open_first("tbody a").says("se terminant par 2606")
    page.press("Afficher l’IBAN en entier").says("FR14 2004 1010 0505 0001 3M02 606")
    page = approver.goto("coordonnees").open_first("tbody a")
    page.press("Accepter le nouveau compte", status=WRONG)
    page.fill({"reason": "Trésorière appelée au numéro du dossier."})
    page.press("Accepter le nouveau compte").says("Les versements iront désormais")
    they_certify(stage, house, claim, on=NOW.date())
    prepares(finance, BIKES)
    order = orders_of(finance)[BIKES]
    page = finance.goto(f"mandats/{order.id}").follow("Décompte des sommes déjà versées")
    page.says("Acompte", "Ce versement", "20 000,00 €", "Reste à verser")


# --- the end ------------------------------------------------------------------------------------


def ends_the_year(finance: Desk) -> None:
    """Four steps, a list signed by name; twice is once, and the book takes nothing any more."""
    late = finance.goto("actes").follow("Enregistrer un acte").path
    second = finance.stage.visitor()
    finance.stage.enter(second, finance.house.people["finance"])
    pages = [finance.browser, second]
    closing = f"/finances/cloture?book={finance.house.books[2018]}"
    for page in pages:
        page.goto(closing).says(DIRECT, STAKES, NETWORK, "31 janvier 2019", "20 000,00 €")
    finance.browser.press("Signer la liste et clore l’exercice", status=WRONG)
    for page in pages:
        page.fill({"name": "Fanny Canal", "password": PASSWORD})
        page.press("Signer la liste et clore l’exercice").says("Fanny Canal", "La liste signée")
    with finance.stage.session() as session:
        kept = session.scalars(
            select(Closing).where(Closing.book_id == finance.house.books[2018])
        ).all()
        assert len(kept) == 1
    page = finance.browser.goto(late)
    box = f"amount-{finance.house.envelopes[DIRECT, 2018]}"
    page.fill({"number": "DM 9", "on": "31/12/2018", "label": "Trop tard", box: "1"})
    page.press("Enregistrer l’acte", status=WRONG).says("L’exercice est clos")
    finance.goto("enveloppes?book=" + str(finance.house.books[2018])).says("Annulé", "36 999,50 €")


# --- small words --------------------------------------------------------------------------------


def csv(name: str, text: str) -> dict[str, object]:
    """A file as a browser sends it."""
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


def made(finance: Desk, batch: str, words: str) -> bytes:
    """A file of a batch, once the worker made it."""
    page = finance.browser.goto(batch).page
    button = page.locator(f'tr:has-text("{words}") button').first
    for _ in range(120):
        if button.count():
            break
        page.wait_for_timeout(250)
        page.reload()
    with page.expect_download() as got:
        button.click()
    return got.value.path().read_bytes()


def orders_of(finance: Desk) -> dict[str, PaymentOrder]:
    """The latest order of each award."""
    names = {file.decision_id: name for name, file in finance.house.files.items()}
    statement = select(PaymentOrder).where(PaymentOrder.funder_id == finance.house.id)
    with finance.stage.session() as session:
        found = session.scalars(statement.order_by(PaymentOrder.serial)).all()
        session.expunge_all()
    return {names[one.award_id]: one for one in found}
