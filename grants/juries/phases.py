"""The phases of a jury: exactly one at any instant, each saying who sees and does what.

A phase is read from the jury's stage and acts, never stored: there is no state that could
disagree with the calendar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from grants.calls.models import Jury, StageKind
from grants.kernel.clock import paris_date


class Phase(StrEnum):
    """Where a jury stands, in the order of its life."""

    PREPARATION = "preparation"
    SCORING = "scoring"
    WAITING = "waiting"
    DISCUSSION = "discussion"
    CLOSED = "closed"


@dataclass(frozen=True)
class Sight:
    """What members may do and see in one phase.

    `reads`: open the files. `scores`: write a score. `revises`: change a final one, with a
    sentence. `shows_others`: read the others' final scores, one's own being in or not.
    """

    reads: bool = False
    scores: bool = False
    revises: bool = False
    shows_others: bool = False


SIGHTS: Mapping[Phase, Sight] = MappingProxyType(
    {
        Phase.PREPARATION: Sight(),
        Phase.SCORING: Sight(reads=True, scores=True),
        Phase.WAITING: Sight(),
        Phase.DISCUSSION: Sight(reads=True, revises=True, shows_others=True),
        Phase.CLOSED: Sight(shows_others=True),
    }
)

BEFORE_HEARINGS = Sight(reads=True)
"""Whoever hears applicants some day reads their files, and their replies, before that day."""


@dataclass(frozen=True)
class Step:
    """One phase on the time line; `since` and `until` are Paris days, None where unknown."""

    phase: Phase
    is_active: bool
    is_past: bool
    since: date | None
    until: date | None


def phase_of(jury: Jury, now: datetime) -> Phase:
    """The phase of a jury at `now`. The jury's stage must be loaded."""
    today, stage = paris_date(now), jury.stage
    if jury.closed_at is not None:
        return Phase.CLOSED
    if jury.discussion_opened_at is not None:
        return Phase.DISCUSSION
    if stage.starts_on is not None and today < stage.starts_on:
        return Phase.PREPARATION
    if stage.ends_on is not None and today > stage.ends_on:
        return Phase.WAITING
    return Phase.SCORING


def sight_of(jury: Jury, now: datetime) -> Sight:
    """What members may do and see at `now`. The jury's stage must be loaded."""
    phase = phase_of(jury, now)
    if phase is Phase.PREPARATION and jury.stage.kind is StageKind.HEARING:
        return BEFORE_HEARINGS
    return SIGHTS[phase]


def time_line(jury: Jury, now: datetime) -> tuple[Step, ...]:
    """Every phase in order, one of them active. The jury's stage must be loaded."""
    active = phase_of(jury, now)
    order = list(Phase)
    discussed = jury.discussion_opened_at
    closed = paris_date(jury.closed_at) if jury.closed_at else None
    opened = paris_date(discussed) if discussed else None
    spans: dict[Phase, tuple[date | None, date | None]] = {
        Phase.PREPARATION: (None, jury.stage.starts_on),
        Phase.SCORING: (jury.stage.starts_on, jury.stage.ends_on),
        Phase.WAITING: (jury.stage.ends_on, opened or closed),
        Phase.DISCUSSION: (opened, closed),
        Phase.CLOSED: (closed, None),
    }
    return tuple(
        Step(one, one is active, order.index(one) < order.index(active), *spans[one])
        for one in order
    )
