"""Juries: who may score and vote, and what is counted of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import text

from grants.invariants.checks import Invariant, Place
from grants.juries.scoring import WeighedMark, total

RECUSED_SCORES = """
    SELECT r.id FROM review r JOIN seat s ON s.id = r.seat_id
    JOIN recusal x ON x.person_id = s.person_id AND x.application_id = r.application_id
    WHERE r.set_aside_at IS NULL
"""
RECUSED_READS = """
    SELECT g.id FROM assignment g JOIN seat s ON s.id = g.seat_id
    JOIN recusal x ON x.person_id = s.person_id AND x.application_id = g.application_id
    WHERE g.withdrawn_at IS NULL
"""
READS_WHAT_IT_SCORES = """
    SELECT r.id FROM review r
    LEFT JOIN assignment g USING (jury_id, seat_id, application_id)
    JOIN seat s ON s.id = r.seat_id
    WHERE g.id IS NULL OR s.jury_id <> r.jury_id OR s.accepted_at IS NULL
"""
OF_THE_CALL = """
    SELECT g.id FROM assignment g JOIN jury j ON j.id = g.jury_id
    JOIN application a ON a.id = g.application_id JOIN seat s ON s.id = g.seat_id
    WHERE a.call_id <> j.call_id OR s.jury_id <> g.jury_id
"""
BALLOTS = """
    SELECT b.id FROM jury_ballot b JOIN seat s ON s.id = b.seat_id
    WHERE s.jury_id <> b.jury_id OR s.accepted_at IS NULL
    UNION ALL
    SELECT l.ballot_id FROM jury_ballot_line l JOIN jury_ballot b ON b.id = l.ballot_id
    WHERE NOT EXISTS (SELECT FROM assignment g
                      WHERE g.seat_id = b.seat_id AND g.application_id = l.application_id)
"""
CLOSED = """
    SELECT j.id FROM jury j WHERE j.closed_at IS NOT NULL
      AND NOT EXISTS (SELECT FROM ranking r WHERE r.jury_id = j.id)
"""
FROZEN_LINES = """
    SELECT l.jury_id || ' ' || l.version FROM ranking_line l
    LEFT JOIN ranking r ON r.jury_id = l.jury_id AND r.version = l.version
    WHERE r.id IS NULL
    UNION
    SELECT jury_id || ' ' || version FROM ranking_line
    WHERE rank IS NOT NULL GROUP BY jury_id, version HAVING min(rank) <> 1
"""
MARKS_ON_SCALE = """
    SELECT r.id FROM mark m JOIN criterion c ON c.id = m.criterion_id
    JOIN review r ON r.id = m.review_id
    WHERE m.value > c.scale_max OR c.jury_id <> r.jury_id
"""
MARKED = """
    SELECT r.id, r.total, m.value, c.scale_max, c.weight FROM review r
    LEFT JOIN mark m ON m.review_id = r.id
    LEFT JOIN criterion c ON c.id = m.criterion_id
    WHERE r.state = 'final' ORDER BY r.id
"""
HEARD_TWICE = """
    SELECT h.id FROM hearing h JOIN hearing_seat s ON s.hearing_id = h.id
    JOIN hearing_seat t ON t.seat_id = s.seat_id
    JOIN hearing o ON o.id = t.hearing_id AND o.id <> h.id
    WHERE h.starts_at < o.ends_at AND o.starts_at < h.ends_at
    UNION
    SELECT h.id FROM hearing h JOIN hearing_seat hs ON hs.hearing_id = h.id
    JOIN seat s ON s.id = hs.seat_id
    JOIN recusal x ON x.person_id = s.person_id AND x.application_id = h.application_id
    WHERE h.starts_at > :now
"""


def wrong_totals(place: Place) -> Iterator[str]:
    """Finished reviews whose total is not what their marks give."""
    rows = place.session.execute(text(MARKED), execution_options={"yield_per": 2000})
    for (review, kept), lines in groupby(rows, key=lambda row: (row.id, row.total)):
        marks = [
            WeighedMark(one.value, one.scale_max, one.weight)
            for one in lines
            if one.weight is not None
        ]
        if total(marks) != kept:
            yield str(review)


CHECKS = (
    Invariant(
        "juries.no_recused_score",
        "Aucune note d’un membre déporté n’est comptée.",
        "No score by a recused juror counts.",
        RECUSED_SCORES,
    ),
    Invariant(
        "juries.no_recused_reader",
        "Nul ne lit un dossier dont il s’est déporté.",
        "Nobody reads an application from which they are recused.",
        RECUSED_READS,
    ),
    Invariant(
        "juries.readers_are_members",
        "Les dossiers sont lus par des membres du jury, et sont ceux de son appel.",
        "Applications are read by members of the jury, and are those of its call.",
        OF_THE_CALL,
    ),
    Invariant(
        "juries.scores_of_readers",
        "Nul ne note que les dossiers qui lui sont confiés.",
        "Nobody scores but what they were given to read.",
        READS_WHAT_IT_SCORES,
    ),
    Invariant(
        "juries.ballots_of_members",
        "Seuls les membres du jury y déposent un bulletin, sur les dossiers qu’ils lisent.",
        "Only members of a jury cast a ballot there, on the applications that they read.",
        BALLOTS,
    ),
    Invariant(
        "juries.marks_on_their_scale",
        "Chaque note est sur l’échelle de son critère.",
        "Each mark is on the scale of its criterion.",
        MARKS_ON_SCALE,
    ),
    Invariant(
        "juries.totals",
        "Le total de chaque note terminée est celui que ses critères donnent.",
        "The total of each finished review is what its marks give.",
        wrong_totals,
    ),
    Invariant(
        "juries.closed_is_ranked",
        "Un jury clos a son classement.",
        "A closed jury has its ranking.",
        CLOSED,
    ),
    Invariant(
        "juries.ranks_of_a_ranking",
        "Chaque place est d’un classement figé, et quelqu’un y est premier.",
        "Each place is of a frozen ranking, and somebody is first in it.",
        FROZEN_LINES,
    ),
    Invariant(
        "juries.hearings_apart",
        "Nul n’entend deux candidats à la fois, ni celui dont il s’est déporté.",
        "Nobody hears two applicants at once, or one from whom they are recused.",
        HEARD_TWICE,
    ),
)
