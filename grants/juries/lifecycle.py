"""How a review is finished, and when a jury may read: the whole policy."""

from __future__ import annotations

from datetime import datetime

from grants.calls.models import Jury
from grants.juries.models import ReviewState
from grants.juries.rules import writes
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.kernel.workflow import Lifecycle, Transition

S = ReviewState

# An abstention may be taken back as long as the jury is open; a final review may not.
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
    """Files are read and scored from the stage's first day to the end of its last, in Paris.

    The jury's stage must be loaded.
    """
    today, stage = paris_date(now), jury.stage
    if refusal := jury_is_open(jury, now):
        return refusal
    if stage.starts_on is not None and today < stage.starts_on:
        return Refused("jury.reads_later", starts_on=stage.starts_on)
    if stage.ends_on is not None and today > stage.ends_on:
        return Refused("jury.has_read", ends_on=stage.ends_on)
    return None


def require(refusal: Refused | None) -> None:
    """Raise what a check answered, if it answered.

    Raises:
        Refused: that very refusal.
    """
    if refusal:
        raise refusal
