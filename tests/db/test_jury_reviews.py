"""What a juror does with a file: score, abstain, step back."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.counting import told
from build.juries import (
    a_seat,
    an_application_in_review,
    an_assignment,
    as_juror,
)
from build.people import a_person, acting_as
from grants.calls.models import Stage
from grants.juries import queries, services
from grants.juries.models import Mark, Recusal, Review, ReviewState, Seat, SeatRole
from grants.juries.services import Intent, Written
from grants.kernel.errors import Refused, Unknown


def save(session, panel, juror, *values, intent=Intent.SAVE, version=0, **comments):
    marks = {c.key: v for c, v in zip(panel.criteria, values, strict=False)}
    return services.save_review(
        session,
        panel.jury.id,
        panel.applications[0].id,
        Written(version=version, marks=marks, **comments),
        intent=intent,
        actor=juror,
        now=NOW,
    )


# Scoring.


def test_a_draft_keeps_what_was_written(session, panel, juror):
    save(session, panel, juror, 7, None, comment_jury="Solide.", private_note="À revoir")
    review = session.scalars(select(Review)).one()
    assert (review.state, review.total, review.version) == (ReviewState.DRAFT, None, 1)
    assert (review.comment_jury, review.private_note) == ("Solide.", "À revoir")
    marks = dict(session.execute(select(Mark.criterion_id, Mark.value)).all())
    assert marks == {panel.criteria[0].id: 7, panel.criteria[1].id: None}
    assert told(session, "review.finalised") == []


def test_finishing_computes_the_total_and_tells_it(session, panel, juror):
    save(session, panel, juror, 7, 5, intent=Intent.FINALISE)
    review = session.scalars(select(Review)).one()
    assert (review.state, review.total, review.finalised_at) == (ReviewState.FINAL, 62_000, NOW)
    [message] = told(session, "review.finalised")
    assert message.payload["application"] == str(panel.applications[0].id)


def test_an_abstention_on_a_criterion_is_no_zero(session, panel, juror):
    save(session, panel, juror, 8, None, intent=Intent.FINALISE)
    assert session.scalars(select(Review.total)).one() == 80_000


def test_a_draft_is_finished_later_from_its_marks_on_screen(session, panel, juror):
    save(session, panel, juror, 2)
    save(session, panel, juror, 7, 5, version=1, intent=Intent.FINALISE)
    assert session.scalars(select(Review.total)).one() == 62_000


def test_an_answer_taken_back_leaves_no_mark(session, panel, juror):
    save(session, panel, juror, 2, 3)
    save(session, panel, juror, 4, version=1)
    assert session.scalars(select(Mark.value)).all() == [4]


def test_finishing_wants_every_criterion(session, panel, juror):
    with pytest.raises(Refused, match=r"review.incomplete") as caught:
        save(session, panel, juror, 7, intent=Intent.FINALISE)
    assert caught.value.facts == {"count": 1, "missing": ["criterion2"]}


def test_abstaining_from_everything_is_not_a_score(session, panel, juror):
    with pytest.raises(Refused, match=r"review.all_abstained"):
        save(session, panel, juror, None, None, intent=Intent.FINALISE)


def test_abstaining_from_a_file_keeps_it_out_of_the_figures(session, panel, juror):
    save(session, panel, juror, 7, intent=Intent.ABSTAIN)
    review = session.scalars(select(Review)).one()
    assert (review.state, review.total, review.finalised_at) == (ReviewState.ABSTAINED, None, NOW)
    [line] = queries.ranking(session, panel.jury, acting_as(session, panel.officer)).lines
    assert (line.scores, line.abstentions, line.mean, line.rank) == (0, 1, None, None)


def test_an_abstention_may_be_taken_back(session, panel, juror):
    save(session, panel, juror, intent=Intent.ABSTAIN)
    save(session, panel, juror, 7, 5, version=1, intent=Intent.FINALISE)
    assert session.scalars(select(Review.state)).one() is ReviewState.FINAL


@pytest.mark.parametrize("intent", Intent)
def test_a_final_review_takes_nothing_more(session, panel, juror, intent):
    save(session, panel, juror, 7, 5, intent=Intent.FINALISE)
    with pytest.raises(Refused, match=f"review.{intent}.from_final"):
        save(session, panel, juror, 1, 1, version=1, intent=intent)


def test_a_second_window_is_told_that_the_first_saved(session, panel, juror):
    save(session, panel, juror, 7)
    with pytest.raises(Refused, match=r"review.stale"):
        save(session, panel, juror, 1, version=0)
    assert session.scalars(select(Mark.value)).one() == 7


@pytest.mark.parametrize("value", [-1, 11])
def test_a_mark_off_its_scale_is_refused(session, panel, juror, value):
    with pytest.raises(Refused, match=r"review.mark_off_scale"):
        save(session, panel, juror, value)


def test_a_mark_on_an_unknown_criterion_is_refused(session, panel, juror):
    with pytest.raises(Refused, match=r"review.mark_off_scale"):
        services.save_review(
            session,
            panel.jury.id,
            panel.applications[0].id,
            Written(version=0, marks={"elsewhere": 1}),
            actor=juror,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("dates", "code"),
    [
        ((date(2018, 10, 2), None), "jury.reads_later"),
        ((None, date(2018, 9, 30)), "jury.has_read"),
        ((date(2018, 10, 1), date(2018, 10, 1)), None),
    ],
)
def test_a_jury_reads_from_its_first_day_to_the_end_of_its_last(session, panel, juror, dates, code):
    stage = session.get_one(Stage, panel.jury.stage_id)
    stage.starts_on, stage.ends_on = dates
    session.flush()
    if code is None:
        save(session, panel, juror, 7)
    else:
        with pytest.raises(Refused, match=code):
            save(session, panel, juror, 7)


def test_scoring_takes_as_many_statements_for_two_criteria_as_for_five(
    session, panel, juror, statements
):
    statements.clear()
    save(session, panel, juror, 7, 5, intent=Intent.FINALISE)
    # The seat's lock; the sheet; the review; its marks; its final state; the message.
    assert len(statements) == 6


# Recusals.


def test_a_recusal_is_recorded_once_with_its_reason(session, panel, juror):
    given = {"jury_id": panel.jury.id, "reason": " Conflit. ", "now": NOW}
    services.recuse(session, panel.applications[0].id, actor=juror, **given)
    again = as_juror(session, panel.jurors[0])
    services.recuse(session, panel.applications[0].id, actor=again, **given)
    recusal = session.scalars(select(Recusal)).one()
    assert (recusal.reason, recusal.jury_id) == ("Conflit.", panel.jury.id)
    [message] = told(session, "recusal.declared")
    assert message.subject_id == panel.applications[0].id
    assert "Conflit" not in str(message.payload)


def test_a_recusal_wants_a_reason(session, panel, juror):
    with pytest.raises(Refused, match=r"recusal.reason"):
        services.recuse(
            session,
            panel.applications[0].id,
            jury_id=panel.jury.id,
            reason="  ",
            actor=juror,
            now=NOW,
        )


def test_nobody_recuses_from_what_they_do_not_read(session, panel, juror):
    stranger = an_application_in_review(session, panel.call)
    with pytest.raises(Unknown):
        services.recuse(
            session, stranger.id, jury_id=panel.jury.id, reason="x", actor=juror, now=NOW
        )


def test_an_officer_recuses_too_and_sees_nothing_more(session, panel, officer):
    services.recuse(session, panel.applications[0].id, reason="x", actor=officer, now=NOW)
    officer = as_juror(session, panel.officer)
    assert officer.recused_from == {panel.applications[0].id}
    assert queries.ranking(session, panel.jury, officer).lines == []


def test_the_chair_and_officers_impose_a_recusal_and_jurors_do_not(session, panel, officer):
    chair = a_seat(session, panel.jury, role=SeatRole.CHAIR)
    given = {"reason": "Lien familial", "now": NOW}
    target = (panel.seats[0].id, panel.applications[0].id)
    with pytest.raises(Unknown):
        services.impose_recusal(session, *target, actor=as_juror(session, panel.jurors[0]), **given)
    presiding = as_juror(session, session.get(type(panel.officer), chair.person_id))
    services.impose_recusal(session, *target, actor=presiding, **given)
    services.impose_recusal(session, *target, actor=officer, **given)
    recusal = session.scalars(select(Recusal)).one()
    assert (recusal.person_id, recusal.origin) == (panel.jurors[0].id, "imposed")


def test_nobody_is_recused_from_an_empty_seat(session, panel, officer):
    seat = a_seat(session, panel.jury, accepted=False)
    with pytest.raises(Refused, match=r"recusal.nobody"):
        services.impose_recusal(
            session, seat.id, panel.applications[0].id, reason="x", actor=officer, now=NOW
        )


def test_seats_of_an_unaccepted_charter_give_nothing_to_read(session, panel):
    person = a_person(session)
    seat = a_seat(session, panel.jury, person=person, accepted=False)
    an_assignment(session, seat, panel.applications[0])
    actor = as_juror(session, person)
    with pytest.raises(Unknown):
        queries.own_seat(session, panel.jury.id, actor)
    with pytest.raises(Unknown):
        queries.sheet(session, panel.jury.id, panel.applications[0].id, actor, now=NOW)
    assert session.get(Seat, seat.id).answer == "pending"
