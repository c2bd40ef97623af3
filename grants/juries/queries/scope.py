"""Which applications a jury ranks, in SQL."""

from __future__ import annotations

# What a jury ranks: every application that one of its members was given, even if all of them
# were recused since, except those that their applicants withdrew.
SCOPE = """
    scope AS (
        SELECT DISTINCT application_id FROM assignment
        WHERE jury_id = :jury AND application_id <> ALL (:hidden)
          AND application_id NOT IN (
            SELECT id FROM application WHERE call_id = :call AND state = 'withdrawn')
    )
"""
