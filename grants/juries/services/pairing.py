"""Who reads what, computed: asked for as a job, looked at, and applied once."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from grants.calls.models import Jury
from grants.jobs import services as jobs
from grants.juries import queries, rules
from grants.juries.lifecycle import jury_is_open, require
from grants.juries.matching.problem import Plan, Shortfall
from grants.juries.models import AssignmentPlan
from grants.juries.pairing import KIND, Options, lack_kept
from grants.juries.queries import Given
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.outbox.services import announce

STEPS = 3
"""What a job of this kind counts: read, worked out, written."""

WANTED = """
    wanted AS (
        SELECT w.application_id, w.seat_id
        FROM assignment_plan p, unnest(p.application_ids, p.seat_ids) w(application_id, seat_id)
        WHERE p.id = :plan
    )
"""
# What became impossible since: a recusal, a conflict that was confirmed, an applicant who joined,
# a file out of review, a member who declined.
IMPOSSIBLE = text(f"""
    WITH {WANTED}
    SELECT EXISTS (
        SELECT FROM wanted w
        JOIN seat s ON s.id = w.seat_id
        JOIN application a ON a.id = w.application_id
        WHERE s.declined_at IS NOT NULL OR a.state NOT IN ('in_review', 'finalist')
           OR a.author_id = s.person_id
           OR EXISTS (SELECT FROM recusal r
                WHERE r.application_id = a.id AND r.person_id = s.person_id)
           OR EXISTS (SELECT FROM conflict_hint h WHERE h.seat_id = s.id
                AND h.application_id = a.id AND h.answer = 'confirmed')
           OR EXISTS (SELECT FROM organisation_member m
                WHERE m.organisation_id = a.organisation_id AND m.person_id = s.person_id)
    )
""")  # noqa: S608 -- no value of anybody's
TAKE = text(f"""
    WITH {WANTED}, gone AS (
        DELETE FROM assignment a WHERE a.jury_id = :jury AND a.withdrawn_at IS NULL
          AND NOT EXISTS (SELECT FROM wanted w
            WHERE w.application_id = a.application_id AND w.seat_id = a.seat_id)
          AND NOT EXISTS (SELECT FROM review r WHERE r.jury_id = a.jury_id
            AND r.seat_id = a.seat_id AND r.application_id = a.application_id)
          AND NOT EXISTS (SELECT FROM jury_ballot b JOIN jury_ballot_line l ON l.ballot_id = b.id
            WHERE b.seat_id = a.seat_id AND b.state = 'final'
              AND l.application_id = a.application_id)
        RETURNING a.id
    )
    SELECT count(*) FROM gone
""")  # noqa: S608 -- no value of anybody's
GIVE = text(f"""
    WITH {WANTED}, given AS (
        INSERT INTO assignment (id, jury_id, seat_id, application_id)
        SELECT gen_random_uuid(), :jury, seat_id, application_id FROM wanted
        ON CONFLICT DO NOTHING RETURNING id
    )
    SELECT count(*) FROM given
""")  # noqa: S608 -- no value of anybody's


class Applied(NamedTuple):
    """How many readings a plan gave and took back."""

    added: int
    taken: int


def ask_plan(
    session: Session, jury_id: UUID, options: Options, *, actor: Actor, now: datetime
) -> UUID:
    """Have an assignment computed in the background; the job's id. Nothing is given yet.

    Announces `job.started`.

    Raises:
        Unknown: there is no such jury, or the actor is not an officer of its call.
        Refused: `jury.closed`.
    """
    jury = queries.jury(session, jury_id, actor, who=rules.manages.where)
    require(jury_is_open(jury, now))
    return jobs.start(
        session,
        KIND,
        payload={"jury": str(jury.id), "options": options.kept()},
        total=STEPS,
        actor=actor,
        now=now,
        funder=jury.call.lead_id,
        subject=jury.id,
    )


def keep_plan(
    session: Session,
    jury: Jury,
    given: Given,
    found: Plan | Shortfall,
    *,
    job_id: UUID,
    options: Options,
    now: datetime,
) -> AssignmentPlan:
    """Keep what was worked out, to be looked at and applied; two statements."""
    pairs = found.pairs if isinstance(found, Plan) else ()
    lacks = found.lacks if isinstance(found, Shortfall) else ()
    plan = AssignmentPlan(
        job_id=job_id,
        jury_id=jury.id,
        options=options.kept(),
        found=isinstance(found, Plan),
        lacks=[lack_kept(one) for one in lacks],
        figures=_figures(found),
        base_sha256=given.base,
        application_ids=[given.applications[row] for row, _ in pairs],
        seat_ids=[given.seats[column] for _, column in pairs],
        computed_at=now,
    )
    session.add(plan)
    session.flush()
    return plan


def apply_plan(
    session: Session, jury_id: UUID, plan_id: UUID, *, actor: Actor, now: datetime
) -> Applied:
    """Give and take back readings as a plan says; once. What is begun or voted stays.

    Locks the jury. Four statements, whatever the number; five for who is recused from anything,
    and is told of the rest alone. Announces `jury.assigned` and `jury.unassigned`.

    Raises:
        Unknown: there is no such jury of the actor's, or no such plan of it.
        Refused: `jury.closed`, `assignment.applied`, `assignment.nothing`: it found no plan;
            `assignment.stale`: readings, recusals or members changed since.
    """
    jury = queries.locked_jury(session, jury_id, actor, who=rules.manages.where)
    require(jury_is_open(jury, now))
    plan = session.scalar(
        select(AssignmentPlan)
        .where(AssignmentPlan.id == plan_id, AssignmentPlan.jury_id == jury.id)
        .with_for_update()
    )
    if plan is None:
        raise Unknown
    if plan.applied_at:
        raise Refused("assignment.applied")
    if not plan.found:
        raise Refused("assignment.nothing")
    facts = {"jury": jury.id, "plan": plan.id}
    changed = plan.base_sha256 != queries.base_of(session, jury.id)
    if changed or session.scalar(IMPOSSIBLE, {"plan": plan.id}):
        raise Refused("assignment.stale")
    seen = queries.changes(session, plan, actor) if actor.recused_from else None
    plan.applied_at, plan.applied_by = now, actor.id
    taken = int(session.scalar(TAKE, facts) or 0)
    added = int(session.scalar(GIVE, facts) or 0)
    for kind, readings in (("jury.unassigned", taken), ("jury.assigned", added)):
        if readings:
            _announce(session, kind, jury, readings, actor=actor, now=now)
    if seen is None:
        return Applied(added, taken)
    return Applied(sum(one.added for one in seen), sum(one.taken for one in seen))


def _figures(found: Plan | Shortfall) -> dict[str, int]:
    if isinstance(found, Shortfall):
        return {}
    return {"affinity": found.affinity, "moved": found.moved, "score": found.score}


def _announce(
    session: Session, kind: str, jury: Jury, readings: int, *, actor: Actor, now: datetime
) -> None:
    announce(
        session,
        kind,
        by=actor,
        at=now,
        funder=jury.call.lead_id,
        subject=jury.id,
        call=str(jury.call_id),
        readings=readings,
    )
