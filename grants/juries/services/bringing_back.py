"""Scores brought back from elsewhere: what becomes of each line, first said, then done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from grants.juries import queries, scoring
from grants.juries.lifecycle import jury_scores, require
from grants.juries.models import ReviewState
from grants.juries.offline import TEXTS, Line
from grants.juries.queries import Entry
from grants.juries.services.reviews import CONFIDENCES, Intent, Written, save_review
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown

TEXT_MAX = 4000


class Becomes(StrEnum):
    """What a line can become."""

    FINAL = "final"
    DRAFT = "draft"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Fate:
    """One line with what becomes of it; a refusal has its `code` and the facts of its sentence.

    `title` is "" where the juror has no such file.
    """

    line: Line
    becomes: Becomes
    title: str = ""
    code: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def foresee(
    session: Session, jury_id: UUID, lines: Sequence[Line], *, actor: Actor, now: datetime
) -> list[Fate]:
    """What would become of each line if it were brought back now. Writes nothing.

    Two statements, whatever the number of lines. A number that is not in the juror's queue is
    unknown, whether it exists, was given to others, or is one that they are recused from.

    Raises:
        Unknown: the actor has no seat on this jury.
        Refused: the jury does not score now.
    """
    seat = queries.own_seat(session, jury_id, actor)
    require(jury_scores(seat.jury, now))
    known = {one.number: one for one in queries.entries(session, seat, actor)}
    seen: set[str] = set()
    fates = []
    for line in lines:
        fates.append(_twice(line) if line.number in seen else _fate(known.get(line.number), line))
        seen.add(line.number)
    return fates


def bring_back(
    session: Session,
    jury_id: UUID,
    lines: Sequence[Line],
    *,
    finish: bool,
    actor: Actor,
    now: datetime,
) -> list[Fate]:
    """Save every line that fits, and say what became of each. Brought twice, it does nothing twice.

    With `finish`, complete lines become final; otherwise all of them are drafts. Locks and
    announces as `save_review` does for each.

    Raises: as `foresee`.
    """
    seat = queries.own_seat(session, jury_id, actor)
    known = {one.number: one for one in queries.entries(session, seat, actor)}
    fates = []
    for fate in foresee(session, jury_id, lines, actor=actor, now=now):
        if fate.becomes in {Becomes.FINAL, Becomes.DRAFT}:
            final = finish and fate.becomes is Becomes.FINAL
            entry = known[fate.line.number]
            fates.append(_saved(session, jury_id, entry, fate, final=final, actor=actor, now=now))
        else:
            fates.append(fate)
    return fates


def _saved(
    session: Session,
    jury_id: UUID,
    entry: Entry,
    fate: Fate,
    *,
    final: bool,
    actor: Actor,
    now: datetime,
) -> Fate:
    line = fate.line
    written = Written(
        version=line.version, marks=line.marks, confidence=line.confidence, **_texts(line)
    )
    try:
        with session.begin_nested():
            save_review(
                session,
                jury_id,
                entry.application_id,
                written,
                intent=Intent.FINALISE if final else Intent.SAVE,
                actor=actor,
                now=now,
            )
    except Unknown:
        return _refused(line, "offline.unknown")
    except Refused as refusal:
        return _refused(line, refusal.code, entry.title, **refusal.facts)
    return Fate(line, Becomes.FINAL if final else Becomes.DRAFT, entry.title)


def _fate(entry: Entry | None, line: Line) -> Fate:
    if entry is None:
        return _refused(line, "offline.unknown")
    if _is_same(entry, line):
        return Fate(line, Becomes.SAME, entry.title)
    if entry.review is not None and entry.review.state is ReviewState.FINAL:
        return _refused(line, "review.save.from_final", entry.title)
    if entry.version != line.version:
        return _refused(line, "offline.stale", entry.title)
    if (wrong := _wrong(entry, line)) is not None:
        return _refused(line, wrong[0], entry.title, **wrong[1])
    whole = all(one.optional or one.key in line.marks for one in entry.criteria)
    total = scoring.total([one.weighed(line.marks.get(one.key)) for one in entry.criteria])
    becomes = Becomes.FINAL if whole and total is not None else Becomes.DRAFT
    return Fate(line, becomes, entry.title)


def _wrong(entry: Entry, line: Line) -> tuple[str, dict[str, Any]] | None:
    """Why what is written on a line does not fit its file."""
    asked = {one.key: one for one in entry.criteria}
    for key, value in line.marks.items():
        if key not in asked:
            return "offline.not_asked", {}
        best = asked[key].scale_max
        if value is not None and not 0 <= value <= best:
            return "offline.off_scale", {"criterion": asked[key].label_fr, "best": best}
    if line.confidence not in CONFIDENCES:
        return "offline.confidence", {}
    if any(len(one) > TEXT_MAX for one in line.texts.values()):
        return "offline.text_too_long", {"most": TEXT_MAX}
    return None


def _is_same(entry: Entry, line: Line) -> bool:
    """Whether a line says what is saved already, or nothing about a file without review."""
    review = entry.review
    if review is None:
        return line.is_blank
    texts = {key: getattr(review, key) for key in TEXTS}
    saved = (entry.marks, review.confidence, texts)
    return saved == (dict(line.marks), line.confidence, _texts(line))


def _texts(line: Line) -> dict[str, str]:
    return {key: line.texts.get(key, "") for key in TEXTS}


def _twice(line: Line) -> Fate:
    return _refused(line, "offline.twice")


def _refused(line: Line, code: str, title: str = "", **facts: Any) -> Fate:
    return Fate(line, Becomes.REFUSED, title, code, facts)
