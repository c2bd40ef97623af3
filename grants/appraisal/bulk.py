"""One act on many files: each on its own, so that one refusal stops none of the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from grants.applications import services as applications
from grants.appraisal.services.labels import stick, unstick
from grants.appraisal.services.referents import hand_over
from grants.jobs import queries
from grants.jobs import services as jobs
from grants.jobs.models import Job, LineState
from grants.kernel.access import Actor
from grants.kernel.errors import Forbidden, Refused, Unknown

KIND = "applications.act"
LINES_MAX = 2_000
AT_ONCE_MAX = 50
"""So few are done in the request itself; more are left to a worker."""


@dataclass(frozen=True)
class On:
    """One file to act on, with what else was asked, by whom and when."""

    one: UUID
    more: Mapping[str, Any]
    by: Actor
    at: datetime


Act = Callable[[Session, On], None]


def _admit(session: Session, on: On) -> None:
    applications.declare_admissible(session, on.one, actor=on.by, now=on.at)


def _moves(transition: str) -> Act:
    def act(session: Session, on: On) -> None:
        applications.move(session, on.one, transition, actor=on.by, now=on.at)

    return act


def _hand_over(session: Session, on: On) -> None:
    to = UUID(on.more["person"]) if on.more.get("person") else None
    reason = str(on.more.get("reason", ""))
    hand_over(session, on.one, to=to, reason=reason, actor=on.by, now=on.at)


def _stick(session: Session, on: On) -> None:
    stick(session, on.one, UUID(on.more["label"]), actor=on.by)


def _unstick(session: Session, on: On) -> None:
    unstick(session, on.one, UUID(on.more["label"]), actor=on.by)


ACTS: Mapping[str, Act] = {
    "declare_admissible": _admit,
    "send_to_review": _moves("send_to_review"),
    "shortlist": _moves("shortlist"),
    "eliminate": _moves("eliminate"),
    "hand_over": _hand_over,
    "stick": _stick,
    "unstick": _unstick,
}
"""What officers do to many files at once."""


def step(session: Session, job: Job, *, actor: Actor, now: datetime) -> bool:
    """Do the next lines of a bulk act; whether that was the last of them.

    The caller holds the job (`jobs.services.taken`) and commits: a line's effect and its
    outcome are one transaction.
    """
    lines = jobs.batch(session, job.id)
    act = ACTS[job.payload["act"]]
    for line in lines:
        code, facts = _tried(session, act, On(line.subject_id, job.payload, actor, now))
        jobs.settle(job, line, code=code, **facts)
    session.flush()
    if len(lines) < jobs.BATCH:
        jobs.finish(job, now=now)
    return job.is_over


def at_once(session: Session, job_id: UUID, *, actor: Actor, now: datetime) -> int:
    """Do a whole small job here and now; return how many lines were refused."""
    job = jobs.taken(session, job_id, now=now)
    while job is not None and not step(session, job, actor=actor, now=now):
        pass
    return queries.counts(session, job_id).get(LineState.REFUSED, 0)


def _tried(session: Session, act: Act, on: On) -> tuple[str, dict[str, Any]]:
    """Do it in a savepoint; the code of a refusal with its facts, or an empty one."""
    try:
        with session.begin_nested():
            act(session, on)
    except Refused as refusal:
        return refusal.code, _storable(refusal.facts)
    except Forbidden:
        return "job.line.forbidden", {}
    except Unknown:
        return "job.line.unknown", {}
    return "", {}


def _storable(facts: Mapping[str, object]) -> dict[str, Any]:
    """Instants and days travel as text; the sentence is told without them when it must."""
    return {
        key: value if isinstance(value, str | int | bool) else str(value)
        for key, value in facts.items()
    }
