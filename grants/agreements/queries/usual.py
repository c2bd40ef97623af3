"""The usual texts of authorities: the one that counts, and those before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from grants.agreements.rules import reads_usual
from grants.agreements.usual import Kind, UsualText
from grants.decisions.models import Instrument
from grants.decisions.rules import RECORDERS
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.people.models import Funder

VERSIONS_MAX = 200


def usual_texts(*, viewer: Actor) -> Select[Any]:
    """The latest version of every usual text of the viewer's authorities, to be cut in pages.

    Rows of (text, the authority's name).
    """
    statement: Any = (
        select(UsualText, Funder.name)
        .join(Funder, Funder.id == UsualText.funder_id)
        .where(reads_usual.where(viewer))
        .ext(distinct_on(Funder.name, UsualText.funder_id, UsualText.kind, UsualText.instrument))
        .order_by(
            Funder.name,
            UsualText.funder_id,
            UsualText.kind,
            UsualText.instrument.nulls_first(),
            UsualText.number.desc(),
        )
    )
    return cast("Select[Any]", statement)


def usual_text(
    session: Session,
    funder_id: UUID,
    kind: Kind,
    instrument: Instrument | None,
    *,
    exactly: bool = False,
) -> UsualText | None:
    """The text that counts for a form of award: its own, else (unless `exactly`) everybody's."""
    own = UsualText.instrument.is_not_distinct_from(instrument)
    return session.scalar(
        select(UsualText)
        .where(
            UsualText.funder_id == funder_id,
            UsualText.kind == kind,
            own if exactly else own | UsualText.instrument.is_(None),
        )
        .order_by(UsualText.instrument.is_(None), UsualText.number.desc())
        .limit(1)
    )


def usual_bodies(session: Session, funder_id: UUID, kind: Kind) -> dict[Instrument | None, str]:
    """The texts of a kind that count, by form of award. One statement."""
    rows = session.execute(
        select(UsualText.instrument, UsualText.body)
        .where(UsualText.funder_id == funder_id, UsualText.kind == kind)
        .ext(distinct_on(UsualText.instrument))
        .order_by(UsualText.instrument, UsualText.number.desc())
    )
    return {row.instrument: row.body for row in rows}


def usual_versions(
    session: Session, text_id: UUID, *, viewer: Actor
) -> tuple[UsualText, Sequence[UsualText]]:
    """One version, and every version of the same text, the latest first.

    Raises:
        Unknown: there is none that the viewer may read.
    """
    one = session.scalar(
        select(UsualText).where(UsualText.id == text_id, reads_usual.where(viewer))
    )
    if one is None:
        raise Unknown
    every = session.scalars(
        select(UsualText)
        .where(
            UsualText.funder_id == one.funder_id,
            UsualText.kind == one.kind,
            UsualText.instrument.is_not_distinct_from(one.instrument),
        )
        .order_by(UsualText.number.desc())
        .limit(VERSIONS_MAX)
    ).all()
    return one, every


def writes_for(session: Session, viewer: Actor) -> dict[UUID, str]:
    """The authorities for which the viewer keeps usual texts, by name."""
    ours = sorted(viewer.funders_as(*RECORDERS))
    rows = session.execute(
        select(Funder.id, Funder.name).where(Funder.id.in_(ours)).order_by(Funder.name)
    )
    return {row.id: row.name for row in rows}
