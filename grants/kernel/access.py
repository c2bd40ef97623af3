"""Who may do what. A rule is written once and read twice: on one row, and as SQL on many."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, not_, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from grants.kernel.errors import Forbidden


class FunderRole(StrEnum):
    """What a person may do for an authority. Values are stored."""

    ADMINISTRATOR = "administrator"
    OFFICER = "officer"
    FINANCE = "finance"
    APPROVER = "approver"
    ELECTED = "elected"
    AUDITOR = "auditor"


class OrganisationRole(StrEnum):
    """What a person may do for an applicant organisation. Values are stored."""

    REPRESENTATIVE = "representative"
    TREASURER = "treasurer"
    EDITOR = "editor"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Whoever acts: a person with the roles held at this instant, or the software itself.

    `seated` are the juries on which the person holds a seat and has accepted the charter; `juries`
    are the same, but none without a declaration of interests in force: `to_declare` asks for it.
    `recused_from` are applications of which the person must see nothing: it outranks all roles.
    `sealed_from` are those that they read blind on a jury, and not at all for a funder meanwhile.
    """

    id: UUID
    name: str = ""
    email: str = ""
    locale: str = "fr"
    is_operator: bool = False
    funders: Mapping[UUID, frozenset[FunderRole]] = field(default_factory=dict)
    organisations: Mapping[UUID, frozenset[OrganisationRole]] = field(default_factory=dict)
    juries: frozenset[UUID] = frozenset()
    seated: frozenset[UUID] = frozenset()
    to_declare: bool = False
    is_mentor: bool = False
    recused_from: frozenset[UUID] = frozenset()
    sealed_from: frozenset[UUID] = frozenset()

    def in_office(self) -> Actor:
        """The same person at work for a funder: what they read blind on a jury is hidden there."""
        if not self.sealed_from:
            return self
        return replace(self, recused_from=self.recused_from | self.sealed_from)

    def funders_as(self, *roles: FunderRole) -> frozenset[UUID]:
        """The authorities for which the actor holds at least one of `roles`."""
        wanted = frozenset(roles)
        return frozenset(funder for funder, held in self.funders.items() if held & wanted)

    def organisations_as(self, *roles: OrganisationRole) -> frozenset[UUID]:
        """The organisations for which the actor holds at least one of `roles`."""
        wanted = frozenset(roles)
        return frozenset(one for one, held in self.organisations.items() if held & wanted)


SYSTEM = Actor(id=UUID(int=0), name="Lauréat")
"""The software acting by itself: opening, closing, relaying. It holds no role."""


@dataclass(frozen=True)
class Rule:
    """`holds` judges one loaded row; `where` selects the rows for which it would hold."""

    name: str
    holds: Callable[[Actor, Any], bool]
    where: Callable[[Actor], ColumnElement[bool]]

    def __or__(self, other: Rule) -> Rule:
        return Rule(
            f"{self.name} or {other.name}",
            lambda actor, row: self.holds(actor, row) or other.holds(actor, row),
            lambda actor: or_(self.where(actor), other.where(actor)),
        )

    def __and__(self, other: Rule) -> Rule:
        return Rule(
            f"{self.name} and {other.name}",
            lambda actor, row: self.holds(actor, row) and other.holds(actor, row),
            lambda actor: and_(self.where(actor), other.where(actor)),
        )

    def __invert__(self) -> Rule:
        return Rule(
            f"not {self.name}",
            lambda actor, row: not self.holds(actor, row),
            lambda actor: not_(self.where(actor)),
        )

    def named(self, name: str) -> Rule:
        """The same rule under a name that reads as a claim."""
        return Rule(name, self.holds, self.where)

    def require(self, actor: Actor, row: object) -> None:
        """Let the actor pass.

        Raises:
            Forbidden: the rule does not hold.
        """
        if not self.holds(actor, row):
            raise Forbidden


def not_among(column: InstrumentedAttribute[UUID], hidden: Collection[UUID]) -> ColumnElement[bool]:
    """Whether a row is none of `hidden`."""
    return column.not_in(sorted(hidden)) if hidden else true()


def for_funder(name: str, column: InstrumentedAttribute[UUID], *roles: FunderRole) -> Rule:
    """The actor holds one of `roles` for the authority that a row names in `funder_id`."""

    def where(actor: Actor) -> ColumnElement[bool]:
        theirs = actor.funders_as(*roles)
        return column.in_(sorted(theirs)) if theirs else false()

    return Rule(name, lambda actor, row: row.funder_id in actor.funders_as(*roles), where)


def unless_recused(column: InstrumentedAttribute[UUID]) -> Rule:
    """The actor did not step back from the application that a row names in `application_id`."""
    return Rule(
        "is not recused",
        lambda actor, row: row.application_id not in actor.recused_from,
        lambda actor: not_among(column, actor.recused_from),
    )
