"""From a ranking to an agreement signed by both sides: an officer, an elected member, applicants.

The world is made by builders; from there on, everybody sits at a browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import pytest

from build.clock import NOW
from build.decisions import standing
from build.gallery.deciding import a_ranked_scene
from build.gallery.names import NAMES
from build.juries import a_recusal
from grants.councils.models import Office
from grants.councils.services import seat
from grants.kernel.access import FunderRole
from grants.kernel.clock import PARIS
from journeys import council, paying
from journeys.stage import Stage
from journeys.visitor import WRONG

pytestmark = pytest.mark.slow
DAY = date(2018, 10, 26)
PLACE = "Salle du conseil, hôtel de ville"
OBJECT, OTHER = "Soutien à l’économie sociale et solidaire", "Aide à la conserverie solidaire"
DRAFT = "Vu le code général des collectivités territoriales,\n\nLe conseil décide d’attribuer :"
REASON = "Le loyer n’est pas confirmé."
GROUNDS = "Le bail est signé depuis lundi ; il est joint."
ANSWER = "Le bail a été signé après la clôture de l’appel."
NUMBERS = {"first": "DEL2018_117", "second": "DEL2018_118"}


@dataclass
class World:
    """Who takes part, and what it is about."""

    call_id: UUID
    funder_id: UUID
    envelope_id: UUID
    files: list[UUID]
    titles: list[str]
    numbers: list[str]
    officer: UUID
    elected: UUID
    applicants: list[UUID]
    emails: dict[UUID, str]
    seats: list[UUID]


def a_world(stage: Stage) -> World:
    """A closed ranking of four files, 40 000 €; seven members, the president recused from one."""
    with stage.session() as session:
        scene = a_ranked_scene(session, applications=4, voted=4_000_000)
        elected = scene.people[FunderRole.ELECTED]
        act = {"since": date(2014, 4, 4), "actor": scene.officer, "now": NOW}
        seats = [
            seat(
                session,
                scene.funder.id,
                name=name,
                office=Office.MEMBER if rank else Office.PRESIDENT,
                person_id=None if rank else elected.id,
                **act,
            ).id
            for rank, name in enumerate(NAMES[:7])
        ]
        a_recusal(session, elected, scene.applications[1])
        people = [scene.people[FunderRole.OFFICER], elected, *scene.authors]
        return World(
            call_id=scene.call.id,
            funder_id=scene.funder.id,
            envelope_id=scene.envelope_id,
            files=[one.id for one in scene.applications],
            titles=[one.title for one in scene.applications],
            numbers=[one.number for one in scene.applications],
            officer=people[0].id,
            elected=elected.id,
            applicants=[one.id for one in scene.authors],
            emails={one.id: one.email for one in people},
            seats=seats,
        )


def test_from_a_ranking_to_an_agreement(stage):
    stage.move_to(NOW)
    world = a_world(stage)
    officer = stage.enter(stage.visitor(), world.officer)
    try_out(officer, world)
    propose(stage, officer, world)
    meeting = prepare(stage, officer, world)
    read_the_agenda(stage, world, meeting)

    stage.move_to(datetime(2018, 10, 26, 17, tzinfo=NOW.tzinfo))
    stage.enter(officer, world.officer)
    acts = vote(officer, world, meeting)

    stage.move_to(datetime(2018, 10, 30, 9, tzinfo=NOW.tzinfo))
    stage.enter(officer, world.officer)
    become_executory(stage, officer, world, acts)
    tell(stage, officer, world, acts[0])
    contest(stage, officer, world)
    sign(stage, officer, world)


def try_out(officer, world):
    """Two scenarios by hand: one box follows the other, Escape puts back, the strip adds up."""
    first, second, third, _last = world.files
    council.begin(officer, world.call_id, "Un projet phare")
    council.type_in(officer, first, "base", "30000")
    amount, rate = (council.box(officer, first, one) for one in ("amount", "rate"))
    amount.fill("24000")
    assert rate.input_value() == "80"
    amount.press("Escape")
    assert (amount.input_value(), rate.input_value()) == ("", "")
    council.type_in(officer, first, "amount", "24 000")
    assert council.left(officer) == "Reste 16 000,00 €"
    council.box(officer, second, "rate").fill("40")
    assert council.box(officer, second, "amount").input_value() == "5000"
    council.type_in(officer, second, "rate", "40")
    council.type_in(officer, third, "amount", "12500")
    assert council.left(officer) == "Dépassement de 1 500,00 €"
    council.strip_stays(officer)
    council.begin(officer, world.call_id, "Deux projets", like="Un projet phare")
    council.refuse(officer, third, REASON)
    officer.follow("Comparer")
    officer.page.locator("#s-1").select_option(label="Un projet phare")
    officer.press("Comparer").says("Diffère", world.titles[2])
    officer.follow("Deux projets").follow("Qui a changé quoi").says(world.titles[2], "Refus")


def propose(stage, officer, world):
    """The computer's proposal: why each is in or out; edited, accepted, on the decision table."""
    first, _second, third, _last = world.files
    officer.goto(f"/instruction/appels/{world.call_id}/scenarios").follow("Un projet phare")
    officer.follow("Faire calculer une proposition").fill({"floor": "un peu"})
    officer.press("Calculer", status=422)
    officer.fill({"floor": "5 000", "name": "Selon le classement"}).press("Calculer")
    council.wait_for_job(stage, officer, "Voir le résultat").follow("Voir le résultat")
    officer.follow("Selon le classement")
    officer.says("Retenu : son rang lui donne tout", "Écarté")
    council.type_in(officer, first, "amount", "24000")
    assert council.left(officer) == "Dépassement de 9 000,00 €"
    council.refuse(officer, third, REASON)
    assert council.left(officer) == "Reste 3 500,00 €"
    officer.goto(officer.path).press(
        "Accepter\u202f: copier ces lignes dans le tableau de décision"
    )
    officer.says("Tableau de décision", "3 lignes sont maintenant des propositions")


