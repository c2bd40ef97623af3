"""Why something about a scenario, a financing plan or a waiting list is refused."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "scenario.unnamed": _l("Name this scenario."),
    "scenario.name_taken": _l("Another scenario of this call is already called “%(name)s”."),
    "scenario.recused": _l(
        "You are recused from an application in this call: a colleague who is not must do this."
    ),
    "scenario.accepted": _l(
        "This scenario was accepted and can no longer be changed: continue from the "
        "decision table, or from a copy of it."
    ),
    "scenario.line_changed": _l(
        "%(name)s has changed this line in the meantime: your change was not saved. Compare "
        "both, then save again."
    ),
    "scenario.above_base": _l("The amount is above the eligible base, %(amount)s."),
    "scenario.split_twice": _l("The same envelope appears twice among the parts."),
    "scenario.split_unlike": _l(
        "These envelopes are not of the same unit and section: one award cannot draw on both."
    ),
    "scenario.public_aid": _l(
        "With the other public aid, this exceeds the call’s cap: %(amount)s is left."
    ),
    "waiting.not_waitable": _l(
        "Only a project put on the waiting list by a vote, or awarded less than it asked for, can "
        "join this list."
    ),
    "waiting.too_much": _l("This project lacks %(amount)s at most."),
    "waiting.not_waiting": _l("This entry is no longer waiting."),
    "waiting.not_offered": _l("Nothing is offered to this entry: its turn has not come."),
    "waiting.money_gone": _l(
        "The money has gone elsewhere in the meantime: %(amount)s is left in the envelope."
    ),
    "waiting.offer_changed": _l(
        "The money in the envelope has changed in the meantime: the offer is not the one you read."
    ),
    "waiting.not_eligible": _l(
        "This project no longer meets the conditions: pass over it, giving the reason."
    ),
    "waiting.reason_missing": _l("Write why this project is passed over."),
    "financing.note_missing": _l("Write why: the other funders will read it."),
    "financing.amount_missing": _l("Write how much is covered."),
    "financing.more_than_missing": _l("Only %(amount)s is missing."),
    "financing.public_aid": _l(
        "With this, total public aid exceeds the call’s cap: %(amount)s is left."
    ),
}
REMEDIES = {
    "scenario.above_base": _l("Lower the amount, or correct the eligible base."),
    "scenario.split_twice": _l("Write one amount for each envelope."),
    "scenario.split_unlike": _l(
        "Split over envelopes of one section, or propose two forms of award on the decision table."
    ),
    "scenario.public_aid": _l("Lower the amount, or agree with the other funders on their share."),
    "waiting.offer_changed": _l("Read the new amount and its draft, then accept it."),
}
