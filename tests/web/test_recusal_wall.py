"""Beyond pages: what a recusal takes from mails, tasks, counts; and how the register says it."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select, text

from build.clock import NOW
from build.documents import a_docx
from build.juries import Desk, a_panel, a_recusal, a_seat
from build.matrix import entries, rules
from build.people import a_funder, a_funder_member
from build.reading import words
from grants.calls.models import CallFunder
from grants.files.services import deposit
from grants.jobs import services as jobs
from grants.jobs.models import Job, JobState
from grants.juries.models import ReasonClass, Recusal, RecusalOrigin, SeatRole
from grants.kernel.access import FunderRole
from grants.notices.giving import Site
from grants.notices.services.mailing import told
from grants.notices.telling import TELLINGS
from grants.outbox.models import Message
from grants.people.models import Funder, Person

MATRIX = entries()
SITE = Site(base_url="https://laureat.example", secret_key="s" * 32)
DIGITS = re.compile(r"[0-9]+")
TAKEN = {
    "GET officer.hearings.preview",
    "GET juror.hearings.show",
    "GET sittings.room.pulse",
    "GET jobs.result",
    "GET officer.scans.original",
}
"""A room that is taken is taken, members are told when to leave, a file made before a recusal is
given no more, nor a scanned pile with pages that nobody placed, which may be about anything: an
hour, a screen that goes blank, two refusals, and nothing else."""
APART = ("GET public.", "GET account.", "GET admin.", "GET applicant.", "GET dev.")
"""Pages where nobody counts what they judge, appraise or decide; any other one is walked."""
SECRET = "Ma belle-sœur en est trésorière."


@pytest.fixture
def desk(database, as_person):
    """A jury of two with two files, the first juror and the officer signed in."""
    with database.transaction() as session:
        panel = a_panel(session, jurors=2, applications=2)
    return Desk(panel, as_person(panel.jurors[0]), as_person(panel.officer))


# A world without it.


def numbers(site, role: str, path: str) -> list[str]:
    """Every number that an answer tells: of a page without its addresses, of a file whole."""
    answer = site.call(role, "GET", path)
    if answer.data.startswith(b"PK"):
        with ZipFile(BytesIO(answer.data)) as pack:
            told = [pack.read(one) for one in pack.namelist() if one.startswith("xl/")]
        return DIGITS.findall(b" ".join(told).decode(errors="ignore"))
    content = answer.data.decode(errors="ignore")
    if answer.mimetype == "text/html":
        content = re.sub(r"<[^>]+>", " ", content.partition("<main")[2])
    return DIGITS.findall(content)


def lists(site, role: str, application) -> list[str]:
    """The pages of a role that name no application: where it could be counted."""
    found = []
    for name, rule in rules(site.app):
        entry = MATRIX.get(name)
        if entry is None or entry.method != "GET" or entry.expected(role) != 200 or name in TAKEN:
            continue
        if not name.startswith(APART):
            path = entry.call(site, rule, site.world.ours).path
            if "application_id" not in rule.arguments and str(application.id) not in path:
                found.append(path)
    return found


FAR = 100_000


def taken_out(session, application_id) -> None:
    """As if it had never been: every row that names it goes, whatever rules and triggers say."""
    session.execute(text("SET LOCAL session_replication_role = replica"))
    given = {"id": application_id}
    for table in ("mark", "review_revision"):
        session.execute(
            text(f"DELETE FROM {table} WHERE review_id IN "
                 "(SELECT id FROM review WHERE application_id = :id)"), given
        )  # fmt: skip
    tables = session.scalars(
        text(
            "SELECT table_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND column_name = 'application_id'"
        )
    ).all()
    for table in tables:
        session.execute(text(f"DELETE FROM {table} WHERE application_id = :id"), given)
    gone = "DELETE FROM application WHERE id = :id RETURNING call_id, place"
    call_id, place = session.execute(text(gone), given).one()
    # Out of the way first: PostgreSQL looks at each place as it changes.
    for step, above in ((FAR, place), (-FAR - 1, FAR)):
        closing_ranks = "UPDATE application SET place = place + :step WHERE call_id = :call"
        given = {"call": call_id, "step": step, "above": above}
        session.execute(text(f"{closing_ranks} AND place > :above"), given)
    session.execute(text("SET LOCAL session_replication_role = origin"))


@pytest.mark.parametrize("role", ["officer", "elected", "auditor", "chair"])
def test_every_count_is_that_of_a_world_without_it(site, role):
    """Page by page: what a recused person counts is what anyone would, had it never been."""
    hidden = site.world.ours.applications["in_review"]
    paths = lists(site, role, hidden)
    assert len(paths) >= (20 if role == "officer" else 5)
    with site.database.undone():
        with site.database.transaction() as session:
            a_recusal(session, site.world.ours.people[role], hidden)
        recused = {path: numbers(site, role, path) for path in paths}
    with site.database.undone():
        with site.database.transaction() as session:
            taken_out(session, hidden.id)
        without = {path: numbers(site, role, path) for path in paths}
    wrong = [f"{path}: {recused[path]} / {without[path]}" for path in paths
             if recused[path] != without[path]]  # fmt: skip
    assert wrong == [], "\n".join(wrong)


# Mails.


def test_nobody_recused_is_told_of_it_by_any_mail(site):
    """Every message of the world that becomes a mail about an application, whoever it is for."""
    seen = set()
    with site.database.transaction() as session:
        messages = session.scalars(select(Message).where(Message.kind.in_(TELLINGS))).all()
        for message in messages:
            notice = TELLINGS[message.kind].notice(session, message, SITE)
            application = notice.facts.get("application")
            if application is None or not notice.recipients:
                continue
            for one in notice.recipients:
                person = session.scalar(select(Person).where(Person.email == one.address))
                known = select(Recusal).where(
                    Recusal.person_id == person.id, Recusal.application_id == application.id
                ) if person else None  # fmt: skip
                if person is not None and session.scalar(known) is None:
                    a_recusal(session, person, application)
            left = [one for one in told(session, notice) if one.person_id is not None]
            assert left == [], message.kind
            seen.add(message.kind)
    assert len(seen) >= 3, seen


# Tasks.


def test_a_task_made_before_no_longer_gives_its_file_nor_its_line(database, file_store, desk):
    first, second = desk.panel.applications
    with database.transaction() as session:
        actor = desk.panel.officer
        lines = [(one.id, one.number) for one in (first, second)]
        job_id = jobs.start(
            session, "applications.act", payload={}, total=2, actor=actor, now=NOW, lines=lines
        )
        job = session.get_one(Job, job_id)
        made = deposit(session, file_store, BytesIO(a_docx()), name="liste.docx", actor=actor)
        for line in jobs.batch(session, job_id):
            jobs.settle(job, line)
        jobs.finish(job, now=NOW, result_file_id=made.id)
        assert job.state is JobState.DONE
    page = f"/taches/{job_id}"
    before = desk.officer.get(page).text
    assert first.number in before
    assert "/resultat" in before
    assert desk.officer.get(f"{page}/resultat", buffered=True).status_code == 200
    with database.transaction() as session:
        a_recusal(session, desk.panel.officer, first)
    after = desk.officer.get(page)
    assert first.number not in after.text
    assert second.number in after.text
    assert "/resultat" not in after.text
    assert desk.officer.get(f"{page}/resultat").status_code == 404
    told_of = desk.officer.get(f"{page}/avancement").json
    assert (told_of["done"], told_of["total"]) == (1, 1)


# Who recuses whom.


def at(desk) -> str:
    return f"/instruction/dossiers/{desk.panel.applications[0].id}/deport"


def funder_of(session, desk) -> Funder:
    wanted = select(CallFunder.funder_id).where(CallFunder.call_id == desk.panel.call.id)
    return session.get_one(Funder, session.scalars(wanted).first())


@pytest.mark.parametrize("role", ["officer", "elected", "auditor", "finance", "administrator"])
def test_whoever_works_for_the_funder_steps_back(database, desk, as_person, role):
    with database.transaction() as session:
        person = a_funder_member(session, funder_of(session, desk), FunderRole(role))
    browser = as_person(person)
    assert browser.get(at(desk)).status_code == 200
    given = {"reason": SECRET, "reason_class": "family"}
    assert browser.post(at(desk), data=given).status_code == 303
    assert browser.get(at(desk)).status_code == 404
    with database.transaction() as session:
        row = session.scalars(select(Recusal)).one()
        assert (row.origin, row.reason_class) == (RecusalOrigin.DECLARED, ReasonClass.FAMILY)


def test_an_administrator_recuses_a_colleague_and_nobody_else(database, desk, as_person):
    with database.transaction() as session:
        funder = funder_of(session, desk)
        administrator = a_funder_member(session, funder, FunderRole.ADMINISTRATOR)
        elected = a_funder_member(session, funder, FunderRole.ELECTED, name="Maud Élue")
        elsewhere = a_funder_member(session, a_funder(session), FunderRole.ELECTED)
    browser, theirs = as_person(administrator), as_person(elected)
    file = f"/instruction/dossiers/{desk.panel.applications[0].id}"
    assert theirs.get(file).status_code == 200
    given = {"reason": "Signalé.", "reason_class": "mandate"}
    wrong = {**given, "person": elsewhere.id}
    assert browser.post(f"{at(desk)}/agents", data=wrong).status_code == 422
    right = {**given, "person": elected.id}
    assert theirs.post(f"{at(desk)}/agents", data=right).status_code == 403
    assert browser.post(f"{at(desk)}/agents", data=right).status_code == 303
    assert theirs.get(file).status_code == 404
    assert elected.name not in browser.get(f"{at(desk)}/agents").text


def test_the_chair_recuses_a_member_by_the_number_of_the_file(database, desk, as_person):
    with database.transaction() as session:
        chair = session.get_one(
            Person, a_seat(session, desk.panel.jury, role=SeatRole.CHAIR).person_id
        )
    browser, page = as_person(chair), f"{desk.queue}/deport"
    given = {
        "person": desk.panel.seats[0].id,
        "number": desk.panel.applications[0].number.lower(),
        "reason": SECRET,
        "reason_class": "employer",
    }
    assert browser.post(page, data={**given, "number": "X-1"}).status_code == 409
    assert desk.juror.get(desk.sheet).status_code == 200
    assert desk.juror.post(page, data=given).status_code == 404
    assert browser.post(page, data=given).status_code == 303
    assert desk.juror.get(desk.sheet).status_code == 404


# The register, and the certificates.


def test_the_register_says_who_when_and_what_kind_and_never_the_words(database, desk):
    first = desk.panel.applications[0]
    juror = desk.panel.jurors[0]
    given = {"reason": SECRET, "reason_class": "financial"}
    assert desk.juror.post(f"{desk.sheet}/deport", data=given).status_code == 303
    page = desk.officer.get(f"{desk.office}/deports")
    line = desk.officer.get(f"{desk.office}/deports.csv").text.splitlines()[1]
    for one in (juror.name, first.number):
        assert one in page.text
        assert one in line
    assert "Intérêt financier" in words(page) or "Financial interest" in words(page)
    assert SECRET not in page.text + line
    with database.transaction() as session:
        a_recusal(session, desk.panel.officer, first)
    assert juror.name not in desk.officer.get(f"{desk.office}/deports.csv").text


def test_a_member_certifies_once_the_scoring_is_over(database, desk):
    page, register = f"{desk.queue}/attestation", f"{desk.office}/deports"
    assert desk.juror.post(page).status_code == 409
    missing = desk.officer.get(register).text.count("tag--warning")
    with database.transaction() as session:
        session.execute(text("UPDATE stage SET starts_on = '2018-01-01', ends_on = '2018-01-02'"))
    assert desk.juror.post(page).status_code == 303
    assert desk.juror.post(page).status_code == 303
    assert desk.officer.get(register).text.count("tag--warning") == missing - 1
