"""The usual texts of an authority: of its agreements, and of its orders by delegation.

A text is typed plainly: paragraphs between blank lines, « # » before a heading, [variables]
between brackets. Each keeping is a version of its own; what was drafted from one stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.db import Base, Row, enum_values
from grants.decisions.models import Instrument


class Kind(StrEnum):
    """What a usual text is the text of. Values are stored."""

    AGREEMENT = "agreement"
    ORDER = "order"


VARIABLE = re.compile(r"\[([a-z_]{2,30})\]")
BLOCKS: Mapping[Kind, tuple[str, ...]] = {
    # Décret 2001-495, art. 1: object, amount, terms of payment, conditions of use; CGCT L1611-4
    # (accounts); loi 2000-321, art. 10-1 (republican contract); CRPA R421-1 (ways of appeal).
    Kind.AGREEMENT: (
        "projet",
        "montant",
        "duree",
        "versement",
        "compte_rendu",
        "engagement_republicain",
        "retrait",
        "recours",
    ),
    # CGCT L5211-10 and L2122-23 (delegation), CRPA L212-1 (author), R421-5 (ways of appeal).
    Kind.ORDER: ("acte", "date", "delegation", "beneficiaire", "projet", "montant", "recours"),
}
"""What no text of a kind may omit. PostgreSQL refuses it too."""
MORE: Mapping[Kind, tuple[str, ...]] = {
    Kind.AGREEMENT: (
        "financeur",
        "adresse_financeur",
        "beneficiaire",
        "adresse_beneficiaire",
        "siret",
        "acte",
        "date",
        "dossier",
        "appel",
        "exercice",
    ),
    Kind.ORDER: (
        "financeur",
        "dossier",
        "appel",
        "president",
        "nature",
        "organe",
        "transmission",
    ),
}
"""What a text may name besides."""


def names(kind: Kind) -> tuple[str, ...]:
    """Every variable of a kind of text."""
    return (*BLOCKS[kind], *MORE[kind])


def missing(kind: Kind, body: str) -> list[str]:
    """The mandatory variables that a text lacks, in their order."""
    held = set(VARIABLE.findall(body))
    return [one for one in BLOCKS[kind] if one not in held]


def unknown(kind: Kind, body: str) -> list[str]:
    """What stands between brackets in a text and is no variable of its kind."""
    return sorted(set(VARIABLE.findall(body)) - set(names(kind)))


def filled(body: str, values: Mapping[str, str]) -> str:
    """The text with its variables replaced; those worth nothing here stay to be seen."""
    return VARIABLE.sub(lambda one: values.get(one[1]) or one[0], body)


def holds_blocks(kind: Kind) -> str:
    """The text of a CHECK: a text of this kind holds every block that it must."""
    held = " AND ".join(f"strpos(body, '[{one}]') > 0" for one in BLOCKS[kind])
    return f"kind <> '{kind.value}' OR ({held})"


class UsualText(Row, Base):
    """One version of a usual text of a funder; `instrument` None serves every form of award.

    The latest version counts. Never changed (trigger).
    """

    __tablename__ = "usual_text"
    __table_args__ = (
        UniqueConstraint(
            "funder_id", "kind", "instrument", "number", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint(enum_values("kind", Kind), name="kind_is_known"),
        CheckConstraint(enum_values("instrument", Instrument), name="instrument_is_known"),
        CheckConstraint("number > 0", name="number_is_counted"),
        CheckConstraint(holds_blocks(Kind.AGREEMENT), name="agreement_holds_blocks"),
        CheckConstraint(holds_blocks(Kind.ORDER), name="order_holds_blocks"),
    )

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    kind: Mapped[Kind]
    instrument: Mapped[Instrument | None]
    number: Mapped[int]
    body: Mapped[str]
    kept_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kept_at: Mapped[datetime]
