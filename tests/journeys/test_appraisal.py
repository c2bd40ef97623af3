"""Appraisal: a file finds its referent, is checked by two, mended, advised on, talked about, moved.

The officer works by keyboard; her colleague, the applicant and the expert have no scripts at all.
"""

from __future__ import annotations

import time
from datetime import timedelta

import openpyxl
import pytest
from playwright.sync_api import expect

from build.clock import NOW
from build.pages import PDF
from journeys.appraising import TITLE, a_desk
from journeys.keyboard import Hands
from journeys.visitor import Visitor

pytestmark = pytest.mark.slow
SEARCH = 'est:recu referent:@moi qpv:inconnu "vergers partagés"'
MENDED = "Les vergers partagés du Ried et de la Zembs"
OPINION = "Le sol s’y prête."
EXPERT = "agnes.pommier@arbres.example"
PATIENCE_SECONDS = 60


@pytest.fixture
def desk(stage):
    return a_desk(stage)


@pytest.fixture
def officer(stage, desk):
    return stage.enter(stage.visitor(), desk.first)


def test_a_file_is_appraised_from_its_arrival_to_its_ruling(stage, desk, officer, tmp_path):
    applicant = stage.enter(stage.visitor(scripts=False), desk.applicant)
    colleague = stage.enter(stage.visitor(scripts=False), desk.second)
    take_the_east(officer)
    number = deposit(applicant, desk)
    find(officer, number)
    take_notes(officer, desk)
    check(officer, desk)
    confirm(colleague, desk)
    ask_complements(officer, desk)
    stage.move_to(NOW + timedelta(days=3))
    for visitor, person in (
        (officer, desk.first),
        (applicant, desk.applicant),
        (colleague, desk.second),
    ):
        stage.enter(visitor, person)
    answer_complements(applicant, desk)
    see_the_difference(officer, desk)
    be_advised(stage, officer, desk)
    talk(officer, applicant, desk)
    walk_everywhere(desk, colleague)
    label_everything(officer, desk)
    export(officer, desk, tmp_path, number)
    confirm(colleague, desk)
    officer.goto(desk.file).press("Déclarer recevable").says("Recevable")


def take_the_east(officer):
    """A contact point sends the files of the Bas-Rhin to the officer."""
    officer.goto("/instruction/dossiers").follow("Points de contact")
    hands = Hands(officer)
    hands.reach("#label").type("Bassin de l’Ill")
    officer.choose("person", "Olive Ried")
    hands.reach("#communes").type("67")
    hands.enter("main button.btn-primary")
    officer.says("Le point de contact est ajouté", "Bassin de l’Ill")


def deposit(applicant, desk):
    """The applicant submits by keyboard, without scripts; gives the number on the receipt."""
    applicant.goto(f"{desk.draft}/depot")
    hands = Hands(applicant)
    hands.reach("#quality").type("Présidente")
    for box in ("#certified", "#committed"):
        hands.reach(box)
        applicant.page.keyboard.press("Space")
    hands.enter("main form button.btn-primary")
    assert applicant.path == f"{desk.draft}/recepisse"
    return applicant.page.locator(".receipt__number strong").inner_text()


def find(officer, number):
    """The worker has made her its referent: the search finds it, and her session counts it."""
    hands = Hands(officer.goto("/instruction/dossiers"))
    hands.reach("#filter-q").type(SEARCH)
    give_up = time.monotonic() + PATIENCE_SECONDS
    with officer.page.expect_navigation():
        officer.page.keyboard.press("Enter")
    while number not in officer.text():
        assert time.monotonic() < give_up, officer.text()
        time.sleep(0.3)
        officer.page.reload()
    officer.page.locator("summary", has_text="Enregistrer cette recherche").click()
    officer.fill({"name": "Mes vergers"}).press("L’enregistrer").follow("Mes vergers")
    hands.enter("tbody a")
    officer.says(
        number, "Qui le suit", "Olive Ried", "Est-ce le même projet ?", "presque le même titre"
    )


def take_notes(officer, desk):
    """A note for colleagues, and a label."""
    officer.goto(desk.file).fill({"text": "À visiter avant l’été."}).press("Garder cette note")
    officer.says("À visiter avant l’été.").choose("label", "à visiter")
    officer.press("Ajouter l’étiquette")
    expect(officer.page.locator(".tag", has_text="à visiter").first).to_be_visible()
    officer.goto("/instruction/dossiers?q=etiquette:%22%C3%A0%20visiter%22").says(TITLE)
    officer.goto("/instruction/charge").says("Olive Ried")


def check(officer, desk):
    """A verdict against what the software finds wants a reason; ruling wants a second person."""
    officer.goto(desk.file).follow("Contrôle").says("Le logiciel trouve : oui")
    verdict = officer.page.locator("main select").first
    verdict.select_option("not_met")
    officer.press("Enregistrer le contrôle", status=422)
    wrong = officer.page.locator("[aria-invalid=true]")
    expect(wrong).to_have_count(1)
    expect(officer.page.locator("#error-summary")).to_be_focused()
    for line in officer.page.locator("main select").all():
        line.select_option("met")
    hands = Hands(officer)
    hands.enter("main form button.btn-primary")
    officer.says("Le contrôle est enregistré.")
    officer.goto(desk.file).press("Déclarer recevable", status=409)


def confirm(colleague, desk):
    """The second person confirms, without a mouse."""
    Hands(colleague.goto(desk.of_file("controle"))).enter("form[action$=confirmation] button")
    colleague.says("Vous avez confirmé le contrôle.", "Confirmé par une seconde personne")


