"""Writes the rows of a call: tracks, stages in any order, juries, criteria, batches.

One verb to add or change a row, one to take it out, one to move it. In a published call, people
have relied on the course of the selection: only what `FREE` says may still change.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import column, func, select, table
from sqlalchemy.orm import Session

from grants.calls import drafting, workbench
from grants.calls.form import document_hash
from grants.calls.models import (
    JUDGED_BY_JURIES,
    Batch,
    Call,
    CallKind,
    CallState,
    Criterion,
    Jury,
    Stage,
    Track,
)
from grants.calls.services.settling import writable
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.outbox.services import announce

ArrangedRow: TypeAlias = Track | Stage | Jury | Criterion | Batch


class Arranged(StrEnum):
    """The kinds of rows that an officer arranges."""

    TRACK = "track"
    STAGE = "stage"
    JURY = "jury"
    CRITERION = "criterion"
    BATCH = "batch"


MODELS: Mapping[Arranged, type[Any]] = {
    Arranged.TRACK: Track,
    Arranged.STAGE: Stage,
    Arranged.JURY: Jury,
    Arranged.CRITERION: Criterion,
    Arranged.BATCH: Batch,
}
FREE: Mapping[Arranged, frozenset[str]] = {
    Arranged.TRACK: frozenset({"label_fr", "label_en"}),
    Arranged.STAGE: frozenset(
        {"title_fr", "title_en", "help_fr", "help_en", "starts_on", "ends_on", "remind_days"}
    ),
    Arranged.JURY: frozenset({"name_fr", "name_en"}),
    Arranged.CRITERION: frozenset(),
    Arranged.BATCH: frozenset({"label_fr", "label_en", "decides_on", "cut_off_at"}),
}
"""The columns that may change after publication. Only batches may then be added."""
NAMED: Mapping[Arranged, str] = {Arranged.STAGE: "title_fr", Arranged.JURY: "name_fr"}
"""The column out of which a row's key is made; `label_fr` for the others."""

CHOICES_MIN = 2
"""A question with one choice is no question."""

# Applications and juries' seats stand above calls: named here as text.
APPLICATION = table("application", column("batch_id"))
SEAT = table("seat", column("jury_id"))


