"""What was taken back of awards: by whom it was decided, and what the ledger did of it."""

from __future__ import annotations

from grants.invariants.checks import Invariant

BOOKED = """
    SELECT w.id FROM withdrawal w
    LEFT JOIN LATERAL (
        SELECT COALESCE(sum(-p.amount) FILTER (WHERE e.operation = 'decommit'), 0) AS cancelled,
               COALESCE(sum(p.amount) FILTER (WHERE e.operation = 'claim_back'), 0) AS claimed
        FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
        JOIN ledger_account a ON a.id = p.account_id
        WHERE e.key LIKE 'withdrawal:' || w.id || ':%'
          AND a.stage = CASE e.operation WHEN 'decommit' THEN 'committed' ELSE 'claimed' END
    ) b ON true
    WHERE w.cancelled <> b.cancelled
       OR CASE w.title WHEN '' THEN 0 ELSE w.to_claim END <> b.claimed
"""
CUT = """
    SELECT decision_id FROM (
        SELECT decision_id, sum(cut) AS cut FROM instalment GROUP BY decision_id) i
    LEFT JOIN (SELECT decision_id, sum(cancelled) AS cancelled FROM withdrawal
               WHERE state = 'effective' GROUP BY decision_id) w USING (decision_id)
    WHERE i.cut <> COALESCE(w.cancelled, 0)
"""
RECOVERED = """
    SELECT w.id FROM withdrawal w JOIN withdrawal_recovery r ON r.withdrawal_id = w.id
    GROUP BY w.id, w.to_claim, w.title HAVING sum(r.amount) > w.to_claim OR w.title = ''
    UNION ALL
    SELECT r.id FROM withdrawal_recovery r WHERE r.amount <> (
        SELECT COALESCE(sum(p.amount), 0) FROM ledger_entry e
        JOIN ledger_posting p ON p.entry_id = e.id
        JOIN ledger_account a ON a.id = p.account_id AND a.stage = 'recovered'
        WHERE e.key LIKE 'withdrawal:' || r.id || ':recover:%')
"""
HEARD = """
    SELECT id FROM withdrawal
    WHERE decided_on IS NOT NULL AND reason NOT IN ('given_up', 'annulled')
      AND (observations_until IS NULL OR observed_at IS NULL AND decided_on <= observations_until
           OR hearing_asked AND (heard_on IS NULL OR heard_on > decided_on))
"""
WITHIN = """
    SELECT d.id FROM decision d JOIN withdrawal w ON w.decision_id = d.id
    WHERE w.state IN ('decided', 'effective')
    GROUP BY d.id, d.amount HAVING sum(w.decided_amount) > COALESCE(d.amount, 0)
"""
ACTS = """
    SELECT d.id FROM decision d JOIN deliberation l ON l.id = d.deliberation_id
    LEFT JOIN decision_reopening r ON r.decision_id = d.id
    WHERE (l.withdrawn_on IS NOT NULL)
          <> COALESCE(r.why = 'act_withdrawn', false)
       OR l.withdrawn_on IS NOT NULL AND (l.made_executory_on IS NOT NULL
          OR EXISTS (SELECT FROM ledger_account a WHERE a.award_id = d.id))
       OR r.why = 'appeal' AND d.outcome = 'award'
"""
DECIDED_AGAIN = """
    SELECT r.decision_id FROM decision_reopening r JOIN decision d ON d.id = r.decision_id
    WHERE r.why = 'act_annulled' AND (
          NOT EXISTS (SELECT FROM annulment n WHERE n.deliberation_id = d.deliberation_id)
       OR EXISTS (SELECT FROM decision o
                  LEFT JOIN decision_reopening s ON s.decision_id = o.id
                  WHERE o.deliberation_id = d.deliberation_id AND s.decision_id IS NULL))
"""
ANNULLED = """
    SELECT DISTINCT d.id FROM annulment n
    JOIN decision d ON d.deliberation_id = n.deliberation_id
    JOIN ledger_account a ON a.award_id = d.id
    WHERE a.stage IN ('committed', 'ordered') AND a.balance <> 0
"""

CHECKS = (
    Invariant(
        "withdrawals.booked",
        "Ce qu’un retrait annule et fait reverser est exactement ce que portent les comptes.",
        "What a withdrawal cancels and asks back is exactly what the books hold.",
        BOOKED,
    ),
    Invariant(
        "withdrawals.instalments_cut",
        "Ce qui est ôté des versements d’une aide est ce que ses retraits ont annulé.",
        "What is taken off the instalments of an award is what its withdrawals cancelled.",
        CUT,
    ),
    Invariant(
        "withdrawals.recovered",
        "Il ne revient pas plus que ce qu’un titre de recettes a demandé, et les comptes suivent.",
        "No more comes back than a titre de recettes asked for, and the books follow.",
        RECOVERED,
    ),
    Invariant(
        "withdrawals.heard_first",
        "Aucun retrait n’est décidé avant que le bénéficiaire ait pu répondre.",
        "No withdrawal is decided before its beneficiary could answer.",
        HEARD,
    ),
    Invariant(
        "withdrawals.within_award",
        "Les retraits d’une aide ne dépassent jamais son montant.",
        "The withdrawals of an award never exceed it.",
        WITHIN,
    ),
    Invariant(
        "decisions.reopened_with_their_act",
        "Un acte retiré n’engage rien, et chacune de ses décisions est à reprendre.",
        "A withdrawn act is not executory, commits nothing, and its decisions are made again.",
        ACTS,
    ),
    Invariant(
        "decisions.annulled_with_their_act",
        "Ce qu’un acte annulé avait décidé est à reprendre en entier, et seulement cela.",
        "All that an annulled act decided is decided again, and nothing else for that reason.",
        DECIDED_AGAIN,
    ),
    Invariant(
        "withdrawals.annulled_acts",
        "Un acte annulé n’engage plus rien.",
        "An act that was annulled commits nothing any more.",
        ANNULLED,
    ),
)
