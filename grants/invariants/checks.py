"""A named check, and what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import TypeAlias

from sqlalchemy import text
from sqlalchemy.orm import Session

from grants.files.store import FileStore
from grants.ledger.verify import Finding, verify

TOLD_MAX = 20
"""How many places of one fault are told; they are all counted."""


@dataclass
class Place:
    """Where the checks look: one snapshot of the database, the disk, and the instant.

    `store` None leaves out what asks for the bytes of documents.
    """

    session: Session
    store: FileStore | None
    now: datetime

    @cached_property
    def ledger_findings(self) -> list[Finding]:
        """Everything that the ledger's own verification tells, asked once."""
        return verify(self.session)

    def first(self, sql: str) -> tuple[int, tuple[str, ...]]:
        """How many rows a statement gives, and the first ones; `:now` is the instant."""
        given = {"now": self.now} if ":now" in sql else {}
        statement = f"SELECT place, count(*) OVER () FROM ({sql}) AS found (place) LIMIT {TOLD_MAX}"  # noqa: S608 -- our own statements
        rows = self.session.execute(text(statement), given).all()
        return (rows[0][1], tuple(str(one) for one, _ in rows)) if rows else (0, ())


Look: TypeAlias = Callable[[Place], Iterable[str]]


@dataclass(frozen=True)
class Invariant:
    """One thing that must hold: its name, what it says, and how to find where it does not.

    `look` is a statement whose first column names each place that breaks it, or a function that
    gives such names. They are identifiers and keys: no name of a person, no address, no IBAN.
    """

    name: str
    fr: str
    en: str
    look: str | Look
    needs_files: bool = False


@dataclass(frozen=True)
class Broken:
    """A check that found something: how often, and the first places."""

    invariant: Invariant
    count: int
    places: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """How many checks were run, and those that found something."""

    checked: int
    broken: tuple[Broken, ...]


def check(place: Place, invariants: Sequence[Invariant]) -> Found:
    """Run the checks one after the other; those that ask for bytes only where there is a store.

    The session reads one snapshot, if the caller wants them to agree about what is being written
    meanwhile (see `snapshot`). Each reads whole tables: seconds for thousands of applications.
    """
    asked = [one for one in invariants if place.store is not None or not one.needs_files]
    found = (told(one, place) for one in asked)
    return Found(len(asked), tuple(one for one in found if one.count))


def told(invariant: Invariant, place: Place) -> Broken:
    """The first places where it does not hold, and the number of all."""
    if isinstance(invariant.look, str):
        return Broken(invariant, *place.first(invariant.look))
    places = iter(invariant.look(place))
    first = tuple(islice(places, TOLD_MAX))
    return Broken(invariant, len(first) + sum(1 for _ in places), first)
