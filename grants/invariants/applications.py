"""Applications: numbers, receipts, dates, and answers that stay what they were."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text

from grants.applications.proof import digest
from grants.invariants.checks import Invariant, Place

RECEIPT = """
    SELECT a.id FROM application a LEFT JOIN deposit d ON d.application_id = a.id
    WHERE (a.submitted_at IS NOT NULL) <> (d.id IS NOT NULL)
       OR d.received_at <> a.submitted_at
"""
NUMBERS = """
    SELECT call_id FROM application a LEFT JOIN application_counter c USING (call_id)
    WHERE place IS NOT NULL
    GROUP BY call_id, c.last
    HAVING count(*) <> max(place) OR min(place) <> 1 OR max(place) IS DISTINCT FROM c.last
"""
FORM_OF_CALL = """
    SELECT a.id FROM application a JOIN form_revision r ON r.id = a.revision_id
    WHERE r.call_id <> a.call_id
"""
DATES = """
    SELECT id FROM application
    WHERE submitted_at < started_at OR admissible_at < submitted_at
       OR inadmissible_at < submitted_at OR decided_at < admissible_at
       OR knew_at < COALESCE(decided_at, inadmissible_at)
"""
COMPLEMENT = """
    SELECT a.id FROM application a LEFT JOIN complement_request c ON c.id = a.complement_id
    WHERE a.state = 'incomplete' AND (c.id IS NULL OR c.answered_at IS NOT NULL)
       OR c.application_id <> a.id
"""
WORD_OF_DRAFTS = """
    SELECT m.subject_id FROM outbox_message m JOIN application a ON a.id = m.subject_id
    WHERE m.kind = 'application.submitted' AND a.state = 'draft'
"""
# What nobody was asked to complete says what it said: later words go through a complement.
DEPOSITED = """
    SELECT a.id, a.answers, d.answers_sha256 FROM application a
    JOIN deposit d ON d.application_id = a.id
    WHERE NOT EXISTS (SELECT FROM complement_request c
                      WHERE c.application_id = a.id AND c.answered_at IS NOT NULL)
"""
DEPOSITED_FILES = """
    SELECT d.application_id FROM deposit d, jsonb_array_elements(d.files) one
    WHERE NOT EXISTS (
        SELECT FROM application_file f JOIN stored_file s ON s.id = f.stored_file_id
        WHERE f.application_id = d.application_id AND f.field_key = one->>'field_key'
          AND s.sha256 = one->>'sha256')
"""


def changed_answers(place: Place) -> Iterator[str]:
    """Applications whose answers are no longer those that were deposited."""
    options = {"yield_per": 200}
    for row in place.session.execute(text(DEPOSITED), execution_options=options):
        if digest(row.answers) != row.answers_sha256:
            yield str(row.id)


CHECKS = (
    Invariant(
        "applications.receipts",
        "Chaque dossier déposé a son récépissé, de l’instant de son dépôt.",
        "Each submitted application has its receipt, of the instant of its deposit.",
        RECEIPT,
    ),
    Invariant(
        "applications.numbers",
        "Les dossiers d’un appel sont numérotés sans trou.",
        "The applications of a call are numbered without a gap.",
        NUMBERS,
    ),
    Invariant(
        "applications.form_of_call",
        "Chaque dossier répond au formulaire de son appel.",
        "Each application answers the form of its call.",
        FORM_OF_CALL,
    ),
    Invariant(
        "applications.dates_follow",
        "Un dossier est commencé, déposé, recevable, décidé, puis connu, dans cet ordre.",
        "An application is begun, submitted, admissible, decided, then known, in that order.",
        DATES,
    ),
    Invariant(
        "applications.complements",
        "Un dossier incomplet attend une réponse, à une demande qui est la sienne.",
        "An incomplete application awaits an answer, to a request that is its own.",
        COMPLEMENT,
    ),
    Invariant(
        "applications.answers_stay",
        "Un dossier déposé dit ce qu’il disait, tant qu’aucun complément ne lui est demandé.",
        "A submitted application says what it said, as long as it was not completed.",
        changed_answers,
    ),
    Invariant(
        "applications.documents_stay",
        "Les pièces qu’un récépissé énumère sont toujours celles du dossier.",
        "The documents that a receipt lists are still those of the application.",
        DEPOSITED_FILES,
    ),
    Invariant(
        "applications.submitted_stays",
        "Ce qui a été déposé n’est plus un brouillon.",
        "What was submitted is no draft any more.",
        WORD_OF_DRAFTS,
    ),
)
