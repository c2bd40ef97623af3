"""What the ledger tells: books, envelopes now and on a day, journals, awards, schedules, acts."""

from __future__ import annotations

from grants.ledger.queries.acts import ActLine, ActLineOf, act, acts, readable_act
from grants.ledger.queries.awards import (
    AWARD,
    AwardLeg,
    award_balances,
    award_envelopes,
    award_legs,
    committed_awards,
)
from grants.ledger.queries.closing import (
    ClosedYear,
    Left,
    closed_year,
    left_in,
    state_fingerprint,
)
from grants.ledger.queries.dated import TrialLine, Turned, lines_on, trial_balance, turned
from grants.ledger.queries.entries import (
    JournalEntry,
    JournalLine,
    LegRow,
    journal,
    journal_entry,
    leg_rows,
)
from grants.ledger.queries.lines import (
    PLACED,
    EnvelopeLine,
    Place,
    envelope_line,
    envelope_lines,
    envelopes,
    label_is_taken,
    locked_envelope,
    places,
    readable_line,
)
from grants.ledger.queries.opened import (
    FUNDER,
    BookLine,
    book,
    book_of_year,
    books,
    readable_book,
)
from grants.ledger.queries.scheduled import (
    Year,
    authorisation_of,
    promised,
    schedule_known,
    schedule_of,
    schedules_on,
)

__all__ = [
    "AWARD",
    "FUNDER",
    "PLACED",
    "ActLine",
    "ActLineOf",
    "AwardLeg",
    "BookLine",
    "ClosedYear",
    "EnvelopeLine",
    "JournalEntry",
    "JournalLine",
    "Left",
    "LegRow",
    "Place",
    "TrialLine",
    "Turned",
    "Year",
    "act",
    "acts",
    "authorisation_of",
    "award_balances",
    "award_envelopes",
    "award_legs",
    "book",
    "book_of_year",
    "books",
    "closed_year",
    "committed_awards",
    "envelope_line",
    "envelope_lines",
    "envelopes",
    "journal",
    "journal_entry",
    "label_is_taken",
    "left_in",
    "leg_rows",
    "lines_on",
    "locked_envelope",
    "places",
    "promised",
    "readable_act",
    "readable_book",
    "readable_line",
    "schedule_known",
    "schedule_of",
    "schedules_on",
    "state_fingerprint",
    "trial_balance",
    "turned",
]
