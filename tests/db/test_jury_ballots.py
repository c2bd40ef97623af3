"""Jurors' ballots: written, cast and counted; and the wall around whoever is recused."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from build.ballots import BUDGET, POINTS, a_ballot, a_voting_panel
from build.clock import NOW
from build.juries import (
    a_panel,
    a_recusal,
    a_review,
    a_seat,
    an_application_in_review,
    an_assignment,
    as_juror,
)
from build.people import acting_as
from grants.applications.models import ApplicationState
from grants.calls.models import RankingRule, Stage
from grants.juries import queries, services
from grants.juries.matching.solving import solve
from grants.juries.models import BallotState, JuryBallot, JuryBallotLine
from grants.juries.pairing import Options
from grants.juries.services import Choices
from grants.kernel.access import SYSTEM
from grants.kernel.errors import Refused, Unknown
from grants.outbox.models import Message

R = RankingRule


def saved(session, panel, at, values=(), *, final=True, version=0, abstained=()):
    """What the juror of one seat says, through the service."""
    chosen = {panel.applications[place].id: value for place, value in dict(values).items()}
    choices = Choices(
        version=version,
        values=chosen,
        abstained=[panel.applications[place].id for place in abstained],
    )
    juror = as_juror(session, panel.jurors[at])
    return services.save_ballot(session, panel.jury.id, choices, final=final, actor=juror, now=NOW)


def lines_of(session, panel, at):
    ballot = select(JuryBallot.id).where(JuryBallot.seat_id == panel.seats[at].id)
    rows = session.scalars(select(JuryBallotLine).where(JuryBallotLine.ballot_id.in_(ballot)))
    return {one.application_id: (one.value, one.abstained) for one in rows}


def order(session, panel, viewer=SYSTEM):
    lines = queries.ranking(session, panel.jury, viewer).lines
    return [(line.application_id, line.rank, line.votes, line.opinions) for line in lines]


# Writing one's own.


def test_a_draft_is_kept_and_counts_for_nothing_until_it_is_cast(session):
    panel = a_voting_panel(session, R.SCHULZE)
    one, two, three = (one.id for one in panel.applications)
    saved(session, panel, 0, {0: 2, 1: 2}, final=False, abstained=[2])
    assert lines_of(session, panel, 0) == {one: (2, False), two: (2, False), three: (None, True)}
    assert {line[1] for line in order(session, panel)} == {None}
    assert session.scalars(select(Message).where(Message.kind == "ballot.cast")).all() == []
    saved(session, panel, 0, {0: 2, 1: 1}, version=1)
    assert [line[0] for line in order(session, panel)] == [two, one, three]
    ballot = session.scalars(select(JuryBallot)).one()
    assert (ballot.state, ballot.finalised_at, ballot.version) == (BallotState.FINAL, NOW, 2)
    [told] = session.scalars(select(Message).where(Message.kind == "ballot.cast")).all()
    assert str(one) not in json.dumps(told.payload)
    with pytest.raises(Refused, match=r"ballot\.final"):
        saved(session, panel, 0, {0: 1}, version=2)


def test_another_window_loses_nothing_by_surprise(session):
    panel = a_voting_panel(session, R.APPROVAL)
    saved(session, panel, 0, {0: 1}, final=False)
    with pytest.raises(Refused, match=r"ballot\.stale"):
        saved(session, panel, 0, {1: 1}, final=False)


@pytest.mark.parametrize(
    ("rule", "values", "abstained", "refused"),
    [
        (R.SCHULZE, {}, [], "faulty"),
        (R.SCHULZE, {0: 4}, [], "faulty"),
        (R.SCHULZE, {0: 0}, [], "unknown"),
        (R.APPROVAL, {0: 2}, [], "faulty"),
        (R.POINTS, {0: 6, 1: 5}, [], "faulty"),
        (R.BUDGET, {1: 1, 2: 1}, [], "faulty"),
        (R.APPROVAL, {0: 1}, [0, 1], "contradiction"),
    ],
)
def test_a_ballot_that_breaks_its_rule_is_not_cast(session, rule, values, abstained, refused):
    panel = a_voting_panel(session, rule, jurors=1, cost=BUDGET // 4)
    with pytest.raises(Refused, match=rf"ballot\.{refused}"):
        saved(session, panel, 0, values, abstained=abstained)


def test_whoever_has_no_opinion_on_anything_casts_an_empty_ballot(session):
    panel = a_voting_panel(session, R.POINTS, jurors=1)
    saved(session, panel, 0, abstained=[0, 1, 2])
    assert {(rank, opinions) for _, rank, _, opinions in order(session, panel)} == {(None, 0)}
    assert queries.ranking(session, panel.jury, SYSTEM).outcome.ballots == 1


def test_a_ballot_is_for_members_of_a_jury_that_votes_while_it_scores(session):
    panel = a_voting_panel(session, R.APPROVAL, jurors=1)
    with pytest.raises(Unknown):
        queries.ballot_desk(session, panel.jury.id, acting_as(session, panel.officer))
    panel.jury.discussion_opened_at = NOW
    session.flush()
    with pytest.raises(Refused, match=r"review\.in_discussion"):
        saved(session, panel, 0, {0: 1})
    by_scores = a_panel(session)
    with pytest.raises(Unknown):
        queries.ballot_desk(session, by_scores.jury.id, as_juror(session, by_scores.jurors[0]))


# The wall.


def test_what_one_is_recused_from_is_on_no_ballot(session):
    panel = a_voting_panel(session, R.SCHULZE)
    hidden = panel.applications[0]
    saved(session, panel, 0, {0: 1, 1: 2, 2: 3}, final=False)
    a_recusal(session, panel.jurors[0], hidden)
    juror = as_juror(session, panel.jurors[0])
    desk = queries.ballot_desk(session, panel.jury.id, juror)
    assert hidden.id not in {line.application_id for line in desk.lines}
    with pytest.raises(Refused, match=r"ballot\.unknown"):
        saved(session, panel, 0, {0: 1, 1: 2}, version=1)
    saved(session, panel, 0, {1: 1, 2: 2}, version=1)
    assert hidden.id not in lines_of(session, panel, 0)
    # The other jurors' opinions alone place it: no opinion is not the last place.
    for at in (1, 2):
        saved(session, panel, at, {0: 1, 1: 2, 2: 3})
    first = order(session, panel)[0]
    assert first == (hidden.id, 1, 2, 2)


def test_a_recusal_after_the_vote_takes_the_line_out_and_keeps_the_ballot(session):
    panel = a_voting_panel(session, R.APPROVAL, jurors=2)
    saved(session, panel, 0, {0: 1, 1: 1})
    saved(session, panel, 1, {1: 1})
    a_recusal(session, panel.jurors[0], panel.applications[0])
    found = {line[0]: line[1:] for line in order(session, panel)}
    assert found[panel.applications[0].id] == (2, 0, 1)
    assert panel.applications[0].id in lines_of(session, panel, 0)
    desk = queries.ballot_desk(session, panel.jury.id, as_juror(session, panel.jurors[0]))
    assert panel.applications[0].id not in {line.application_id for line in desk.lines}


def test_a_recused_reader_sees_the_others_close_ranks_in_everybody_s_order(session):
    panel = a_voting_panel(session, R.SCHULZE, jurors=1)
    saved(session, panel, 0, {0: 1, 1: 2, 2: 3})
    a_recusal(session, panel.officer, panel.applications[1])
    officer = as_juror(session, panel.officer)
    expected = [(panel.applications[0].id, 1), (panel.applications[2].id, 2)]
    assert [line[:2] for line in order(session, panel, officer)] == expected
    assert queries.tally(session, panel.jury, officer).applications == 2


def test_a_file_given_later_or_withdrawn_is_not_on_what_was_cast(session):
    panel = a_voting_panel(session, R.APPROVAL, jurors=1)
    saved(session, panel, 0, {0: 1, 1: 1})
    late = an_application_in_review(session, panel.call)
    an_assignment(session, panel.seats[0], late)
    panel.applications[0].state = ApplicationState.WITHDRAWN
    panel.applications[0].withdrawn_at = NOW
    session.flush()
    juror = as_juror(session, panel.jurors[0])
    desk = queries.ballot_desk(session, panel.jury.id, juror)
    left = {one.id for one in panel.applications[1:]}
    assert {line.application_id for line in desk.lines} == left
    assert {line[0]: line[1] for line in order(session, panel)}[late.id] is None
    officer = acting_as(session, panel.officer)
    gone = services.unassign(
        session,
        panel.jury.id,
        panel.seats[0].id,
        [*left, late.id],
        actor=officer,
        now=NOW,
    )
    assert gone == 1, "what was voted on stays its voter's"


# PostgreSQL itself.


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE jury_ballot SET state = 'draft', finalised_at = NULL",
        "DELETE FROM jury_ballot",
        "UPDATE jury_ballot_line SET value = 1",
        "DELETE FROM jury_ballot_line",
        "UPDATE jury SET rule = 'mean', ballot_points = NULL",
        "UPDATE jury SET ballot_points = 99",
    ],
)
def test_a_cast_ballot_and_its_rule_stay_under_raw_sql(session, act):
    panel = a_voting_panel(session, R.POINTS, jurors=1)
    a_ballot(session, panel.seats[0], dict(zip(panel.applications, (5, 3, 2), strict=True)))
    with pytest.raises(IntegrityError, match=r"final|voted"), session.begin_nested():
        session.execute(text(act))


def test_postgresql_counts_points_and_amounts_and_ballots_a_seat(session):
    panel = a_voting_panel(session, R.POINTS, jurors=2)
    too_many = dict(zip(panel.applications, (POINTS, 1, 1), strict=True))
    with pytest.raises(IntegrityError, match="rule"), session.begin_nested():
        a_ballot(session, panel.seats[0], too_many)
    a_ballot(session, panel.seats[1], {panel.applications[0]: POINTS})
    with pytest.raises(IntegrityError, match="uq_jury_ballot_seat_id"), session.begin_nested():
        a_ballot(session, panel.seats[1], {}, final=False)
    dear = a_voting_panel(session, R.BUDGET, jurors=1, cost=BUDGET // 2)
    with pytest.raises(IntegrityError, match="rule"), session.begin_nested():
        a_ballot(session, dear.seats[0], dict.fromkeys(dear.applications[1:], 1))
    elsewhere = a_seat(session, a_panel(session).jury)
    with pytest.raises(IntegrityError, match="no ballot"), session.begin_nested():
        a_ballot(session, elsewhere, {}, final=False)


def test_no_line_on_what_one_is_recused_from_or_was_not_given(session):
    panel = a_voting_panel(session, R.APPROVAL, jurors=1)
    stranger = an_application_in_review(session, panel.call)
    with pytest.raises(IntegrityError, match="does not read"), session.begin_nested():
        a_ballot(session, panel.seats[0], {stranger: 1}, final=False)
    a_recusal(session, panel.jurors[0], panel.applications[0])
    with pytest.raises(IntegrityError, match="recused"), session.begin_nested():
        a_ballot(session, panel.seats[0], {panel.applications[0]: 1}, final=False)


def test_no_plan_takes_back_what_a_ballot_that_was_cast_speaks_of(session):
    panel = a_voting_panel(session, R.APPROVAL, jurors=2)
    officer = acting_as(session, panel.officer)
    jury = queries.jury(session, panel.jury.id, officer)
    sharing = Options(readers=1, load_max=9, keep=False)
    job = services.ask_plan(session, jury.id, sharing, actor=officer, now=NOW)
    given = queries.given(session, jury, sharing)
    assert given.pairing.fixed == frozenset()
    known = {"job_id": job, "options": sharing, "now": NOW}
    plan = services.keep_plan(session, jury, given, solve(given.pairing, seed=1), **known)
    for seat in panel.seats:
        a_ballot(session, seat, dict.fromkeys(panel.applications, 1))
    assert services.apply_plan(session, jury.id, plan.id, actor=officer, now=NOW) == (0, 0)
    assert [one.opinions for one in queries.ranking(session, jury, SYSTEM).lines] == [2, 2, 2]
    assert len(queries.given(session, jury, sharing).pairing.fixed) == 6


def test_the_seal_of_the_inputs_moves_with_every_ballot(session):
    panel = a_voting_panel(session, R.APPROVAL, jurors=2)
    seals = {queries.inputs_sha256(session, panel.jury.id)}
    saved(session, panel, 0, {0: 1}, final=False)
    seals.add(queries.inputs_sha256(session, panel.jury.id))
    assert len(seals) == 1
    saved(session, panel, 0, {0: 1}, version=1)
    seals.add(queries.inputs_sha256(session, panel.jury.id))
    a_recusal(session, panel.jurors[0], panel.applications[2])
    seals.add(queries.inputs_sha256(session, panel.jury.id))
    assert len(seals) == 3


@pytest.mark.parametrize("size", [1, 4])
def test_a_ballot_and_a_ranking_cost_the_same_whatever_their_size(session, statements, size):
    panel = a_voting_panel(session, R.POINTS, jurors=size, applications=size)
    juror = as_juror(session, panel.jurors[0])
    choices = Choices(version=0, values={one.id: 1 for one in panel.applications})
    statements.clear()
    queries.ballot_desk(session, panel.jury.id, juror)
    assert len(statements) == 3
    statements.clear()
    services.save_ballot(session, panel.jury.id, choices, final=True, actor=juror, now=NOW)
    assert len(statements) == 9, "\n".join(statements)
    statements.clear()
    page = queries.ranking(session, panel.jury, SYSTEM)
    assert (len(page.lines), len(statements)) == (size, 3)
    assert page.tied == (frozenset({1}) if size > 1 else frozenset())


def test_whoever_has_cast_has_finished_and_is_reminded_no_more(session):
    panel = a_voting_panel(session, R.APPROVAL, jurors=2)
    a_review(session, panel.seats[1], panel.applications[0], 5, 5)
    saved(session, panel, 0, {0: 1})
    saved(session, panel, 1, {0: 1}, final=False)
    owing = queries.unfinished(session, panel.jury, SYSTEM)
    assert [(one.seat.id, one.left) for one in owing] == [(panel.seats[1].id, 3)]
    assert [queries.left_to(session, one.id) for one in panel.seats] == [0, 3]
    stage = session.get_one(Stage, panel.jury.stage_id)
    stage.starts_on, stage.ends_on = NOW.date() - timedelta(days=3), NOW.date()
    session.flush()
    assert list(queries.due_reminders(session, NOW)) == [panel.seats[1].id]


def revised(session, panel, at, values=(), *, version=2, reason="L’échange m’a convaincu."):
    chosen = {panel.applications[place].id: value for place, value in dict(values).items()}
    juror = as_juror(session, panel.jurors[at])
    choices = Choices(version=version, values=chosen)
    by = {"reason": reason, "actor": juror, "now": NOW}
    return services.revise_ballot(session, panel.jury.id, choices, **by)


def test_a_cast_ballot_changes_in_the_discussion_alone_and_what_it_said_is_kept(session):
    panel = a_voting_panel(session, R.POINTS, jurors=2)
    first, second, third = panel.applications
    for at in (0, 1):
        saved(session, panel, at, {0: 9, 1: 1}, abstained=[2])
    with pytest.raises(Refused, match=r"review\.not_in_discussion"):
        revised(session, panel, 0, {1: 5}, version=1)
    panel.jury.discussion_opened_at = NOW
    session.flush()
    sealed = queries.inputs_sha256(session, panel.jury.id)
    for wrong, code in (
        ({"reason": " "}, "ballot.revise.reason"),
        ({"version": 7}, "ballot.stale"),
        ({"values": {0: POINTS, 1: 1}}, "ballot.faulty"),
    ):
        with pytest.raises(Refused) as refused:
            revised(session, panel, 0, **{"values": {1: 5}, "version": 1, **wrong})
        assert refused.value.code == code
    revised(session, panel, 0, {1: 5}, version=1)
    assert lines_of(session, panel, 0) == {
        first.id: (None, False),
        second.id: (5, False),
        third.id: (None, False),
    }
    assert queries.inputs_sha256(session, panel.jury.id) != sealed
    assert order(session, panel)[0][:3] == (first.id, 1, 9)
    revised(session, panel, 0, {1: 10})
    desk = queries.ballot_desk(session, panel.jury.id, as_juror(session, panel.jurors[0]))
    assert [one.version for one in desk.revisions] == [3, 2]
    kept = desk.revisions[-1]
    assert kept.lines_before == {str(first.id): 9, str(second.id): 1, str(third.id): "abstained"}
    assert kept.lines == {str(first.id): None, str(second.id): 5, str(third.id): None}
    assert order(session, panel)[0][:3] == (second.id, 1, 11)


def test_points_on_what_one_was_recused_from_since_are_not_given_again(session):
    panel = a_voting_panel(session, R.POINTS, jurors=1)
    saved(session, panel, 0, {0: 4, 1: 6})
    a_recusal(session, panel.jurors[0], panel.applications[0])
    panel.jury.discussion_opened_at = NOW
    session.flush()
    with pytest.raises(Refused, match=r"ballot\.faulty"):
        revised(session, panel, 0, {1: 7}, version=1)
    revised(session, panel, 0, {2: 6}, version=1)
    assert lines_of(session, panel, 0)[panel.applications[0].id] == (4, False)


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE jury_ballot SET version = version + 1",
        "UPDATE jury_ballot_line SET value = 1",
        "INSERT INTO jury_ballot_revision (id, ballot_id, version, lines_before, lines, reason, "
        "revised_at) SELECT gen_random_uuid(), id, version + 2, '{}', '{}', 'x', now() "
        "FROM jury_ballot",
        "UPDATE jury_ballot_revision SET reason = 'y'",
        "DELETE FROM jury_ballot_revision",
    ],
)
def test_raw_sql_changes_no_ballot_without_its_revision(session, act):
    panel = a_voting_panel(session, R.APPROVAL, jurors=1)
    saved(session, panel, 0, {0: 1})
    panel.jury.discussion_opened_at = NOW
    session.flush()
    revised(session, panel, 0, {1: 1}, version=1)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(act))
