"""Courts-circuits, its finals: mentors, hearings, a public vote, a meeting, minutes, two prizes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import expect

from grants.demo.cast import COURTS_CIRCUITS, Player
from grants.demo.moves import deciding
from grants.demo.moves import paying as claiming
from grants.kernel.access import FunderRole
from journeys import (
    finalists,
    hearing,
    judging,
    meeting,
    mentoring,
    officiating,
    paying,
    polling,
)
from journeys.officiating import CALLS, Proposal
from journeys.visitor import WRONG

pytestmark = pytest.mark.slow
LEAD, SECOND, THIRD = COURTS_CIRCUITS[3:6]
BUSINESS = tuple(Player(name) for name in ("Yvonne Brach", "Ursule Meyer", "Théodore Klein"))
CITIZENS = (*judging.JURORS, Player("Zélie Marchadier"))
MENTOR = Player("Wilfried Stoll")
CHAIR, HOLDER, AWAY, RECUSED = CITIZENS
FINAL, VOTED_ON = date(2018, 11, 26), date(2018, 12, 14)
VOTE = "prix-du-public-2018"
MOTION = "Le jury des citoyens décerne le prix du public."


def test_courts_circuits_from_the_finals_to_the_prizes(stage):
    stage.move_to(datetime(2018, 11, 12, 9, tzinfo=UTC))
    finals = finalists.the_finals(stage, (LEAD, SECOND, THIRD))
    house = finals.houses[0]
    finalists.seat(stage, finals, "chefs_entreprise", BUSINESS)
    finalists.seat(stage, finals, "citoyens", CITIZENS, aside={RECUSED: SECOND.title})
    officer = house.visitor(stage, FunderRole.OFFICER)
    business = enter(stage, BUSINESS[0])
    mentoring.pair(officer, finals.call_id, MENTOR, LEAD.title)
    prepare_hearings(stage, finals, officer, business)
    polling.prepare(
        officer,
        finals.call_id,
        slug=VOTE,
        prize="Prix du public",
        opens=date(2018, 11, 19),
        closes=date(2018, 11, 25),
    )

    stage.move_to(datetime(2018, 11, 20, 18, tzinfo=UTC))
    citizen, receipt = the_public_votes(stage)
    house.back(stage, officer, FunderRole.OFFICER)
    officer.goto(f"{CALLS}/{finals.call_id}").follow("Vote du public")
    officer.says("Ce qui a été voté n’est montré à personne avant la clôture")

    stage.move_to(datetime(2018, 11, 26, 17, tzinfo=UTC))
    polling.count(stage)
    polling.check(citizen, VOTE, receipt, "bien dans le décompte")
    citizen.goto(f"/votes/{VOTE}").says(f"Le public a choisi : {SECOND.title}")
    house.back(stage, officer, FunderRole.OFFICER)
    hear(stage, finals, officer, business)
    room = meet(stage, finals, officer)
    minutes = sign_what_was_decided(stage, finals, room)
    assert len(minutes) > 10_000

    stage.move_to(datetime(2018, 12, 14, 17, tzinfo=UTC))
    house.back(stage, officer, FunderRole.OFFICER)
    decide(officer, finals, room)
    be_paid(stage, finals)
    passer_by = stage.visitor().goto(f"/resultats?appel={finalists.SLUG}")
    passer_by.says(LEAD.title, SECOND.title, "Prix du jury", "Prix du public", "5 000,00 €")
    assert THIRD.title not in passer_by.text()


def enter(stage, player):
    """A browser of somebody who has an account."""
    return stage.enter(stage.visitor(), stage.person(player.email))


def prepare_hearings(stage, finals, officer, business):
    """The business leaders' afternoon: hours, calendars, a question and its written reply."""
    jury_id = finals.juries["chefs_entreprise"]
    officer.goto(f"{CALLS}/{finals.call_id}").follow("Jury des chefs d’entreprise")
    hearing.write_hours(officer, jury_id, FINAL, counts_silent="y")
    hearing.say_when(business, jury_id, [f"{FINAL}/pm"])
    hearing.convoke(officer, jury_id, hearings=3)
    entry = hearing.calendar(stage, LEAD.person.email, "/audition")
    assert "BEGIN:VEVENT" in entry
    assert LEAD.title in entry
    assert "METHOD:REQUEST" in hearing.calendar(stage, BUSINESS[1].email, "/auditions")
    question, reply = "Combien d’ateliers par an ?", "Quarante, dont dix chez les écoles."
    hearing.ask(officer, jury_id, LEAD.title, question, due=date(2018, 11, 20))
    applicant = enter(stage, LEAD.person)
    hearing.answer(applicant, finals.draft(LEAD), question=question, reply=reply)
    met = {"on": date(2018, 11, 10), "minutes": 90, "done": "Le prix d’un atelier, ensemble."}
    mentoring.write_hours(applicant, finals.draft(LEAD), **met)
    business.goto(f"/jury/{jury_id}/auditions").says("Présence confirmée")
    business.follow(LEAD.title).says(question, reply)


