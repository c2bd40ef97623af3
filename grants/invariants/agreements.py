"""Agreements: about their award, and signed as they read."""

from __future__ import annotations

from grants.invariants.checks import Invariant

OF_AWARD = """
    SELECT g.id FROM agreement g JOIN decision d ON d.id = g.decision_id
    WHERE d.outcome <> 'award' OR g.funder_id <> d.funder_id OR g.unit <> d.unit
       OR g.application_id <> d.application_id OR g.original_amount <> d.amount
"""
IN_FORCE = """
    SELECT a.id FROM agreement_act a WHERE a.in_force_on IS NOT NULL
      AND (SELECT count(DISTINCT s.side) FROM agreement_signature s WHERE s.act_id = a.id) <> 2
"""
SIGNED_TEXT = """
    SELECT s.id FROM agreement_signature s JOIN agreement_version v ON v.id = s.version_id
    WHERE v.act_id <> s.act_id
    UNION ALL
    SELECT v.id FROM agreement_version v
    WHERE encode(sha256(convert_to(v.text, 'UTF8')), 'hex') <> v.sha256
"""
SIGNED_DOCUMENT = """
    SELECT s.id FROM agreement_signature s JOIN agreement_document d ON d.id = s.document_id
    WHERE d.version_id <> s.version_id
    UNION ALL
    SELECT k.id FROM (
        SELECT id, stored_file_id, sha256 FROM agreement_document
        UNION ALL SELECT id, stored_file_id, sha256 FROM agreement_proof
        UNION ALL SELECT id, stored_file_id, sha256 FROM payment_statement) k
    JOIN stored_file f ON f.id = k.stored_file_id WHERE f.sha256 <> k.sha256
"""
ENTITLED = """
    SELECT s.id FROM agreement_signature s
      JOIN agreement_act a ON a.id = s.act_id JOIN agreement g ON g.id = a.agreement_id
      LEFT JOIN signing_delegation d ON d.id = s.delegation_id
      LEFT JOIN council_seat t ON t.id = COALESCE(s.seat_id, d.given_by_id)
    WHERE s.side = 'authority' AND NOT s.before_register AND NOT (
          t.id IS NOT NULL AND t.funder_id = g.funder_id AND t.office = 'president'
      AND t.since <= s.entitled_on AND COALESCE(d.name, t.name) = s.name
      AND (d.id IS NULL OR d.funder_id = g.funder_id AND d.from_on <= s.entitled_on
           AND COALESCE(d.until_on >= s.entitled_on, true)
           AND COALESCE(d.revoked_on > s.entitled_on, true)
           AND (d.ceiling_cents IS NULL OR g.unit = 'EUR' AND a.amount <= d.ceiling_cents)))
"""

CHECKS = (
    Invariant(
        "agreements.of_their_award",
        "Chaque convention est celle d’une attribution, et part de son montant.",
        "Each agreement is that of an award, and begins with its amount.",
        OF_AWARD,
    ),
    Invariant(
        "agreements.signed_by_both",
        "Une convention en vigueur est signée des deux côtés.",
        "An agreement in force is signed by both sides.",
        IN_FORCE,
    ),
    Invariant(
        "agreements.signed_as_read",
        "Chaque signature est au bas du texte de son acte, et ce texte n’a pas changé.",
        "Each signature is below the text of its act, and that text has not changed.",
        SIGNED_TEXT,
    ),
    Invariant(
        "agreements.signed_by_entitled",
        "Pour la collectivité, n’ont signé que qui la préside et qui en avait délégation ce "
        "jour-là.",
        "For the authority, only whoever presides signed, or whom they let sign on that day.",
        ENTITLED,
    ),
    Invariant(
        "agreements.signed_documents",
        "Chaque signature est au bas du PDF de son texte ; documents, preuves et décomptes ont "
        "gardé leur empreinte.",
        "Each signature is below the PDF of its text; documents, proofs and statements have kept "
        "their fingerprint.",
        SIGNED_DOCUMENT,
    ),
)