def prepare(stage, officer, world):
    """An agenda of two items, its files, the members called; clear days are counted."""
    first, second, third, _last = world.files
    meeting = council.plan(officer, datetime(2018, 10, 26, 18, tzinfo=PARIS), PLACE)
    council.put_on(officer, meeting, OBJECT, DRAFT, [first, third])
    council.put_on(officer, meeting, OTHER, DRAFT, [second])
    late = {"on": "22/10/2018"}
    officer.goto(meeting).fill(late).press("Convoquer les membres", status=WRONG)
    officer.fill({"on": "01/10/2018"}).press("Convoquer les membres").says("Membres convoqués")
    council.make_files(stage, officer, meeting)
    return meeting


def read_the_agenda(stage, world, meeting):
    """The elected member reads the first item and its annex; the second is closed to them."""
    elected = stage.enter(stage.visitor(), world.elected)
    assert stage.mailed(world.emails[world.elected], "/instruction/seances/") == meeting
    elected.goto("/instruction/seances").open_first("tbody a")
    assert elected.path == meeting
    elected.says(OBJECT, world.titles[0], "24 000,00 €", REASON, "Vu le code général")
    elected.says("Mes déports", "Point 2", "vous quittez la salle")
    for hidden in (OTHER, world.titles[1], world.numbers[1]):
        assert hidden not in elected.text()
    files = elected.page.locator('main a[href*="/pieces/"]')
    assert files.count() == 2
    content = elected.download("PDF").path().read_bytes()
    assert content.startswith(b"%PDF-")
    assert elected.download("ODT").path().read_bytes().startswith(b"PK")
    elected.goto(f"{meeting}/salle", status=404)


def vote(officer, world, meeting):
    """Presence, a proxy, a quorum lost and found, a tie, a president who leaves: two acts."""
    president, second, third, fourth, fifth, sixth, _absent = world.seats
    officer.goto(meeting).follow("Présences et votes")
    council.send(
        officer, council.act_in(officer, "/ouverture", at="18:00", seat=president), "Ouvrir"
    )
    there = [second, third, fourth, fifth]
    form = council.act_in(officer, "/arrivees", at="18:02", seats=there)
    council.send(officer, form, "Noter ces arrivées").says("Les arrivées sont notées")
    form = council.act_in(officer, "/pouvoirs", at="18:05", seat=sixth, other=fourth)
    council.send(officer, form, "Noter le pouvoir").says(f"{NAMES[5]} à {NAMES[3]}")
    room = officer.path
    officer.follow(OBJECT)
    officer.fill({"number": NUMBERS["first"], "at": "18:20", "way": "hands"})
    officer.fill({"votes_against": "2", "abstentions": "2"})
    officer.press("Enregistrer le vote", status=WRONG)
    officer.fill({"casting_vote": "for"}).press("Enregistrer le vote").says("Adopté")
    first = officer.path
    officer.says("Voix prépondérante")
    form = council.act_in(officer.goto(room), "/departs", at="18:25", seat=fifth)
    council.send(officer, form, "Noter le départ").says("Le départ est noté", "Quorum non atteint")
    # Three in the room and a proxy that is still held: the proxy counts for no quorum.
    officer.follow(OTHER).says("Intéressés à l’affaire", NAMES[0], "n’est pas atteint")
    officer.fill({"number": NUMBERS["second"], "at": "18:27", "way": "name"})
    officer.press("Enregistrer le vote", status=WRONG)
    form = council.act_in(officer.goto(room), "/arrivees", at="18:28", seats=[fifth])
    council.send(officer, form, "Noter ces arrivées")
    item = officer.follow(OTHER).path
    officer.fill({"number": NUMBERS["second"], "at": "18:30", "way": "name"})
    assert not officer.page.locator(f'[name="v-{president}"]').count()
    officer.fill({f"v-{second}": "against", f"v-{third}": "abstention"})
    officer.press("Enregistrer le vote").says("Adopté")
    acts = first, officer.path
    officer.goto(item).says("sorti·e de la salle", f"représenté·e par {NAMES[3]}")
    officer.goto(room).press("Lever la séance").says("La séance est levée")
    return acts


