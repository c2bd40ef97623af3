"""How stages, sections, units and operations are called on the pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from grants.kernel.money import Unit
from grants.ledger.operations import Section

SECTIONS = {
    Section.OPERATING: _l("Operating section"),
    Section.CAPITAL: _l("Capital section"),
    Section.NONE: _l("Outside the budget"),
}
UNITS = {
    Unit.EUR: _l("Euros"),
    Unit.SQUARE_METRE: _l("Square metres"),
    Unit.HOUR: _l("Hours"),
}
MARKS = {Unit.EUR: "€", Unit.SQUARE_METRE: "m²", Unit.HOUR: "h"}
OPERATION_WORDS = {
    "vote": _l("Credits voted"),
    "transfer": _l("Transfer of credits"),
    "reserve": _l("Reservation"),
    "release": _l("End of reservation"),
    "commit": _l("Commitment"),
    "commit_reserved": _l("Commitment of a reservation"),
    "decommit": _l("Decommitment"),
    "order": _l("Payment order"),
    "cancel_order": _l("Cancelled payment order"),
    "pay": _l("Payment"),
    "reject_payment": _l("Rejected payment"),
    "claim_back": _l("Claim for repayment"),
    "recover": _l("Repayment received"),
    "lapse": _l("Lapsed credits"),
    "carry_over": _l("Credits carried over"),
    "carry_commitment": _l("Commitment carried over"),
    "bring_forward": _l("Credits brought forward"),
    "bring_commitment": _l("Commitment brought forward"),
}
