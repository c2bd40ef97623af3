"""A computed assignment in the browser: asked, looked at, applied, explained; and preferences."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.juries import Desk, a_panel, a_recusal, a_review
from build.people import a_funder_member, acting_as
from build.reading import words
from grants.calls.models import Stage
from grants.jobs.models import Job
from grants.juries import queries, services
from grants.juries.matching.solving import solve
from grants.juries.models import Assignment, Liking, Ranking, ReadingPreference
from grants.juries.pairing import Options
from grants.people.models import Funder

ASKED = {
    "readers": "1",
    "load_max": "5",
    "load_min": "0",
    "keep": "y",
    "accepted_only": "y",
    "skills": "4",
    "track": "3",
    "territory": "2",
    "preference": "3",
    "balance": "50",
    "seed": "1",
}


@pytest.fixture
def desk(database, as_person):
    with database.transaction() as session:
        panel = a_panel(session, jurors=2, applications=4, assigned=False)
    return Desk(panel, as_person(panel.jurors[0]), as_person(panel.officer))


def rows(database, statement):
    with database.transaction() as session:
        return session.scalars(statement).all()


def worked_out(database, desk):
    """What the worker does with the job that the page asked for."""
    with database.transaction() as session:
        job = session.scalars(select(Job)).one()
        actor = acting_as(session, desk.panel.officer)
        jury = queries.jury(session, desk.panel.jury.id, actor)
        options = Options.taken(job.payload["options"])
        given = queries.given(session, jury, options)
        found = solve(given.pairing, seed=options.seed)
        plan = services.keep_plan(
            session, jury, given, found, job_id=job.id, options=options, now=NOW
        )
        return plan.id


def test_a_plan_from_the_form_to_the_readings(database, desk):
    page = f"{desk.office}/repartition/calcul"
    assert desk.officer.get(page).status_code == 200
    asked = desk.officer.post(page, data=ASKED)
    assert asked.status_code == 303
    assert "/taches/" in asked.location
    plan = worked_out(database, desk)
    shown = words(desk.officer.get(page))
    assert "Pas encore appliquée" in shown
    assert rows(database, select(Assignment)) == []
    reasons = f"{desk.office}/repartition/dossiers/{desk.panel.applications[0].id}/raisons"
    assert "pas encore appliquée" in words(desk.officer.get(reasons))
    assert "Lit 2 dossiers en tout" in words(desk.officer.get(reasons))
    applied = desk.officer.post(f"{page}/appliquer", data={"plan": str(plan)})
    assert applied.status_code == 303
    assert len(rows(database, select(Assignment))) == 4
    assert desk.officer.post(f"{page}/appliquer", data={"plan": str(plan)}).status_code == 409
    assert "Pourquoi ce juré" in words(desk.officer.get(reasons))
    assert "Pourquoi ces lecteurs" in words(desk.officer.get(f"{desk.office}/repartition"))
    with database.transaction() as session:
        reader = rows_of(session, desk.panel.applications[0])
        at = next(n for n, one in enumerate(desk.panel.seats) if one.id != reader)
        a_recusal(session, desk.panel.jurors[at], desk.panel.applications[0])
    assert "Est déporté" in words(desk.officer.get(reasons))


def content(client, page):
    with client.get(page) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "application/json")
        return answer.get_data()


def rows_of(session, application):
    return session.scalars(
        select(Assignment.seat_id).where(Assignment.application_id == application.id)
    ).one()


def test_what_lacks_is_said_and_a_wrong_number_stays_typed(database, desk):
    page = f"{desk.office}/repartition/calcul"
    wrong = desk.officer.post(page, data={**ASKED, "readers": "beaucoup"})
    assert wrong.status_code == 422
    assert "beaucoup" in wrong.get_data(as_text=True)
    desk.officer.post(page, data={**ASKED, "readers": "3"})
    worked_out(database, desk)
    shown = words(desk.officer.get(page))
    assert "4 dossiers demandent chacun 3 lecteurs" in shown
    assert "Appliquer cette répartition" not in shown


def test_an_officer_recused_from_a_file_counts_without_it(database, desk, as_person):
    page = f"{desk.office}/repartition/calcul"
    desk.officer.post(page, data=ASKED)
    worked_out(database, desk)
    with database.transaction() as session:
        funder = session.scalars(select(Funder)).first()
        other = a_funder_member(session, funder)
    client, hidden = as_person(other), desk.panel.applications[0].id
    with database.transaction() as session:
        a_recusal(session, other, desk.panel.applications[0])
    assert "4 Lectures à confier" in words(desk.officer.get(page))
    assert "3 Lectures à confier" in words(client.get(page))
    gone = f"{desk.office}/repartition/dossiers/{hidden}/raisons"
    assert client.get(gone).status_code == 404


def test_a_juror_says_what_they_would_like_to_read(database, desk):
    page = f"{desk.queue}/preferences"
    first, second = desk.panel.applications[:2]
    assert desk.juror.post(page, data={f"liking-{first.id}": "want"}).status_code == 409
    with database.transaction() as session:
        stage = session.get_one(Stage, desk.panel.jury.stage_id)
        stage.starts_on, stage.ends_on = date(2030, 1, 1), date(2030, 2, 1)
    assert "Ce que je souhaite lire" in words(desk.juror.get(desk.queue))
    said = {
        f"liking-{first.id}": "want",
        f"liking-{second.id}": "rather_not",
        "liking-x": "want",
        f"liking-{desk.panel.applications[2].id}": "?",
    }
    assert desk.juror.post(page, data=said).status_code == 303
    found = {one.application_id: one.liking for one in rows(database, select(ReadingPreference))}
    assert found == {first.id: Liking.WANT, second.id: Liking.RATHER_NOT}
    shown = desk.juror.get(page).get_data(as_text=True)
    assert 'value="want" selected' in shown
    assert desk.officer.get(page).status_code == 404


def test_a_jury_is_closed_downloaded_and_opened_again(database, desk, as_person):
    with database.transaction() as session:
        for application in desk.panel.applications:
            for seat in desk.panel.seats:
                session.add(
                    Assignment(jury_id=seat.jury_id, seat_id=seat.id, application_id=application.id)
                )
        session.flush()
        for application in desk.panel.applications:
            a_review(session, desk.panel.seats[0], application, 7, 7)
        funder = session.scalars(select(Funder)).first()
        other = a_funder_member(session, funder)
    page = f"{desk.office}/clotures"
    assert desk.officer.get(f"{page}/dossier-scelle").status_code == 404
    assert desk.officer.post(f"{desk.office}/cloture").status_code == 303
    (act,) = rows(database, select(Ranking))
    shown = words(desk.officer.get(page))
    assert act.bundle_sha256 in shown
    assert "Le classement en vigueur" in shown
    data = content(desk.officer, f"{page}/dossier-scelle")
    assert content(desk.juror, f"{desk.queue}/classement/dossier-scelle") == data
    empty = desk.officer.post(f"{page}/reouverture", data={"reason": ""})
    assert empty.status_code == 422
    asked = desk.officer.post(f"{page}/reouverture", data={"reason": "Note inversée."})
    assert asked.status_code == 303
    assert desk.officer.post(f"{page}/accord").status_code == 409
    second, recused = as_person(other), as_person(desk.panel.jurors[1])
    assert "Note inversée." in words(second.get(page))
    assert second.post(f"{page}/accord").status_code == 303
    assert "Rouvert depuis" in words(second.get(page))
    assert desk.juror.get(f"{desk.queue}/classement/dossier-scelle").status_code == 404
    with database.transaction() as session:
        a_recusal(session, desk.panel.jurors[1], desk.panel.applications[0])
    assert desk.officer.post(f"{desk.office}/cloture").status_code == 303
    assert recused.get(f"{desk.queue}/classement").status_code == 200
    assert recused.get(f"{desk.queue}/classement/dossier-scelle").status_code == 404
    assert content(desk.officer, f"{page}/dossier-scelle?version=1") == data
    assert content(desk.officer, f"{page}/dossier-scelle?version=2") != data
