"""The final of Courts-circuits 2017: hearings, a public vote, a meeting and its minutes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from grants.demo.cast import BUSINESS_JURY, CITIZEN_JURY, MULHOUSE_STAFF, VOTERS, Candidate
from grants.demo.moves import calls, hearing, judging, meeting, polling
from grants.demo.theatre import Theatre, identifier

STAFF = MULHOUSE_STAFF
DAY = date(2017, 11, 25)
VOTE_DAYS = date(2017, 11, 18), date(2017, 11, 24)
PLACE = "Maison de l’Emploi et de la Formation, 9 avenue Konrad Adenauer, Mulhouse"
VOTE = {
    "slug": "prix-du-public-2017",
    "title_fr": "Prix du public Courts-circuits 2017",
    "title_en": "Public’s prize, Courts-circuits 2017",
    "intro_fr": "Six projets, une finale : choisissez celui ou les deux que vous aimeriez voir "
    "naître près de chez vous.",
    "intro_en": "Six projects, one final: choose the one or two that you would like to see near "
    "your home.",
    "prize_fr": "Prix du public",
    "prize_en": "Public’s prize",
}
QUESTION = (
    "Combien de personnes pourriez-vous accueillir dès la première année, et avec quels moyens "
    "si la moitié seulement du budget était réunie ?"
)
REPLY = (
    "Une vingtaine la première année. Avec la moitié du budget nous commencerions par un seul "
    "lieu, prêté par la ville, et deux bénévoles formés."
)
NOTES = (
    "Présentation claire, ancrage dans le quartier. Le prix devrait financer la formation.",
    "Projet solide, dont le modèle économique reste à préciser.",
)
WHY = "La réponse écrite avant l’audition lève ma réserve sur les moyens."
TEXT = "Le jury propose de décerner le prix du jury au projet « {title} »."


def play(
    theatre: Theatre, call_id: str, finalists: Sequence[Candidate]
) -> tuple[list[Candidate], list[Candidate]]:
    """From the convocations to signed minutes; the finalists as the jury and the public rank."""
    theatre.say("2017 : parrainage, convocations de la finale")
    business, citizens = convene(theatre, call_id, finalists)
    theatre.say("2017 : le public vote")
    address = vote(theatre, call_id, finalists)
    theatre.say("2017 : la finale, en séance")
    by_business = hold(theatre, (business, citizens), finalists)
    theatre.wait_for("the count of the vote", lambda: is_counted(theatre, address))
    by_public = judging.in_order(theatre.browser(STAFF["officer"]).get(address), finalists)
    return by_business, by_public


def convene(theatre: Theatre, call_id: str, finalists: Sequence[Candidate]) -> tuple[str, str]:
    """Both juries take their seats; hours are worked out, and everybody is convoked."""
    theatre.move_to(datetime(2017, 11, 6, 8, tzinfo=UTC))
    officer = STAFF["officer"]
    theatre.enter(officer)
    business = calls.jury(theatre, officer, call_id, "chefs d’entreprise")
    citizens = calls.jury(theatre, officer, call_id, "Jury des citoyens")
    for jury, members in ((business, BUSINESS_JURY), (citizens, CITIZEN_JURY)):
        judging.seat(theatre, officer, jury, members)
        judging.share_out(theatre, officer, jury)
    hearing.settle_hours(theatre, officer, business, on=DAY, hours=("09:00", "12:00"), place=PLACE)
    theatre.everyone(
        lambda one: hearing.say_available(theatre, one, identifier(business)), BUSINESS_JURY
    )
    hearing.settle_hours(
        theatre,
        officer,
        citizens,
        on=DAY,
        hours=("13:30", "16:30"),
        place=PLACE,
        counts_silent=True,
    )
    for jury in (business, citizens):
        hearing.convoke(theatre, officer, jury)
    asked = theatre.drafts[finalists[0].organisation]
    hearing.ask(theatre, officer, business, asked, QUESTION, due=date(2017, 11, 22))
    theatre.sights["hearings"] = f"{business}/auditions"
    return business, citizens


def vote(theatre: Theatre, call_id: str, finalists: Sequence[Candidate]) -> str:
    """Finalists confirm that they come; a dozen people vote from their mailboxes."""
    first, last = VOTE_DAYS
    officer = STAFF["officer"]
    address = polling.open_vote(theatre, officer, call_id, VOTE, first=first, last=last)
    theatre.move_to(datetime(2017, 11, 18, 17, tzinfo=UTC))

    def come(candidate: Candidate) -> None:
        reply = REPLY if candidate is finalists[0] else ""
        hearing.confirm(theatre, candidate, theatre.drafts[candidate.organisation], reply)

    theatre.everyone(come, finalists)
    polling.vote(theatre, VOTERS, address, finalists)
    theatre.sights["counted"] = address
    return address


def hold(
    theatre: Theatre, juries: tuple[str, str], finalists: Sequence[Candidate]
) -> list[Candidate]:
    """The day of the final: who came, the scores, the meeting, the closing, the minutes."""
    theatre.move_to(datetime(2017, 11, 25, 16, 30, tzinfo=UTC))
    officer, chair = STAFF["officer"], BUSINESS_JURY[0]
    business, citizens = juries
    theatre.everyone(theatre.enter, [officer, *BUSINESS_JURY, *CITIZEN_JURY])
    drafts = [theatre.drafts[one.organisation] for one in finalists]
    for jury, members in ((business, BUSINESS_JURY), (citizens, CITIZEN_JURY)):
        hearing.mark_present(theatre, officer, jury, drafts)
        judging.everyone_scores(theatre, jury, members)
    judging.close(theatre, officer, citizens)
    address = meeting.call(
        theatre,
        officer,
        business,
        at=datetime(2017, 11, 25, 16, 30, tzinfo=UTC),
        place=PLACE,
        convened_by=f"{STAFF['elected'].name}, vice-présidente",
    )
    meeting.open_it(theatre, chair, address, BUSINESS_JURY[1:], afar=BUSINESS_JURY[3])
    ranking = theatre.browser(officer).get(f"{business}/classement")
    best = judging.in_order(ranking, finalists)[0]
    reading = theatre.drafts[best.organisation]
    meeting.revise(theatre, BUSINESS_JURY[2], identifier(business), reading, WHY)
    meeting.discuss(theatre, chair, address, NOTES)
    ranking = theatre.browser(officer).get(f"{business}/classement")
    ranked = judging.in_order(ranking, finalists)
    text = TEXT.format(title=ranked[0].title)
    meeting.put_to_vote(theatre, chair, address, BUSINESS_JURY, text)
    meeting.close(theatre, chair, address)
    judging.close(theatre, officer, business)
    meeting.sign(theatre, chair, address)
    theatre.sights["minutes"] = f"{address}/proces-verbal"
    return ranked


def is_counted(theatre: Theatre, address: str) -> bool:
    """Whether the beat has counted the vote: it closed the evening before the final."""
    page = theatre.browser(STAFF["officer"]).get(address)
    return bool(page.all_links(r"/resultats\.json$"))