def become_executory(stage, officer, world, acts):
    """Voted is not committed: both days are noted for one act, and that one is."""
    table = f"/instruction/appels/{world.call_id}/decision/{world.funder_id}"
    voted = {"available": 350_000, "reserved": 3_650_000}
    assert held(stage, world) == voted
    officer.goto(table).says("3 500,00 €")
    officer.goto(acts[0]).says(NUMBERS["first"], "Pas encore exécutoire")
    council.note_formalities(officer, date(2018, 10, 29), date(2018, 10, 30), "063-216301135-117")
    officer.says("L’acte est exécutoire", "063-216301135-117")
    done = {"available": 350_000, "reserved": 1_250_000, "committed": 2_400_000}
    assert held(stage, world) == done


def held(stage, world):
    with stage.session() as session:
        return standing(session, world.envelope_id)


def tell(stage, officer, world, act):
    """A text for awards, and who would receive it; each letter looked through, then all leave."""
    winner, loser = world.applicants[0], world.applicants[2]
    officer.goto("/instruction/deliberations").follow("Modèles de courrier")
    officer.follow("Écrire un modèle").fill({"name": "Accord", "outcome": "award"})
    officer.press("Enregistrer").says("Qui le recevrait", world.numbers[0])
    assert world.numbers[2] not in officer.text()
    officer.goto(act).follow("Courriers à envoyer").says("Accord", "Courrier habituel")
    letters = officer.path
    officer.follow("Relire").says(world.emails[winner], "24 000,00 €")
    officer.fill({"added": "Félicitations à toute l’équipe."}).press("Enregistrer")
    officer.goto(letters).press("Envoyer les courriers", status=422)
    officer.fill({"looked": "y"}).press("Envoyer les courriers").says("Les courriers partent")
    for person, file, words in (
        (winner, world.files[0], "24 000,00 €"),
        (loser, world.files[2], REASON),
    ):
        applicant = stage.enter(stage.visitor(), person)
        letter, path = stage.letter(world.emails[person], "/decision")
        assert words not in letter.text
        applicant.goto(path)
        assert words not in applicant.text()
        applicant.press("J’ai pris connaissance").says(words)
        paying.read_letter(stage, applicant, f"/dossiers/{file}")


def contest(stage, officer, world):
    """The refused one files an appeal; the officer answers; the answer too is read once."""
    person, file = world.applicants[2], world.files[2]
    applicant = stage.enter(stage.visitor(), person)
    applicant.goto(f"/dossiers/{file}/decision").follow("Contester cette décision")
    applicant.press("Déposer le recours", status=422)
    applicant.fill({"grounds": GROUNDS, "documents": paying.PDF}).press("Déposer le recours")
    applicant.says("Recours déposé")
    officer.goto("/instruction/recours").follow(world.titles[2]).says(GROUNDS)
    officer.press("Envoyer la réponse", status=422)
    officer.fill({"verdict": "reject", "answer": ANSWER}).press("Envoyer la réponse")
    applicant.goto(stage.letter(world.emails[person], "/decision")[1])
    assert ANSWER not in applicant.text()
    applicant.press("J’ai pris connaissance").says(ANSWER)


def sign(stage, officer, world):
    """Beyond 23 000 €: an agreement, signed with a mailed code by the winner, then by us."""
    person = world.applicants[0]
    officer.goto("/instruction/conventions").says("À écrire").follow("L’écrire")
    officer.says("La loi la demande").press("Enregistrer la convention")
    page = officer.path
    officer.press("Envoyer au bénéficiaire").says("À signer par le bénéficiaire")
    winner = stage.enter(stage.visitor(), person)
    winner.goto(stage.mailed(world.emails[person], "/convention")).says("Article 2")
    council.until(stage, winner, "Document à signer (PDF)").press("M’envoyer un code")
    winner.fill({"name": "Ana Sel", "capacity": "présidente", "code": "000000"})
    winner.press("Signer la convention", status=WRONG)
    winner.fill({"code": council.code_mailed(stage, world.emails[person])})
    winner.press("Signer la convention").says("À contresigner", "Ana Sel")
    officer.goto(page).says("Vous ne signez pas pour", NAMES[0])
    president = stage.enter(stage.visitor(), world.elected)
    president.goto(page).press("M’envoyer un code")
    code = council.code_mailed(stage, world.emails[world.elected])
    president.fill({"capacity": "présidente", "code": code})
    president.press("Signer pour la collectivité").says("Signée des deux côtés", NAMES[0])
    officer.goto(page).fill({"on": "30/10/2018"}).press("Elle est en vigueur à compter de ce jour")
    officer.says("En vigueur")
