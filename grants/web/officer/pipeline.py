"""Where the applications of a call stand, gathered into the few heaps an officer works with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from grants.applications.models import ApplicationState

S = ApplicationState

HEAPS = (
    ("received", _l("To check"), (S.SUBMITTED,)),
    ("incomplete", _l("Complements awaited"), (S.INCOMPLETE,)),
    ("admissible", _l("Admissible"), (S.ADMISSIBLE,)),
    ("in_review", _l("In review"), (S.IN_REVIEW,)),
    ("finalist", _l("Shortlisted"), (S.FINALIST,)),
    ("awarded", _l("Awarded"), (S.AWARDED, S.UNDER_AGREEMENT, S.IN_PROGRESS, S.CLOSED)),
    ("waitlisted", _l("Waiting list"), (S.WAITLISTED,)),
    ("set_aside", _l("Set aside"), (S.INADMISSIBLE, S.ELIMINATED, S.DECLINED)),
    ("withdrawn", _l("Withdrawn"), (S.WITHDRAWN,)),
)


@dataclass(frozen=True)
class Heap:
    """So many applications that wait for the same thing. `state` filters the list, if one does."""

    key: str
    words: object
    count: int
    state: ApplicationState | None


def pipeline(counts: Mapping[ApplicationState, int]) -> list[Heap]:
    """The heaps in the order of the work, empty ones included."""
    return [
        Heap(
            key,
            words,
            sum(counts.get(state, 0) for state in states),
            states[0] if len(states) == 1 else None,
        )
        for key, words, states in HEAPS
    ]
