"""Whoever works for a funder and sits on a blind jury: the office is closed over its files."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from urllib.parse import quote
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from build.blind import HOUSE, a_blind_desk, betrayed, told
from build.clock import NOW
from build.documents import a_docx
from build.juries import a_seat
from build.matrix import entries, rules
from build.people import a_funder_member, acting_as
from build.reading import told_by
from build.world import FUNDER_ROLES
from grants.applications.models import Application
from grants.appraisal.queries.digest import news
from grants.calls.models import CallFunder, Stage
from grants.files.services import deposit
from grants.jobs import services as jobs
from grants.jobs.models import Job
from grants.juries import services
from grants.juries.models import SeatRole
from grants.kernel.access import FunderRole
from grants.people.models import Funder, FunderMember
from grants.people.queries import acting

MATRIX = entries()
APPLICANT = "Coopérative de Valbrune"
OFFICE = ("officer.", "finance.", "admin.", "jobs.", "sittings.")


@pytest.fixture
def seated(site):
    """Everybody who works for our authority sits on its first jury, which reads blind."""
    ours = site.world.ours
    with site.database.undone():
        with site.database.transaction() as session:
            jury = ours["juries"][0]
            session.get_one(Stage, jury.stage_id).blind = True
            for role in FUNDER_ROLES:
                a_seat(session, jury, person=ours.people[role])
        yield ours


def traces(side) -> set[str]:
    """What tells of any application of the call on the jury's side of the office."""
    return {
        one
        for name in ("in_review", "decided", "open")
        for one in (side.applications[name].title, side.applications[name].summary)
    }


@pytest.mark.parametrize("role", ["officer", "finance"])
def test_no_page_of_the_office_tells_of_a_file_that_one_reads_blind(site, seated, role):
    found, pages = [], 0
    for name, rule in rules(site.app):
        entry = MATRIX[name]
        if entry.method != "GET" or not entry.endpoint.startswith(OFFICE):
            continue
        path = entry.call(site, rule, seated).path
        page = told_by(site.call(role, "GET", path)).decode(errors="ignore").replace(path, "")
        pages += 1
        # In the meeting of that very jury one reads titles, as its members do, and no name.
        wanted = {APPLICANT} if entry.endpoint.startswith("sittings.") else traces(seated)
        found += [f"{name}: {one}" for one in wanted if one in page]
    assert pages > 60
    assert found == [], "\n".join(found)


def test_no_address_of_such_a_file_answers_in_the_office(site, seated):
    answered = []
    for name, rule in rules(site.app):
        entry = MATRIX[name]
        if entry.method != "GET" or not entry.endpoint.startswith(OFFICE):
            continue
        for key, thing in entry.named(rule).items():
            if thing.partition(".")[0] not in {"application", "file"}:
                continue
            wanted = seated[f"{thing.partition('.')[0]}.in_review"]
            path = entry.call(site, rule, seated, **{key: wanted}).path
            if site.call("officer", "GET", path).status_code != 404:
                answered.append(name)
    assert answered == []


# One file that tells of its applicant wherever it can.


@pytest.fixture
def desk(database, file_store, as_person):
    """The juror of a blind stage is an officer of the call too."""
    desk = a_blind_desk(database, file_store, as_person)
    with database.transaction() as session:
        for one in roles_of(session, desk, FunderRole.OFFICER):
            session.add(one)
    return desk


def roles_of(session, desk, role):
    lead = select(CallFunder.funder_id).where(CallFunder.call_id == desk.panel.call.id)
    for funder_id in session.scalars(lead):
        yield FunderMember(funder_id=funder_id, person_id=desk.panel.jurors[0].id, role=role)


def office(desk) -> list[str]:
    """Every page of the office that names no more than the call, the jury and the file."""
    panel = desk.panel
    known = {
        "jury_id": panel.jury.id,
        "call_id": panel.call.id,
        "application_id": panel.applications[0].id,
    }
    adapter = desk.juror.application.url_map.bind("localhost")
    return [
        adapter.build(rule.endpoint, {one: known[one] for one in rule.arguments})
        for rule in desk.juror.application.url_map.iter_rules()
        if rule.endpoint.startswith(OFFICE)
        and "GET" in rule.methods
        and rule.arguments <= known.keys()
    ]


def reached(desk, browser) -> str:
    """All that a browser is told there."""
    texts = []
    for page in office(desk):
        told_of = told(browser.get(page))
        texts.append(told_of.replace(page, ""))
    return "".join(texts)


def test_the_officer_on_the_jury_reads_no_name_and_a_colleague_does(desk):
    assert betrayed(reached(desk, desk.officer))
    assert betrayed(reached(desk, desk.juror)) == []
    file = f"/instruction/dossiers/{desk.panel.applications[0].id}"
    assert desk.officer.get(file).status_code == 200
    assert desk.juror.get(file).status_code == 404
    assert desk.juror.get(desk.sheet).status_code == 200  # and reads it, without a name


@pytest.mark.parametrize("word", ["valromey", "Castagnède", "itinérante"])
def test_no_search_of_the_office_finds_it(desk, word):
    path = f"/instruction/dossiers?q={quote(word)}"
    found = f"/instruction/dossiers/{desk.panel.applications[0].id}"
    assert found in desk.officer.get(path).text
    assert found not in desk.juror.get(path).text


