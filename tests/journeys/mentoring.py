"""Weeks of mentoring: a business leader on the list, a pair, hours written down."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from grants.demo.cast import Player
from journeys.visitor import Visitor


def pair(officer: Visitor, call_id: UUID, mentor: Player, title: str) -> None:
    """From the call's page: somebody who offered their time helps that project."""
    officer.goto(f"/instruction/appels/{call_id}").follow("Parrains, binômes et heures")
    stage = officer.path
    officer.follow("Ajouter un parrain").press("Enregistrer", status=422)
    details = {"name": mentor.name, "email": mentor.email, "hours": 12}
    officer.fill(details).press("Enregistrer").says(mentor.name)
    officer.goto(stage).follow(title).press("Former le binôme", status=422)
    officer.page.locator('main [name="mentor"]').first.check()
    officer.press("Former le binôme").says("Le binôme est formé")


def write_hours(applicant: Visitor, draft: str, *, on: date, minutes: int, done: str) -> None:
    """The project writes down a meeting with its mentor."""
    applicant.goto(draft).follow("Voir qui m’accompagne")
    applicant.press("Noter ces heures", status=422)
    applicant.fill({"held_on": f"{on:%d/%m/%Y}", "minutes": minutes, "done": done})
    applicant.press("Noter ces heures").says(done)
