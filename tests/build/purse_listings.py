"""Lists of finance: an authorisation, an act or an award more costs no statement more."""

from __future__ import annotations

from uuid import uuid4

from build.budget import a_recorded_act, an_authorisation
from build.ledger import a_book, an_envelope, booked
from build.paying import OF_PAYING
from build.people import a_funder, a_funder_member
from grants.kernel.access import FunderRole
from grants.people.models import Person


def authorisations(session, n: int) -> tuple[Person, str]:
    funder = a_funder(session)
    book = a_book(session, funder)
    for at in range(n):
        an_authorisation(session, book, f"Programme {at}")
    return a_funder_member(session, funder, FunderRole.FINANCE), "/finances/autorisations"


def promises(session, n: int) -> tuple[Person, str]:
    funder = a_funder(session)
    programme = an_authorisation(session, a_book(session, funder), "Programme")
    booked(session, "vote", programme.id, 100 * (n - 1) + 1)
    for _ in range(n - 1):
        booked(session, "commit", programme.id, 100, uuid4())
    person = a_funder_member(session, funder, FunderRole.AUDITOR)
    return person, f"/finances/autorisations/{programme.id}/promesses?year=2018"


def promises_of_an_award(session, n: int) -> tuple[Person, str]:
    funder = a_funder(session)
    programme = an_authorisation(session, a_book(session, funder), "Programme")
    booked(session, "vote", programme.id, 100 * n)
    award = uuid4()
    for _ in range(n):
        booked(session, "commit", programme.id, 100, award)
    person = a_funder_member(session, funder, FunderRole.FINANCE)
    return person, f"/finances/attributions/{award}/echeancier"


def acts(session, n: int) -> tuple[Person, str]:
    funder = a_funder(session)
    book = a_book(session, funder)
    envelope = an_envelope(session, book)
    for at in range(n):
        a_recorded_act(session, book, envelope, f"DM {at}")
    return a_funder_member(session, funder, FunderRole.AUDITOR), "/finances/actes"


def trial(session, n: int) -> tuple[Person, str]:
    return of_a_year(session, n, "/finances/balance")


def postings(session, n: int) -> tuple[Person, str]:
    return of_a_year(session, n, "/finances/enveloppes/{envelope}/livre")


def year_end(session, n: int) -> tuple[Person, str]:
    return of_a_year(session, n, "/finances/cloture")


def of_a_year(session, n: int, path: str) -> tuple[Person, str]:
    funder = a_funder(session)
    book = a_book(session, funder)
    for _ in range(n):
        envelope = an_envelope(session, book, voted=100)
        booked(session, "commit", envelope.id, 10, uuid4())
    person = a_funder_member(session, funder, FunderRole.FINANCE)
    return person, path.format(envelope=envelope.id)


OF_FINANCE = [
    ("finance.authorisations.index", authorisations, 4),
    ("finance.acts.index", acts, 3),
    ("finance.schedules.index", promises, 5),
    ("finance.schedules.show", promises_of_an_award, 8),
    ("finance.trial.show", trial, 4),
    ("finance.envelopes.book", postings, 7),
    ("finance.closing.show", year_end, 8),
    *OF_PAYING,
]
