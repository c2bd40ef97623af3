"""Lines of lists: so many of them, and where the page is; first those that anyone may read."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from build.appraisal import a_job
from build.ballots import a_voting_panel
from build.calls import a_call
from build.clock import NOW
from build.decisions import a_delegation, a_deliberation, a_refusal, a_scene, an_award
from build.payments import an_award_to_pay
from build.people import a_funder, a_funder_member, a_person, acting_as
from build.polls import a_poll
from build.signing import may_sign
from build.telling import DRAFTED
from build.withdrawing import OF_WITHDRAWALS
from grants.agreements.beginnings import ORDER
from grants.agreements.services import draft, keep_usual
from grants.agreements.usual import Kind
from grants.appeals.services import file_appeal
from grants.appraisal.models import ReferentRule
from grants.calls.models import RankingRule
from grants.councils.services import plan, seat
from grants.decisions.models import Body, Decision, Instrument
from grants.decisions.services import acknowledge
from grants.files.models import Scan as Verdict
from grants.files.models import StoredFile
from grants.kernel.access import FunderRole
from grants.notices.papers import Scan
from grants.notices.services import add_template
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


def letters_to_send(session, n: int) -> tuple[Person, str]:
    scene = a_scene(session, applications=n)
    items = [an_award(scene, 0), *(a_refusal(scene, nth) for nth in range(1, n))]
    found = a_deliberation(session, scene, *items)
    officer = scene.people[FunderRole.OFFICER]
    return officer, f"/instruction/deliberations/{found.id}/courriers"


def texts_of_letters(session, n: int) -> tuple[Person, str]:
    funder = a_funder(session)
    officer = a_funder_member(session, funder)
    for _ in range(n):
        add_template(session, funder.id, DRAFTED, actor=acting_as(session, officer), now=NOW)
    return officer, "/instruction/modeles-de-courrier"


def usual_texts(session, n: int) -> tuple[Person, str]:
    funder = a_funder(session)
    officer = a_funder_member(session, funder)
    forms = [None, Instrument.GRANT, Instrument.ADVANCE, Instrument.PRIZE]
    for one in forms[:n]:
        keep_usual(
            session, funder.id, Kind.ORDER, one, body=ORDER, actor=acting_as(session, officer),
            now=NOW,
        )  # fmt: skip
    return officer, "/instruction/textes-types"


def takers_of_a_text(session, n: int) -> tuple[Person, str]:
    scene = a_scene(session, applications=n)
    a_deliberation(session, scene, *(an_award(scene, nth) for nth in range(n)))
    kept = add_template(session, scene.funder.id, DRAFTED, actor=scene.officer, now=NOW)
    return scene.people[FunderRole.OFFICER], f"/instruction/modeles-de-courrier/{kept.id}"


def appeals_to_answer(session, n: int) -> tuple[Person, str]:
    scene = a_scene(session, applications=n)
    items = [a_refusal(scene, nth) for nth in range(n)]
    found = a_deliberation(session, scene, *items, announced=True)
    for file, author in zip(scene.applications, scene.authors, strict=True):
        actor = acting_as(session, author)
        acknowledge(session, file.id, found.id, actor=actor, now=NOW)
        file_appeal(session, file.id, found.id, grounds="Non.", actor=actor, now=NOW)
    return scene.people[FunderRole.OFFICER], "/instruction/recours"


def agreements_due(session, n: int) -> tuple[Person, str]:
    scene = a_scene(session, applications=3, voted=20_000_000)
    items = [an_award(scene, nth, amount=2_500_000) for nth in range(n)]
    found = a_deliberation(session, scene, *items)
    of_it = select(Decision.id).where(Decision.deliberation_id == found.id)
    for one in session.scalars(of_it).all():
        draft(session, one, text="Article 1.", actor=scene.officer, now=NOW)
    return scene.people[FunderRole.OFFICER], "/instruction/conventions"


def council_meetings(session, n: int) -> tuple[Person, str]:
    scene = a_scene(session)
    for nth in range(n):
        plan(
            session,
            scene.funder.id,
            body=Body.COUNCIL,
            starts_at=NOW + timedelta(days=nth),
            place="Mairie",
            actor=scene.officer,
            now=NOW,
        )
    return scene.people[FunderRole.ELECTED], "/instruction/seances"


def council_seats(session, n: int) -> tuple[Person, str]:
    scene = a_scene(session)
    since = date(2014, 4, 4)
    for nth in range(n):
        seat(session, scene.funder.id, name=f"M {nth}", since=since, actor=scene.officer, now=NOW)
    return scene.people[FunderRole.OFFICER], "/instruction/assemblee/membres"


def delegations(session, n: int) -> tuple[Person, str]:
    scene = a_scene(session)
    for _ in range(n):
        a_delegation(session, scene.funder, scene.officer)
    return scene.people[FunderRole.OFFICER], "/instruction/assemblee/delegations"


def signing_delegations(session, n: int) -> tuple[Person, str]:
    scene = a_scene(session)
    for nth in range(n):
        person = a_funder_member(session, scene.funder, FunderRole.ELECTED, name=f"Lou {nth}")
        may_sign(session, scene.funder.id, person.id)
    return scene.people[FunderRole.OFFICER], "/instruction/assemblee/signatures"


def scanned_piles(session, n: int) -> tuple[Person, str]:
    funder = a_funder(session)
    officer = a_funder_member(session, funder)
    for at in range(n):
        kept = StoredFile(
            sha256=f"{at:064d}", size=9, media_type="application/pdf", name=f"pile-{at}.pdf",
            uploaded_by=officer.id, scan=Verdict.UNCHECKED,
        )  # fmt: skip
        session.add(kept)
        session.flush()
        session.add(
            Scan(funder_id=funder.id, stored_file_id=kept.id, brought_by=officer.id, brought_at=NOW)
        )
    return officer, "/instruction/scans"


TOLD = (
    ("officer.scans.index", scanned_piles, 5),
    ("officer.councils.index", council_meetings, 3),
    ("officer.council_seats.index", council_seats, 5),
    ("officer.council_seats.delegations", delegations, 4),
    ("officer.signing_delegations.index", signing_delegations, 6),
    ("officer.agreements.index", agreements_due, 4),
    ("officer.letters.index", letters_to_send, 5),
    ("officer.letter_templates.index", texts_of_letters, 4),
    ("officer.letter_templates.edit", takers_of_a_text, 6),
    ("officer.usual_texts.index", usual_texts, 3),
    ("officer.appeals.index", appeals_to_answer, 3),
    *OF_WITHDRAWALS,
)
"""Lists of what is told, as `Listing`s are made of them."""
