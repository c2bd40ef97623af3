"""Who prepares and follows a poll, and what a ballot may hold."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import true

from grants.calls.rules import works_for
from grants.juries.statistics.ballots import (
    ApprovalRule,
    Fault,
    Flaw,
    PointsRule,
    approval_fault,
    knapsack_fault,
    points_fault,
)
from grants.kernel.access import FunderRole, Rule
from grants.polls.models import Candidate, Poll, PollRule

# On the call of a poll (its funders loaded).
manages = works_for("is an officer of a funder of the poll's call", FunderRole.OFFICER)
follows = works_for(
    "follows the poll for a funder",
    FunderRole.OFFICER,
    FunderRole.AUDITOR,
    FunderRole.ELECTED,
)

# On a candidate.
is_not_recused = Rule(
    "is not recused from the candidate's application",
    lambda actor, candidate: candidate.application_id not in actor.recused_from,
    lambda actor: (
        Candidate.application_id.not_in(sorted(actor.recused_from))
        if actor.recused_from
        else true()
    ),
)


def fault(poll: Poll, choices: Mapping[UUID, int]) -> Fault | None:
    """What is wrong with a ballot, None if nothing; cancelled candidates cannot be named.

    Where the rule knows no points each choice is worth 1. `poll.candidates` are loaded.
    """
    standing = poll.standing
    places = {one.id: at for at, one in enumerate(standing)}
    if unknown := [one for one in choices if one not in places]:
        return Fault(Flaw.UNKNOWN, len(unknown), len(standing))
    ballot = {places[one]: points for one, points in choices.items()}
    if poll.rule is PollRule.POINTS:
        return points_fault(len(standing), ballot, points_rule(poll))
    if any(points != 1 for points in ballot.values()):
        return Fault(Flaw.TOO_MANY_ON_ONE, max(ballot.values()), 1)
    if poll.rule is PollRule.BUDGET:
        costs = [one.cost_cents for one in standing]
        return knapsack_fault(costs, ballot.keys(), poll.budget_cents or 0)
    return approval_fault(len(standing), ballot.keys(), approval_rule(poll))


def approval_rule(poll: Poll) -> ApprovalRule:
    """How many projects one ballot approves of."""
    return ApprovalRule(1, poll.most)


def points_rule(poll: Poll) -> PointsRule:
    """How many points one ballot spends."""
    return PointsRule(poll.points_total or 0, poll.points_on_one)
