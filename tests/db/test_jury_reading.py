"""What a juror reads: the queue in its own order, and nothing of what one is recused from."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from build.applications import a_stored_file
from build.clock import NOW
from build.juries import (
    a_panel,
    a_recusal,
    a_review,
    a_seat,
    a_store,
    an_application_in_review,
    an_assignment,
    as_juror,
)
from build.people import acting_as
from grants.applications.models import ApplicationFile, ApplicationState
from grants.calls.models import Stage
from grants.juries import queries, services
from grants.juries.models import Assignment, Mark, Recusal, RecusalOrigin, Review, ReviewState
from grants.juries.services import Intent, Written
from grants.kernel.errors import Refused, Unknown


def queue_of(session, panel, juror, **asked):
    seat = queries.own_seat(session, panel.jury.id, juror)
    return queries.queue(session, seat, juror, **asked)


def sheet_of(session, panel, juror, application):
    return queries.sheet(session, panel.jury.id, application.id, juror, now=NOW)


def test_each_juror_has_an_order_of_their_own_that_stays(session):
    panel = a_panel(session, jurors=2, applications=9)
    orders = []
    for person in panel.jurors:
        juror = as_juror(session, person)
        first = [line.application_id for line in queue_of(session, panel, juror).lines]
        again = [line.application_id for line in queue_of(session, panel, juror).lines]
        assert first == again
        orders.append(first)
    assert sorted(orders[0]) == sorted(orders[1]) == sorted(one.id for one in panel.applications)
    assert orders[0] != orders[1]


def test_a_queue_says_how_far_one_is(session):
    panel = a_panel(session, applications=4)
    seat = panel.seats[0]
    a_review(session, seat, panel.applications[0], 7, 5)
    a_review(session, seat, panel.applications[1], state=ReviewState.ABSTAINED)
    a_review(session, seat, panel.applications[2], 7, state=ReviewState.DRAFT)
    queue = queue_of(session, panel, as_juror(session, panel.jurors[0]))
    assert queue.counts == {"final": 1, "abstained": 1, "draft": 1, "to_read": 1}
    assert (queue.done, queue.of_all) == (2, 4)
    totals = {line.application_id: (line.state, line.total) for line in queue.lines}
    assert totals[panel.applications[0].id] == ("final", 62_000)
    assert totals[panel.applications[3].id] == ("to_read", None)


def test_a_queue_is_searched_and_filtered_and_keeps_its_counts(session):
    panel = a_panel(session, applications=3)
    wanted = panel.applications[1]
    wanted.search_text = "epicerie du canal"
    a_review(session, panel.seats[0], panel.applications[0], 7, state=ReviewState.DRAFT)
    juror = as_juror(session, panel.jurors[0])
    found = queue_of(session, panel, juror, words="Épicerie CANAL")
    assert [line.application_id for line in found.lines] == [wanted.id]
    assert (found.found, found.of_all) == (1, 3)
    drafts = queue_of(session, panel, juror, state="draft")
    assert [line.application_id for line in drafts.lines] == [panel.applications[0].id]


@pytest.mark.parametrize("applications", [1, 3])
def test_a_queue_takes_two_statements(session, statements, applications):
    panel = a_panel(session, applications=applications)
    juror = as_juror(session, panel.jurors[0])
    seat = queries.own_seat(session, panel.jury.id, juror)
    statements.clear()
    assert len(queries.queue(session, seat, juror).lines) == applications
    assert len(statements) == 2


@pytest.mark.parametrize("criteria", [1, 3])
def test_a_sheet_takes_one_statement(session, statements, criteria):
    panel = a_panel(session, applications=criteria)
    juror = as_juror(session, panel.jurors[0])
    statements.clear()
    sheet = sheet_of(session, panel, juror, panel.applications[0])
    assert len(statements) == 1
    assert [line.key for line in sheet.criteria] == ["criterion1", "criterion2"]
    assert (sheet.application.title, sheet.of_all, sheet.done) == (
        panel.applications[0].title,
        criteria,
        0,
    )


def test_next_is_the_following_one_not_finished_then_the_head_of_the_queue(session):
    panel = a_panel(session, applications=4)
    juror = as_juror(session, panel.jurors[0])
    order = [line.application_id for line in queue_of(session, panel, juror).lines]
    by_id = {one.id: one for one in panel.applications}
    desks = {one: sheet_of(session, panel, juror, by_id[one]).assignment for one in order}
    assert queries.next_to_score(session, desks[order[0]], juror) == order[1]
    a_review(session, panel.seats[0], by_id[order[1]], 7, 5)
    assert queries.next_to_score(session, desks[order[0]], juror) == order[2]
    assert queries.next_to_score(session, desks[order[3]], juror) == order[0]
    for left in (order[0], order[2], order[3]):
        a_review(session, panel.seats[0], by_id[left], 7, 5)
    assert queries.next_to_score(session, desks[order[3]], juror) is None


def test_a_recusal_leaves_no_trace_anywhere(session):
    panel = a_panel(session, jurors=2, applications=3)
    hidden, *others = panel.applications
    for seat in panel.seats:
        a_review(session, seat, hidden, 9, 9)
    a_recusal(session, panel.jurors[0], hidden)
    juror = as_juror(session, panel.jurors[0])
    queue = queue_of(session, panel, juror)
    assert {line.application_id for line in queue.lines} == {one.id for one in others}
    assert queue.counts == {"to_read": 2}
    [own] = queries.own_seats(session, juror)
    assert (own.to_read, own.done) == (2, 0)
    positions = sorted(
        (sheet.position, sheet.of_all, sheet.done)
        for sheet in (sheet_of(session, panel, juror, one) for one in others)
    )
    assert positions == [(1, 2, 0), (2, 2, 0)]
    with pytest.raises(Unknown):
        sheet_of(session, panel, juror, hidden)
    with pytest.raises(Unknown):
        services.save_review(
            session, panel.jury.id, hidden.id, Written(version=1), actor=juror, now=NOW
        )
    desk = sheet_of(session, panel, juror, others[0]).assignment
    assert queries.next_to_score(session, desk, juror) == others[1].id


def test_only_the_jurys_own_readers_read(session):
    panel = a_panel(session, jurors=2, assigned=False)
    an_assignment(session, panel.seats[0], panel.applications[0])
    with pytest.raises(Unknown):
        sheet_of(session, panel, as_juror(session, panel.jurors[1]), panel.applications[0])
    with pytest.raises(Unknown):
        sheet_of(session, panel, acting_as(session, panel.officer), panel.applications[0])
    with pytest.raises(Unknown):
        queries.own_seat(session, a_panel(session).jury.id, as_juror(session, panel.jurors[0]))


def test_a_withdrawn_application_leaves_the_queue(session):
    panel = a_panel(session, applications=2)
    gone = panel.applications[0]
    gone.state, gone.withdrawn_at = ApplicationState.WITHDRAWN, NOW
    session.flush()
    juror = as_juror(session, panel.jurors[0])
    assert queue_of(session, panel, juror).of_all == 1
    assert queries.own_seats(session, juror)[0].to_read == 1
    assert sheet_of(session, panel, juror, panel.applications[1]).of_all == 1
    with pytest.raises(Unknown):
        sheet_of(session, panel, juror, gone)


@pytest.mark.parametrize(
    ("hide", "mine", "seen"),
    [
        (True, None, 0),
        (True, ReviewState.DRAFT, 0),
        (True, ReviewState.ABSTAINED, 0),
        (True, ReviewState.FINAL, 1),
        (False, None, 1),
    ],
)
def test_others_are_hidden_until_mine_is_in_where_the_stage_says_so(session, hide, mine, seen):
    panel = a_panel(session, jurors=2)
    session.get_one(Stage, panel.jury.stage_id).hide_others = hide
    a_review(session, panel.seats[1], panel.applications[0], 9, 9)
    if mine:
        a_review(session, panel.seats[0], panel.applications[0], 5, 5, state=mine)
    session.flush()
    sheet = sheet_of(session, panel, as_juror(session, panel.jurors[0]), panel.applications[0])
    assert [other["total"] for other in sheet.others] == [90_000] * seen


def test_the_drafts_of_others_are_never_seen(session):
    panel = a_panel(session, jurors=2)
    session.get_one(Stage, panel.jury.stage_id).hide_others = False
    a_review(session, panel.seats[1], panel.applications[0], 9, 9, state=ReviewState.DRAFT)
    session.flush()
    sheet = sheet_of(session, panel, as_juror(session, panel.jurors[0]), panel.applications[0])
    assert sheet.others == []


def test_a_reader_opens_the_documents_of_a_file_and_no_others(session):
    panel = a_panel(session, jurors=2, applications=2, assigned=False)
    an_assignment(session, panel.seats[0], panel.applications[0])
    files = []
    for application in panel.applications:
        stored = a_stored_file(session, panel.jurors[0])
        attached = ApplicationFile(
            application_id=application.id,
            field_key="articles",
            stored_file_id=stored.id,
            added_at=NOW,
            added_by=application.author_id,
        )
        session.add(attached)
        session.flush()
        files.append(attached)
    juror = as_juror(session, panel.jurors[0])
    found = queries.attachment(session, panel.jury.id, files[0].id, juror, now=NOW)
    assert found.stored.id == files[0].stored_file_id
    with pytest.raises(Unknown):
        queries.attachment(session, panel.jury.id, files[1].id, juror, now=NOW)
    # « contact » is hidden from jurors, and would hide its documents.
    files[0].field_key = "contact"
    session.flush()
    with pytest.raises(Unknown):
        queries.attachment(session, panel.jury.id, files[0].id, juror, now=NOW)


def test_members_and_their_progress(session, statements):
    panel = a_panel(session, jurors=3, applications=2)
    a_seat(session, panel.jury, accepted=False)
    a_review(session, panel.seats[0], panel.applications[0], 7, 5)
    a_review(session, panel.seats[0], panel.applications[1], 7, state=ReviewState.DRAFT)
    officer = acting_as(session, panel.officer)
    statements.clear()
    members = queries.members(session, panel.jury, officer)
    assert len(statements) == 1
    by_seat = {one.seat.id: one[1:] for one in members}
    assert by_seat[panel.seats[0].id] == (2, 1, 1, 0)
    assert by_seat[panel.seats[1].id] == (2, 0, 0, 0)
    assert len(members) == 4


def test_who_reads_what_and_what_nobody_reads(session):
    panel = a_panel(session, jurors=2, applications=1)
    lonely = an_application_in_review(session, panel.call)
    officer = acting_as(session, panel.officer)
    a_recusal(session, panel.jurors[0], panel.applications[0])
    rows = [queries.Share(*row) for row in session.execute(queries.shares(panel.jury, officer))]
    readers = {row.application_id: [one["recused"] for one in row.readers] for row in rows}
    assert readers == {panel.applications[0].id: [True, False], lonely.id: []}
    unread = session.execute(queries.shares(panel.jury, officer, unread=True)).all()
    assert [row[0] for row in unread] == [lonely.id]


def test_the_register_of_recusals_leaves_out_ones_own(session):
    panel = a_panel(session, applications=2)
    a_recusal(session, panel.jurors[0], panel.applications[0])
    a_recusal(session, panel.officer, panel.applications[1])
    officer = as_juror(session, panel.officer)
    assert [one.person for one in queries.recusals(session, panel.jury, officer)] == [
        panel.jurors[0].name
    ]


# Two at once, on a database of the test's own.


def at_once(*acts):
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("begun", [False, True])
def test_of_two_windows_saving_at_once_the_second_is_told(fresh_database, begun):
    with fresh_database.transaction() as session:
        panel = a_panel(session)
        juror = as_juror(session, panel.jurors[0])
        if begun:
            a_review(session, *one_file(panel), 1, state=ReviewState.DRAFT)
    told = []

    def save(session, mark):
        services.save_review(
            session,
            panel.jury.id,
            panel.applications[0].id,
            Written(version=int(begun), marks={"criterion1": mark}),
            actor=juror,
            now=NOW,
        )

    def second():
        with pytest.raises(Refused) as caught, fresh_database.transaction() as session:
            save(session, 9)
        told.append(caught.value.code)

    with fresh_database.transaction() as session:
        save(session, 7)
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.5)
        assert told == []  # it waits for the first
    waiting.join()
    assert told == ["review.stale"]
    with fresh_database.reading() as session:
        assert session.scalars(select(Mark.value)).all() == [7]


def one_file(panel):
    return panel.seats[0], panel.applications[0]


def test_closing_while_jurors_finish_counts_each_review_or_refuses_it(fresh_database):
    with fresh_database.transaction() as session:
        panel = a_panel(session, jurors=4, applications=1)
        a_review(session, panel.seats[0], panel.applications[0], 5, 5)
        jurors = [as_juror(session, person) for person in panel.jurors]
        officer = acting_as(session, panel.officer)
    told = []

    def finish(juror):
        try:
            with fresh_database.transaction() as session:
                services.save_review(
                    session,
                    panel.jury.id,
                    panel.applications[0].id,
                    Written(version=0, marks=dict.fromkeys([one.key for one in panel.criteria], 9)),
                    intent=Intent.FINALISE,
                    actor=juror,
                    now=NOW,
                )
        except Refused as refusal:
            told.append(refusal.code)

    def close():
        with fresh_database.transaction() as session:
            services.close_jury(session, panel.jury.id, store=a_store(), actor=officer, now=NOW)

    at_once(*(lambda juror=juror: finish(juror) for juror in jurors[1:]), close)
    with fresh_database.reading() as session:
        finals = len(session.scalars(select(Review).where(Review.state == "final")).all())
        jury = queries.jury(session, panel.jury.id, officer)
        [line] = queries.ranking(session, jury, officer).lines
    assert line.scores == finals == 4 - len(told)
    assert set(told) <= {"jury.closed"}


def test_a_recusal_and_a_save_at_once_leave_nothing_behind(fresh_database):
    with fresh_database.transaction() as session:
        panel = a_panel(session)
        juror = as_juror(session, panel.jurors[0])
    told = []

    def save():
        try:
            with fresh_database.transaction() as session:
                services.save_review(
                    session,
                    panel.jury.id,
                    panel.applications[0].id,
                    Written(version=0, marks={"criterion1": 3}),
                    actor=juror,
                    now=NOW,
                )
        except (IntegrityError, Unknown) as refusal:
            told.append(refusal)

    def recuse():
        with fresh_database.transaction() as session:
            session.add(
                Recusal(
                    application_id=panel.applications[0].id,
                    person_id=juror.id,
                    origin=RecusalOrigin.DECLARED,
                    reason="x",
                    declared_at=NOW,
                )
            )

    at_once(save, recuse)
    with fresh_database.reading() as session:
        assert session.scalars(select(Review)).all() == []
        assert session.scalars(select(Assignment.withdrawn_at)).one() == NOW
    assert len(told) <= 1
