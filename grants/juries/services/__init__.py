"""The verbs of juries, by noun: members, assignment, recusals, reviews, closing."""

from grants.juries.services.assignment import assign, assign_everyone, unassign
from grants.juries.services.balloting import Choices, fault_of, revise_ballot, save_ballot
from grants.juries.services.bringing_back import Becomes, Fate, bring_back, foresee
from grants.juries.services.certifying import certify
from grants.juries.services.closing import close_jury
from grants.juries.services.declaring import Interest, declare_interests, remind_of_lapse
from grants.juries.services.describing import describe_member, describe_oneself, member
from grants.juries.services.discussing import open_discussion, revise_review
from grants.juries.services.figures import ask_figures, keep_figures
from grants.juries.services.members import accept, decline, invite, invite_list
from grants.juries.services.pairing import Applied, apply_plan, ask_plan, keep_plan
from grants.juries.services.preferring import prefer
from grants.juries.services.radar import (
    answer_hint,
    look_at_all,
    look_or_plan,
    search_conflicts,
)
from grants.juries.services.recusals import impose_on_agent, impose_recusal, recuse
from grants.juries.services.redacting import (
    keep_redactions,
    replace_document,
    restore_document,
)
from grants.juries.services.reminding import remind_due, remind_members
from grants.juries.services.reopening import ask_reopening, grant_reopening, refuse_reopening
from grants.juries.services.reviews import Intent, Written, save_review

__all__ = [
    "Applied",
    "Becomes",
    "Choices",
    "Fate",
    "Intent",
    "Interest",
    "Written",
    "accept",
    "answer_hint",
    "apply_plan",
    "ask_figures",
    "ask_plan",
    "ask_reopening",
    "assign",
    "assign_everyone",
    "bring_back",
    "certify",
    "close_jury",
    "declare_interests",
    "decline",
    "describe_member",
    "describe_oneself",
    "fault_of",
    "foresee",
    "grant_reopening",
    "impose_on_agent",
    "impose_recusal",
    "invite",
    "invite_list",
    "keep_figures",
    "keep_plan",
    "keep_redactions",
    "look_at_all",
    "look_or_plan",
    "member",
    "open_discussion",
    "prefer",
    "recuse",
    "refuse_reopening",
    "remind_due",
    "remind_members",
    "remind_of_lapse",
    "replace_document",
    "restore_document",
    "revise_ballot",
    "revise_review",
    "save_ballot",
    "save_review",
    "search_conflicts",
    "unassign",
]
