"""What PostgreSQL itself refuses of a jury's work, whoever asks: raw SQL, no service."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.juries import (
    a_panel,
    a_recusal,
    a_review,
    a_seat,
    an_application_in_review,
    an_assignment,
)
from grants.juries.models import Assignment, Mark, Review, ReviewState


def refused(session, statement, **facts):
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        session.execute(text(statement), facts)
    return str(caught.value.orig).splitlines()[0]


def close(session, jury):
    session.execute(
        text("UPDATE jury SET closed_at = :now WHERE id = :id"), {"now": NOW, "id": jury.id}
    )


@pytest.fixture
def final(session, panel):
    return a_review(session, panel.seats[0], panel.applications[0], 7, 5)


@pytest.mark.parametrize(
    "change",
    [
        "total = 99000",
        "comment_jury = 'autre chose'",
        "state = 'draft', total = NULL, finalised_at = NULL",
        "finalised_at = finalised_at + interval '1 day'",
        "version = version + 1",
    ],
)
def test_a_final_review_is_never_altered(session, final, change):
    told = refused(session, f"UPDATE review SET {change} WHERE id = :id", id=final.id)
    assert told == f"review {final.id} is final"


def test_a_final_review_is_never_deleted(session, final):
    assert "is final" in refused(session, "DELETE FROM review WHERE id = :id", id=final.id)


@pytest.mark.parametrize("act", ["UPDATE mark SET value = 1", "UPDATE mark SET value = NULL"])
def test_the_marks_of_a_final_review_stay(session, final, act):
    assert "is final" in refused(session, f"{act} WHERE review_id = :id", id=final.id)


def test_the_marks_of_a_final_review_are_not_deleted(session, final):
    assert "is final" in refused(session, "DELETE FROM mark WHERE review_id = :id", id=final.id)


def test_a_second_review_of_the_same_file_by_the_same_juror_is_refused(session, panel, final):
    told = refused(
        session,
        "INSERT INTO review (id, jury_id, seat_id, application_id, state) "
        "SELECT gen_random_uuid(), jury_id, seat_id, application_id, 'draft' FROM review",
    )
    assert "uq_review_jury_id_seat_id_application_id" in told


@pytest.mark.parametrize("value", [-1, 11])
def test_a_mark_stays_on_its_scale(session, panel, value):
    review = a_review(session, panel.seats[0], panel.applications[0], 3, state=ReviewState.DRAFT)
    told = refused(
        session, "UPDATE mark SET value = :value WHERE review_id = :id", value=value, id=review.id
    )
    assert "scale" in told or "value_is_not_negative" in told


def test_a_mark_on_a_criterion_of_another_jury_is_refused(session, panel):
    other = a_panel(session)
    review = a_review(session, panel.seats[0], panel.applications[0], state=ReviewState.DRAFT)
    told = refused(
        session,
        "INSERT INTO mark (review_id, criterion_id, value) VALUES (:review, :criterion, 1)",
        review=review.id,
        criterion=other.criteria[0].id,
    )
    assert "of another jury" in told


def test_nobody_reviews_what_was_not_given_to_them(session, panel):
    stranger = an_application_in_review(session, panel.call)
    with pytest.raises(IntegrityError, match="does not read"), session.begin_nested():
        a_review(session, panel.seats[0], stranger, 1, 1, state=ReviewState.DRAFT)


def test_a_recusal_withdraws_the_assignment_and_removes_the_draft(session, panel):
    a_review(session, panel.seats[0], panel.applications[0], 7, state=ReviewState.DRAFT)
    a_recusal(session, panel.jurors[0], panel.applications[0])
    assert session.query(Review).count() == 0
    assert session.query(Mark).count() == 0
    assert session.query(Assignment).one().withdrawn_at == NOW


def test_a_recusal_sets_a_final_review_aside_and_keeps_it(session, panel, final):
    a_recusal(session, panel.jurors[0], panel.applications[0])
    kept = session.query(Review).one()
    assert (kept.set_aside_at, kept.total, kept.state) == (NOW, 62_000, ReviewState.FINAL)
    assert session.query(Mark).count() == 2


def test_a_recusal_reaches_every_jury_of_the_person_and_no_other_file(session, panel):
    other = a_panel(session, applications=0)
    seat = a_seat(session, other.jury, person=panel.jurors[0])
    elsewhere = an_assignment(session, seat, panel.applications[0])
    kept = an_assignment(session, panel.seats[0], an_application_in_review(session, panel.call))
    a_recusal(session, panel.jurors[0], panel.applications[0])
    assert elsewhere.withdrawn_at == NOW
    assert kept.withdrawn_at is None


def test_nothing_is_assigned_to_whoever_is_recused(session):
    panel = a_panel(session, assigned=False)
    a_recusal(session, panel.jurors[0], panel.applications[0])
    with pytest.raises(IntegrityError, match="is recused"), session.begin_nested():
        an_assignment(session, panel.seats[0], panel.applications[0])


def test_an_assignment_withdrawn_by_a_recusal_does_not_come_back(session, panel):
    a_recusal(session, panel.jurors[0], panel.applications[0])
    assert "is recused" in refused(session, "UPDATE assignment SET withdrawn_at = NULL")


def test_nothing_is_reviewed_by_whoever_is_recused(session, panel):
    a_recusal(session, panel.jurors[0], panel.applications[0])
    with pytest.raises(IntegrityError, match="is recused"), session.begin_nested():
        a_review(session, panel.seats[0], panel.applications[0], state=ReviewState.DRAFT)


def test_a_recusal_known_before_the_seat_is_taken_applies_when_it_is(session):
    panel = a_panel(session, jurors=0)
    person = a_seat(session, a_panel(session).jury).person_id
    seat = a_seat(session, panel.jury, accepted=False)
    assignment = an_assignment(session, seat, panel.applications[0])
    session.execute(
        text(
            "INSERT INTO recusal (id, application_id, person_id, origin, reason, declared_at) "
            "VALUES (gen_random_uuid(), :application, :person, 'declared', 'x', :now)"
        ),
        {"application": panel.applications[0].id, "person": person, "now": NOW},
    )
    seat.person_id, seat.accepted_at, seat.charter_accepted_at = person, NOW, NOW
    session.flush()
    session.refresh(assignment)
    assert assignment.withdrawn_at == NOW


@pytest.mark.parametrize("act", ["UPDATE recusal SET reason = 'y'", "DELETE FROM recusal"])
def test_a_recusal_is_never_altered(session, panel, act):
    a_recusal(session, panel.jurors[0], panel.applications[0])
    assert refused(session, act) == "recusal is append-only"


def test_a_recusal_after_closing_leaves_the_frozen_jury_alone(session, panel, final):
    close(session, panel.jury)
    a_recusal(session, panel.jurors[0], panel.applications[0])
    assert session.query(Review).one().set_aside_at is None


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE review SET comment_jury = 'z'",
        "DELETE FROM review",
        "UPDATE mark SET value = 0",
        "DELETE FROM mark",
        "DELETE FROM assignment",
        "UPDATE seat SET name = 'z'",
        "DELETE FROM seat",
        "UPDATE jury SET closed_at = NULL",
        "UPDATE jury SET quorum = 9",
        "INSERT INTO ranking_line (id, jury_id, application_id, scores, abstentions, frozen_at) "
        "SELECT gen_random_uuid(), jury_id, application_id, 0, 0, now() FROM assignment",
        "INSERT INTO seat (id, jury_id, email, name, role, invited_at) "
        "SELECT gen_random_uuid(), id, 'x@y', 'x', 'juror', now() FROM jury",
    ],
)
def test_nothing_of_a_closed_jury_changes(session, panel, act):
    a_review(session, panel.seats[0], panel.applications[0], 7, state=ReviewState.DRAFT)
    close(session, panel.jury)
    told = refused(session, act)
    assert "is closed" in told or "is final" in told or "append-only" in told


@pytest.mark.parametrize("act", ["UPDATE criterion SET weight = 1", "DELETE FROM criterion"])
def test_a_rubric_that_has_scored_stays(session, panel, final, act):
    assert "has scored" in refused(session, act)


@pytest.mark.parametrize("table", ["ranking", "ranking_line", "recusal"])
def test_what_is_frozen_is_not_truncated(session, table):
    assert refused(session, f"TRUNCATE {table}") == f"{table} is append-only"


def test_an_accepted_seat_is_an_accepted_charter(session, panel):
    told = refused(session, "UPDATE seat SET charter_accepted_at = NULL")
    assert "accepting_is_accepting_the_charter" in told
