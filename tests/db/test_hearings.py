"""Hearings: planned, moved, swapped, told and asked about, against the real database."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from build.calls import a_jury
from build.clock import NOW
from build.hearings import DAY, PLAN, a_hearing_panel, planned, seen, world
from build.juries import a_recusal, a_review, a_seat, an_application_in_review, as_juror
from build.people import acting_as
from build.sides import PDF
from grants.calls.models import Jury, Stage
from grants.juries.hearings import queries, services
from grants.juries.hearings.models import (
    Attendance,
    Coming,
    Convocation,
    Hearing,
    HearingAvailability,
    HearingSeat,
)
from grants.juries.hearings.queries import BoardLine, PlanLine
from grants.juries.queries import own_seat
from grants.kernel.clock import paris_instant
from grants.kernel.errors import Refused, Unknown
from grants.outbox.models import Message
from grants.people.models import Person

NINE = paris_instant(DAY, 9)
LATER = PLAN.last_minute


@pytest.fixture
def hearings(session):
    return a_hearing_panel(session)


@pytest.fixture
def told(session, hearings):
    planned(session, hearings, sent=True)
    return hearings


def lines(session, hearings) -> dict:
    jury = session.get_one(Jury, hearings.jury_id)
    rows = session.execute(queries.board(jury, hearings.officer)).all()
    return {row[0]: BoardLine._make(row) for row in rows}


def key_at(session, hearings, nth: int) -> str:
    return services.slot_key(world(session, hearings).board(only_kept=False).slots[nth])


def times(session, hearings) -> list:
    order = select(Hearing.starts_at).where(Hearing.jury_id == hearings.jury_id)
    return list(session.scalars(order.order_by(Hearing.starts_at)))


def kinds(session) -> list[str]:
    wanted = select(Message.kind).where(Message.kind.like("hearing.%"))
    return list(session.scalars(wanted.order_by(Message.serial)))


def author(session, hearings, nth: int = 0):
    return acting_as(session, session.get_one(Person, hearings.panel.applications[nth].author_id))


def mine(session, hearings, nth: int = 0) -> list[PlanLine]:
    actor = as_juror(session, hearings.panel.jurors[nth])
    seat = own_seat(session, hearings.jury_id, actor)
    return [PlanLine._make(row) for row in session.execute(queries.own_plan(seat, actor))]


def test_a_plan_is_applied_as_it_was_seen(session, hearings):
    planned(session, hearings)
    step = timedelta(minutes=40)
    assert times(session, hearings) == [NINE, NINE + step, NINE + 2 * step]
    assert session.scalar(select(func.count()).select_from(HearingSeat)) == 6
    with pytest.raises(Refused, match=r"hearing\.preview_stale"):
        services.apply_proposal(
            session, hearings.jury_id, seen="0" * 16, actor=hearings.officer, now=NOW
        )


def test_a_recused_member_is_of_no_panel_and_a_lost_quorum_places_nobody(session):
    hearings = a_hearing_panel(session, applications=1)
    application = hearings.panel.applications[0]
    a_recusal(session, hearings.panel.jurors[0], application)
    planned(session, hearings)
    assert list(session.scalars(select(HearingSeat.seat_id))) == [hearings.panel.seats[1].id]
    session.get_one(Jury, hearings.jury_id).quorum = 2
    proposal = services.proposal_for(world(session, hearings))
    assert [one.present for one in proposal.unplaced.values()] == [1]


def test_a_member_is_not_asked_to_hear_their_own_association(session):
    hearings = a_hearing_panel(session, jurors=1, applications=1)
    own = session.get_one(Person, hearings.panel.applications[0].author_id)
    seat = a_seat(session, hearings.panel.jury, person=own)
    halves = session.scalar(select(HearingAvailability.halves))
    session.add(HearingAvailability(seat_id=seat.id, halves=halves, answered_at=NOW))
    planned(session, hearings)
    assert list(session.scalars(select(HearingSeat.seat_id))) == [hearings.panel.seats[0].id]


def test_whoever_did_not_answer_counts_only_where_the_plan_says_so(session):
    hearings = a_hearing_panel(session, jurors=1)
    session.execute(text("DELETE FROM hearing_availability"))
    assert services.proposal_for(world(session, hearings)).placed == ()
    silent = replace(PLAN, counts_silent=True)
    services.write_plan(session, hearings.jury_id, silent, actor=hearings.officer, now=NOW)
    assert len(services.proposal_for(world(session, hearings)).placed) == 3


def test_postgresql_refuses_two_hearings_in_a_room_at_a_time(session, hearings):
    planned(session, hearings)
    first, second = session.scalars(select(Hearing).order_by(Hearing.starts_at)).all()[:2]
    copy = text(
        "INSERT INTO hearing (id, jury_id, call_id, application_id, place, starts_at, ends_at) "
        "SELECT gen_random_uuid(), :jury, call_id, application_id, 'Ailleurs', starts_at, ends_at "
        "FROM hearing WHERE id = :id"
    )
    other = a_jury(session, session.get_one(Stage, hearings.panel.jury.stage_id), position=2)
    with pytest.raises(IntegrityError, match="ex_hearing_application"), session.begin_nested():
        session.execute(copy, {"id": first.id, "jury": other.id})
    overlap = text("UPDATE hearing SET starts_at = :at WHERE id = :id")
    with pytest.raises(IntegrityError, match="ex_hearing_place"), session.begin_nested():
        session.execute(overlap, {"id": second.id, "at": first.ends_at - timedelta(minutes=1)})


def test_a_room_that_another_jury_holds_is_refused_with_its_sentence(session, hearings):
    planned(session, hearings)
    with pytest.raises(Refused, match=r"hearing\.place_taken"):
        services.move(
            session,
            hearings.jury_id,
            hearings.ids[1],
            key_at(session, hearings, 0),
            actor=hearings.officer,
            now=NOW,
        )


def test_a_hearing_is_moved_by_hand_and_the_reasons_that_block_are_said(session, told):
    first = told.ids[0]
    services.answer_convocation(
        session,
        told.jury_id,
        first,
        Coming.CONFIRMED,
        reason="",
        actor=author(session, told),
        now=NOW,
    )
    by = {"actor": told.officer, "now": NOW}
    services.move(session, told.jury_id, first, key_at(session, told, 3), **by)
    line = lines(session, told)[first]
    assert (line.starts_at, line.answer, line.stand) == (NINE + timedelta(hours=2), None, "changed")
    ten = (NINE, NINE + timedelta(minutes=30))
    services.note_impossibility(session, told.jury_id, first, *ten, note="Train", **by)
    with pytest.raises(Refused, match=r"hearing\.away"):
        services.move(session, told.jury_id, first, key_at(session, told, 0), **by)
    session.get_one(Jury, told.jury_id).quorum = 3
    with pytest.raises(Refused, match=r"hearing\.quorum") as caught:
        services.move(session, told.jury_id, told.ids[1], key_at(session, told, 0), **by)
    assert caught.value.facts == {"present": 2, "quorum": 3}
    with pytest.raises(Unknown):
        services.move(session, told.jury_id, first, "201811200900-00000000", **by)


def test_two_hearings_swap_in_one_go(session, told):
    by = {"actor": told.officer, "now": NOW}
    before = lines(session, told)
    services.swap(session, told.jury_id, told.ids[0], told.ids[2], **by)
    after = lines(session, told)
    assert after[told.ids[0]].starts_at == before[told.ids[2]].starts_at
    assert after[told.ids[2]].starts_at == before[told.ids[0]].starts_at
    assert {one.stand for one in after.values()} == {"changed", "convoked"}


def test_what_was_convoked_stays_when_the_plan_is_made_again(session, told):
    earlier = replace(PLAN, first_minute=480)
    services.write_plan(session, told.jury_id, earlier, actor=told.officer, now=NOW)
    before = times(session, told)
    planned(session, told)
    assert times(session, told) == before
    same = replace(PLAN, last_minute=LATER + 40)
    services.write_plan(session, told.jury_id, same, actor=told.officer, now=NOW)
    an_application_in_review(session, told.panel.call)
    planned(session, told)
    assert times(session, told) == [*before, before[-1] + timedelta(minutes=40)]


def test_convocations_leave_once_and_again_only_when_something_changed(session, told):
    sent = {"hearing.convoked": 3, "hearing.member_convoked": 2}
    assert {kind: kinds(session).count(kind) for kind in sent} == sent
    by = {"actor": told.officer, "now": NOW}
    with pytest.raises(Refused, match=r"hearing\.convoke\.nothing"):
        services.convoke(session, told.jury_id, **by)
    services.move(session, told.jury_id, told.ids[0], key_at(session, told, 3), **by)
    again = services.convoke(session, told.jury_id, **by)
    assert (again.applicants, again.members) == (1, 2)
    mine = select(Convocation.sequence).where(Convocation.application_id == told.ids[0])
    assert session.scalar(mine) == 1
    services.call_off(session, told.jury_id, told.ids[0], **by)
    assert lines(session, told)[told.ids[0]].stand == "to_release"
    services.convoke(session, told.jury_id, **by)
    row = session.scalars(
        select(Convocation).where(Convocation.application_id == told.ids[0])
    ).one()
    assert (row.sequence, row.is_cancelled) == (2, True)
    assert kinds(session).count("hearing.released") == 1


def test_a_member_recused_since_is_released_and_sees_a_time_without_a_name(session, told):
    application = told.panel.applications[0]
    a_recusal(session, told.panel.jurors[0], application)
    sent = services.convoke(session, told.jury_id, actor=told.officer, now=NOW)
    assert (sent.applicants, sent.members) == (0, 1)
    first = mine(session, told)[0]
    assert (first.starts_at, *first[3:]) == (NINE, *([None] * 9))
    assert application.title not in str(mine(session, told))
    assert mine(session, told, 1)[0].title == application.title


def test_an_applicant_says_whether_they_come(session, told):
    by = {"actor": author(session, told), "now": NOW}
    first = told.ids[0]
    with pytest.raises(Refused, match=r"hearing\.answer\.reason"):
        services.answer_convocation(session, told.jury_id, first, Coming.UNABLE, reason=" ", **by)
    services.answer_convocation(
        session, told.jury_id, first, Coming.UNABLE, reason="En congé", **by
    )
    assert lines(session, told)[first].stand == "unable"
    (found,) = queries.appointments(session, first, by["actor"])
    assert (found.hearing.answer_reason, found.bring) == ("En congé", PLAN.bring)
    with pytest.raises(Refused, match=r"hearing\.answer\.over"):
        late = {**by, "now": NINE}
        services.answer_convocation(
            session, told.jury_id, first, Coming.CONFIRMED, reason="", **late
        )
    for stranger in (author(session, told, 1), told.officer):
        with pytest.raises(Unknown):
            services.answer_convocation(
                session,
                told.jury_id,
                first,
                Coming.CONFIRMED,
                reason="",
                actor=stranger,
                now=NOW,
            )


def test_a_plan_that_nobody_was_told_of_is_the_services_own(session, hearings):
    planned(session, hearings)
    with pytest.raises(Unknown):
        queries.appointments(session, hearings.ids[0], author(session, hearings))
    assert mine(session, hearings) == []


def test_no_show_is_marked_once_the_hour_has_come(session, told):
    act = (session, told.jury_id, told.ids[0], Attendance.EXCUSED)
    with pytest.raises(Refused, match=r"hearing\.attendance\.early"):
        services.mark_attendance(*act, note="", actor=told.officer, now=NOW)
    services.mark_attendance(*act, note="Malade", actor=told.officer, now=NINE)
    assert lines(session, told)[told.ids[0]].stand == "excused"
    with pytest.raises(Refused, match=r"hearing\.is_over"):
        services.call_off(session, told.jury_id, told.ids[0], actor=told.officer, now=NINE)


def test_questions_are_composed_released_and_replied_to_until_the_day(session, told, file_store):
    first, by = told.ids[0], {"actor": told.officer, "now": NOW}
    review = a_review(
        session, told.panel.seats[0], told.panel.applications[0], 5, 5, comment_jury="Et le loyer ?"
    )
    jury = session.get_one(Jury, told.jury_id)
    assert [one.text for one in queries.remarks(session, jury, first)] == ["Et le loyer ?"]
    due = DAY - timedelta(days=3)
    write = {"due_on": due, "reviews": (review.id,), **by}
    services.write_feedback(session, told.jury_id, first, "Et le loyer ?", **write)
    actor = author(session, told)
    (hidden,) = queries.appointments(session, first, actor)
    assert hidden.feedback is None
    with pytest.raises(Unknown):
        reply(session, file_store, told, actor, NOW)
    services.release_feedback(session, told.jury_id, first, **by)
    with pytest.raises(Refused, match=r"hearing\.feedback\.released"):
        services.write_feedback(session, told.jury_id, first, "Autre", **write)
    row = reply(session, file_store, told, actor, paris_instant(due, 23, 59))
    assert (row.reply, row.sources) == ("1 200 €", [str(review.id)])
    assert queries.asked_of(session, told.jury_id, [first])[first].reply_file.name == "bail.pdf"
    juror = as_juror(session, told.panel.jurors[0])
    document = (session, told.jury_id, first)
    assert queries.reply_document(*document, juror, who="juror").name == "bail.pdf"
    recused = [as_juror(session, one) for one in (told.panel.jurors[0], told.panel.officer)]
    for one, who in zip(recused, ("juror", "officer"), strict=True):
        assert queries.reply_document(*document, one, who=who).name == "bail.pdf"
        with pytest.raises(Unknown):
            hidden_now = replace(one, recused_from=frozenset({first}))
            queries.reply_document(*document, hidden_now, who=who)
    stage = session.get_one(Stage, jury.stage_id)
    stage.blind = True
    session.flush()
    assert queries.reply_document(*document, recused[1], who="officer").name == "bail.pdf"
    with pytest.raises(Unknown):  # it may tell who applies
        queries.reply_document(*document, juror, who="juror")
    stage.blind = False
    session.flush()
    for stranger in ("juror", "applicant", "officer"):
        with pytest.raises(Unknown):
            queries.reply_document(*document, author(session, told, 1), who=stranger)
    with pytest.raises(Refused, match=r"hearing\.reply\.closed"):
        reply(session, file_store, told, actor, paris_instant(due + timedelta(days=1)))


def reply(session, store, told, actor, now):
    return services.reply(
        session,
        store,
        told.jury_id,
        told.ids[0],
        "1 200 €",
        file=io.BytesIO(PDF),
        name="bail.pdf",
        actor=actor,
        now=now,
    )


def test_an_officer_recused_from_a_file_plans_around_it_without_seeing_it(session, told):
    application = told.panel.applications[0]
    a_recusal(session, told.panel.officer, application)
    told.officer = as_juror(session, told.panel.officer)
    assert application.id in told.officer.recused_from
    assert set(lines(session, told)) == set(told.ids[1:])
    by = {"actor": told.officer, "now": NOW}
    with pytest.raises(Refused, match=r"hearing\.place_taken"):
        services.move(session, told.jury_id, told.ids[1], key_at(session, told, 0), **by)
    with pytest.raises(Unknown):
        services.call_off(session, told.jury_id, application.id, **by)
    assert seen(session, told)


def test_constraints_that_hold_no_hearing_are_refused(session, hearings):
    by = {"actor": hearings.officer, "now": NOW}
    for wrong, code in (
        ({"last_minute": 560}, "too_short"),
        ({"lunch_from": 720}, "lunch"),
        ({"lunch_from": 720, "lunch_until": 700}, "lunch"),
    ):
        with pytest.raises(Refused, match=f"hearing.plan.{code}"):
            services.write_plan(session, hearings.jury_id, replace(PLAN, **wrong), **by)