def the_public_votes(stage):
    """Somebody votes from the call's page on; others too; nobody reads any result meanwhile."""
    citizen = stage.visitor()
    citizen.goto(f"/appels/{finalists.SLUG}").follow("Vote du public")
    receipt = polling.cast(stage, citizen, SECOND.title, "ines.kapp@example.org")
    others = {"omar@example.org": SECOND.title, "lea@example.org": THIRD.title}
    polling.others_vote(stage, VOTE, others)
    polling.check(citizen, VOTE, receipt, "dans l’urne")
    citizen.goto(f"/votes/{VOTE}/resultats.json", status=404)
    return citizen, receipt


def hear(stage, finals, officer, business):
    """Two projects are heard, one does not come; the business leaders score and close."""
    jury_id = finals.juries["chefs_entreprise"]
    came = {LEAD.title: "heard", SECOND.title: "heard", THIRD.title: "absent"}
    hearing.note_who_came(officer, jury_id, came)
    officer.goto(f"/instruction/jurys/{jury_id}/auditions?show=absent").says(THIRD.title)
    stage.enter(business, stage.person(BUSINESS[0].email))
    business.goto(f"/jury/{jury_id}/auditions").says("Absent, sans excuse")
    marks = {LEAD.title: 9, SECOND.title: 7, THIRD.title: 3}
    finalists.scored(stage, finals, "chefs_entreprise", marks)
    assert judging.close(officer, jury_id) == [LEAD.title, SECOND.title, THIRD.title]


def meet(stage, finals, officer):
    """The citizens' evening: presence, a proxy, a recusal, a revised score, a motion."""
    jury_id = finals.juries["citoyens"]
    finalists.scored(stage, finals, "citoyens", {SECOND.title: 7, LEAD.title: 6, THIRD.title: 4})
    room = meeting.call(officer, jury_id, datetime(2018, 11, 26, 18, 30, tzinfo=UTC))
    chair = enter(stage, CHAIR)
    chair.goto(f"/jury/{jury_id}").follow("Séances").follow("Séance du")
    chair.press("Ouvrir la séance").says("Le quorum de 3 n’est pas atteint")
    member, recused = enter(stage, HOLDER), enter(stage, RECUSED)
    member.goto(room).press(f"À distance {HOLDER.name}")
    recused.goto(room).press(f"En salle {RECUSED.name}")
    chair.press(f"En salle {CHAIR.name}")
    chair.fill({"giver": label(chair, "giver", AWAY), "holder": label(chair, "holder", HOLDER)})
    chair.press("Donner le pouvoir").says("par pouvoir 1", "Le quorum de 3 est atteint")

    meeting.next_by_keyboard(chair, SECOND.title)
    chair.says("Doivent quitter la salle", RECUSED.name, "Prennent part à ce point : 3")
    meeting.sees(member, SECOND.title)
    meeting.sees(recused, "vous pouvez quitter la salle")
    assert SECOND.title not in recused.text()
    meeting.revise(member, ["9", "9"], "La présentation a levé mes doutes.")
    chair.goto(room).says("1 note révisée dans la discussion")
    meeting.put(chair, MOTION)
    meeting.vote(chair, "Pour")
    meeting.vote(member, "Pour", "Abstention")
    assert not recused.page.get_by_role("button", name="Pour", exact=True).count()
    chair.goto(room).press("Terminer le vote").says("Adoptée")
    meeting.next_by_keyboard(chair, LEAD.title)
    meeting.sees(recused, LEAD.title)
    chair.says("Prennent part à ce point : 4")
    chair.press("Clore la séance").says("La séance est close.")
    expect(recused.page.locator("[data-sitting]")).to_have_count(0)  # it comes by itself
    recused.goto(f"{room}/ordre-du-jour")
    assert SECOND.title not in recused.text()
    return room


