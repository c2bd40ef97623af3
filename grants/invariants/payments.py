"""From an award's instalments to what was paid."""

from __future__ import annotations

from grants.invariants.checks import Invariant

PARTS_SUM = """
    SELECT d.id FROM decision d JOIN instalment i ON i.decision_id = d.id
    GROUP BY d.id, d.amount HAVING sum(i.amount) <> COALESCE(d.amount, 0)
"""
CLAIM_OF_AWARD = """
    SELECT c.id FROM claim c JOIN instalment i ON i.id = c.instalment_id
    JOIN decision d ON d.id = i.decision_id
    WHERE c.application_id <> d.application_id OR c.funder_id <> d.funder_id
       OR c.method <> i.method
"""
ORDER_OF_CLAIM = """
    SELECT o.id FROM payment_order o JOIN claim c ON c.id = o.claim_id
    JOIN instalment i ON i.id = c.instalment_id
    WHERE o.state <> 'rejected' AND (o.award_id <> i.decision_id OR o.amount <> i.amount - i.cut
       OR o.unit <> i.unit OR o.funder_id <> c.funder_id OR o.application_id <> c.application_id)
"""
TWO_PERSONS = """
    SELECT id FROM payment_order WHERE approved_by = prepared_by
    UNION ALL
    SELECT o.id FROM payment_order o WHERE o.state IN ('approved', 'paid') AND o.approved_by IS NULL
"""
SAME_STATE = """
    SELECT c.id FROM claim c
    LEFT JOIN payment_order o ON o.claim_id = c.id AND o.state <> 'rejected'
    WHERE (c.state = 'paid') <> (o.state IS NOT DISTINCT FROM 'paid')
       OR (o.id IS NOT NULL AND c.certified_at IS NULL)
"""
LEDGER_ORDERED = """
    SELECT award_id FROM (
        SELECT award_id, sum(amount) FILTER (WHERE state <> 'paid') AS ordered,
               sum(amount) FILTER (WHERE state = 'paid') AS paid
        FROM payment_order WHERE state <> 'rejected' GROUP BY award_id) o
    FULL JOIN (
        SELECT award_id, sum(balance) FILTER (WHERE stage = 'ordered') AS ordered,
               sum(balance) FILTER (WHERE stage = 'paid') AS paid
        FROM ledger_account WHERE stage IN ('ordered', 'paid') GROUP BY award_id) a USING (award_id)
    WHERE COALESCE(o.ordered, 0) <> COALESCE(a.ordered, 0)
       OR COALESCE(o.paid, 0) <> COALESCE(a.paid, 0)
"""
SERIALS = """
    SELECT funder_id || ' ' || year FROM payment_order
    GROUP BY funder_id, year HAVING count(*) <> max(serial) OR min(serial) <> 1
"""
BATCHES = """
    SELECT o.id::text FROM payment_order o JOIN order_batch b ON b.id = o.batch_id
    WHERE b.funder_id <> o.funder_id OR b.year <> o.year
    UNION ALL
    SELECT funder_id || ' ' || year FROM order_batch
    GROUP BY funder_id, year HAVING count(*) <> max(serial) OR min(serial) <> 1
"""
RETURNED = """
    SELECT l.id FROM payment_return_line l JOIN payment_order o ON o.id = l.order_id
    WHERE l.funder_id <> o.funder_id OR l.amount <> o.amount
"""
DETAILS = """
    SELECT d.id FROM bank_details d JOIN bank_details r ON r.id = d.replaces_id
    WHERE d.funder_id <> r.funder_id
       OR COALESCE(d.organisation_id, d.person_id) <> COALESCE(r.organisation_id, r.person_id)
    UNION ALL
    SELECT id FROM bank_details WHERE answered_by = deposited_by
"""
DATES = """
    SELECT o.id FROM payment_order o JOIN claim c ON c.id = o.claim_id
    WHERE o.prepared_at < c.certified_at OR o.approved_at < o.prepared_at
       OR c.certified_at < c.submitted_at
"""
FILES = """
    SELECT f.id FROM order_file f WHERE f.orders > (
        SELECT count(*) FROM payment_order o
        WHERE o.batch_id = f.batch_id AND o.approved_at <= f.made_at)
"""
STATEMENTS = """
    SELECT s.id FROM bank_statement s JOIN payment_return r ON r.id = s.return_id
    WHERE s.funder_id <> r.funder_id OR r.kind <> 'camt'
"""
SETTINGS = """
    SELECT s.id FROM payment_setting s CROSS JOIN LATERAL (
        SELECT c.second_from FROM payment_setting_change c
        WHERE c.funder_id = s.funder_id AND c.state = 'confirmed' AND c.changes_threshold
        ORDER BY c.settled_at DESC, c.id DESC LIMIT 1) last
    WHERE last.second_from IS DISTINCT FROM s.second_from
    UNION
    SELECT s.id FROM payment_setting s CROSS JOIN LATERAL (
        SELECT c.iban_cipher, c.bic, c.debtor FROM payment_setting_change c
        WHERE c.funder_id = s.funder_id AND c.state = 'confirmed' AND c.changes_account
        ORDER BY c.settled_at DESC, c.id DESC LIMIT 1) last
    WHERE (last.iban_cipher, last.bic, last.debtor)
          IS DISTINCT FROM (s.iban_cipher, s.bic, s.debtor)
    UNION
    SELECT funder_id FROM payment_setting_change
    WHERE state = 'confirmed' AND settled_by = proposed_by
"""
CLOCKS = """
    SELECT c.id FROM claim c CROSS JOIN LATERAL (
        SELECT COALESCE(bool_or(p.resumed_on IS NULL), false) AS stopped,
               COALESCE(sum(greatest(0, p.resumed_on - greatest(p.begun_on, c.clock_from))), 0)
                   AS lost
        FROM claim_pause p WHERE p.claim_id = c.id) p
    WHERE c.state <> 'refused'
      AND (c.due_on IS NOT NULL AND (p.stopped OR c.clock_from IS NULL
                                     OR c.due_on - c.clock_from <> 60 + p.lost)
           OR p.stopped AND c.state <> 'submitted')
"""
DONE = """
    SELECT x.id FROM duty_done x
    WHERE x.done_on > (x.done_at AT TIME ZONE 'Europe/Paris')::date
       OR NOT EXISTS (SELECT FROM decision d
                      WHERE d.application_id = x.application_id AND d.funder_id = x.funder_id)
"""

