"""Calls: what applicants and money hang on."""

from __future__ import annotations

from grants.invariants.checks import Invariant

FORM_OF_CALL = """
    SELECT c.id FROM call c LEFT JOIN form_revision r ON r.id = c.current_revision_id
    WHERE c.state <> 'draft' AND (r.id IS NULL OR r.call_id <> c.id)
"""
HAS_FUNDER = """
    SELECT c.id FROM call c WHERE c.state <> 'draft'
      AND NOT EXISTS (SELECT FROM call_funder f WHERE f.call_id = c.id)
"""
ENVELOPES = """
    SELECT ce.call_id FROM call_envelope ce
    JOIN ledger_envelope e ON e.id = ce.envelope_id
    JOIN ledger_book b ON b.id = e.book_id
    JOIN call c ON c.id = ce.call_id
    WHERE b.funder_id <> ce.funder_id OR e.unit <> c.unit
       OR NOT EXISTS (SELECT FROM call_funder f
                      WHERE f.call_id = ce.call_id AND f.funder_id = ce.funder_id)
"""
ORGANISED = """
    SELECT j.id FROM jury j JOIN stage s ON s.id = j.stage_id WHERE s.call_id <> j.call_id
    UNION ALL
    SELECT p.id FROM mentoring_pair p
    JOIN mentor m ON m.id = p.mentor_id JOIN stage s ON s.id = p.stage_id
    JOIN application a ON a.id = p.application_id
    WHERE m.stage_id <> p.stage_id OR a.call_id <> s.call_id
"""

CHECKS = (
    Invariant(
        "calls.form_of_call",
        "Un appel publié a un formulaire, qui est le sien.",
        "A published call has a form, which is its own.",
        FORM_OF_CALL,
    ),
    Invariant(
        "calls.has_funder",
        "Un appel publié a un financeur.",
        "A published call has a funder.",
        HAS_FUNDER,
    ),
    Invariant(
        "calls.envelopes_of_funders",
        "Un appel ne puise que dans les enveloppes de ses financeurs, et dans son unité.",
        "A call only draws on envelopes of its funders, in its own unit.",
        ENVELOPES,
    ),
    Invariant(
        "calls.stages_of_call",
        "Jurys et parrainages sont des étapes de leur appel, et de ses dossiers.",
        "Juries and mentorings are of stages of their call, and of its applications.",
        ORGANISED,
    ),
)
