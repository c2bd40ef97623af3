"""The verbs of juries, by noun: members, assignment, recusals, reviews, closing."""

from grants.juries.services.assignment import assign, assign_everyone, unassign
from grants.juries.services.closing import close_jury
from grants.juries.services.discussing import open_discussion, revise_review
from grants.juries.services.members import accept, decline, invite
from grants.juries.services.recusals import impose_recusal, recuse
from grants.juries.services.reviews import Intent, Written, save_review

__all__ = [
    "Intent",
    "Written",
    "accept",
    "assign",
    "assign_everyone",
    "close_jury",
    "decline",
    "impose_recusal",
    "invite",
    "open_discussion",
    "recuse",
    "revise_review",
    "save_review",
    "unassign",
]
