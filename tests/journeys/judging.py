"""A juror's way: invitation, charter, recusal, scores by keyboard; and the officer's about them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from playwright.sync_api import expect
from sqlalchemy import select

from build.juries import a_seat
from build.people import a_person
from grants.calls.models import Jury
from grants.demo.cast import PASSWORD, Player
from grants.demo.moves import judging as moves
from grants.demo.theatre import Theatre
from grants.juries.models import SeatRole
from grants.people.models import Person
from journeys.keyboard import Hands
from journeys.stage import COOKIE, Stage
from journeys.visitor import Visitor

CLIENT = "_client"
NAMES = ("Violette Ancelin", "Walid Tournemine", "Xavière Poncet")
JURORS = tuple(Player(name) for name in NAMES)


def invite(officer: Visitor, jury_id: UUID, player: Player) -> None:
    """The officer writes to a future juror."""
    officer.goto(f"/instruction/jurys/{jury_id}")
    officer.fill({"name": player.name, "email": player.email, "role": "juror"})
    officer.press("Envoyer l’invitation").says(player.name, "Réponse attendue")


def take_seat(stage: Stage, juror: Visitor, player: Player) -> None:
    """A newcomer follows the mail's link, opens an account, and accepts the charter."""
    juror.goto(stage.mailed(player.email, "/compte/invitation"))
    juror.fill({"password": PASSWORD}).press("Ouvrir mon compte et accepter")
    juror.press("Accepter et rejoindre le jury", status=422)
    juror.fill({"charter": "y"}).press("Accepter et rejoindre le jury")
    juror.says("Bienvenue dans le jury.", "Votre déclaration d’intérêts")
    juror.press("Déclarer", status=422)
    juror.fill({"nothing": "y", "charter": "y"}).press("Déclarer")
    juror.says("Votre déclaration est enregistrée.")


def seat_others(stage: Stage, jury_id: UUID, players: Sequence[Player]) -> None:
    """Colleagues who accepted some other day: the first one presides."""
    with stage.session() as session:
        jury = session.get_one(Jury, jury_id)
        for rank, player in enumerate(players):
            known = session.scalars(select(Person).where(Person.email == player.email)).first()
            person = known or a_person(session, name=player.name, email=player.email)
            a_seat(session, jury, person=person, role=SeatRole.JUROR if rank else SeatRole.CHAIR)


def others_score(stage: Stage, jury_id: UUID, players: Sequence[Player]) -> None:
    """The colleagues score everything, as the demonstration's jurors do, over HTTP."""
    with stage.theatre() as theatre:
        for player in players:
            enter(stage, theatre, player)
            moves.score_all(theatre, player, str(jury_id))


def enter(stage: Stage, theatre: Theatre, player: Player) -> None:
    """Let a player of the theatre be signed in, without a page."""
    cookies = getattr(theatre.browser(player), CLIENT).cookies
    cookies.delete(COOKIE) if COOKIE in cookies else None
    cookies.set(COOKIE, stage.token(stage.person(player.email)))


def juries_of(stage: Stage, call_id: UUID) -> dict[str, UUID]:
    """The juries of a call, by key."""
    with stage.session() as session:
        rows = session.execute(select(Jury.key, Jury.id).where(Jury.call_id == call_id))
        return dict(rows.all())


def share_out(officer: Visitor, jury_id: UUID) -> None:
    """Everyone reads everything; the page of who reads what says so."""
    officer.goto(f"/instruction/jurys/{jury_id}").press("Tout le monde lit tout")
    officer.follow("Qui lit quoi")


def step_back(juror: Visitor, jury_id: UUID, title: str) -> None:
    """Declare a conflict of interest over one application; from then on it does not exist."""
    juror.goto(f"/jury/{jury_id}").follow(title)
    file = juror.path
    juror.follow("Déclarer un conflit d’intérêts").press("Me déporter de ce dossier", status=422)
    juror.fill({"reason": "J’y suis bénévole."}).press("Me déporter de ce dossier")
    assert title not in juror.goto(f"/jury/{jury_id}").text()
    juror.goto(file, status=404)
    juror.goto(f"{file}/deport", status=404)


def score(juror: Visitor, jury_id: UUID, title: str, marks: Sequence[str]) -> None:
    """Score one application with the mouse; a criterion left out is told first."""
    juror.goto(f"/jury/{jury_id}").follow(title)
    juror.press("Terminer et passer au suivant", status=422)
    for scale, mark in zip(scales(juror), marks, strict=True):
        juror.fill({scale: mark})
    juror.fill({"comment_jury": "Un besoin bien établi."})
    juror.press("Enregistrer le brouillon").says("Votre brouillon est enregistré.")
    juror.press("Terminer et passer au suivant").says("Votre note est définitive.")


def score_by_keyboard(juror: Visitor, jury: str, marks: Sequence[str]) -> None:
    """From one's juries to the end of the queue without a mouse: Tab, digits, Enter."""
    hands = Hands(juror)
    hands.enter(f'a[href$="/jury/{jury}"]').enter("a.btn-primary[href*='/jury/']")
    files = 0
    while "/dossiers/" in juror.path:
        for scale, mark in zip(scales(juror), marks, strict=True):
            hands.reach(f'[name="{scale}"]').type(mark)
            expect(juror.page.locator(f'[name="{scale}"][value="{mark}"]')).to_be_checked()
        hands.reach('[name="comment_jury"]').type("Très bon ancrage.")
        hands.enter('[name="intent"][value="finalise"]')
        juror.look().says("Votre note est définitive.")
        files += 1
    assert files > 1


def scales(juror: Visitor) -> list[str]:
    """The criteria of the rubric on the page, in its order, by the names of their controls."""
    found = juror.page.locator("[data-scale]").evaluate_all("all => all.map(one => one.id)")
    assert found
    return list(found)


def close(officer: Visitor, jury_id: UUID) -> list[str]:
    """Close a jury; give the titles as its frozen ranking places them."""
    officer.goto(f"/instruction/jurys/{jury_id}/classement").press("Clore le jury")
    return ranked(officer.says("Comment ce classement a été clos"))


def ranked(reader: Visitor) -> list[str]:
    """The titles on the page of a ranking, best first."""
    rows = reader.page.locator("tbody th")
    return list(rows.evaluate_all("all => all.map(one => one.firstChild.textContent.trim())"))
