"""What unblocks a refusal made because of where something stands: state by state."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from grants.web.sentences.payments import CLAIM_VERBS, ORDER_VERBS

SENTENCES: dict[str, object] = {}
CLAIMS = {
    "submitted": _l(
        "An officer looks at it under Payment claims: it is certified there, or sent back "
        "with what must be corrected."
    ),
    "refused": _l(
        "The beneficiary corrects it and claims again, on the page of their payments; the "
        "new claim takes its place."
    ),
    "certified": _l(
        "Finance prepares its order, under Payment orders; until then an officer may still "
        "send the claim back."
    ),
    "ordered": _l(
        "To stop it, have its order turned down under Payment orders: the claim may then be"
        " sent back, or ordered again."
    ),
    "paid": _l(
        "If the transfer came back, finance notes it on the page of the order; what was "
        "paid in error is asked back by a withdrawal."
    ),
}
ORDERS = {
    "prepared": _l(
        "Whoever did not prepare it signs it, or turns it down, on the page of the order."
    ),
    "rejected": _l(
        "Its claim is free again: finance prepares another order for it, under Payment orders."
    ),
    "approved": _l(
        "Next it is paid: finance notes it on its page, or takes in the answer of the "
        "accounting office. Until then it may be turned down."
    ),
    "paid": _l(
        "If the transfer came back, note it on the page of the order; what was paid in "
        "error is asked back by a withdrawal of the award."
    ),
}
AGREEMENTS = {
    "signed": _l("Somebody signs for the authority next, on the page of the agreement."),
    "sent": _l(
        "The beneficiary signs it with a code, from their file; on paper, an officer notes "
        "their signature."
    ),
    "countersigned": _l(
        "What is left is the day of its notification: an officer notes it on the page of "
        "the agreement."
    ),
    "in_force": _l("To change something of it, write an amendment on the page of the agreement."),
}
APPEALS = {
    "accepted": _l("What follows is on its page: have the file decided again, or propose more."),
    "rejected": _l(
        "Whoever still contests the decision goes to the administrative court, within two "
        "months of the answer."
    ),
    "withdrawn": _l(
        "While the two months run, another one may be filed, from the page of the decision."
    ),
}
WITHDRAWALS = {
    "decided": _l("An officer notes on its page that its act is executory: that carries it out."),
    "effective": _l(
        "What was paid is asked back under Recoveries; giving it again takes a new vote."
    ),
}
REMEDIES = {
    **{
        f"claim.{verb}.from_{state}": words
        for verb in CLAIM_VERBS
        for state, words in CLAIMS.items()
    },
    **{
        f"payment_order.{verb}.from_{state}": words
        for verb in ORDER_VERBS
        for state, words in ORDERS.items()
    },
    **{
        f"agreement.{verb}.from_{state}": words
        for verb in ("send", "sign", "countersign", "bring_into_force")
        for state, words in AGREEMENTS.items()
    },
    **{
        f"appeal.{verb}.from_{state}": words
        for verb in ("accept", "reject", "withdraw")
        for state, words in APPEALS.items()
    },
    **{
        f"withdrawal.{verb}.from_{state}": words
        for verb in ("decide", "carry_out", "accept", "drop")
        for state, words in WITHDRAWALS.items()
    },
}
