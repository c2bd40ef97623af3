"""Meetings of juries: who voted, and what was signed of it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text

from grants.invariants.checks import Invariant, Place
from grants.sittings.queries import digest

COUNTED = """
    SELECT m.id FROM motion m LEFT JOIN motion_vote v ON v.motion_id = m.id
    GROUP BY m.id
    HAVING count(v.id) <> m.votes_for + m.votes_against + m.abstentions
        OR NOT m.is_secret AND (
            count(*) FILTER (WHERE v.choice = 'for') <> m.votes_for
            OR count(*) FILTER (WHERE v.choice = 'against') <> m.votes_against)
        OR m.is_secret AND count(v.choice) > 0
"""
MEMBERS = """
    SELECT v.id FROM motion_vote v
    JOIN motion m ON m.id = v.motion_id JOIN sitting t ON t.id = m.sitting_id
    JOIN seat s ON s.id = v.seat_id JOIN seat c ON c.id = v.cast_by
    WHERE s.jury_id <> t.jury_id OR c.jury_id <> t.jury_id
"""
RECUSED = """
    SELECT v.id FROM motion_vote v
    JOIN motion m ON m.id = v.motion_id JOIN sitting_item i ON i.id = m.item_id
    JOIN seat s ON s.id IN (v.seat_id, v.cast_by)
    JOIN recusal x ON x.person_id = s.person_id AND x.application_id = i.application_id
    WHERE x.declared_at < v.voted_at
"""
SIGNED = "SELECT id, content, sha256 FROM minutes"


def altered(place: Place) -> Iterator[str]:
    """Minutes whose content is not what was signed."""
    for row in place.session.execute(text(SIGNED)):
        if digest(row.content) != row.sha256:
            yield str(row.id)


CHECKS = (
    Invariant(
        "meetings.votes_counted",
        "Les voix d’une motion sont celles qui ont été données, et un vote secret n’en dit rien.",
        "The votes of a motion are those that were cast, and a secret one tells none of them.",
        COUNTED,
    ),
    Invariant(
        "meetings.votes_of_members",
        "Seuls les membres du jury votent en séance.",
        "Only members of the jury vote at its meeting.",
        MEMBERS,
    ),
    Invariant(
        "meetings.no_recused_vote",
        "Nul ne vote sur un dossier dont il s’était déporté.",
        "Nobody votes on an application from which they were recused.",
        RECUSED,
    ),
    Invariant(
        "meetings.minutes_stay",
        "Un procès-verbal signé dit ce qui a été signé.",
        "Signed minutes say what was signed.",
        altered,
    ),
)
