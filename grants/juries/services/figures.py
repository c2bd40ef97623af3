"""Figures of large juries: asked for as a job, kept until the scores change."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.jobs import services as jobs
from grants.juries import queries, rules
from grants.juries.models import JuryFigures
from grants.kernel.access import Actor
from grants.kernel.identity import new_id

KIND = "juries.figures"
KEPT = 12
"""Figures of one jury that are kept: of several viewers, and of several funding lines."""


def ask_figures(
    session: Session,
    jury_id: UUID,
    *,
    places: int | None,
    actor: Actor,
    now: datetime,
    as_chair: bool = False,
) -> UUID:
    """Have the figures of a large jury worked out in the background; the job's id.

    For its chair, or the funders' side. Announces `job.started`.

    Raises:
        Unknown: there is no such jury, or its figures are not for the actor.
    """
    jury = queries.jury(session, jury_id, actor, who=rules.may_compare)
    return jobs.start(
        session,
        KIND,
        payload={"jury": str(jury.id), "places": places, "as_chair": as_chair},
        total=1,
        actor=actor,
        now=now,
        subject=jury.id,
    )


def keep_figures(
    session: Session, jury_id: UUID, *, places: int | None, actor: Actor, now: datetime
) -> None:
    """Work the actor's figures out and keep them under their inputs' name; twice is once.

    The oldest ones beyond `KEPT` go. Takes seconds for thousands of applications.

    Raises:
        Unknown: there is no such jury, or its figures are not for the actor.
    """
    jury = queries.jury(session, jury_id, actor, who=rules.may_compare)
    name = queries.inputs_of(session, jury, actor).named(jury, places)
    found = queries.figures_of(session, jury, actor, places=places)
    row = {
        "id": new_id(),
        "jury_id": jury.id,
        "inputs_sha256": name,
        "figures": found.stored(),
        "computed_at": now,
    }
    session.execute(insert(JuryFigures).values(row).on_conflict_do_nothing())
    latest = (
        select(JuryFigures.id)
        .where(JuryFigures.jury_id == jury.id)
        .order_by(JuryFigures.computed_at.desc(), JuryFigures.id.desc())
        .limit(KEPT)
    )
    session.execute(
        delete(JuryFigures).where(
            JuryFigures.jury_id == jury.id, JuryFigures.id.not_in(latest.scalar_subquery())
        )
    )