def put(
    session: Session,
    call_id: UUID,
    kind: Arranged,
    row_id: UUID | None,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> ArrangedRow:
    """Change a row, or add one at the end of its list when `row_id` is None.

    `values` are columns; a new jury names its `stage_id`, a new criterion its `jury_id`. Keys are
    made out of the words, and stay. Locks the call. Announces `call.arranged`.

    Raises: as `settling.writable`, and
        Unknown: no such row in this call.
        Refused: `call.arrange.<kind>_fixed` in a published call, `…stage_has_juries`,
            `…jury_needs_scoring`, `…batch_needs_rolling`, `…batch_outside_window`,
            `…batch_is_past`, `…batch_twice`.
    """
    call = writable(session, call_id, actor)
    row: ArrangedRow = (
        _row(session, call, kind, row_id) if row_id else _new(session, call, kind, values)
    )
    changed = {name: one for name, one in values.items() if getattr(row, name) != one}
    if call.state is not CallState.DRAFT:
        _require_free(kind, row_id, changed)
    _check(session, call, row, changed, now)
    for name, value in changed.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    if kind is Arranged.TRACK:
        _ask_for_tracks(session, call)
    _tell(session, call, kind, actor=actor, now=now)
    return row


def drop(
    session: Session, call_id: UUID, kind: Arranged, row_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Take a row out, and what it holds: a stage its juries, a jury its criteria.

    Locks the call. Announces `call.arranged`.

    Raises: as `settling.writable`, and
        Unknown: no such row in this call.
        Refused: `call.arrange.<kind>_fixed` in a published call, `…jury_has_members`,
            `…batch_has_applications`, `…track_has_criteria`.
    """
    call = writable(session, call_id, actor)
    row = _row(session, call, kind, row_id)
    if call.state is not CallState.DRAFT and kind is not Arranged.BATCH:
        raise Refused(f"call.arrange.{kind}_fixed")
    if isinstance(row, Track):
        _require_no_criterion(call, row)
    _require_unused(session, kind, row)
    for jury in row.juries if isinstance(row, Stage) else [row] if isinstance(row, Jury) else []:
        for criterion in jury.criteria:
            session.delete(criterion)
        session.flush()
        session.delete(jury)
        session.flush()
    if not isinstance(row, Jury):
        session.delete(row)
    session.flush()
    if kind is Arranged.TRACK:
        _ask_for_tracks(session, call)
    _tell(session, call, kind, actor=actor, now=now)


def shift(
    session: Session,
    call_id: UUID,
    kind: Arranged,
    row_id: UUID,
    *,
    down: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Move a row one place up or down in its list; at the edge it stays. Batches go by date.

    Locks the call. Announces `call.arranged`. Raises as `drop`.
    """
    call = writable(session, call_id, actor)
    row = _row(session, call, kind, row_id)
    if call.state is not CallState.DRAFT:
        raise Refused(f"call.arrange.{kind}_fixed")
    if isinstance(row, Batch):
        return
    rows = _siblings(session, row)
    at = rows.index(row)
    to = at + (1 if down else -1)
    if not 0 <= to < len(rows):
        return
    other = rows[to]
    mine, theirs = row.position, other.position
    other.position = -1  # no two rows of a call ever stand at one place
    session.flush()
    row.position = theirs
    session.flush()
    other.position = mine
    session.flush()
    _tell(session, call, kind, actor=actor, now=now)


def _row(session: Session, call: Call, kind: Arranged, row_id: UUID) -> Any:
    """A row of this call, its juries and criteria loaded with the call."""
    if kind is Arranged.STAGE:
        return _among(call.stages, row_id)
    if kind is Arranged.JURY:
        return _among([jury for stage in call.stages for jury in stage.juries], row_id)
    if kind is Arranged.CRITERION:
        juries = [jury for stage in call.stages for jury in stage.juries]
        return _among([one for jury in juries for one in jury.criteria], row_id)
    model = MODELS[kind]
    return _among(session.scalars(select(model).where(model.call_id == call.id)).all(), row_id)


def _among(rows: Any, row_id: UUID) -> Any:
    for row in rows:
        if row.id == row_id:
            return row
    raise Unknown


def _siblings(session: Session, row: Track | Stage | Jury | Criterion) -> list[Any]:
    model = type(row)
    if isinstance(row, Criterion):
        mine = Criterion.jury_id == row.jury_id
    elif isinstance(row, Jury):
        mine = Jury.stage_id == row.stage_id
    else:
        mine = model.call_id == row.call_id  # type: ignore[union-attr]
    return list(session.scalars(select(model).where(mine).order_by(model.position, model.id)))


def _new(session: Session, call: Call, kind: Arranged, values: Mapping[str, Any]) -> Any:
    """A row at the end of its list, not stored yet."""
    if kind is Arranged.BATCH:
        return Batch(call_id=call.id)
    row = MODELS[kind]()
    if isinstance(row, Criterion):
        jury = _row(session, call, Arranged.JURY, values["jury_id"])
        row.jury_id = jury.id
    else:
        row.call_id = call.id
    if isinstance(row, Jury):
        row.stage_id = _row(session, call, Arranged.STAGE, values["stage_id"]).id
    siblings = _siblings(session, row)
    row.position = max((one.position for one in siblings), default=0) + 1
    taken = _keys(call, row, siblings)
    row.key = drafting.proposed_key(str(values[NAMED.get(kind, "label_fr")]), taken)
    return row


def _keys(call: Call, row: Any, siblings: list[Any]) -> set[str]:
    """The keys in use: a jury's is its own in the whole call."""
    if isinstance(row, Jury):
        return {jury.key for stage in call.stages for jury in stage.juries}
    return {one.key for one in siblings}


def _require_free(kind: Arranged, row_id: UUID | None, changed: Mapping[str, Any]) -> None:
    """In a published call, only batches are added and only words and days change."""
    if row_id is None and kind is not Arranged.BATCH:
        raise Refused(f"call.arrange.{kind}_fixed")
    for name in sorted(changed.keys() - FREE[kind]):
        raise Refused(f"call.arrange.{kind}_fixed", field=name)


def _check(
    session: Session, call: Call, row: Any, changed: Mapping[str, Any], now: datetime
) -> None:
    if isinstance(row, Stage):
        judged = changed.get("kind", row.kind) in JUDGED_BY_JURIES
        if row.id is not None and row.juries and not judged:
            raise Refused("call.arrange.stage_has_juries", field="kind")
    if isinstance(row, Jury):
        stage_id = changed.get("stage_id", row.stage_id)
        stage: Stage = _row(session, call, Arranged.STAGE, stage_id)
        if stage.kind not in JUDGED_BY_JURIES:
            raise Refused("call.arrange.jury_needs_scoring", field="stage_id", stage=stage.title_fr)
    if isinstance(row, Batch):
        _check_batch(session, call, row, changed, now)


def _check_batch(
    session: Session, call: Call, row: Batch, changed: Mapping[str, Any], now: datetime
) -> None:
    if call.kind is not CallKind.ROLLING:
        raise Refused("call.arrange.batch_needs_rolling")
    if "cut_off_at" not in changed:
        return
    cut_off_at = changed["cut_off_at"]
    until = call.closes_at
    if cut_off_at <= call.opens_at or (until is not None and cut_off_at > until):
        raise Refused("call.arrange.batch_outside_window", field="cut_off_at")
    if call.state is not CallState.DRAFT:
        if cut_off_at <= now or (row.cut_off_at is not None and row.cut_off_at <= now):
            raise Refused("call.arrange.batch_is_past", field="cut_off_at")
        _require_unused(session, Arranged.BATCH, row)
    twice = select(Batch.id).where(Batch.call_id == call.id, Batch.cut_off_at == cut_off_at)
    if session.scalar(twice) is not None:
        raise Refused("call.arrange.batch_twice", field="cut_off_at")


def _require_no_criterion(call: Call, row: Track) -> None:
    """No criterion is asked for this track's files."""
    for stage in call.stages:
        for jury in stage.juries:
            for one in jury.criteria:
                if row.key in one.tracks:
                    raise Refused("call.arrange.track_has_criteria", criterion=one.label_fr)


def _require_unused(session: Session, kind: Arranged, row: Any) -> None:
    """Nobody was invited to the jury, nothing was submitted to the batch."""
    if kind is Arranged.BATCH and row.id is not None:
        joined = (
            select(func.count()).select_from(APPLICATION).where(APPLICATION.c.batch_id == row.id)
        )
        if count := session.scalar(joined):
            raise Refused("call.arrange.batch_has_applications", applications=count)
    juries = row.juries if isinstance(row, Stage) else [row] if isinstance(row, Jury) else []
    if juries:
        seated = select(func.count()).select_from(SEAT)
        seated = seated.where(SEAT.c.jury_id.in_([one.id for one in juries]))
        if session.scalar(seated):
            raise Refused("call.arrange.jury_has_members")


def _ask_for_tracks(session: Session, call: Call) -> None:
    """Keep the form's question about tracks, when it has one, to the call's own tracks.

    A form that people answer is not rewritten under them: a new version of it is begun first.
    """
    revision = workbench.newest_revision(session, call.id)
    tracks = session.scalars(
        select(Track).where(Track.call_id == call.id).order_by(Track.position)
    ).all()
    if len(tracks) < CHOICES_MIN:
        return
    document = deepcopy(revision.document)
    asking = [one for one in drafting.every_field(document) if one.get("role") == "track"]
    for field in asking:
        words = ("key", "label_fr", "label_en")
        choices = [{name: getattr(one, name) for name in words} for one in tracks]
        field["limits"] = {**(field.get("limits") or {}), "choices": choices}
    if asking and document_hash(document) != revision.document_hash:
        if revision.frozen_at is not None:
            raise Refused("call.arrange.track_in_form", field="label_fr")
        revision.document, revision.document_hash = document, document_hash(document)


def _tell(session: Session, call: Call, kind: Arranged, *, actor: Actor, now: datetime) -> None:
    announce(
        session,
        "call.arranged",
        by=actor,
        at=now,
        funder=call.lead_id,
        subject=call.id,
        what=kind.value,
    )
