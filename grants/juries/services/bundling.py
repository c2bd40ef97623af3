"""The file that a closing leaves: everything its ranking rests on, with jurors under labels."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib import metadata
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.calls.models import Jury
from grants.files.models import StoredFile
from grants.files.results import keep_result
from grants.files.store import FileStore
from grants.juries import queries
from grants.juries.bundle import FORMAT, written
from grants.juries.models import Seat
from grants.kernel.access import Actor

MEDIA_TYPE = "application/json"
OUTSIDE = "outside the jury"


def keep_bundle(
    session: Session,
    store: FileStore,
    jury: Jury,
    *,
    version: int,
    method: str,
    inputs: str,
    outcome: Mapping[str, Any] | None,
    actor: Actor,
    now: datetime,
) -> StoredFile:
    """Write the bundle of a ranking whose lines are frozen, and keep it as a stored file.

    In the transaction that closes the jury, under its lock: the file holds exactly what was
    frozen, and no closed jury is ever without it. A crash before the commit leaves bytes that no
    row names. `outcome` is what ballots said besides, where they rank. Five statements, one more
    where ballots rank.
    """
    found = queries.bundled(session, jury, version)
    labels = _labels(session, jury)
    contents = {
        "format": FORMAT,
        "code_version": metadata.version("laureat"),
        "call": jury.call.slug,
        "jury": jury.key,
        "stage": jury.stage.key,
        "quorum": jury.quorum,
        "version": version,
        "closed_at": now.isoformat(),
        "method": method,
        "inputs_sha256": inputs,
        "criteria": [_criterion(one) for one in jury.criteria],
        "jurors": sorted(labels.values()),
        "results": found["results"],
        "reviews": _labelled(found["reviews"], labels),
        "recusals": _labelled(found["recusals"], labels),
        "withdrawn": found["withdrawn"],
        **(_ballots(session, jury, labels, outcome) if outcome else {}),
    }
    return keep_result(
        session,
        store,
        io.BytesIO(written(contents)),
        name=f"classement-{jury.call.slug}-{jury.key}-v{version}.json",
        media_type=MEDIA_TYPE,
        actor=actor,
    )


def _ballots(
    session: Session, jury: Jury, labels: Mapping[UUID, str], outcome: Mapping[str, Any]
) -> dict[str, Any]:
    """What each label cast, what a ballot had to give, and what all of them said together."""
    cast = [
        {"juror": labels[seat], "lines": lines}
        for seat, lines in queries.cast_ballots(session, jury).items()
    ]
    return {
        "ballot": {"points": jury.ballot_points, "budget": jury.ballot_budget},
        "ballots": sorted(cast, key=lambda one: one["juror"]),
        "outcome": dict(outcome),
    }


def _labels(session: Session, jury: Jury) -> dict[UUID, str]:
    """A label for each seat, in an order drawn by lot and kept nowhere."""
    seats = list(session.scalars(select(Seat.id).where(Seat.jury_id == jury.id)))
    secrets.SystemRandom().shuffle(seats)
    width = len(str(len(seats)))
    return {seat: f"juror-{place:0{width}}" for place, seat in enumerate(seats, start=1)}


def _labelled(rows: Iterable[dict[str, Any]], labels: dict[UUID, str]) -> list[dict[str, Any]]:
    named = [{**row, "juror": labels.get(row["juror"], OUTSIDE)} for row in rows]
    return sorted(named, key=_place)


def _place(row: dict[str, Any]) -> tuple[str, str]:
    # Not the seat's own order, which would undo the lot.
    return row["application"], row["juror"]


def _criterion(one: Any) -> dict[str, Any]:
    names = ("key", "label_fr", "label_en", "weight", "scale_max", "optional", "tracks", "anchors")
    return {name: getattr(one, name) for name in names}
