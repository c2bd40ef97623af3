"""The review of a call: its stages in order, their juries, their criteria."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.db import Base, Row, enum_values

if TYPE_CHECKING:
    from grants.calls.models.call import Call


class StageKind(StrEnum):
    """What happens in a stage of the review."""

    APPRAISAL = "appraisal"
    SCORING = "scoring"
    MENTORING = "mentoring"
    HEARING = "hearing"
    PUBLIC_VOTE = "public_vote"


JUDGED_BY_JURIES = {StageKind.SCORING, StageKind.HEARING}


class Stage(Row, Base):
    """One step of the review, in the call's own order. `cut` is how many go on, None is all."""

    __tablename__ = "stage"
    __table_args__ = (
        UniqueConstraint("call_id", "position"),
        UniqueConstraint("call_id", "key"),
        CheckConstraint(enum_values("kind", StageKind), name="kind_is_known"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint("cut > 0", name="cut_keeps_someone"),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    position: Mapped[int]
    key: Mapped[str]
    kind: Mapped[StageKind]
    title_fr: Mapped[str]
    title_en: Mapped[str]
    help_fr: Mapped[str] = mapped_column(default="", server_default="")
    help_en: Mapped[str] = mapped_column(default="", server_default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    hide_others: Mapped[bool] = mapped_column(default=True, server_default="true")
    cut: Mapped[int | None]

    call: Mapped[Call] = relationship(lazy="raise", back_populates="stages")
    juries: Mapped[list[Jury]] = relationship(
        lazy="raise", order_by="Jury.position", back_populates="stage"
    )


class Jury(Row, Base):
    """A panel that scores the applications of one stage, and may award a prize of its own."""

    __tablename__ = "jury"
    __table_args__ = (
        UniqueConstraint("call_id", "key"),
        Index(None, "stage_id"),
        CheckConstraint("quorum > 0", name="quorum_is_positive"),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    stage_id: Mapped[UUID] = mapped_column(ForeignKey("stage.id"))
    position: Mapped[int]
    key: Mapped[str]
    name_fr: Mapped[str]
    name_en: Mapped[str]
    prize_fr: Mapped[str | None]
    prize_en: Mapped[str | None]
    quorum: Mapped[int] = mapped_column(default=1, server_default="1")
    closed_at: Mapped[datetime | None]

    call: Mapped[Call] = relationship(lazy="raise")
    stage: Mapped[Stage] = relationship(lazy="raise", back_populates="juries")
    criteria: Mapped[list[Criterion]] = relationship(lazy="raise", order_by="Criterion.position")


class Criterion(Row, Base):
    """One thing a jury scores, from 0 to `scale_max`.

    `anchors` say what a mark means: `[{"value", "label_fr", "label_en"}]`, rising.
    """

    __tablename__ = "criterion"
    __table_args__ = (
        UniqueConstraint("jury_id", "key"),
        CheckConstraint("weight > 0", name="weight_is_positive"),
        CheckConstraint("scale_max BETWEEN 1 AND 100", name="scale_has_a_width"),
    )

    jury_id: Mapped[UUID] = mapped_column(ForeignKey("jury.id"))
    position: Mapped[int]
    key: Mapped[str]
    label_fr: Mapped[str]
    label_en: Mapped[str]
    help_fr: Mapped[str] = mapped_column(default="", server_default="")
    help_en: Mapped[str] = mapped_column(default="", server_default="")
    weight: Mapped[int]
    scale_max: Mapped[int]
    anchors: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
