"""How stages, sections, units and operations are called on the pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from grants.kernel.money import Unit
from grants.ledger.operations import ActKind, Fate, Kind, Section, Stage

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
    "attach": _l("Expense attached to the year"),
    "bring_attached": _l("Attached expense brought forward"),
    "draw_credits": _l("Credits of the year drawn from an authorisation"),
    "take_up_credits": _l("Credits of the year committed"),
    "return_credits": _l("Credits of the year given back"),
    "restore_authorisation": _l("Authorisation restored"),
    "waive_claim": _l("Claim for repayment waived"),
}
STAGE_WORDS = {
    Stage.VOTED: _l("Voted"),
    Stage.AVAILABLE: _l("Available"),
    Stage.RESERVED: _l("Reserved"),
    Stage.COMMITTED: _l("Committed"),
    Stage.ORDERED: _l("Ordered"),
    Stage.PAID: _l("Paid"),
    Stage.LAPSED: _l("Lapsed"),
    Stage.CARRIED: _l("Carried over"),
    Stage.CLAIM_CONTRA: _l("Asked back, against"),
    Stage.CLAIMED: _l("Claimed back"),
    Stage.RECOVERED: _l("Recovered"),
}
KIND_WORDS = {Kind.ANNUAL: _l("Credits of the year"), Kind.AUTHORISATION: _l("Authorisation")}
AUTHORISATION_WORDS = {
    Section.OPERATING: _l("Commitment authorisation (AE)"),
    Section.CAPITAL: _l("Programme authorisation (AP)"),
}
ACT_WORDS = {
    ActKind.INITIAL: _l("Initial budget (BP)"),
    ActKind.SUPPLEMENTARY: _l("Supplementary budget (BS)"),
    ActKind.AMENDING: _l("Amending decision (DM)"),
    ActKind.TRANSFER: _l("Transfer by the executive"),
}
FATE_WORDS = {
    Fate.LAPSE: _l("Lapses"),
    Fate.ATTACH: _l("Attached to the year (service done)"),
    Fate.CARRY: _l("Carried over to the next year"),
    Fate.RESCHEDULE: _l("Given back to its authorisation, promised to the next year"),
}
BUDGET_REASONS = {
    "not_a_vote": _l("neither an initial or supplementary budget nor an amending decision"),
    "other_year": _l("of another year"),
    "other_funder": _l("of another authority (SIRET)"),
    "revenue": _l("revenue"),
    "not_real": _l("an operation of order, which moves no money"),
    "no_section": _l("of no known section"),
    "no_amount": _l("without an amount that can be read"),
    "zero": _l("an amount of zero"),
    "no_envelope": _l("no envelope of this year has this section, account and function"),
    "two_envelopes": _l("several envelopes have this section, account and function"),
}
