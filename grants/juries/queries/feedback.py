"""What applicants read of their own file once their decision is announced, as the call says.

Nobody is ever named, nor can be told from what is shown: comments come in an order drawn by
lot, and a mean of fewer than two marks, which would be somebody's mark, is no mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

SCORES_MIN = 2
"""Below it a mean is somebody's score."""

FEEDBACK = text("""
    WITH counted AS (
        SELECT r.id, r.jury_id, r.comment_applicant FROM review r
        WHERE r.application_id = :application AND r.state = 'final' AND r.set_aside_at IS NULL
    ), means AS (
        SELECT c.id, c.jury_id, c.position, c.label_fr, c.label_en, c.scale_max,
            (2000 * sum(m.value) + count(m.value)) / (2 * count(m.value)) AS mean
        FROM criterion c
        JOIN counted r ON r.jury_id = c.jury_id
        JOIN mark m ON m.review_id = r.id AND m.criterion_id = c.id
        GROUP BY c.id HAVING count(m.value) >= :least
    ), beside AS (
        SELECT k.jury_id, k.version, k.rank FROM ranking_line k
        JOIN application other ON other.id = k.application_id
        JOIN application a ON a.id = :application AND a.call_id = other.call_id
        WHERE other.track_key IS NOT DISTINCT FROM a.track_key
    )
    SELECT j.name_fr, j.name_en, s.title_fr, s.title_en,
        CASE WHEN s.tells_comments THEN (
            SELECT coalesce(json_agg(r.comment_applicant ORDER BY md5(r.id::text)), '[]')
            FROM counted r WHERE r.jury_id = j.id AND btrim(r.comment_applicant) <> '')
            ELSE '[]' END AS comments,
        CASE WHEN s.tells_scores THEN (
            SELECT coalesce(json_agg(json_build_object('label_fr', m.label_fr,
                'label_en', m.label_en, 'mean', m.mean, 'scale_max', m.scale_max)
                ORDER BY m.position), '[]')
            FROM means m WHERE m.jury_id = j.id)
            ELSE '[]' END AS means,
        CASE WHEN s.tells_scores AND l.scores >= :least THEN l.mean END AS mean,
        CASE WHEN s.tells_rank AND l.rank IS NOT NULL THEN (
            SELECT 1 + count(*) FROM beside o
            WHERE o.jury_id = j.id AND o.version = l.version AND o.rank < l.rank) END AS rank,
        (SELECT count(*) FROM beside o
            WHERE o.jury_id = j.id AND o.version = l.version AND o.rank IS NOT NULL) AS ranked
    FROM ranking_line l
    JOIN jury j ON j.id = l.jury_id AND j.closed_at IS NOT NULL
    JOIN stage s ON s.id = j.stage_id
    WHERE l.application_id = :application
      AND l.version = (SELECT max(k.version) FROM ranking k WHERE k.jury_id = j.id)
      AND (s.tells_comments OR s.tells_scores OR s.tells_rank)
    ORDER BY s.position, j.position
""")


class CriterionMean(NamedTuple):
    """What the jurors gave on one criterion, in thousandths of a mark."""

    label_fr: str
    label_en: str
    mean: int
    scale_max: int


@dataclass(frozen=True)
class Feedback:
    """What one jury says to the applicant of one file.

    `mean` is the file's, in thousandths of a point out of 100; `rank` is among `ranked` files,
    of the same track where the call has several.
    """

    name_fr: str
    name_en: str
    title_fr: str
    title_en: str
    comments: list[str]
    means: list[CriterionMean]
    mean: int | None
    rank: int | None
    ranked: int

    @property
    def is_empty(self) -> bool:
        """Whether it has nothing to tell."""
        return not (self.comments or self.means or self.mean is not None or self.rank)


def feedback(session: Session, application_id: UUID) -> list[Feedback]:
    """What closed juries tell the applicant of a file, by stage. One statement.

    The caller has checked that the reader may see the application, and that its decision is
    announced.
    """
    facts = {"application": application_id, "least": SCORES_MIN}
    rows = session.execute(FEEDBACK, facts).mappings()
    found = [
        Feedback(**{**row, "means": [CriterionMean(**one) for one in row["means"]]}) for row in rows
    ]
    return [one for one in found if not one.is_empty]
