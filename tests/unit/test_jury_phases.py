"""Exactly one phase at any instant, and what members may do in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from grants.calls.models import Jury, Stage, StageKind
from grants.juries.lifecycle import jury_reads, jury_revises, jury_scores
from grants.juries.phases import SIGHTS, Phase, phase_of, time_line

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 20)
DURING = datetime(2026, 3, 10, 12, tzinfo=UTC)


def a_jury(*, discussed=None, closed=None, first=FIRST, last=LAST, kind=StageKind.SCORING):
    stage = Stage(starts_on=first, ends_on=last, kind=kind)
    return Jury(stage=stage, discussion_opened_at=discussed, closed_at=closed)


@pytest.mark.parametrize(
    ("at", "phase"),
    [
        # The second of March begins in Paris an hour before it does in London.
        (datetime(2026, 3, 1, 22, 59, 59, tzinfo=UTC), Phase.PREPARATION),
        (datetime(2026, 3, 1, 23, 0, tzinfo=UTC), Phase.SCORING),
        (datetime(2026, 3, 20, 22, 59, 59, tzinfo=UTC), Phase.SCORING),
        (datetime(2026, 3, 20, 23, 0, tzinfo=UTC), Phase.WAITING),
    ],
)
def test_the_stage_bounds_the_scoring_in_paris(at, phase):
    assert phase_of(a_jury(), at) is phase


def test_the_discussion_is_an_act_whatever_the_dates():
    for at in (DURING, DURING - timedelta(days=60), DURING + timedelta(days=60)):
        assert phase_of(a_jury(discussed=DURING), at) is Phase.DISCUSSION


def test_closing_ends_everything():
    jury = a_jury(discussed=DURING, closed=DURING)
    assert phase_of(jury, DURING) is Phase.CLOSED
    for check in (jury_reads, jury_scores, jury_revises):
        assert check(jury, DURING).code == "jury.closed"


def test_without_dates_a_jury_scores():
    assert phase_of(a_jury(first=None, last=None), DURING) is Phase.SCORING


@pytest.mark.parametrize(
    ("jury", "at", "reads", "scores", "revises"),
    [
        (a_jury(), DURING, None, None, "review.not_in_discussion"),
        (a_jury(discussed=DURING), DURING, None, "review.in_discussion", None),
        (a_jury(first=date(2026, 3, 11)), DURING, *(["jury.reads_later"] * 3)),
        (a_jury(last=date(2026, 3, 9)), DURING, *(["jury.has_read"] * 3)),
        # Whoever hears reads before the day: applicants reply in writing until then.
        (
            a_jury(first=date(2026, 3, 11), kind=StageKind.HEARING),
            DURING,
            None,
            "jury.scores_later",
            "review.not_in_discussion",
        ),
    ],
)
def test_what_is_refused_says_why(jury, at, reads, scores, revises):
    answers = [check(jury, at) for check in (jury_reads, jury_scores, jury_revises)]
    assert [answer.code if answer else None for answer in answers] == [reads, scores, revises]


def test_every_phase_has_its_sight_and_its_place():
    assert set(SIGHTS) == set(Phase)
    line = time_line(a_jury(discussed=DURING), DURING)
    assert [step.phase for step in line] == list(Phase)
    assert [step.phase for step in line if step.is_active] == [Phase.DISCUSSION]
    assert [step.is_past for step in line] == [True, True, True, False, False]
