"""The count of a poll: every figure that its page shows, and the digests that seal it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from grants.applications.proof import digest
from grants.juries.statistics import ballots as votes
from grants.juries.statistics.ballots import Count
from grants.juries.statistics.budget import by_votes
from grants.polls import rules
from grants.polls.models import Poll, PollRule


def counted(poll: Poll, ballots: Sequence[Mapping[str, int]]) -> dict[str, Any]:
    """The result as it is frozen: lines from the first rank down, and the arithmetic.

    What a ballot gave to a cancelled candidate counts for nobody; a ballot with nothing else is
    `blank`: it is in the turn-out and in the list of receipts, and in no candidate's votes.
    Candidates are loaded. With a budget, `shared` says which projects it pays for, in the order
    in which the list was gone down.
    """
    places = {str(one.id): at for at, one in enumerate(poll.standing)}
    kept = [{places[key]: n for key, n in one.items() if n and key in places} for one in ballots]
    named = [one for one in kept if one]
    count = _count(poll, len(places), named)
    found: dict[str, Any] = {
        "method": str(poll.rule),
        "ballots": len(ballots),
        "blank": len(kept) - len(named),
        "lines": _lines(poll, count),
    }
    if poll.rule is PollRule.BUDGET:
        found["shared"] = _shared(poll, count)
    return found


def list_digest(receipts: Iterable[str]) -> str:
    """The SHA-256 of the published list: receipts in order, one a line, a newline after each."""
    return sha256("".join(f"{one}\n" for one in sorted(receipts)).encode()).hexdigest()


def seal(results: Mapping[str, Any], ballots_sha256: str) -> str:
    """The SHA-256 that holds results and list together."""
    return digest({"ballots_sha256": ballots_sha256, "results": dict(results)})


def winners(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The lines in front: several when they are tied, none when nobody voted."""
    return [one for one in results["lines"] if one["rank"] == 1 and one["votes"] > 0]


def _count(poll: Poll, candidates: int, named: Sequence[Mapping[int, int]]) -> Count:
    if poll.rule is PollRule.POINTS:
        return votes.points(candidates, named, rules.points_rule(poll))
    if poll.rule is PollRule.BUDGET:
        costs = [one.cost_cents for one in poll.standing]
        return votes.knapsack(costs, [one.keys() for one in named], poll.budget_cents or 0)
    return votes.approval(candidates, [one.keys() for one in named], rules.approval_rule(poll))


def _lines(poll: Poll, count: Count) -> list[dict[str, Any]]:
    lines = [
        {
            "candidate": str(one.id),
            "application": str(one.application_id),
            "title": one.title,
            "applicant": one.applicant,
            "votes": given,
            "rank": rank,
        }
        for one, given, rank in zip(poll.standing, count.votes, count.ranks, strict=True)
    ]
    return sorted(lines, key=lambda line: (line["rank"], line["title"], line["candidate"]))


def _shared(poll: Poll, count: Count) -> dict[str, Any]:
    standing = poll.standing
    costs = [one.cost_cents for one in standing]
    shared = by_votes(costs, count.votes, poll.budget_cents or 0)
    steps = [
        {
            "candidate": str(standing[step.candidate].id),
            "title": standing[step.candidate].title,
            "votes": step.votes,
            "cost_cents": step.cost,
            "left_before_cents": step.left_before,
            "taken": step.taken,
            "tied": step.tied,
        }
        for step in shared.steps
    ]
    return {"left_cents": shared.left, "steps": steps}
