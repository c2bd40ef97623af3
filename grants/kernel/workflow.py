"""State machines as data: one table is the guard, the buttons, the tests and the diagram."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from grants.kernel.access import Actor, Rule
from grants.kernel.errors import Refused

S = TypeVar("S", bound=StrEnum)
Check = Callable[[Any, datetime], Refused | None]
"""A pure question about (row, now): None when it passes, else the refusal to raise."""


class Stateful(Protocol):
    """A row with a state."""

    state: Any


@dataclass(frozen=True)
class Transition(Generic[S]):
    """One arrow: who may take it, from where to where, and on which conditions."""

    name: str
    sources: Set[S]
    target: S
    by: Rule
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True)
class Lifecycle(Generic[S]):
    """Every arrow of one kind of row. Nothing else ever assigns `.state`."""

    subject: str
    initial: S
    transitions: tuple[Transition[S], ...]

    def __getitem__(self, name: str) -> Transition[S]:
        return next(t for t in self.transitions if t.name == name)

    def move(self, row: Stateful, name: str, *, actor: Actor, now: datetime) -> None:
        """Apply one transition in memory, or leave `row` as it was.

        Raises:
            Forbidden: the transition is not for this actor.
            Refused: `<subject>.<name>.from_<state>`, or the first check that fails.
        """
        transition = self[name]
        transition.by.require(actor, row)
        if row.state not in transition.sources:
            raise Refused(f"{self.subject}.{name}.from_{row.state}")
        for check in transition.checks:
            if refusal := check(row, now):
                raise refusal
        row.state = transition.target

    def offered(self, row: Stateful, *, actor: Actor) -> list[Transition[S]]:
        """The buttons to show: permitted here and now, checks aside (they explain themselves)."""
        return [t for t in self.transitions if row.state in t.sources and t.by.holds(actor, row)]

    def mermaid(self) -> str:
        """The arrows as a Mermaid state diagram, in a stable order."""
        arrows = [
            f"    {source} --> {t.target}: {t.name}"
            for t in self.transitions
            for source in sorted(t.sources)
        ]
        return "\n".join(["stateDiagram-v2", f"    [*] --> {self.initial}", *arrows])
