"""The rules that rank by ballots in words: how one votes, and what makes a rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from grants.calls.models import BY_BALLOTS, Jury, RankingRule
from grants.juries.queries import RankingPage, RankingRow
from grants.web import wording

MATRIX_MAX = 20
"""A larger table of pairs is no reading: the first ones of the page are shown."""


def how_to_vote(jury: Jury) -> str:
    """What a juror does with their ballot. The jury's call must be loaded."""
    if jury.rule is RankingRule.SCHULZE:
        return str(
            _(
                "Write 1 beside the file that you put first, 2 beside the next one, and so on. Two "
                "files may have the same place. What you leave blank comes after everything that "
                "you rank."
            )
        )
    if jury.rule is RankingRule.APPROVAL:
        return str(_("Tick every file that you approve of, as many as you like."))
    if jury.rule is RankingRule.POINTS:
        return str(
            _(
                "Share %(points)s points between the files as you like. You need not give all of "
                "them.",
                points=jury.ballot_points or 0,
            )
        )
    return str(
        _(
            "Choose files as if the money were yours to give: what they ask for must fit in "
            "%(budget)s together.",
            budget=wording.amount(jury.ballot_budget or 0, jury.call.unit),
        )
    )


def how_it_ranks(jury: Jury) -> str:
    """What makes a rank, in a sentence or two; "" where scores rank. The call must be loaded."""
    if jury.rule not in BY_BALLOTS:
        return ""
    neither = _("No opinion and recusals count neither for nor against.")
    return f"{_rule_of(jury)} {neither}"


def _rule_of(jury: Jury) -> str:
    if jury.rule is RankingRule.SCHULZE:
        return str(
            _(
                "Files are compared two by two: one is ahead of another when more ballots put it "
                "above than below, and circles are settled by the strongest chain of such "
                "preferences (Schulze’s method). Blanks come after all that a ballot ranks."
            )
        )
    if jury.rule is RankingRule.APPROVAL:
        return str(
            _(
                "The rank follows the share of ballots that approve of the file, among those that "
                "could speak of it."
            )
        )
    if jury.rule is RankingRule.POINTS:
        return str(
            _(
                "The rank follows the mean number of points that ballots give to the file, out of "
                "%(points)s shared by each, among those that could speak of it.",
                points=jury.ballot_points or 0,
            )
        )
    return str(
        _(
            "The rank follows the share of ballots that choose the file, each within %(budget)s, "
            "among those that could speak of it. The list is then gone down with that same sum: a "
            "file that has votes is paid for when what is left covers all that it asks for; as "
            "many votes, and the cheaper comes first.",
            budget=wording.amount(jury.ballot_budget or 0, jury.call.unit),
        )
    )


@dataclass(frozen=True)
class Pairs:
    """The comparison of some files two by two: a row of counts for each, None beside itself."""

    rows: Sequence[tuple[RankingRow, Sequence[tuple[RankingRow, int | None, bool]]]]
    cut: bool


def pairs(found: RankingPage) -> Pairs | None:
    """How many ballots put each file of a page above each other; None under the other rules.

    A cell says whether more ballots agree with it than with its mirror.
    """
    outcome = found.outcome
    if outcome is None or not outcome.preferences:
        return None
    ranked = [one for one in found.lines if one.rank is not None]
    shown = ranked[:MATRIX_MAX]

    def cell(one: RankingRow, other: RankingRow) -> tuple[RankingRow, int | None, bool]:
        above = outcome.preferring(one.number, other.number) if one != other else None
        below = outcome.preferring(other.number, one.number)
        return other, above, above is not None and below is not None and above > below

    rows = [(one, [cell(one, other) for other in shown]) for one in shown]
    return Pairs(rows, cut=len(shown) < len(ranked))
