"""What happened: sealed, told on, and done."""

from __future__ import annotations

from collections.abc import Iterator

from grants.invariants.checks import Invariant, Place
from grants.outbox import sealing

# What nobody took up for six hours, nobody will.
DELIVERED = """
    SELECT d.message_id FROM outbox_delivery d
    WHERE d.settled_at IS NULL AND d.due_at < CAST(:now AS timestamptz) - interval '6 hours'
"""
TOLD = """
    SELECT m.id FROM outbox_message m
    LEFT JOIN outbox_delivery d ON d.message_id = m.id WHERE d.message_id IS NULL
    UNION ALL
    SELECT d.message_id FROM outbox_delivery d
    LEFT JOIN outbox_message m ON m.id = d.message_id WHERE m.id IS NULL
"""
MAILED = """
    SELECT id FROM mail
    WHERE state = 'pending' AND next_at < CAST(:now AS timestamptz) - interval '6 hours'
"""
JOBS = """
    SELECT id FROM job WHERE finished_at IS NULL
       AND touched_at < CAST(:now AS timestamptz) - interval '6 hours'
"""
JOB_LINES = """
    SELECT DISTINCT j.id FROM job j JOIN job_line l ON l.job_id = j.id
    WHERE j.state = 'done' AND l.state = 'waiting'
"""


def unsealed(place: Place) -> Iterator[str]:
    """What the verification of the sealed history tells."""
    for one in sealing.verify(place.session):
        yield f"chain {one.chain_id}, link {one.number}: {one.what}"


CHECKS = (
    Invariant(
        "history.sealed",
        "Chaque message est à sa place dans sa chaîne, et tel qu’il a été écrit.",
        "Each message is at its place in its chain, and as it was written.",
        unsealed,
    ),
    Invariant(
        "history.told_on",
        "Chaque message a sa remise, et chaque remise son message.",
        "Each message has its delivery, and each delivery its message.",
        TOLD,
    ),
    Invariant(
        "history.delivered",
        "Aucun message n’attend ses suites depuis des heures.",
        "No message has waited for hours for what follows from it.",
        DELIVERED,
    ),
    Invariant(
        "history.mails_leave",
        "Aucun courriel n’attend depuis des heures.",
        "No mail has waited for hours.",
        MAILED,
    ),
    Invariant(
        "history.jobs_move",
        "Aucune tâche n’est restée en plan depuis des heures.",
        "No job has been left lying for hours.",
        JOBS,
    ),
    Invariant(
        "history.jobs_finish",
        "Une tâche finie n’a laissé aucune ligne de côté.",
        "A finished job left no line aside.",
        JOB_LINES,
    ),
)
