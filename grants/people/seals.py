"""What a seat on a blind jury closes to whoever also works for a funder of its call.

Members of a blind jury must not learn who applies before it closes. Whoever is an officer, an
elected member or an auditor as well would read it in the office a minute later. So the files of
that call are closed to them there from the acceptance of the seat to the closing of the jury, as
by a recusal: pages, lists, counts, search, exports and mails (docs/adr/0008-blind-seats.md).
"""

from __future__ import annotations

# Juries and applications stand above people on the staircase: named here as text, in one place,
# for the identity of each request and for the workers' mails alike. `{person}` is an expression.
SEALED = """
    SELECT sealed.id FROM seat
    JOIN jury ON jury.id = seat.jury_id AND jury.closed_at IS NULL
    JOIN stage ON stage.id = jury.stage_id AND stage.blind
    JOIN application sealed ON sealed.call_id = jury.call_id AND sealed.submitted_at IS NOT NULL
    WHERE seat.person_id = {person} AND seat.accepted_at IS NOT NULL
      AND EXISTS (SELECT FROM funder_member WHERE funder_member.person_id = {person})
      AND sealed.author_id <> {person}
      AND NOT EXISTS (SELECT FROM organisation_member own
        WHERE own.person_id = {person} AND own.organisation_id = sealed.organisation_id)
"""


def sealed_from(person: str) -> str:
    """SQL that selects the applications closed to a person; `person` is an SQL expression."""
    return SEALED.format(person=person)