def test_the_office_opens_again_when_the_jury_closes(database, file_store, desk):
    file = f"/instruction/dossiers/{desk.panel.applications[0].id}"
    with database.transaction() as session:
        officer = acting_as(session, desk.panel.officer)
        services.close_jury(session, desk.panel.jury.id, store=file_store, actor=officer, now=NOW)
    assert HOUSE in desk.juror.get(file).text


def test_a_file_made_before_the_seat_is_given_no_more(database, file_store, desk):
    with database.transaction() as session:
        actor = acting_as(session, desk.panel.jurors[0])
        made, jury = {}, str(desk.panel.jury.id)
        for kind, at in (("applications.export", NOW - timedelta(days=9)), ("juries.booklet", NOW)):
            blind = [jury] if at == NOW else []
            job_id = a_made_job(session, file_store, kind, actor, jury=jury, blind=blind)
            session.get_one(Job, job_id).started_at = at
            made[kind] = job_id
    assert answers(desk, made.values()) == [404, 200]


def test_workers_act_as_the_office_does_and_the_digest_is_silent(database, desk):
    panel = desk.panel
    with database.transaction() as session:
        session.get_one(Application, panel.applications[0].id).referent_id = panel.jurors[0].id
        session.flush()
        actor = acting(session, panel.jurors[0].id, now=NOW)
        assert panel.applications[0].id in actor.in_office().recused_from
        assert panel.applications[0].id not in actor.recused_from
        session.execute(
            text(
                "INSERT INTO thread_message (id, application_id, author_id, by_applicant,"
                " written_at, text) VALUES (:id, :file, :author, true, :at, 'Bonjour')"
            ),
            {
                "id": uuid4(),
                "file": panel.applications[0].id,
                "author": panel.applications[0].author_id,
                "at": NOW,
            },
        )
        span = {"since": NOW - timedelta(days=1), "until": NOW}
        assert news(session, panel.jurors[0].id, **span) == []
        assert len(news(session, panel.officer.id, **span)) == 1


def test_the_only_officer_does_not_take_the_seat_and_another_is_told_before(
    database, as_person, desk
):
    with database.transaction() as session:
        lead = session.scalars(
            select(CallFunder.funder_id).where(CallFunder.call_id == desk.panel.call.id)
        ).first()
        third = a_funder_member(session, session.get_one(Funder, lead))
        seats = {
            "alone": a_seat(session, desk.panel.jury, person=desk.panel.officer, accepted=False),
            "third": a_seat(
                session, desk.panel.jury, person=third, accepted=False, role=SeatRole.CHAIR
            ),
        }
        browsers = {"alone": desk.officer, "third": as_person(third)}
    address = {one: f"/jury/invitations/{seat.id}" for one, seat in seats.items()}
    page = browsers["third"].get(address["third"]).text
    assert "ne s’ouvrent plus pour vous qu’ici" in page
    given = {"charter": "y"}
    assert browsers["third"].post(f"{address['third']}/accepter", data=given).status_code == 303
    refused = browsers["alone"].post(f"{address['alone']}/accepter", data=given)
    assert refused.status_code == 409
    assert "personne d’autre ne pourrait instruire" in refused.text


def test_the_words_of_the_scene_tell_who_applies():
    assert len(betrayed(f"{HOUSE} Ombeline Castagnède")) >= 3


def test_a_stage_made_blind_later_withholds_the_files_made_before(database, file_store, desk):
    """Booklets with names, exports and archives: whatever was made before the stage was blind."""
    panel = desk.panel
    with database.transaction() as session:
        session.get_one(Stage, panel.jury.stage_id).blind = False
        actor = acting_as(session, panel.jurors[0])
        made = [
            a_made_job(session, file_store, kind, actor, jury=str(panel.jury.id), blind=[])
            for kind in ("applications.archive", "applications.export", "juries.booklet")
        ]
    assert answers(desk, made) == [200] * 3
    with database.transaction() as session:
        session.get_one(Stage, panel.jury.stage_id).blind = True
        blind = [str(panel.jury.id)]
        again = [
            a_made_job(session, file_store, kind, actor, jury=str(panel.jury.id), blind=blind)
            for kind in ("applications.archive", "juries.booklet")
        ]
    assert answers(desk, made) == [404] * 3
    assert answers(desk, again) == [200] * 2  # made under the seal
    assert "/resultat" not in desk.juror.get(f"/taches/{made[2]}").text
    with database.transaction() as session:
        session.execute(text("UPDATE seat SET person_id = :other"), {"other": panel.officer.id})
    assert answers(desk, made) == [200] * 3  # whoever sits on no blind jury


def a_made_job(session, store, kind, actor, **payload):
    job_id = jobs.start(session, kind, payload=payload, total=1, actor=actor, now=NOW)
    stored = deposit(session, store, BytesIO(a_docx()), name="x.docx", actor=actor)
    jobs.finish(jobs.taken(session, job_id, now=NOW), now=NOW, result_file_id=stored.id)
    return job_id


def answers(desk, made) -> list[int]:
    asked = (f"/taches/{one}/resultat" for one in made)
    return [desk.juror.get(one, buffered=True).status_code for one in asked]
