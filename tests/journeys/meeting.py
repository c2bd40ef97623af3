"""A jury's meeting: called, opened, followed on several screens, voted in, told in its minutes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from playwright.sync_api import expect

from journeys.judging import scales
from journeys.stage import Stage
from journeys.visitor import Visitor


def call(officer: Visitor, jury_id: UUID, at: datetime) -> str:
    """The officer calls a meeting from the jury's page; its address."""
    officer.goto(f"/instruction/jurys/{jury_id}").follow("Séances")
    officer.press("Préparer la séance", status=422)
    when = {"meets_on": f"{at:%d/%m/%Y}", "meets_time": f"{at:%H:%M}"}
    officer.fill({**when, "place": "Maison du peuple", "convened_by": "Olive Ill, chargée d’appel"})
    officer.press("Préparer la séance")
    return officer.path.removesuffix("/ordre-du-jour")


def next_by_keyboard(chair: Visitor, title: str) -> None:
    """The chair moves on without a mouse."""
    chair.page.locator("h1").click()
    with chair.page.expect_navigation() as going:
        chair.page.keyboard.press("n")
    chair.arrive(going.value, 200).says(title)


def sees(member: Visitor, *words: str) -> None:
    """What changes comes to a member's screen by itself, soon."""
    screen = member.page.locator("[data-sitting]")
    for one in words:
        spaced = re.escape(one).replace(r"\ ", r"\s+")
        expect(screen).to_contain_text(re.compile(spaced), timeout=10_000)
    member.look()


def revise(member: Visitor, marks: Sequence[str], reason: str) -> None:
    """From the screen: another score than before, with the sentence that it needs."""
    room = member.path
    member.follow("La changer, en disant pourquoi")
    member.page.get_by_text("Changer ma note").click()
    member.fill(dict(zip(scales(member), marks, strict=True)))
    member.press("Enregistrer ma nouvelle note", status=422)
    member.fill({"reason": reason}).press("Enregistrer ma nouvelle note")
    member.goto(room).says("note révisée dans la discussion")


def put(chair: Visitor, text: str, *, scope: str = "item") -> None:
    """Put a text to the vote, on the application on the screens or on the whole."""
    chair.press("Ouvrir le vote", status=422)
    chair.fill({"text": text, "scope": scope}).press("Ouvrir le vote").says(text)


def vote(member: Visitor, *choices: str) -> None:
    """One ballot after the other: one's own, then that of whom one represents."""
    for one in choices:
        expect(member.page.get_by_role("button", name=one, exact=True).first).to_be_visible()
        member.press(one).says("Votre vote est compté.")


def sign(stage: Stage, chair: Visitor, room: str) -> bytes:
    """The chair signs what they read, and downloads it once a worker has written it."""
    chair.goto(f"{room}/proces-verbal").press("Signer le procès-verbal")
    chair.says("Le procès-verbal est signé", "Rien n’y change plus")
    for _ in range(60):
        if chair.page.get_by_role("link", name="Télécharger le PDF").count():
            break
        chair.page.wait_for_timeout(500)
        chair.page.reload()
    content = chair.download("Télécharger le PDF").path().read_bytes()
    assert content.startswith(b"%PDF-"), stage.checkout.words("worker")
    return content
