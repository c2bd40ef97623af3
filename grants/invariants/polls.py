"""Public votes: as many ballots as voters, and the count that was published."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text

from grants.invariants.checks import Invariant, Place
from grants.polls import counting

TURN_OUT = """
    SELECT p.id FROM poll p
    WHERE (SELECT count(*) FROM poll_ballot b WHERE b.poll_id = p.id)
       <> (SELECT count(*) FROM poll_voter v WHERE v.poll_id = p.id)
        + (SELECT count(*) FROM poll_code c WHERE c.poll_id = p.id AND c.used_on IS NOT NULL)
"""
CHOICES = """
    SELECT b.poll_id || ' ' || b.receipt FROM poll_ballot b, jsonb_object_keys(b.choices) one
    WHERE NOT EXISTS (SELECT FROM poll_candidate c
                      WHERE c.poll_id = b.poll_id AND c.id::text = one)
"""
COUNTED = "SELECT id, results, ballots_sha256, results_sha256 FROM poll WHERE closed_at IS NOT NULL"
RECEIPTS = "SELECT receipt FROM poll_ballot WHERE poll_id = :poll"


def wrong_counts(place: Place) -> Iterator[str]:
    """Counted votes whose ballots or results are not those that were sealed."""
    for row in place.session.execute(text(COUNTED)).all():
        receipts = place.session.scalars(text(RECEIPTS), {"poll": row.id})
        listed = counting.list_digest(receipts)
        if listed != row.ballots_sha256 or counting.seal(row.results, listed) != row.results_sha256:
            yield str(row.id)


CHECKS = (
    Invariant(
        "polls.ballots_of_voters",
        "Une urne contient autant de bulletins qu’il y a eu de votants.",
        "A ballot box holds as many ballots as there were voters.",
        TURN_OUT,
    ),
    Invariant(
        "polls.choices_of_candidates",
        "Un bulletin ne nomme que des projets soumis au vote.",
        "A ballot only names projects that were put to the vote.",
        CHOICES,
    ),
    Invariant(
        "polls.count_stays",
        "Un vote dépouillé a les bulletins et les résultats qui ont été scellés.",
        "A counted vote has the ballots and the results that were sealed.",
        wrong_counts,
    ),
)
