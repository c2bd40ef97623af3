"""Why the books refuse."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "ledger.insufficient": _l(
        "The envelope “%(envelope)s” does not hold enough: %(available)s available, "
        "%(asked)s asked, %(missing)s missing. Nothing was booked."
    ),
    "ledger.exceeds_reserved": _l(
        "Only %(available)s are reserved in the envelope “%(envelope)s”, and %(asked)s are asked."
    ),
    "ledger.exceeds_committed": _l(
        "Only %(available)s are still committed to this award in the envelope “%(envelope)s”, "
        "and %(asked)s are asked."
    ),
    "ledger.exceeds_ordered": _l(
        "Only %(available)s are ordered for this award in the envelope “%(envelope)s”, "
        "and %(asked)s are asked."
    ),
    "ledger.exceeds_paid": _l(
        "Only %(available)s were paid for this award and not claimed back yet, "
        "and %(asked)s are asked."
    ),
    "ledger.exceeds_claimed": _l(
        "Only %(available)s are still claimed back for this award, and %(asked)s are asked."
    ),
    "ledger.key_reused": _l(
        "This form has already been used for something else. Open it again, then try again."
    ),
    "ledger.several_books": _l("One entry cannot concern two fiscal years or two funders."),
    "ledger.transfer_across": _l(
        "Credits are transferred between two envelopes of the same unit and the same section."
    ),
    "ledger.not_next_book": _l("Credits are carried over to a later year of the same funder."),
    "ledger.label_taken": _l("This year already has an envelope called “%(label)s”."),
    "ledger.section_for_money": _l(
        "Choose operating or capital for euros, and no section for anything else."
    ),
}
REMEDIES = {
    "ledger.insufficient": _l(
        "Lower an amount, or add credits to this envelope by a vote or a transfer."
    ),
}
