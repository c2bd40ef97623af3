"""The verbs of hearings: planning, coming, convoking, questions before."""

from grants.juries.hearings.services.coming import (
    answer_convocation,
    mark_attendance,
    note_impossibility,
    remove_impossibility,
    say_availability,
)
from grants.juries.hearings.services.convoking import convoke
from grants.juries.hearings.services.feedback import (
    release_feedback,
    reply,
    reply_until,
    write_feedback,
)
from grants.juries.hearings.services.planning import (
    PlanOf,
    apply_proposal,
    call_off,
    fingerprint,
    move,
    proposal_for,
    slot_key,
    swap,
    why_blocked,
    write_plan,
)

__all__ = [
    "PlanOf",
    "answer_convocation",
    "apply_proposal",
    "call_off",
    "convoke",
    "fingerprint",
    "mark_attendance",
    "move",
    "note_impossibility",
    "proposal_for",
    "release_feedback",
    "remove_impossibility",
    "reply",
    "reply_until",
    "say_availability",
    "slot_key",
    "swap",
    "why_blocked",
    "write_feedback",
    "write_plan",
]
