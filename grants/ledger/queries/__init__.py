"""What the ledger tells: books, envelopes with what they hold, journals, awards."""

from __future__ import annotations

from grants.ledger.queries.awards import (
    AWARD,
    award_balances,
    award_envelopes,
    committed_awards,
)
from grants.ledger.queries.entries import (
    JournalEntry,
    JournalLine,
    journal,
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
    "BookLine",
    "EnvelopeLine",
    "JournalEntry",
    "JournalLine",
    "Place",
    "Year",
    "authorisation_of",
    "award_balances",
    "award_envelopes",
    "book",
    "book_of_year",
    "books",
    "committed_awards",
    "envelope_line",
    "envelope_lines",
    "envelopes",
    "journal",
    "label_is_taken",
    "locked_envelope",
    "places",
    "promised",
    "readable_book",
    "readable_line",
    "schedule_known",
    "schedule_of",
    "schedules_on",
]
