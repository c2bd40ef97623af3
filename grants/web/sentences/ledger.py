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
    "ledger.not_authorised_there": _l(
        "Credits are drawn from an authorisation into the envelope of one of its years, in the "
        "same section, for the same funder; or given back the same way."
    ),
    "ledger.not_fungible": _l(
        "Between chapters the executive may move 7.5 %% of the section: %(allowed_cents)s. "
        "%(moved_cents)s moved already, and %(asked_cents)s are asked."
    ),
    "ledger.book_closed": _l(
        "The year is closed: its book takes payments of what was ordered and recoveries only."
    ),
    "ledger.order_on_authorisation": _l(
        "Nothing is ordered on an authorisation: orders draw on the envelope of a year."
    ),
    "ledger.too_late_to_order": _l(
        "The money of a past year may be ordered until 31 January in operating, until "
        "31 December in capital."
    ),
    "ledger.over_schedule": _l(
        "%(year)s was promised %(planned_cents)s for this award, of which %(left_cents)s are "
        "left to draw."
    ),
    "ledger.schedule_differs": _l(
        "The years add up to %(planned_cents)s, and the award is of %(whole_cents)s."
    ),
    "ledger.schedule_outside": _l("The authorisation pays from %(first)s to %(last)s."),
    "ledger.schedule_drawn": _l(
        "%(drawn_cents)s are drawn into a year already: a schedule cannot take them back."
    ),
    "ledger.authorisation_years": _l(
        "An authorisation ends in the year in which it begins (%(first)s) or in one of the nine "
        "that follow."
    ),
    "ledger.authorisation_of_money": _l("An authorisation is of euros."),
    "act.nothing": _l("This act changes nothing: write an amount for one envelope at least."),
    "act.number_taken": _l("Another act of this year bears the number %(number)s."),
    "act.envelope_booked": _l(
        "The act %(number)s already moved credits here. An act does it once for each envelope: "
        "name the act that decides the rest."
    ),
    "act.file_booked": _l("This file is booked already, under the act %(number)s."),
    "act.to_come": _l("This day is still to come: write the day on which the act was taken."),
    "act.before_year": _l(
        "This act belongs to the book of %(year)s, and is dated before %(from_on)s."
    ),
    "act.after_year": _l("Credits of %(year)s could be moved by such an act until %(until_on)s."),
    "act.unbalanced": _l(
        "What a transfer gives is what it takes: its amounts must add up to zero."
    ),
    "closing.too_early": _l("%(year)s is not over: it can be closed from 31 December."),
    "closing.unsigned": _l("Write your first name and your name."),
    "closing.changed": _l(
        "Something was booked since this page was opened: read the list again, then sign it."
    ),
    "closing.voted_held": _l(
        "Awards that were voted hold credits and their act is not executory: they cannot lapse."
    ),
    "closing.fate": _l(
        "This cannot become of a commitment of “%(envelope)s”: only operating service that was "
        "done is attached, up to what is committed."
    ),
    "closing.authorisation_over": _l(
        "An authorisation ends with this year: what it promised is carried over instead."
    ),
    "closing.nothing_drawn": _l(
        "An authorisation takes back what was drawn from it: %(left_cents)s of the %(asked_cents)s "
        "committed here."
    ),
    "ledger.exceeds_carried": _l(
        "Only %(available)s of the authorisation “%(envelope)s” were drawn for this award, "
        "and %(asked)s are given back."
    ),
    "ledger.label_taken": _l("This year already has an envelope called “%(label)s”."),
    "ledger.section_for_money": _l(
        "Choose operating or capital for euros, and no section for anything else."
    ),
}
REMEDIES = {
    "ledger.not_fungible": _l("Lower the amount, or have the assembly vote an amending decision."),
    "ledger.book_closed": _l(
        "Book it in the open year; what was paid by error is claimed back from its beneficiary."
    ),
    "ledger.order_on_authorisation": _l(
        "Draw the credits of the year on the card of the award, then order them."
    ),
    "ledger.too_late_to_order": _l(
        "Close the year: what is committed goes on in the next one, and is ordered there."
    ),
    "ledger.over_schedule": _l("Lower the amount, or change the schedule by an amendment."),
    "act.before_year": _l("Check the date, or record the act in the book of its own year."),
    "act.after_year": _l(
        "Check the date, or record the act in the book of the year in which it was taken."
    ),
    "closing.nothing_drawn": _l("Carry the rest of this commitment over to the next year."),
    "closing.authorisation_over": _l("Choose to carry this commitment over."),
    "closing.fate": _l("Choose to carry this commitment over."),
    "closing.voted_held": _l("Make these acts executory, or undo them, then come back."),
    "ledger.insufficient": _l(
        "Lower an amount, or add credits to this envelope by a vote or a transfer."
    ),
}
