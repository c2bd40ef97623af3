"""Long work: each line once whatever dies, its refusals told, its file for its starter alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from build.applications import FORM, S, an_application
from build.calls import a_call
from build.clock import NOW
from build.people import a_funder, a_funder_member, acting_as
from grants.appraisal import bulk
from grants.jobs import queries, services
from grants.jobs.models import JobState, LineState
from grants.kernel.errors import Unknown
from grants.outbox.models import Message


@pytest.fixture
def scene(session):
    funder = a_funder(session)
    call = a_call(session, funders=[funder], document=FORM)
    officer = acting_as(session, a_funder_member(session, funder))
    files = [an_application(session, call, state=S.SUBMITTED) for _ in range(30)]
    files.append(an_application(session, call, state=S.WITHDRAWN))
    session.flush()
    return officer, files, acting_as(session, a_funder_member(session, funder))


def started(session, scene, act="declare_admissible"):
    officer, files, _ = scene
    return services.start(
        session,
        bulk.KIND,
        payload={"act": act},
        total=len(files),
        lines=[(one.id, one.number) for one in files],
        actor=officer,
        now=NOW,
    )


def test_a_job_does_each_line_once_and_tells_each_refusal(session, scene) -> None:
    officer, files, _ = scene
    job_id = started(session, scene)
    while (job := services.taken(session, job_id, now=NOW)) is not None:
        bulk.step(session, job, actor=officer, now=NOW)
    job = queries.job(session, job_id, officer)
    assert (job.state, job.done, job.percent) == (JobState.DONE, 31, 100)
    assert queries.counts(session, job_id) == {LineState.DONE: 30, LineState.REFUSED: 1}
    (refused,) = queries.lines(session, job_id, LineState.REFUSED)
    assert refused.code == "application.declare_admissible.from_withdrawn"
    assert refused.label == files[-1].number
    told = session.query(Message).filter(Message.kind == "application.declared_admissible")
    assert told.count() == 30


def test_a_job_taken_up_again_goes_on_where_it_stopped(session, scene) -> None:
    officer, *_ = scene
    job_id = started(session, scene)
    job = services.taken(session, job_id, now=NOW)
    bulk.step(session, job, actor=officer, now=NOW)  # and its worker dies
    assert queries.silent(session, since=NOW - timedelta(seconds=1)) == []
    later = NOW + timedelta(minutes=2)
    assert queries.silent(session, since=later - timedelta(seconds=45)) == [job_id]
    assert bulk.at_once(session, job_id, actor=officer, now=later) == 1
    assert queries.job(session, job_id, officer).done == 31
    assert services.taken(session, job_id, now=later) is None
    assert queries.silent(session, since=later + timedelta(hours=1)) == []


def test_a_job_is_its_starters_alone(session, scene) -> None:
    _, _, colleague = scene
    job_id = started(session, scene)
    with pytest.raises(Unknown):
        queries.job(session, job_id, colleague)
    assert queries.mine(session, colleague) == []


def test_a_line_about_a_foreign_file_is_refused_without_a_word_about_it(session, scene) -> None:
    officer, *_ = scene
    foreign = an_application(session, state=S.SUBMITTED)
    for act in ("declare_admissible", "send_to_review", "hand_over"):
        job_id = services.start(
            session,
            bulk.KIND,
            payload={"act": act},
            total=1,
            lines=[(foreign.id, "?")],
            actor=officer,
            now=NOW,
        )
        bulk.at_once(session, job_id, actor=officer, now=NOW)
        (line,) = queries.lines(session, job_id, LineState.REFUSED)
        assert line.code in {"job.line.unknown", "job.line.forbidden"}
        assert line.facts == {}
