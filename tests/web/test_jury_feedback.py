"""What applicants read of the juries: as the call says, after the decision, of nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.decisions import a_deliberation, a_refusal, a_scene, an_award
from build.juries import a_recusal, a_review, a_seat, a_store, an_assignment
from build.reading import words
from grants.calls.models import Jury, Stage
from grants.juries.models import Seat
from grants.juries.queries import feedback
from grants.juries.services import close_jury
from grants.people.models import Person

EVERYTHING = {"tells_comments": True, "tells_scores": True, "tells_rank": True}


@pytest.fixture
def scene(session):
    return a_scene(session, applications=2)


@pytest.fixture
def jury(session, scene):
    """Two jurors who score both files, the first one 7 and 5 then 8 and 6, with comments."""
    jury = session.scalars(select(Jury).where(Jury.call_id == scene.call.id)).one()
    for at in range(2):
        seat = a_seat(session, jury)
        for nth, application in enumerate(scene.applications):
            an_assignment(session, seat, application)
            a_review(
                session,
                seat,
                application,
                7 + at - 5 * nth,
                5 + at - 5 * nth,
                comment_applicant=f"Dit {at} au {nth}",
                comment_jury="EntreNous",
                private_note="PourMoi",
            )
    return jury


def told(session, scene, jury, *, closed=True, **flags):
    """Let the jury's stage tell these things; close the jury."""
    stage = session.get_one(Stage, jury.stage_id)
    for name, value in flags.items():
        setattr(stage, name, value)
    session.flush()
    if closed:
        close_jury(session, jury.id, store=a_store(), actor=scene.officer, now=NOW)


def test_a_call_that_says_nothing_tells_nothing(session, scene, jury):
    told(session, scene, jury)
    assert feedback(session, scene.applications[0].id) == []


@pytest.mark.parametrize("flag", sorted(EVERYTHING))
def test_each_thing_is_told_where_the_call_says_it_and_nothing_beside(session, scene, jury, flag):
    told(session, scene, jury, **{flag: True})
    [found] = feedback(session, scene.applications[0].id)
    assert bool(found.comments) == (flag == "tells_comments")
    assert bool(found.means) == (found.mean is not None) == (flag == "tells_scores")
    assert (found.rank is not None) == (flag == "tells_rank")


def test_means_are_those_of_the_file_and_comments_those_to_its_applicant(session, scene, jury):
    told(session, scene, jury, **EVERYTHING)
    first, second = (feedback(session, one.id)[0] for one in scene.applications)
    assert [one.mean for one in first.means] == [7500, 5500]
    assert sorted(first.comments) == ["Dit 0 au 0", "Dit 1 au 0"]
    assert (first.rank, second.rank, first.ranked) == (1, 2, 2)
    assert sorted(second.comments) == ["Dit 0 au 1", "Dit 1 au 1"]


def test_nothing_is_told_before_the_jury_is_closed(session, scene, jury):
    told(session, scene, jury, closed=False, **EVERYTHING)
    assert feedback(session, scene.applications[0].id) == []


def test_the_mean_of_one_score_is_somebodys_score_and_is_not_told(session, scene, jury):
    application_id = scene.applications[0].id
    juror = session.get_one(Person, first_juror(session, jury))
    a_recusal(session, juror, scene.applications[0])
    told(session, scene, jury, **EVERYTHING)
    [found] = feedback(session, application_id)
    assert (found.means, found.mean) == ([], None)
    assert len(found.comments) == 1  # what was set aside is not told either


def test_the_order_of_comments_is_stable_and_not_that_of_the_jurors(session, scene, jury):
    for at in range(2, 8):
        seat = a_seat(session, jury)
        an_assignment(session, seat, scene.applications[0])
        a_review(session, seat, scene.applications[0], 5, 5, comment_applicant=f"Dit {at} au 0")
    told(session, scene, jury, tells_comments=True)
    [found] = feedback(session, scene.applications[0].id)
    assert found.comments == feedback(session, scene.applications[0].id)[0].comments
    assert len(found.comments) == 8
    assert found.comments != sorted(found.comments)


def test_the_applicant_reads_it_once_the_decision_is_announced_and_read(
    session, scene, jury, as_person
):
    told(session, scene, jury, **EVERYTHING)
    names = session.scalars(select(Seat.name).where(Seat.jury_id == jury.id)).all()
    applicant, mine = as_person(scene.author), f"/dossiers/{scene.applications[0].id}/decision"
    assert "Dit 0" not in words(applicant.get(mine))
    items = (an_award(scene), a_refusal(scene))
    deliberation = a_deliberation(session, scene, *items, announced=True)
    assert "Dit 0" not in words(applicant.get(mine))
    assert "classement" not in words(applicant.get(mine))
    applicant.post(f"{mine}/{deliberation.id}")
    text = words(applicant.get(mine))
    for expected in ("Dit 0 au 0", "Dit 1 au 0", "Critère 1", "7,5 / 10", "5,5 / 10", "1 sur 2"):
        assert expected in text, expected
    for hidden in ("au 1", "EntreNous", "PourMoi", scene.applications[1].title, *names):
        assert hidden not in text, hidden


def first_juror(session, jury):
    found = select(Seat.person_id).where(Seat.jury_id == jury.id).order_by(Seat.name)
    return session.scalars(found).first()
