"""Lines of the lists that anyone may read: so many of them, and where the page is."""

from __future__ import annotations

from build.calls import a_call
from build.payments import an_award_to_pay
from build.polls import a_poll


def calls_of_the_public(session, n: int) -> tuple[None, str]:
    for _ in range(n):
        a_call(session)
    return None, "/appels"


def home(session, n: int) -> tuple[None, str]:
    for _ in range(n):
        an_award_to_pay(session)
    return None, "/"


def results(session, n: int) -> tuple[None, str]:
    for _ in range(n):
        an_award_to_pay(session)
    return None, "/resultats"


def votes(session, n: int) -> tuple[None, str]:
    for _ in range(n):
        a_poll(session, candidates=1)
    return None, "/votes"
