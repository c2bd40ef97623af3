"""How money walks through an envelope: stages, and the named operations between them.

Pure data. PostgreSQL holds the same table in `ledger_operation`; a test says they are equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from grants.kernel.access import FunderRole

ADMINISTRATOR, OFFICER = FunderRole.ADMINISTRATOR, FunderRole.OFFICER
FINANCE, APPROVER, ELECTED = FunderRole.FINANCE, FunderRole.APPROVER, FunderRole.ELECTED


class Section(StrEnum):
    """The half of the budget that an envelope of money belongs to. Values are stored."""

    OPERATING = "operating"
    CAPITAL = "capital"
    NONE = "none"


class Stage(StrEnum):
    """Where an amount stands. Values are stored.

    Two stages are sources, whose balance runs below zero: `voted`, which credits come from,
    and `claim_contra`, against which money is asked back. All others are never negative.
    """

    VOTED = "voted"
    AVAILABLE = "available"
    RESERVED = "reserved"
    COMMITTED = "committed"
    ORDERED = "ordered"
    PAID = "paid"
    LAPSED = "lapsed"
    CARRIED = "carried"
    CLAIM_CONTRA = "claim_contra"
    CLAIMED = "claimed"
    RECOVERED = "recovered"


SOURCES = frozenset({Stage.VOTED, Stage.CLAIM_CONTRA})

CREDIT_STAGES = (
    Stage.AVAILABLE,
    Stage.RESERVED,
    Stage.COMMITTED,
    Stage.ORDERED,
    Stage.PAID,
    Stage.LAPSED,
    Stage.CARRIED,
)
"""The stages whose sum is what was voted."""

STAGES_OF_AWARDS = frozenset(
    {
        Stage.COMMITTED,
        Stage.ORDERED,
        Stage.PAID,
        Stage.CLAIM_CONTRA,
        Stage.CLAIMED,
        Stage.RECOVERED,
    }
)
"""Accounts of these stages always name an award. `carried` may; the others never do."""


class Kind(StrEnum):
    """What an envelope is. Values are stored.

    `annual`: the credits of one year. `authorisation`: the most that may be committed over
    several years (AE in operating, AP in capital); what is ordered is drawn from it into the
    envelopes of the years, as the schedule of each award says.
    """

    ANNUAL = "annual"
    AUTHORISATION = "authorisation"


class Counterpart(StrEnum):
    """Where the other envelope of a movement lies. Values are stored.

    `year_book`: from an authorisation to the envelope of its own year or of a later one;
    `earlier_book`: the way back.
    """

    SAME_BOOK = "same_book"
    NEXT_BOOK = "next_book"
    YEAR_BOOK = "year_book"
    EARLIER_BOOK = "earlier_book"


class ActKind(StrEnum):
    """Which act of the budget moves credits (BP, BS, DM, virement). Values are stored."""

    INITIAL = "initial"
    SUPPLEMENTARY = "supplementary"
    AMENDING = "amending"
    TRANSFER = "transfer"


class Fate(StrEnum):
    """What becomes, at the end of a year, of what is not ordered. Values are stored.

    Credits `lapse`. A commitment is attached (`attach`: rattachement, its service is done),
    carried over (`carry`: reste à réaliser) or given back to its authorisation (`reschedule`).
    """

    LAPSE = "lapse"
    ATTACH = "attach"
    CARRY = "carry"
    RESCHEDULE = "reschedule"


@dataclass(frozen=True)
class Operation:
    """One named walk from `source` to `target`.

    `reversible`: the amount may be negative. `ceiling`: that stage and the source together
    may not fall below zero (what was paid covers what is claimed back). `counterpart`: each
    movement names a second envelope, of the same unit and section. `answers`: the entry takes
    up, in another book, an entry of that operation. `roles`: who may book it, for the funder
    of the book. `after_closing`: a closed year takes it all the same.
    """

    name: str
    source: Stage
    target: Stage
    roles: frozenset[FunderRole]
    reversible: bool = False
    ceiling: Stage | None = None
    counterpart: Counterpart | None = None
    answers: str | None = None
    after_closing: bool = False

    @property
    def source_award(self) -> bool:
        """Whether what it leaves belongs to an award: what it carried comes back to it."""
        return self.source in STAGES_OF_AWARDS or (
            self.source is Stage.CARRIED and self.target in STAGES_OF_AWARDS
        )

    @property
    def target_award(self) -> bool:
        """Whether what it reaches belongs to an award: what an award carries stays its own."""
        return self.target in STAGES_OF_AWARDS or (
            self.target is Stage.CARRIED and self.source_award
        )

    @property
    def per_award(self) -> bool:
        """Whether every movement names an award."""
        return self.source_award or self.target_award


BUDGET = frozenset({ADMINISTRATOR, FINANCE})
RESERVING = frozenset({ADMINISTRATOR, FINANCE, OFFICER})
COMMITTING = frozenset({ADMINISTRATOR, FINANCE, OFFICER, ELECTED})
PAYING = frozenset({FINANCE, APPROVER})

_S = Stage
_TABLE = (
    Operation("vote", _S.VOTED, _S.AVAILABLE, BUDGET, reversible=True),
    Operation(
        "transfer",
        _S.VOTED,
        _S.AVAILABLE,
        BUDGET,
        reversible=True,
        counterpart=Counterpart.SAME_BOOK,
    ),
    Operation("reserve", _S.AVAILABLE, _S.RESERVED, RESERVING),
    Operation("release", _S.RESERVED, _S.AVAILABLE, RESERVING),
    Operation("commit", _S.AVAILABLE, _S.COMMITTED, COMMITTING),
    Operation("commit_reserved", _S.RESERVED, _S.COMMITTED, COMMITTING),
    Operation("decommit", _S.COMMITTED, _S.AVAILABLE, COMMITTING),
    Operation("order", _S.COMMITTED, _S.ORDERED, PAYING),
    Operation("cancel_order", _S.ORDERED, _S.COMMITTED, PAYING),
    Operation("pay", _S.ORDERED, _S.PAID, PAYING, after_closing=True),
    Operation(
        "reject_payment",
        _S.PAID,
        _S.ORDERED,
        PAYING,
        ceiling=_S.CLAIM_CONTRA,
        after_closing=True,
    ),
    Operation(
        "claim_back", _S.CLAIM_CONTRA, _S.CLAIMED, PAYING, ceiling=_S.PAID, after_closing=True
    ),
    Operation("recover", _S.CLAIMED, _S.RECOVERED, PAYING, after_closing=True),
    Operation("waive_claim", _S.CLAIMED, _S.CLAIM_CONTRA, PAYING, after_closing=True),
    Operation("lapse", _S.AVAILABLE, _S.LAPSED, BUDGET),
    Operation("carry_over", _S.AVAILABLE, _S.CARRIED, BUDGET, counterpart=Counterpart.NEXT_BOOK),
    Operation(
        "carry_commitment",
        _S.COMMITTED,
        _S.CARRIED,
        BUDGET,
        counterpart=Counterpart.NEXT_BOOK,
    ),
    Operation("bring_forward", _S.VOTED, _S.AVAILABLE, BUDGET, answers="carry_over"),
    Operation(
        "bring_commitment",
        _S.VOTED,
        _S.COMMITTED,
        BUDGET,
        answers="carry_commitment",
    ),
    Operation("attach", _S.COMMITTED, _S.CARRIED, BUDGET, counterpart=Counterpart.NEXT_BOOK),
    Operation("bring_attached", _S.VOTED, _S.COMMITTED, BUDGET, answers="attach"),
    Operation("draw_credits", _S.COMMITTED, _S.CARRIED, BUDGET, counterpart=Counterpart.YEAR_BOOK),
    Operation("take_up_credits", _S.AVAILABLE, _S.COMMITTED, BUDGET, answers="draw_credits"),
    Operation(
        "return_credits",
        _S.COMMITTED,
        _S.AVAILABLE,
        BUDGET,
        counterpart=Counterpart.EARLIER_BOOK,
    ),
    Operation("restore_authorisation", _S.CARRIED, _S.COMMITTED, BUDGET, answers="return_credits"),
)

OPERATIONS: Mapping[str, Operation] = {one.name: one for one in _TABLE}
"""Every operation, in the order of an envelope's life."""

ANSWERED_BY: Mapping[str, str] = {one.answers: one.name for one in _TABLE if one.answers}
"""The operation by which the next book takes up what this one carries."""
