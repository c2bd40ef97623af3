"""The public vote: prepared by the service, cast by citizens, counted, checked with a receipt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select

from grants.polls import queries, services, voters
from grants.polls.models import PollLink
from journeys.stage import Stage
from journeys.visitor import Visitor

SECRET = "s" * 32


def prepare(
    officer: Visitor, call_id: UUID, *, slug: str, prize: str, opens: date, closes: date
) -> None:
    """From the call's page: the vote, its candidates, its page made public."""
    officer.goto(f"/instruction/appels/{call_id}").follow("Préparer le vote du public")
    officer.press("Enregistrer", status=422)
    words = {"title_fr": "Vote du public", "slug": slug, "prize_fr": prize, "most": 2}
    days = {"opens_at": f"{opens:%d/%m/%Y}", "closes_at": f"{closes:%d/%m/%Y}"}
    officer.fill({**words, **days}).press("Enregistrer").says("Aucun candidat")
    for box in officer.page.locator('main [name="applications"]').all():
        box.check()
    officer.press("Les mettre en lice").press("Publier le vote").says("Publié, à venir")


def cast(stage: Stage, citizen: Visitor, title: str, email: str) -> str:
    """From the list of votes to the receipt, by the link that comes by mail; its code."""
    citizen.goto("/votes").follow("Vote du public").press("Continuer", status=422)
    slug = citizen.path.split("/")[2]
    citizen.tick(title).press("Continuer").says("Confirmez votre vote", title)
    citizen.press("M’envoyer le lien", status=422)
    citizen.fill({"email": email}).press("M’envoyer le lien").says(
        "Regardez votre boîte aux lettres"
    )
    link = stage.mailed(email, f"/votes/{slug}/confirmation/")
    citizen.goto(link).press("Mettre mon bulletin dans l’urne").says(
        "Votre bulletin est dans l’urne"
    )
    code = citizen.page.locator(".receipt-code code").inner_text()
    citizen.goto(link, status=409)
    return code


def others_vote(stage: Stage, slug: str, ballots: Mapping[str, str]) -> None:
    """Whoever else votes, by mailbox, for the project of that title; without a page."""
    now = stage.clock.now()
    for email, title in ballots.items():
        with stage.session() as session:
            poll = queries.published(session, slug)
            by = {"secret_key": SECRET, "address": "192.0.2.7", "now": now}
            services.ask_link(session, poll, email, locale="fr", **by)
            voter = voters.voter_of(SECRET, poll.id, email)
            link = session.scalars(select(PollLink).where(PollLink.voter == voter)).one()
            chosen = next(one.id for one in poll.candidates if one.title == title)
            services.cast_by_link(session, poll, link.id, {chosen: 1}, **by)


def count(stage: Stage) -> None:
    """The vote is over: it is counted, as the clock of the workers would soon do."""
    with stage.session() as session:
        services.close_due(session, now=stage.clock.now())


def check(citizen: Visitor, slug: str, code: str, *words: str) -> None:
    """Whether one's ballot is in the count, by the receipt alone; a mistyped one is told."""
    citizen.goto(f"/votes/{slug}").follow("Vérifier que mon bulletin est compté")
    citizen.fill({"code": "AAAA-BBBB-CCCC-DDDD"}).press("Vérifier")
    citizen.says("Aucun bulletin")
    citizen.fill({"code": code}).press("Vérifier").says(*words)
