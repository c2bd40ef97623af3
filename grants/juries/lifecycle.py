"""How a review is finished, and when a jury may read: the whole policy."""

from __future__ import annotations

from datetime import datetime

from grants.calls.models import Jury
from grants.juries.models import ReviewState
from grants.juries.phases import Phase, phase_of, sight_of
from grants.juries.rules import writes
from grants.kernel.errors import Refused
from grants.kernel.workflow import Lifecycle, Transition

S = ReviewState

# An abstention may be taken back as long as scores are written; a final review may not. In the
# discussion it is revised (services.discussing), which keeps what it was.
REVIEW = Lifecycle(
    subject="review",
    initial=S.DRAFT,
    transitions=(
        Transition("save", {S.DRAFT, S.ABSTAINED}, S.DRAFT, writes),
        Transition("finalise", {S.DRAFT, S.ABSTAINED}, S.FINAL, writes),
        Transition("abstain", {S.DRAFT, S.ABSTAINED}, S.ABSTAINED, writes),
    ),
)


def jury_is_open(jury: Jury, _now: datetime) -> Refused | None:
    """Nothing of a closed jury changes."""
    return Refused("jury.closed", closed_at=jury.closed_at) if jury.closed_at else None


def jury_reads(jury: Jury, now: datetime) -> Refused | None:
    """Files are read from the stage's first day to the end of its last, and in the discussion.

    Before hearings they are read as soon as they are given. The jury's stage must be loaded.
    """
    phase = phase_of(jury, now)
    if phase is Phase.PREPARATION and not sight_of(jury, now).reads:
        return Refused("jury.reads_later", starts_on=jury.stage.starts_on)
    if phase is Phase.WAITING:
        return Refused("jury.has_read", ends_on=jury.stage.ends_on)
    return jury_is_open(jury, now)


def jury_scores(jury: Jury, now: datetime) -> Refused | None:
    """First scores are written until the discussion opens: they stay independent of it.

    The jury's stage must be loaded.
    """
    phase = phase_of(jury, now)
    if phase is Phase.DISCUSSION:
        return Refused("review.in_discussion", opened_at=jury.discussion_opened_at)
    if refusal := jury_reads(jury, now):
        return refusal
    if phase is Phase.PREPARATION:
        return Refused("jury.scores_later", starts_on=jury.stage.starts_on)
    return None


def jury_prefers(jury: Jury, now: datetime) -> Refused | None:
    """What one would like to read is said before files are scored. The stage must be loaded."""
    if refusal := jury_is_open(jury, now):
        return refusal
    if phase_of(jury, now) is not Phase.PREPARATION:
        return Refused("preference.too_late")
    return None


def jury_revises(jury: Jury, now: datetime) -> Refused | None:
    """A final score changes in the discussion alone. The jury's stage must be loaded."""
    if refusal := jury_reads(jury, now):
        return refusal
    if phase_of(jury, now) is not Phase.DISCUSSION:
        return Refused("review.not_in_discussion")
    return None


def require(refusal: Refused | None) -> None:
    """Raise what a check answered, if it answered.

    Raises:
        Refused: that very refusal.
    """
    if refusal:
        raise refusal