CHECKS = (
    Invariant(
        "payments.sixty_days",
        "Un versement est dû soixante jours après le début de son délai, suspensions en plus.",
        "A payment is due sixty days after its clock started, and as many more as it stood still.",
        CLOCKS,
    ),
    Invariant(
        "payments.instalments_sum",
        "Les versements prévus d’une aide font exactement son montant.",
        "The instalments of an award add up to it exactly.",
        PARTS_SUM,
    ),
    Invariant(
        "payments.claims_of_their_award",
        "Chaque demande de versement est du dossier, du financeur et du mode de son versement.",
        "Each claim is of the application, the funder and the method of its instalment.",
        CLAIM_OF_AWARD,
    ),
    Invariant(
        "payments.orders_of_their_claim",
        "Chaque mandat est du montant et de l’aide de la demande qu’il paie.",
        "Each order is for the amount and the award of the claim that it pays.",
        ORDER_OF_CLAIM,
    ),
    Invariant(
        "payments.two_persons",
        "Nul n’approuve le mandat qu’il a préparé.",
        "Nobody approves the order that they prepared.",
        TWO_PERSONS,
    ),
    Invariant(
        "payments.claims_follow_orders",
        "Une demande est payée quand son mandat l’est, et mandatée une fois certifiée.",
        "A claim is paid when its order is, and ordered once certified.",
        SAME_STATE,
    ),
    Invariant(
        "payments.ledger_ordered_and_paid",
        "Ce que le grand livre dit mandaté et payé est ce que disent les mandats.",
        "What the ledger calls ordered and paid is what the orders say.",
        LEDGER_ORDERED,
    ),
    Invariant(
        "payments.numbers",
        "Les mandats d’un exercice se suivent sans trou.",
        "The orders of a year are numbered without a gap.",
        SERIALS,
    ),
    Invariant(
        "payments.batches",
        "Chaque mandat est d’un bordereau de son financeur, et les bordereaux se suivent.",
        "Each order is of a batch of its funder, and batches are numbered without a gap.",
        BATCHES,
    ),
    Invariant(
        "payments.returns_of_orders",
        "Ce que la comptabilité répond est rapproché d’un mandat du même montant.",
        "What the accounting office answers is matched with an order of the same amount.",
        RETURNED,
    ),
    Invariant(
        "payments.details_agreed",
        "Nul n’accepte les coordonnées bancaires qu’il a déposées, et elles en remplacent d’autres"
        " du même bénéficiaire.",
        "Nobody agrees to the bank details that they deposited, and these replace others of the"
        " same beneficiary.",
        DETAILS,
    ),
    Invariant(
        "payments.in_order",
        "Une demande est certifiée après avoir été faite, mandatée après, approuvée après encore.",
        "A claim is certified once made, ordered after that, and approved after that.",
        DATES,
    ),
    Invariant(
        "payments.files_of_signed_orders",
        "Un fichier ne contient que des mandats de son bordereau, signés avant lui.",
        "A file holds orders of its batch alone, signed before it was made.",
        FILES,
    ),
    Invariant(
        "payments.statements_of_their_file",
        "Chaque relevé de compte est du financeur et du fichier avec lesquels il est entré.",
        "Each statement of account is of the funder and the file that it came in with.",
        STATEMENTS,
    ),
    Invariant(
        "payments.settings_confirmed",
        "Le seuil et le compte d’un financeur sont ceux qu’une seconde personne a confirmés.",
        "The threshold and the account of a funder are those that a second person confirmed.",
        SETTINGS,
    ),
    Invariant(
        "payments.duties_done",
        "Une échéance marquée comme faite l’est d’une aide de sa collectivité, un jour passé.",
        "A duty marked as done is about an award of its authority, on a day gone by.",
        DONE,
    ),
)
