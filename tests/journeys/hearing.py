"""Hearings: hours written and worked out, convocations, questions with their reply, who came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from journeys.stage import Stage
from journeys.visitor import Visitor

OFFICE = "/instruction/jurys/{}/auditions"


def write_hours(officer: Visitor, jury_id: UUID, day: date, **more: object) -> None:
    """From the jury's page: the day, the hours and the room; told first what is missing."""
    officer.goto(f"/instruction/jurys/{jury_id}").follow("Auditions")
    officer.follow("Indiquer les jours").press("Enregistrer", status=422)
    hours = {"days": f"{day:%d/%m/%Y}", "first": "14:00", "last": "16:30", "length": 30}
    rest = {"pause": 10, "places": "Salle du conseil", "bring": "Une maquette, si vous en avez."}
    officer.fill({**hours, **rest, **more}).press("Enregistrer")
    officer.says("Les heures du jury sont enregistrées.")


def say_when(juror: Visitor, jury_id: UUID, halves: Sequence[str]) -> None:
    """A member says at which half-days they can come, as « 2018-11-26/pm »."""
    juror.goto(f"/jury/{jury_id}").follow("Mes auditions").says("attend votre réponse")
    juror.fill({"halves": list(halves)}).press("Prévenir le service")
    juror.says("Le service sait quand vous pouvez venir.")


def convoke(officer: Visitor, jury_id: UUID, *, hearings: int) -> None:
    """The hours are worked out, looked at, kept; then everybody is told."""
    officer.goto(OFFICE.format(jury_id)).follow("Calculer les horaires")
    assert officer.page.locator("main tbody tr").count() == hearings
    officer.press("Enregistrer ces horaires").press("Envoyer les convocations")
    officer.says("Convoqué, réponse attendue")


def calendar(stage: Stage, email: str, pattern: str) -> str:
    """The entry of calendar that came with a convocation, unfolded."""
    letter, _link = stage.letter(email, pattern)
    (entry,) = [
        one for one in letter.message.iter_attachments() if "calendar" in one["Content-Type"]
    ]
    return str(entry.get_content()).replace("\r\n ", "").replace("\n ", "")


def ask(officer: Visitor, jury_id: UUID, title: str, question: str, *, due: date) -> None:
    """Ask the applicant something before the hearing."""
    officer.goto(OFFICE.format(jury_id)).follow(title)
    officer.press("Enregistrer les questions", status=422)
    officer.fill({"text": question, "due_on": f"{due:%d/%m/%Y}"})
    officer.press("Enregistrer les questions").press("Envoyer les questions au porteur")
    officer.says("Pas encore de réponse.")


def answer(applicant: Visitor, draft: str, *, question: str, reply: str) -> None:
    """From one's application: say that one comes, read the question, reply."""
    applicant.goto(draft).follow("Voir mon audition")
    applicant.press("Dire si je viens", status=422)
    applicant.fill({"coming": "confirmed"}).press("Dire si je viens").says("Vous venez", question)
    applicant.fill({"reply": reply}).press("Envoyer ma réponse au jury")
    applicant.says("Votre réponse est enregistrée")


def note_who_came(officer: Visitor, jury_id: UUID, came: Mapping[str, str]) -> None:
    """Once the hour has come: heard, excused or absent, by title."""
    for title, how in came.items():
        officer.goto(OFFICE.format(jury_id)).follow(title)
        officer.fill({"attendance": how}).press("Noter la présence").says("C’est noté.")
