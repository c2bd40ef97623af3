"""The order that comes out of a jury, against an independent computation; and its freezing."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from build.calls import a_jury
from build.clock import NOW
from build.juries import (
    a_panel,
    a_recusal,
    a_review,
    a_seat,
    a_store,
    an_assignment,
    as_juror,
)
from build.people import a_person, acting_as
from grants.applications.models import ApplicationState
from grants.calls.models import RankingRule, Stage
from grants.juries import queries, scoring, services
from grants.juries.models import Ranking, RankingLine, ReviewState, SeatRole
from grants.kernel.access import SYSTEM
from grants.kernel.errors import Refused, Unknown
from grants.outbox.models import Message

FIGURES = ("rank", "mean", "median", "dispersion", "scores", "abstentions")


def figures(line):
    return tuple(getattr(line, name) for name in FIGURES)


def ranked(session, panel, viewer=SYSTEM):
    lines = queries.ranking(session, panel.jury, viewer).lines
    # A page is worked out another way than the whole.
    assert queries.whole_ranking(session, panel.jury, viewer) == lines
    return lines


def test_a_ranking_worked_out_by_hand(session):
    panel = a_panel(session, jurors=3, applications=3)
    first, second, third = panel.applications
    for seat, marks in zip(panel.seats, [(7, 5), (8, 8), (9, 10)], strict=True):
        a_review(session, seat, first, *marks)  # 62, 80, 94 points
    a_review(session, panel.seats[0], second, 8, 8)
    a_review(session, panel.seats[1], second, 8, None)  # 80: the abstention is no zero
    a_review(session, panel.seats[2], second, state=ReviewState.ABSTAINED)
    a_review(session, panel.seats[0], third, 10, 10, state=ReviewState.DRAFT)
    found = {line.application_id: figures(line) for line in ranked(session, panel)}
    assert found == {
        # Mean 236/3; squared distances from it 2483/9 …: variance 171.5555, root 13.0979.
        first.id: (2, 78_667, 80_000, 13_098, 3, 0),
        second.id: (1, 80_000, 80_000, 0, 2, 1),
        third.id: (None, None, None, None, 0, 0),
    }


def test_equal_means_share_a_rank(session):
    panel = a_panel(session, applications=3)
    for application, mark in zip(panel.applications, (5, 8, 8), strict=True):
        a_review(session, panel.seats[0], application, mark, mark)
    assert [line.rank for line in ranked(session, panel)] == [1, 1, 3]


def test_two_juries_of_one_call_rank_apart(session):
    panel = a_panel(session, applications=2)
    stage = session.get_one(Stage, panel.jury.stage_id)
    citizens = a_jury(session, stage, position=2, prize_fr="Prix du public")
    seat = a_seat(session, citizens, person=panel.jurors[0])
    for application in panel.applications:
        an_assignment(session, seat, application)
    for application, (business, public) in zip(panel.applications, [(9, 2), (4, 7)], strict=True):
        a_review(session, panel.seats[0], application, business, business)
        a_review(session, seat, application, public, public)
    order = [line.application_id for line in ranked(session, panel)]
    assert order == [one.id for one in panel.applications]
    public = [line.application_id for line in queries.ranking(session, citizens, SYSTEM).lines]
    assert public == order[::-1]
    services.close_jury(
        session, citizens.id, store=a_store(), actor=acting_as(session, panel.officer), now=NOW
    )
    assert panel.jury.closed_at is None


def test_a_recused_review_leaves_every_figure_and_the_file_stays(session):
    panel = a_panel(session, jurors=2, applications=1)
    a_review(session, panel.seats[0], panel.applications[0], 10, 10)
    a_review(session, panel.seats[1], panel.applications[0], 4, 4)
    a_recusal(session, panel.jurors[0], panel.applications[0])
    assert figures(ranked(session, panel)[0]) == (1, 40_000, 40_000, 0, 1, 0)
    a_recusal(session, panel.jurors[1], panel.applications[0])
    assert figures(ranked(session, panel)[0]) == (None, None, None, None, 0, 0)


def test_a_withdrawn_application_is_ranked_no_more(session):
    panel = a_panel(session, applications=2)
    for application in panel.applications:
        a_review(session, panel.seats[0], application, 5, 5)
    panel.applications[0].state = ApplicationState.WITHDRAWN
    panel.applications[0].withdrawn_at = NOW
    session.flush()
    assert [line.application_id for line in ranked(session, panel)] == [panel.applications[1].id]


def test_whoever_is_recused_sees_the_others_ranked_without_the_file(session):
    panel = a_panel(session, applications=3)
    for application, mark in zip(panel.applications, (9, 5, 1), strict=True):
        a_review(session, panel.seats[0], application, mark, mark)
    a_recusal(session, panel.officer, panel.applications[0])
    officer = as_juror(session, panel.officer)
    expected = [(one.id, rank) for rank, one in enumerate(panel.applications[1:], 1)]
    page = queries.ranking(session, panel.jury, officer)
    assert [(one.application_id, one.rank) for one in page.lines] == expected
    assert page.of_all == 2
    services.close_jury(session, panel.jury.id, store=a_store(), actor=officer, now=NOW)
    page = queries.ranking(session, panel.jury, officer)
    assert [(one.application_id, one.rank) for one in page.lines] == expected
    assert session.scalars(select(RankingLine.rank).order_by(RankingLine.rank)).all() == [1, 2, 3]


scored_by_one = st.tuples(st.integers(0, 10) | st.none(), st.integers(0, 10))
by_one = st.one_of(
    scored_by_one, scored_by_one, scored_by_one, st.sampled_from([None, "abstained"])
)
readings = st.lists(st.lists(by_one, min_size=3, max_size=3), min_size=1, max_size=5)


@given(readings)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_ranking_in_sql_is_the_one_computed_apart(database, all_readings):
    with database.transaction() as session, session.begin_nested() as savepoint:
        panel = a_panel(session, jurors=3, applications=len(all_readings))
        expected = {}
        for application, given_marks in zip(panel.applications, all_readings, strict=True):
            totals, abstentions = [], 0
            for seat, marks in zip(panel.seats, given_marks, strict=True):
                if marks is None:
                    continue
                if marks == "abstained":
                    a_review(session, seat, application, state=ReviewState.ABSTAINED)
                    abstentions += 1
                    continue
                weighed = [
                    scoring.WeighedMark(v, 10, w) for v, w in zip(marks, (60, 40), strict=True)
                ]
                totals.append(scoring.total(weighed))
                a_review(session, seat, application, *marks)
            expected[application.id] = (scoring.summary(totals), abstentions)
        ranks = scoring.ranks({k: s.mean if s else None for k, (s, _) in expected.items()})
        lines = ranked(session, panel)
        assert len(lines) == len(all_readings)
        for line in lines:
            summary, abstentions = expected[line.application_id]
            wanted = (
                (summary.mean, summary.median, summary.dispersion, summary.scores)
                if summary
                else (None, None, None, 0)
            )
            assert figures(line) == (ranks[line.application_id], *wanted, abstentions)
        savepoint.rollback()


# Closing.


@pytest.fixture
def scored(session):
    panel = a_panel(session, applications=2)
    for application, mark in zip(panel.applications, (3, 9), strict=True):
        a_review(session, panel.seats[0], application, mark, None)
    return panel


def test_closing_writes_the_ranking_down_and_tells_it(session, scored):
    before = [figures(line) for line in ranked(session, scored)]
    officer = acting_as(session, scored.officer)
    services.close_jury(session, scored.jury.id, store=a_store(), actor=officer, now=NOW)
    assert scored.jury.closed_at == NOW
    lines = session.scalars(select(RankingLine).order_by(RankingLine.rank)).all()
    assert [figures(line) for line in lines] == before
    assert [figures(line) for line in ranked(session, scored)] == before
    act = session.scalars(select(Ranking)).one()
    assert (act.method, act.frozen_by, act.frozen_at) == (scoring.METHOD, officer.id, NOW)
    [message] = session.scalars(select(Message).where(Message.kind == "jury.closed")).all()
    assert message.payload["inputs"] == act.inputs_sha256


def test_a_jury_of_medians_ranks_by_them_and_its_act_says_so(session):
    panel = a_panel(session, jurors=3, applications=2)
    loved, liked = panel.applications  # means 60 and 70, medians 80 and 70
    for seat, one, other in zip(panel.seats, (8, 8, 2), (7, 7, 7), strict=True):
        a_review(session, seat, loved, one, one)
        a_review(session, seat, liked, other, other)
    assert {line.application_id: line.rank for line in ranked(session, panel)} == {
        loved.id: 2,
        liked.id: 1,
    }
    panel.jury.rule = RankingRule.MEDIAN
    session.flush()
    officer = acting_as(session, panel.officer)
    services.close_jury(session, panel.jury.id, store=a_store(), actor=officer, now=NOW)
    lines = session.scalars(select(RankingLine).order_by(RankingLine.rank)).all()
    assert [(one.application_id, one.mean, one.median) for one in lines] == [
        (loved.id, 60_000, 80_000),
        (liked.id, 70_000, 70_000),
    ]
    assert session.scalars(select(Ranking.method)).one() == "median-of-totals/1"


def test_the_seal_of_the_inputs_can_be_recomputed_by_anyone(session, scored):
    lines = [f"criterion|{one.key}|{one.weight}|{one.scale_max}" for one in scored.criteria]
    seat = scored.seats[0].id
    for application, mark in zip(scored.applications, (3, 9), strict=True):
        lines += [
            f"review|{application.id}|{seat}|final|counted|{mark * 10_000}",
            f"mark|{application.id}|{seat}|criterion1|{mark}",
            f"mark|{application.id}|{seat}|criterion2|abstained",
        ]
    written = "\n".join(sorted(lines, key=str.encode))
    expected = hashlib.sha256(written.encode()).hexdigest()
    assert queries.inputs_sha256(session, scored.jury.id) == expected


def test_closing_twice_changes_nothing(session, scored):
    officer = acting_as(session, scored.officer)
    services.close_jury(session, scored.jury.id, store=a_store(), actor=officer, now=NOW)
    services.close_jury(
        session, scored.jury.id, store=a_store(), actor=officer, now=NOW.replace(hour=20)
    )
    assert scored.jury.closed_at == NOW
    assert len(session.scalars(select(RankingLine)).all()) == 2


@pytest.mark.parametrize(
    "act", ["UPDATE ranking_line SET rank = 1", "DELETE FROM ranking_line", "DELETE FROM ranking"]
)
def test_a_frozen_ranking_is_not_altered_by_raw_sql(session, scored, act):
    officer = acting_as(session, scored.officer)
    services.close_jury(session, scored.jury.id, store=a_store(), actor=officer, now=NOW)
    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(text(act))


def test_closing_wants_a_quorum_of_scores_for_every_file(session, scored):
    scored.jury.quorum = 2
    session.flush()
    with pytest.raises(Refused, match=r"jury.close.quorum") as caught:
        services.close_jury(
            session,
            scored.jury.id,
            store=a_store(),
            actor=acting_as(session, scored.officer),
            now=NOW,
        )
    assert caught.value.facts == {"short": 2, "quorum": 2}


def test_a_jury_that_read_nothing_is_not_closed(session):
    panel = a_panel(session, applications=0)
    with pytest.raises(Refused, match=r"jury.close.nothing"):
        services.close_jury(
            session,
            panel.jury.id,
            store=a_store(),
            actor=acting_as(session, panel.officer),
            now=NOW,
        )


def test_the_chair_closes_and_a_juror_does_not(session, scored):
    chair = a_person(session)
    a_seat(session, scored.jury, person=chair, role=SeatRole.CHAIR)
    with pytest.raises(Unknown):
        services.close_jury(
            session,
            scored.jury.id,
            store=a_store(),
            actor=as_juror(session, scored.jurors[0]),
            now=NOW,
        )
    services.close_jury(
        session, scored.jury.id, store=a_store(), actor=as_juror(session, chair), now=NOW
    )
    assert scored.jury.closed_at == NOW


def test_nothing_is_scored_in_a_closed_jury(session, scored):
    services.close_jury(
        session, scored.jury.id, store=a_store(), actor=acting_as(session, scored.officer), now=NOW
    )
    juror = as_juror(session, scored.jurors[0])
    with pytest.raises(Refused, match=r"jury.closed"):
        queries.sheet(session, scored.jury.id, scored.applications[0].id, juror, now=NOW)


@pytest.mark.parametrize("applications", [1, 3])
def test_a_ranking_is_one_statement(session, statements, applications):
    panel = a_panel(session, applications=applications)
    for application in panel.applications:
        a_review(session, panel.seats[0], application, 5, 5)
    statements.clear()
    assert len(queries.ranking(session, panel.jury, SYSTEM).lines) == applications
    assert len(statements) == 1


def test_pages_of_a_ranking_follow_one_another(session):
    panel = a_panel(session, applications=3)
    for application, mark in zip(panel.applications, (9, 5, 1), strict=True):
        a_review(session, panel.seats[0], application, mark, mark)
    page = queries.ranking(session, panel.jury, SYSTEM, number=2, per_page=2)
    assert [(line.rank, line.application_id) for line in page.lines] == [
        (3, panel.applications[2].id)
    ]
    assert page.of_all == 3
