"""Lists of what finance works through, with so many lines: who reads them and where."""

from __future__ import annotations

from sqlalchemy.orm import Session

from build.clock import NOW
from build.decisions import Scene, a_scene, an_award
from build.payments import (
    VAULT,
    a_claim,
    a_paid_order,
    an_account,
    an_award_to_pay,
    an_order,
)
from build.people import a_funder, a_funder_member
from grants.kernel.access import FunderRole
from grants.payments.models import PaymentReturn, ReturnKind
from grants.payments.plan import Part
from grants.payments.services import take_in
from grants.people.models import Person

HALVES = (Part(percent=50, label="Acompte"), Part(percent=50, label="Solde"))
OTHER = "FR1420041010050500013M02606"


def batches(session: Session, n: int) -> tuple[Person, str]:
    """One batch for each order."""
    scene = a_scene(session, applications=3)
    for nth in range(n):
        an_order(session, _award(session, scene, nth))
    return scene.people[FunderRole.FINANCE], "/finances/bordereaux"


def changes_of_account(session: Session, n: int) -> tuple[Person, str]:
    """One beneficiary for each change."""
    scene = a_scene(session, applications=3)
    for nth in range(n):
        award = _award(session, scene, nth)
        a_paid_order(session, award)
        a_claim(session, award, 1, account=an_account(OTHER), vault=VAULT)
    return scene.people[FunderRole.APPROVER], "/finances/coordonnees"


def returns(session: Session, n: int) -> tuple[Person, str]:
    """Files of one line each."""
    scene = a_scene(session)
    for nth in range(n):
        _taken(session, scene, f"X{nth};Payé;01/10/2018;1\n")
    return scene.people[FunderRole.AUDITOR], "/finances/retours"


def return_lines(session: Session, n: int) -> tuple[Person, str]:
    """One file of so many lines."""
    scene = a_scene(session)
    taken = _taken(session, scene, "".join(f"X{i};Payé;01/10/2018;1\n" for i in range(n)))
    return scene.people[FunderRole.FINANCE], f"/finances/retours/{taken.id}"


def leftovers(session: Session, n: int) -> tuple[Person, str]:
    """Lines that no order was found for."""
    return return_lines(session, n)[0], "/finances/retours/restes"


def instalments(session: Session, n: int) -> tuple[Person, str]:
    """One award paid in so many parts."""
    shares = {1: [100], 3: [50, 30, 20]}[n]
    parts = tuple(Part(percent=share, label="Versement") for share in shares)
    award = an_award_to_pay(session, parts=parts)
    return award.scene.author, f"/dossiers/{award.scene.applications[0].id}/versements"


def settings(session: Session, n: int) -> tuple[Person, str]:
    """One authority more than `n` to pay for: who pays for one only goes straight to it."""
    person = a_funder_member(session, a_funder(session), FunderRole.FINANCE)
    for _ in range(n):
        a_funder_member(session, a_funder(session), FunderRole.FINANCE, person=person)
    return person, "/finances/reglages"


def _award(session: Session, scene: Scene, nth: int) -> object:
    scene.authors[0] = scene.authors[nth]
    return an_award_to_pay(session, an_award(scene, nth), scene=scene, parts=HALVES)


def _taken(session: Session, scene: Scene, body: str) -> PaymentReturn:
    return take_in(
        session,
        scene.funder.id,
        kind=ReturnKind.CSV,
        name="retour.csv",
        vault=VAULT,
        data=f"mandat;etat;date;montant\n{body}".encode(),
        actor=scene.finance,
        now=NOW,
    )


OF_PAYING = (
    ("applicant.claims.index", instalments, 7),
    ("finance.settings.index", settings, 2),
    ("finance.batches.index", batches, 4),
    ("finance.accounts.index", changes_of_account, 3),
    ("finance.returns.index", returns, 8),
    ("finance.returns.show", return_lines, 6),
    ("finance.returns.leftovers", leftovers, 4),
)
"""Endpoint, maker, statements: the lists of `tests.web.test_lists`."""
