"""Decisions beside the ledger and beside the applications they are about."""

from __future__ import annotations

from grants.invariants.checks import Invariant

LEDGER_KNOWS_AWARDS = """
    SELECT DISTINCT a.award_id FROM ledger_account a
    LEFT JOIN decision d ON d.id = a.award_id AND d.outcome = 'award'
    WHERE a.award_id IS NOT NULL AND d.id IS NULL
"""
NOT_ABOVE_DECIDED = """
    SELECT d.id FROM decision d JOIN ledger_account a ON a.award_id = d.id
    WHERE a.stage IN ('committed', 'ordered', 'paid')
    GROUP BY d.id, d.amount HAVING sum(a.balance) > COALESCE(d.amount, 0)
"""
WARRANTED = """
    SELECT DISTINCT a.award_id FROM ledger_account a
    WHERE a.stage IN ('committed', 'ordered', 'paid') AND a.balance <> 0
      AND NOT EXISTS (SELECT FROM ledger_warrant w WHERE w.award_id = a.award_id)
    UNION
    SELECT w.award_id FROM ledger_warrant w
    LEFT JOIN decision d ON d.id = w.award_id
    LEFT JOIN deliberation v ON v.id = d.deliberation_id
    WHERE v.made_executory_on IS DISTINCT FROM w.executory_on OR w.funder_id <> d.funder_id
"""
COMMITTED = """
    SELECT d.id FROM decision d
    JOIN deliberation v ON v.id = d.deliberation_id AND v.adopted
    LEFT JOIN (
        SELECT a.award_id, sum(p.amount) AS amount FROM ledger_entry e
        JOIN ledger_posting p ON p.entry_id = e.id
        JOIN ledger_account a ON a.id = p.account_id AND a.stage = 'committed'
        WHERE e.operation IN ('commit', 'commit_reserved') GROUP BY a.award_id
    ) c ON c.award_id = d.id
    WHERE d.amount IS NOT NULL AND v.made_executory_on IS NOT NULL
      AND d.amount <> COALESCE(c.amount, 0)
"""
ADOPTED_ONLY = """
    SELECT DISTINCT d.id FROM decision d
    JOIN deliberation v ON v.id = d.deliberation_id
    JOIN ledger_account a ON a.award_id = d.id
    WHERE NOT v.adopted AND a.balance <> 0
"""
ENVELOPE_OF_FUNDER = """
    SELECT d.id FROM decision d
    JOIN ledger_envelope e ON e.id = d.envelope_id
    JOIN ledger_book b ON b.id = e.book_id
    WHERE b.funder_id <> d.funder_id OR e.unit <> d.unit
"""
DELIBERATION_OF_FUNDER = """
    SELECT v.id FROM deliberation v JOIN council_session s ON s.id = v.council_session_id
    WHERE s.funder_id <> v.funder_id OR s.state <> 'held' OR v.voted_on <> s.held_on
    UNION ALL
    SELECT d.id FROM decision d JOIN deliberation v ON v.id = d.deliberation_id
    WHERE d.funder_id <> v.funder_id
"""
STATE_HAS_DECISION = """
    SELECT a.id FROM application a
    WHERE a.state IN ('awarded', 'waitlisted', 'declined', 'under_agreement', 'in_progress',
                      'closed')
      AND NOT EXISTS (
        SELECT FROM decision d JOIN deliberation v ON v.id = d.deliberation_id
        WHERE d.application_id = a.id AND v.adopted AND v.announced_at IS NOT NULL)
"""
KNOWN_AFTER_ANNOUNCED = """
    SELECT k.id FROM acknowledgement k JOIN deliberation v ON v.id = k.deliberation_id
    WHERE v.announced_at IS NULL OR k.read_at < v.announced_at
       OR NOT EXISTS (SELECT FROM decision d WHERE d.deliberation_id = k.deliberation_id
                      AND d.application_id = k.application_id)
"""

CHECKS = (
    Invariant(
        "decisions.ledger_knows_awards",
        "Tout ce que le grand livre attribue a été décidé.",
        "Whatever the ledger awards was decided.",
        LEDGER_KNOWS_AWARDS,
    ),
    Invariant(
        "decisions.not_above_decided",
        "Rien n’est engagé, mandaté ni payé au-delà de ce qui a été décidé.",
        "Nothing is committed, ordered or paid beyond what was decided.",
        NOT_ABOVE_DECIDED,
    ),
    Invariant(
        "decisions.warranted",
        "Rien n’est engagé sans un acte exécutoire, et à la date de celui-ci.",
        "Nothing is committed without an executory act, and as of its date.",
        WARRANTED,
    ),
    Invariant(
        "decisions.committed_exactly",
        "Ce qu’un acte exécutoire attribue est engagé, ni plus ni moins.",
        "What an executory act awards is committed, no more and no less.",
        COMMITTED,
    ),
    Invariant(
        "decisions.adopted_only",
        "Une délibération rejetée n’engage rien.",
        "A rejected deliberation commits nothing.",
        ADOPTED_ONLY,
    ),
    Invariant(
        "decisions.envelope_of_funder",
        "Chaque attribution puise dans une enveloppe de son financeur, dans l’unité de celle-ci.",
        "Each award draws on an envelope of its funder, in that envelope’s unit.",
        ENVELOPE_OF_FUNDER,
    ),
    Invariant(
        "decisions.of_their_session",
        "Chaque délibération est d’une séance tenue ce jour-là, et ses décisions de son financeur.",
        "Each deliberation is of a session held that day, and its decisions are of its funder.",
        DELIBERATION_OF_FUNDER,
    ),
    Invariant(
        "decisions.state_has_decision",
        "Un dossier décidé a une décision adoptée et annoncée.",
        "A decided application has a decision that was adopted and announced.",
        STATE_HAS_DECISION,
    ),
    Invariant(
        "decisions.known_once_announced",
        "Nul ne prend connaissance d’une décision avant qu’elle soit annoncée.",
        "Nobody acknowledges a decision before it is announced.",
        KNOWN_AFTER_ANNOUNCED,
    ),
)