def ask_complements(officer, desk):
    """A sentence for one answer and one for a document, and a day."""
    officer.goto(desk.file).follow("Demander des compléments")
    hands = Hands(officer)
    for key, words in (("title", "Nommez la commune."), ("statutes", "Il manque la page 2.")):
        hands.reach(f'[name=items][value="{key}"]')
        officer.page.keyboard.press("Space")
        hands.reach(f"[name=about_{key}]").type(words)
    hands.reach("#message").type("Merci de compléter.")
    hands.reach("#due_on").type(f"{NOW + timedelta(days=15):%d/%m/%Y}")
    hands.enter("main form button.btn-primary")
    officer.says("La demande est envoyée au porteur.", "suspendu", "Nommez la commune.")
    officer.says("Dépôt jusqu’au\n31 octobre 2018", "Compléments jusqu’au\n16 octobre 2018")


def answer_complements(applicant, desk):
    """Only what was asked re-opens; both are mended by keyboard, sent, and receipted."""
    here = f"{desk.draft}/complements"
    Hands(applicant.goto(desk.draft)).enter(f'main a[href$="{here}"]')
    applicant.says("Nommez la commune.", "Il manque la page 2.")
    hands = Hands(applicant)
    hands.enter(".tasks__link")
    applicant.says("Nommez la commune.")
    assert applicant.page.locator("#q_summary").count() == 0
    hands.reach("#q_title")
    applicant.page.keyboard.press("Control+a")
    hands.type(MENDED).enter("main form button.btn-primary")
    applicant.goto(f"{desk.draft}/rubriques/documents").says("Il manque la page 2.")
    hands.reach("[name=q_statutes]")
    file = {"name": "statuts-complets.pdf", "mimeType": "application/pdf", "buffer": PDF}
    applicant.page.locator("[name=q_statutes]").set_input_files(file)
    hands.enter("main form button.btn-primary")
    Hands(applicant.goto(here)).reach("#answer").type("C’est fait.")
    hands.enter("main form button.btn-primary")
    applicant.goto(here).says("Accusé de réception de vos compléments", "statuts-complets.pdf")


def see_the_difference(officer, desk):
    """Before and after side by side; three days in all, none of them counts."""
    told = officer.goto(desk.file).page.locator(".difference").all_inner_texts()
    title, statutes = (" ".join(one.split()) for one in told)
    assert title == f"Avant {TITLE} Après {MENDED}"
    assert statutes == "Avant statuts.pdf Après statuts-complets.pdf"
    officer.says("C’est fait.", "3 jours en tout, 0 jour sans l’attente", "suspendu 3 jours")


def be_advised(stage, officer, desk):
    """Somebody outside is asked; the link of the mail is enough to answer, once."""
    officer.goto(desk.file).follow("Avis").press("Demander l’avis", status=422)
    officer.fill(
        {
            "name": "Agnès Pommier",
            "email": EXPERT,
            "question": "Le sol convient-il ?",
            "due_on": f"{NOW + timedelta(days=20):%d/%m/%Y}",
        }
    )
    officer.press("Demander l’avis").says("Un courriel part à l’expert.", "Agnès Pommier")
    expert = stage.visitor(scripts=False)
    expert.goto(stage.mailed(EXPERT, "/avis/")).says("Le sol convient-il ?", "confidentiel")
    hands = Hands(expert)
    hands.reach('[name=advice][value=""], [name=advice]')
    expert.page.keyboard.press("Space")
    hands.reach("[name=text]").type(OPINION)
    hands.enter("#answer button.btn-primary")
    expert.says("Vous avez donné votre avis")
    officer.goto(desk.of_file("avis")).says("Favorable", OPINION)


def talk(officer, applicant, desk):
    """A message each way; what is unread is found."""
    Hands(officer.goto(desk.of_file("echanges"))).reach("#text").type("Quand pouvons-nous venir ?")
    officer.press("Envoyer").says("Quand pouvons-nous venir ?")
    Hands(applicant.goto(f"{desk.draft}/echanges")).reach("#text").type("Mardi.")
    applicant.press("Envoyer").says("Quand pouvons-nous venir ?", "Mardi.")
    officer.goto("/instruction/dossiers?q=est:nonlu").says(MENDED)
    officer.goto(desk.file).says("1 message non lu").follow("Échanges").press("Je les ai lus")
    assert MENDED not in officer.goto("/instruction/dossiers?q=est:nonlu").text()


def walk_everywhere(desk, colleague):
    """Every page of the appraisal by keyboard alone, without scripts."""
    for page in desk.pages():
        Hands(colleague.goto(page)).walk()


def label_everything(officer, desk):
    """More than fifty at once are left to the worker; each line has its outcome."""
    officer.goto(desk.inbox)
    officer.page.locator("summary", has_text="Autres actions").click()
    officer.fill({"everything": "1"}).choose("label", "à visiter").press("Ajouter l’étiquette")
    finished(officer).says("51 dossiers traités")


def export(officer, desk, folder, number):
    """The workbook of the session, made by the worker: a line a file, the mended answer in it."""
    officer.goto(desk.inbox).choose("batch", "Session de printemps").press("Afficher")
    officer.says("1 à 1 sur 1").press("Classeur, en arrière-plan")
    path = folder / "dossiers.xlsx"
    finished(officer).download("Télécharger le fichier").save_as(path)
    rows = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 2
    assert (number, MENDED) == (rows[1][0], rows[1][1])
    officer.goto("/instruction/charge").follow("Mes tâches").says("Tableur des dossiers")


def finished(officer: Visitor) -> Visitor:
    """The task's page, once it is over; it tells so by itself."""
    assert officer.path.startswith("/taches/")
    expect(officer.page.locator("main")).to_contain_text("Terminé", timeout=60_000)
    return officer.look()
