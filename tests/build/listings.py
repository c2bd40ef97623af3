"""Lines of lists: so many of them, and where the page is; first those that anyone may read."""

from __future__ import annotations

from build.appraisal import a_job
from build.ballots import a_voting_panel
from build.calls import a_call
from build.payments import an_award_to_pay
from build.people import a_funder, a_funder_member, a_person
from build.polls import a_poll
from grants.appraisal.models import ReferentRule
from grants.calls.models import RankingRule
from grants.people.models import Person


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


def ballot_to_write(session, n: int) -> tuple[Person, str]:
    panel = a_voting_panel(session, RankingRule.SCHULZE, jurors=1, applications=n)
    return panel.jurors[0], f"/jury/{panel.jury.id}/bulletin"


def own_jobs(session, n: int) -> tuple[Person, str]:
    person = a_person(session)
    for _ in range(n):
        a_job(session, person)
    return person, "/taches"


def contact_points(session, n: int) -> tuple[Person, str]:
    funder = a_funder(session)
    officer = a_funder_member(session, funder)
    session.add_all(
        ReferentRule(
            funder_id=funder.id,
            position=at,
            label=f"Bassin {at}",
            person_id=officer.id,
            communes=["63"],
        )
        for at in range(n)
    )
    return officer, "/instruction/contacts"
