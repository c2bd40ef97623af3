"""Where and when a jury may hear whom: worked out, never drawn; nothing here asks the database.

The same facts give the same plan. A member sits in one room a day. Slots are filled from the
first to the last; each takes an applicant if any rearrangement of those already placed allows
it, so that as many are heard as can be, as early as can be.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from grants.kernel.clock import paris_instant

NOON = 13 * 60
"""Where the morning ends when no lunch is kept free, in minutes after midnight."""


@dataclass(frozen=True)
class Hours:
    """The grid of a jury: days, civil minutes in Paris, places that hear side by side."""

    days: tuple[date, ...]
    first: int
    last: int
    length: int
    pause: int
    places: tuple[str, ...]
    lunch: tuple[int, int] | None = None

    @property
    def noon(self) -> int:
        """The minute at which the morning ends."""
        return self.lunch[0] if self.lunch else NOON


@dataclass(frozen=True, order=True)
class Span:
    """A time in a place."""

    starts_at: datetime
    ends_at: datetime
    place: str

    def meets(self, other: Span, *, apart: timedelta = timedelta()) -> bool:
        """Whether the two times touch, or leave less than `apart` between them."""
        return self.starts_at < other.ends_at + apart and other.starts_at < self.ends_at + apart


@dataclass(frozen=True, order=True)
class Slot(Span):
    """A time of the grid, with the half-days that it takes: `2026-11-24/am`, `…/pm`."""

    halves: tuple[str, ...] = ()


@dataclass(frozen=True)
class Juror:
    """One member: `halves` at which they can come."""

    seat_id: UUID
    name: str
    halves: frozenset[str]
    presides: bool = False


@dataclass(frozen=True)
class Held:
    """What already stands and stays: a hearing, here or of another jury of the call."""

    span: Span
    application_id: UUID | None = None
    seats: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Case:
    """One application to be heard: who may not hear it, and when its people cannot come."""

    application_id: UUID
    number: str
    recused: frozenset[UUID] = frozenset()
    away: tuple[tuple[datetime, datetime], ...] = ()


class Why(StrEnum):
    """What keeps an application from a slot, or from all of them."""

    NO_SLOT = "no_slot"
    AWAY = "away"
    QUORUM = "quorum"
    TAKEN = "taken"


@dataclass(frozen=True)
class Blocked:
    """The reason, and for a quorum how many could sit at most."""

    why: Why
    present: int = 0


@dataclass(frozen=True)
class Placed:
    """One application, its slot, and those who hear it."""

    application_id: UUID
    slot: Slot
    panel: tuple[UUID, ...]


@dataclass(frozen=True)
class Proposal:
    """A plan: who is heard when, and why others are not; `free` slots remain."""

    placed: tuple[Placed, ...] = ()
    unplaced: Mapping[UUID, Blocked] = field(default_factory=dict)
    free: int = 0


def grid(hours: Hours) -> list[Slot]:
    """Every slot in the order of time, then of places."""
    return [
        Slot(starts, starts + timedelta(minutes=hours.length), place, halves)
        for day in sorted(set(hours.days))
        for starts, halves in _starts(hours, day)
        for place in hours.places
    ]


def halves_of(hours: Hours) -> list[str]:
    """The half-days that the grid uses, in order: what members are asked about."""
    return list(dict.fromkeys(half for slot in grid(hours) for half in slot.halves))


def _starts(hours: Hours, day: date) -> Iterator[tuple[datetime, tuple[str, ...]]]:
    minute = hours.first
    while minute + hours.length <= hours.last:
        end = minute + hours.length
        if hours.lunch and minute < hours.lunch[1] and hours.lunch[0] < end:
            minute = hours.lunch[1]
            continue
        halves = (("am",) if minute < hours.noon else ()) + (("pm",) if end > hours.noon else ())
        at = paris_instant(day, *divmod(minute, 60))
        yield at, tuple(f"{day.isoformat()}/{half}" for half in halves)
        minute = end + hours.pause


class Board:
    """A grid with everything that stands in the way on it."""

    def __init__(
        self, hours: Hours, jurors: Sequence[Juror], held: Sequence[Held], quorum: int
    ) -> None:
        self.hours, self.quorum = hours, quorum
        self.slots = grid(hours)
        self._held = held
        self._jurors = {one.seat_id: one for one in jurors}
        self._rooms = _dealt(hours, jurors)
        self._panels = {slot: self._panel(slot) for slot in self.slots}

    def is_free(self, slot: Slot, *, but: UUID | None = None) -> bool:
        """Whether nothing stands there, the pause kept; the hearing of `but` does not count."""
        pause = timedelta(minutes=self.hours.pause)
        return not any(
            one.span.place == slot.place and slot.meets(one.span, apart=pause)
            for one in self._held
            if but is None or one.application_id != but
        )

    def panel(self, slot: Slot, case: Case) -> tuple[UUID, ...]:
        """Who would hear the application there: members of that room who can, none recused."""
        busy = {
            seat
            for one in self._held
            if one.application_id != case.application_id and slot.meets(one.span)
            for seat in one.seats
        }
        return tuple(
            seat for seat in self._panels[slot] if seat not in case.recused and seat not in busy
        )

    def blocked(self, slot: Slot, case: Case) -> Blocked | None:
        """Why the application cannot be heard there, whatever stands there already."""
        if any(slot.starts_at < until and since < slot.ends_at for since, until in case.away):
            return Blocked(Why.AWAY)
        present = len(self.panel(slot, case))
        return Blocked(Why.QUORUM, present) if present < self.quorum else None

    def _panel(self, slot: Slot) -> tuple[UUID, ...]:
        day = slot.halves[0].partition("/")[0]
        return tuple(
            seat
            for seat in self._rooms[day, slot.place]
            if self._jurors[seat].halves.issuperset(slot.halves)
        )


def propose(board: Board, cases: Sequence[Case]) -> Proposal:
    """Place as many as can be, in the order of numbers where it does not matter."""
    cases = sorted(cases, key=lambda one: (one.number, one.application_id))
    slots = [slot for slot in board.slots if board.is_free(slot)]
    fits = [
        [nth for nth, case in enumerate(cases) if board.blocked(slot, case) is None]
        for slot in slots
    ]
    owner: dict[int, int] = {}
    for nth in range(len(slots)):
        if len(owner) == len(cases):
            break
        _augment(nth, fits, owner)
    placed = sorted(
        (
            Placed(cases[case].application_id, slots[nth], board.panel(slots[nth], cases[case]))
            for case, nth in owner.items()
        ),
        key=lambda one: one.slot,
    )
    left = {
        case.application_id: _reason(board, slots, case)
        for nth, case in enumerate(cases)
        if nth not in owner
    }
    return Proposal(tuple(placed), left, len(slots) - len(placed))


def _augment(start: int, fits: Sequence[Sequence[int]], owner: dict[int, int]) -> None:
    """Give a slot an application, moving those already placed along a shortest way."""
    came: dict[int, int] = {}
    queue = deque([start])
    while queue:
        slot = queue.popleft()
        for case in fits[slot]:
            if case in came:
                continue
            came[case] = slot
            if case not in owner:
                _hand_over(case, start, came, owner)
                return
            queue.append(owner[case])


def _hand_over(case: int, start: int, came: Mapping[int, int], owner: dict[int, int]) -> None:
    had = {slot: one for one, slot in owner.items()}
    while True:
        slot = came[case]
        owner[case] = slot
        if slot == start:
            return
        case = had[slot]


def _reason(board: Board, slots: Sequence[Slot], case: Case) -> Blocked:
    if not slots:
        return Blocked(Why.NO_SLOT)
    found = [board.blocked(slot, case) for slot in slots]
    if any(one is None for one in found):
        return Blocked(Why.TAKEN)
    short = [one.present for one in found if one and one.why is Why.QUORUM]
    return Blocked(Why.QUORUM, max(short)) if short else Blocked(Why.AWAY)


def _dealt(hours: Hours, jurors: Sequence[Juror]) -> Mapping[tuple[str, str], list[UUID]]:
    """For each day and place, whose room it is.

    Members who can come at the same times are spread over the places, whoever presides first.
    """
    rooms: dict[tuple[str, str], list[UUID]] = defaultdict(list)
    for day in sorted({one.isoformat() for one in hours.days}):
        there = {
            one: tuple(sorted(half for half in one.halves if half.startswith(day)))
            for one in jurors
        }
        coming = sorted(
            (one for one in jurors if there[one]),
            key=lambda one: (not one.presides, there[one], one.name, one.seat_id),
        )
        for nth, one in enumerate(coming):
            rooms[day, hours.places[nth % len(hours.places)]].append(one.seat_id)
    return rooms
