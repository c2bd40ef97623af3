"""The call workshop without a mouse, and without scripts: nothing there is for mice alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from build.calls import a_call_from_template
from build.people import a_funder, a_funder_member
from grants.calls.workbench import newest_revision
from grants.people.models import Funder
from journeys.keyboard import Hands

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
DAY = datetime(2018, 9, 28, 8, tzinfo=UTC)
LOOKED_AT = (
    "", "/verification", "/textes", "/public", "/contact", "/calendrier", "/financement",
    "/pieces", "/volets/nouveau", "/essai",
)  # fmt: skip


@pytest.fixture
def workshop(stage):
    """A draft of Courts-circuits, its address, and whoever may write it."""
    stage.move_to(DAY)
    with stage.session() as session:
        lead = session.scalar(select(Funder).where(Funder.key == "vigne"))
        lead = lead or a_funder(session, key="vigne", name="Agglomération de la Vigne")
        person = a_funder_member(session, lead).id
        call = a_call_from_template(session, "courts_circuits", published=False, m2a=lead)
        return call.id, f"/instruction/appels/{call.id}/atelier", person


def form_of(stage, call_id):
    with stage.session() as session:
        return newest_revision(session, call_id).form


def test_a_question_and_a_rule_are_written_by_keyboard_alone(stage, workshop):
    call_id, home, person = workshop
    officer = stage.enter(stage.visitor(), person)
    hands, page = Hands(officer), officer.page
    officer.goto("/instruction/appels")
    hands.enter(f'main a[href="/instruction/appels/{call_id}"]')
    hands.enter(f'a[href="{home}"]').enter(f'a[href="{home}/formulaire"]')
    hands.enter("#q-besoin button[value=down]")
    expect(page.locator("#q-originalite + #q-besoin")).to_be_visible()
    hands.enter("#s-equipe .outline__add a").enter('a[href$="?type=number"]')
    hands.reach("#label_fr").type("Combien de bénévoles ?").reach("#key").type("benevoles")
    hands.reach("#min").type("1").enter("main button[name=intent][value=save]:not([tabindex])")
    assert form_of(stage, call_id).field("benevoles").limits.min == 1
    hands.enter("#q-benevoles .outline__label").enter('a[href$="/benevoles/condition"]')
    hands.reach('[name="rows-0-subject"]').type("Où en")
    hands.reach('[name="rows-0-operator"]').reach('[name="rows-0-value"]')
    page.keyboard.press("ArrowDown")
    expect(page.locator("#rule-reading")).to_contain_text("Où en êtes-vous")
    hands.enter("main .actions button[value=save]")
    assert form_of(stage, call_id).field("benevoles").show_if


def test_tab_reaches_everything_of_the_workshop_s_densest_pages(stage, workshop):
    _call_id, home, person = workshop
    officer = stage.enter(stage.visitor(), person)
    for page in ("/formulaire/questions/avancement", "/regles/controles/nouveau", "/deroulement"):
        assert Hands(officer.goto(f"{home}{page}")).walk() > len("every part of it")


def test_a_call_is_written_without_scripts(stage, workshop):
    call_id, home, person = workshop
    officer = stage.enter(stage.visitor(scripts=False), person)
    for page in LOOKED_AT:
        officer.goto(f"{home}{page}")
    officer.goto(f"{home}/formulaire").follow("Ajouter une rubrique")
    officer.fill({"title_fr": "Vos emplois"}).press("Enregistrer")
    officer.open_first("#s-emplois .outline__add a").open_first('a[href$="?type=short_text"]')
    officer.fill({"label_fr": "Les postes créés", "key": "postes", "type": "table"})
    officer.press("Changer le type").fill(
        {
            "columns-0-label_fr": "Poste",
            "columns-1-label_fr": "Salaire annuel",
            "columns-1-type": "money",
            "columns-1-total": "y",
        }
    )
    officer.open_first('button[value="columns:add:0"]')
    officer.press("Enregistrer").says("Les postes créés", "Tableau")
    table = form_of(stage, call_id).field("postes")
    assert [one.type.value for one in table.limits.columns] == ["short_text", "money"]
    for words in ("Monter", "Dupliquer", "Retirer"):
        officer.page.locator("#q-statuts").get_by_role("button", name=words).click()
    assert form_of(stage, call_id).field("statuts") is None
    write_a_rule(officer, home)
    checks = form_of(stage, call_id).checks
    assert any(one.rule == "demande <= 0.5 * budget.charges" for one in checks), checks


def write_a_rule(officer, home):
    """Half of the charges at most; each choice is followed by the button that redraws the page."""
    officer.goto(f"{home}/regles").follow("Ajouter une règle entre des réponses")
    officer.fill({"rows-0-subject": "demande"}).press("Essayer")
    officer.fill({"rows-0-value": "50 %", "rows-0-other": "budget.charges"}).press("Essayer")
    officer.fill({"try-demande": "6 000", "try-budget.charges": "10 000"}).press("Essayer")
    officer.says("du total des charges", "n’est pas respectée")
    officer.fill({"message_fr": "Demandez au plus la moitié de vos charges."})
    officer.press("Enregistrer la règle").says("Demandez au plus la moitié de vos charges.")
