"""Who sees a job: whoever started it, and nobody else."""

from __future__ import annotations

from grants.jobs.models import Job
from grants.kernel.access import Rule

started_it = Rule(
    "started this work",
    lambda actor, job: job.started_by == actor.id,
    lambda actor: Job.started_by == actor.id,
)