def label(visitor, name, player):
    """The value of the option of a list that reads the name of a member."""
    options = visitor.page.locator(f'main select[name="{name}"] option')
    return options.filter(has_text=player.name).first.get_attribute("value")


def sign_what_was_decided(stage, finals, room):
    """The chair is told to close the jury first; then signs, and everybody's part is there."""
    chair = enter(stage, CHAIR)
    chair.goto(room).follow("Procès-verbal").follow("Lire le classement et clore le jury")
    chair.press("Clore le jury")
    content = meeting.sign(stage, chair, room)
    chair.says(
        MOTION,
        f"Ont quitté la salle, s’étant déportés : {RECUSED.name}",
        f"(par pouvoir : {HOLDER.name})",
        "1 note a été révisée en séance",
        "Vote du public",
        "3 bulletins",
    )
    recused = enter(stage, RECUSED)
    recused.goto(f"{room}/proces-verbal").says(LEAD.title)
    assert SECOND.title not in recused.text()
    recused.goto(f"{room}/proces-verbal.pdf", status=404)
    return content


def decide(officer, finals, room):
    """From the call's page to the minutes; then both councils vote, on what was proclaimed."""
    officer.goto(f"{CALLS}/{finals.call_id}").follow("Procès-verbal").says(MOTION)
    assert officer.path == f"{room}/proces-verbal"
    table = f"{CALLS}/{finals.call_id}/decision"
    officer.goto(table)
    prizes = [one.input_value() for one in officer.page.locator('[name$="-label"]').all()]
    assert sorted(prizes) == ["", "Prix du jury", "Prix du public"]
    jury = Proposal("award", "prize", "5 000", label="Prix du jury")
    refusal = Proposal("refusal", reason="Le projet n’a pas été présenté.")
    projects = finals.projects
    officiating.propose(
        officer, table, {projects[LEAD.title]: jury, projects[THIRD.title]: refusal}
    )
    vote = officiating.vote_of("DEL-I-2", "Courts-circuits : prix du jury", VOTED_ON)
    officiating.enter_vote(officer, vote | {"votes_for": 80}, status=WRONG)
    officiating.summary_leads_to(officer, "votes_for")
    officer.fill({"votes_for": 86}).press("Enregistrer la délibération")
    officer.says("Adoptée à l’unanimité", "Classement arrêté")
    officiating.announce(officer, executory_on=VOTED_ON, plans=1)
    officer.goto(table).follow("Ville de Lauch")
    public = Proposal("award", "prize", "3 000", label="Prix du public")
    officiating.propose(officer, officer.path, {projects[SECOND.title]: public})
    vote = officiating.vote_of("DEL-V-2", "Courts-circuits : prix du public", VOTED_ON)
    officiating.enter_vote(officer, vote)
    expect(officer.page.locator("#grounds")).to_contain_text("Vote du public")
    officiating.announce(officer, executory_on=VOTED_ON, plans=1)


def be_paid(stage, finals):
    """Both winners claim, one of them by hand; both are paid."""
    stage.move_to(datetime(2018, 12, 18, 9, tzinfo=UTC))
    house, draft = finals.houses[0], finals.draft(LEAD)
    with stage.theatre() as theatre:
        judging.enter(stage, theatre, SECOND.person)
        other = str(finals.projects[SECOND.title])
        deciding.take_note(theatre, SECOND, other)
        claiming.claim(theatre, SECOND, other, rank=902)
        applicant = enter(stage, LEAD.person)
        paying.take_note(applicant, draft, "5 000,00 €", "Prix du jury")
        paying.read_letter(stage, applicant, draft)
        paying.claim(applicant, draft, holder=LEAD.organisation)
        officer = house.visitor(stage, FunderRole.OFFICER)
        for one in (LEAD, SECOND):
            paying.certify(officer, one.title)
        finance = paying.pay(stage, house, on=date(2018, 12, 18))
        paying.reveal(finance, LEAD.title)
        paying.picture(finance, house, paid="5 000,00 €", available="5 000,00 €")
        applicant.goto(f"{draft}/versements").says("Payé")
        assert "Payé" in theatre.browser(SECOND.person).get(f"/dossiers/{other}/versements").text
