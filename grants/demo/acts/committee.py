"""Today's committee at work: who reads what worked out, scores compared, a vote, a meeting."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from grants.demo.cast import (
    BUSINESS_JURY,
    CITIZEN_JURY,
    COURTS_CIRCUITS,
    MULHOUSE_STAFF,
    OPEN_NOW,
    VOTERS,
    Player,
)
from grants.demo.moves import calls, judging, meeting, pairing, polling, workshop
from grants.demo.theatre import Theatre, identifier
from grants.kernel.clock import paris_date, paris_instant

RETURNING = [COURTS_CIRCUITS[rank] for rank in (2, 9, 11, 14, 16, 17)]
"""These left the call of 2017 without a prize, and try again."""

READ = [*OPEN_NOW[:2], *RETURNING]
MEMBERS = [BUSINESS_JURY[0], CITIZEN_JURY[0], BUSINESS_JURY[2], CITIZEN_JURY[1], CITIZEN_JURY[2]]
"""The first one presides; the next one has scored one file, the others all of theirs."""

VOTED = 7
STAGE = {
    "title_fr": "Coup de cœur des habitants",
    "title_en": "Inhabitants’ favourite",
    "help_fr": "Pendant que le comité lit, chacun peut dire en ligne ce qui lui plaît.",
    "help_en": "While the committee reads, everyone may say online what they like.",
}
WORDS = {
    "title_fr": "Coup de cœur des habitants",
    "title_en": "Inhabitants’ favourite",
    "intro_fr": "Choisissez un ou deux projets. Le préféré sera présenté au marché solidaire.",
    "intro_en": "Choose one or two projects. The favourite will be shown at the solidarity market.",
    "prize_fr": "Une place au marché solidaire",
    "prize_en": "A place at the solidarity market",
}


def add_vote(theatre: Theatre, officer: Player, call_id: str, today: date) -> None:
    """The call says from the beginning that the public will vote."""
    last = today + timedelta(days=11)
    workshop.add_vote(theatre, officer, call_id, STAGE, first=today, last=last, after=1)


def play(theatre: Theatre, call_id: str) -> None:
    """Everything begun and nothing ended: whoever comes takes over."""
    officer, now = MULHOUSE_STAFF["officer"], theatre.clock.now()
    ready = [theatre.drafts[one.organisation] for one in READ]
    judging.receive(theatre, officer, call_id, only=ready)
    jury = calls.jury(theatre, officer, call_id, "Comité de sélection")
    judging.seat(theatre, officer, jury, MEMBERS)
    plan = pairing.ask(theatre, officer, jury)
    open_vote(theatre, call_id, paris_date(now))
    pairing.apply(theatre, officer, jury, plan)
    score(theatre, jury)
    call_meeting(theatre, jury, now)
    theatre.sights["comparison"] = f"{jury}/comparaison"


def open_vote(theatre: Theatre, call_id: str, today: date) -> None:
    """The favourite of the inhabitants: seven have voted, anybody else may."""
    officer, slug = MULHOUSE_STAFF["officer"], f"coup-de-coeur-{today.year}"
    words, last = {**WORDS, "slug": slug}, today + timedelta(days=11)
    address = polling.open_vote(theatre, officer, call_id, words, first=today, last=last)
    polling.vote(theatre, VOTERS[:VOTED], address, READ)
    theatre.sights["vote"] = address


def score(theatre: Theatre, jury: str) -> None:
    """One member is at work, the others have finished: every file has its quorum."""
    chair, beginner, *others = MEMBERS
    judging.everyone_scores(theatre, jury, [chair, *others])
    judging.score_all(theatre, beginner, identifier(jury), at_most=1)


def call_meeting(theatre: Theatre, jury: str, now: datetime) -> None:
    """The committee meets tomorrow: its meeting is there to be opened."""
    day = paris_date(now) + timedelta(days=1)
    theatre.sights["meeting"] = meeting.call(
        theatre,
        MULHOUSE_STAFF["officer"],
        jury,
        at=paris_instant(day, 14, 30),
        place="Maison de l’Emploi et de la Formation, salle Sundgau",
        convened_by=f"{MULHOUSE_STAFF['elected'].name}, vice-présidente",
    )
