"""Who counts in a meeting, and when the chair's vote settles a tie."""

from __future__ import annotations

from uuid import UUID

import pytest

from grants.juries.models import SeatRole
from grants.sittings.arithmetic import (
    Place,
    casting,
    outcome,
    participation,
    stepped_out,
    votes_of,
)
from grants.sittings.models import Choice, Mode, Outcome

CHAIR, ANA, BEN, ZOE = (UUID(int=nth) for nth in range(1, 5))


def place(seat, *, here=True, recused=False, holder=None):
    mode = Mode.PRESENT if here else None
    role = SeatRole.CHAIR if seat == CHAIR else SeatRole.JUROR
    return Place(seat, seat, f"Siège {seat.int}", role, mode, recused=recused, holder_id=holder)


@pytest.mark.parametrize(
    ("seats", "counted"),
    [
        ([place(CHAIR), place(ANA)], (2, 0)),
        ([place(CHAIR), place(ANA, here=False)], (1, 0)),
        ([place(CHAIR), place(ANA, here=False, holder=CHAIR)], (1, 1)),
        ([place(CHAIR), place(ANA, holder=CHAIR)], (2, 0)),
        ([place(CHAIR), place(ANA, here=False, holder=CHAIR, recused=True)], (1, 0)),
        ([place(CHAIR, recused=True), place(ANA, here=False, holder=CHAIR)], (0, 0)),
        ([place(CHAIR, here=False), place(ANA, here=False, holder=CHAIR)], (0, 0)),
        ([place(ANA, here=False, holder=ZOE)], (0, 0)),
    ],
)
def test_who_counts_for_a_point(seats, counted):
    found = participation(seats, 2)
    assert (found.present, found.represented) == counted
    assert found.is_met is (sum(counted) >= 2)


def test_a_seat_votes_for_itself_and_for_whom_it_represents():
    seats = [place(CHAIR), place(ANA, here=False, holder=CHAIR), place(BEN)]
    assert [one.seat_id for one in votes_of(seats, CHAIR)] == [CHAIR, ANA]
    assert [one.seat_id for one in votes_of(seats, BEN)] == [BEN]
    assert votes_of(seats, ANA) == []


def test_those_who_are_there_and_recused_step_out():
    seats = [place(CHAIR), place(ANA, recused=True), place(BEN, here=False, recused=True)]
    assert stepped_out(seats) == ["Siège 2"]


@pytest.mark.parametrize(
    ("votes", "said", "settled"),
    [
        ((1, 1), {"chair": Choice.FOR}, Choice.FOR),
        ((1, 1), {"chair": Choice.AGAINST}, Choice.AGAINST),
        ((1, 1), {"chair": Choice.ABSTAIN}, None),
        ((1, 1), {"chair": None}, None),
        ((1, 1), {"chair": Choice.FOR, "is_secret": True}, None),
        ((1, 1), {"chair": Choice.FOR, "settles": False}, None),
        ((2, 1), {"chair": Choice.AGAINST}, None),
        ((0, 0), {"chair": Choice.FOR}, None),
    ],
)
def test_when_the_chair_settles_a_tie(votes, said, settled):
    assert casting(*votes, **{"is_secret": False, "settles": True, **said}) is settled


@pytest.mark.parametrize(
    ("votes", "casting_vote", "comes"),
    [
        ((2, 1), None, Outcome.ADOPTED),
        ((1, 2), None, Outcome.REJECTED),
        ((1, 1), None, Outcome.REJECTED),
        ((1, 1), Choice.FOR, Outcome.ADOPTED),
        ((1, 1), Choice.AGAINST, Outcome.REJECTED),
        ((0, 0), None, Outcome.REJECTED),
    ],
)
def test_what_comes_of_figures(votes, casting_vote, comes):
    assert outcome(*votes, casting_vote) is comes
