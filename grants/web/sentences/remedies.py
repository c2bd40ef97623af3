"""What unblocks refusals on the path of the money, from the act to the euro that comes back."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {}
_SEND = _l("Send it to the beneficiary first, from the page of the agreement.")
_SIGN = _l("The beneficiary signs first, with a code or on paper.")
_COUNTERSIGN = _l("Somebody signs for the authority, then the day of its notification is noted.")
REMEDIES = {
    "ledger.exceeds_reserved": _l("Reserve more first, or lower the amount."),
    "ledger.exceeds_committed": _l(
        "The card of the award says where each euro stands: have an order that waits rejected, "
        "draw the year’s credits from the authorisation, or lower the amount."
    ),
    "ledger.exceeds_ordered": _l(
        "Prepare and sign the order first: the card of the award says what was ordered."
    ),
    "ledger.exceeds_paid": _l(
        "Claim back what was paid at most; what is not paid yet is cancelled by a withdrawal."
    ),
    "ledger.exceeds_claimed": _l(
        "Write what was received; if more is owed, have it claimed back first."
    ),
    "ledger.exceeds_carried": _l("Give back at most what was drawn and is not ordered yet."),
    "ledger.schedule_differs": _l("Correct a year, so that together they make the award."),
    "ledger.schedule_outside": _l("Spread the amount over the years in between."),
    "ledger.schedule_drawn": _l(
        "Leave that much to the year, or give credits back to the authorisation first."
    ),
    "act.number_taken": _l("Give this act its own number."),
    "act.file_booked": _l("Choose another file, or open that act: its lines are there."),
    "agreement.sign.from_drafted": _SEND,
    "agreement.countersign.from_drafted": _SEND,
    "agreement.bring_into_force.from_drafted": _SEND,
    "agreement.countersign.from_sent": _SIGN,
    "agreement.countersign.not_entitled": _l(
        "One of them signs; or the act by which the president lets you sign is recorded under "
        "Deliberative body, Signatures, by another officer."
    ),
    "agreement.countersign.nobody_presides": _l(
        "Write down who presides under Deliberative body, Members; then, under Signatures, the "
        "acts by which they let others sign."
    ),
    "agreement.bring_into_force.from_sent": _SIGN,
    "agreement.bring_into_force.from_signed": _COUNTERSIGN,
    "agreement.decision_not_read": _l(
        "Write to them on the file: they take note of the decision on its page, and the agreement "
        "may leave."
    ),
    "instalment.claimed_already": _l(
        "What is left is shortened by a withdrawal; to give more, put a top-up to the vote."
    ),
    "claim.previous_first": _l("Claim that one first: this one follows once it is paid."),
    "claim.order.from_submitted": _l("An officer certifies what was done first."),
    "payment_order.pay.from_prepared": _l("Whoever did not prepare it signs it first."),
    "payment_return.amount_differs": _l(
        "Match the line with another order, or set it aside with the reason."
    ),
    "payment_return.unknown_reference": _l(
        "Choose the order by hand, or set the line aside with the reason."
    ),
    "order_batch.siret_missing": _l("It is given on the page of the authority."),
    "order_batch.nature_missing": _l("It is given on the page of the envelope, under its name."),
    "waiting.money_gone": _l(
        "What is left is offered again within a minute: accept it then, or pass its turn."
    ),
    "financing.more_than_missing": _l("Lower the amount, or take back another part first."),
    "council.not_convened": _l("Have them called first, from the page of the session."),
    "council.proxy_held": _l("Choose another holder, or have the first proxy taken back."),
    "council.nothing_to_vote": _l("Put applications in it, or take it off the agenda."),
    "deliberation.announce.not_adopted": _l(
        "Its applications go back to the decision table: put them to another vote."
    ),
    "appeal.accept.from_withdrawn": _l("There is nothing left to answer."),
    "appeal.reject.from_withdrawn": _l("There is nothing left to answer."),
}
