"""Letters and agreements on paper: a reference on each page, and the scans that bring it back."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.agreements.models import AgreementAct
from grants.db import Base, Row
from grants.files.models import StoredFile
from grants.notices.models import Letter

BORNE = re.compile(r"([A-Z2-7]{20})(?:-(\d{1,4})-(\d{1,4}))?")


class Paper(Row, Base):
    """One document that was printed; `reference` is on each of its pages and says nothing else."""

    __tablename__ = "paper"
    __table_args__ = (
        UniqueConstraint("reference"),
        UniqueConstraint("letter_id"),
        UniqueConstraint("act_id"),
        CheckConstraint("num_nonnulls(letter_id, act_id) = 1", name="is_of_one_thing"),
        CheckConstraint("reference ~ '^[A-Z2-7]{20}$'", name="reference_is_opaque"),
    )

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    reference: Mapped[str]
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("letter.id"))
    act_id: Mapped[UUID | None] = mapped_column(ForeignKey("agreement_act.id"))
    printed_at: Mapped[datetime]
    # The pages that came back, in their order.
    signed_file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    signed_at: Mapped[datetime | None]

    letter: Mapped[Letter | None] = relationship(lazy="raise")
    act: Mapped[AgreementAct | None] = relationship(lazy="raise")
    signed_file: Mapped[StoredFile | None] = relationship(lazy="raise")


class Read(NamedTuple):
    """What a page bears: the reference of its paper, which page of how many it is."""

    reference: str
    leaf: int | None = None
    leaves: int | None = None


def borne(text: str) -> Read | None:
    """What a code says: a reference, and behind it the page and how many there are."""
    found = BORNE.fullmatch(text)
    if found is None:
        return None
    leaf, leaves = (int(one) if one else None for one in found.group(2, 3))
    if leaf is None or leaves is None:
        return Read(found[1])
    return Read(found[1], leaf, leaves) if 1 <= leaf <= leaves else None


class Scan(Row, Base):
    """A pile that was scanned: one file, read by a worker page by page."""

    __tablename__ = "scan"

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"), index=True)
    stored_file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    brought_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    brought_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    stored_file: Mapped[StoredFile] = relationship(lazy="raise")
    pages: Mapped[list[ScanPage]] = relationship(lazy="raise", order_by="ScanPage.position")


class ScanPage(Row, Base):
    """One page of a pile: of which paper it is, as it was read or as somebody said.

    `leaf` of `leaves`: which page of its paper, where its code says so.
    """

    __tablename__ = "scan_page"
    __table_args__ = (
        UniqueConstraint("scan_id", "position"),
        CheckConstraint("position > 0", name="position_is_counted"),
        CheckConstraint(
            "(placed_by IS NULL) = (placed_at IS NULL)", name="placed_by_hand_is_dated"
        ),
        CheckConstraint(
            "(leaf IS NULL) = (leaves IS NULL) AND coalesce(leaf BETWEEN 1 AND leaves, true)",
            name="leaf_is_of_its_paper",
        ),
    )

    scan_id: Mapped[UUID] = mapped_column(ForeignKey("scan.id"))
    position: Mapped[int]
    paper_id: Mapped[UUID | None] = mapped_column(ForeignKey("paper.id"), index=True)
    leaf: Mapped[int | None]
    leaves: Mapped[int | None]
    placed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    placed_at: Mapped[datetime | None]
