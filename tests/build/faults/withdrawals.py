"""Faults of what is taken back of awards."""

from __future__ import annotations

from build.faults.shapes import Fault, first

CARRIED_OUT = first("withdrawal", "state = 'effective' AND cancelled > 0")

FAULTS = [
    Fault(
        "withdrawals.booked",
        f"UPDATE withdrawal SET cancelled = cancelled - 1, to_claim = to_claim + 1"
        f" WHERE {CARRIED_OUT}",
        also=("withdrawals.instalments_cut",),
    ),
    Fault(
        "withdrawals.instalments_cut",
        f"UPDATE instalment SET cut = cut - 1 WHERE {first('instalment', 'cut > 0')}",
    ),
    Fault(
        "withdrawals.recovered",
        "UPDATE withdrawal_recovery SET amount = amount + 1",
    ),
    Fault(
        "withdrawals.heard_first",
        "UPDATE withdrawal SET hearing_asked = true, observed_at = now(), observed_by = started_by,"
        " observations = 'x' WHERE state = 'decided'",
        without="withdrawal.ck_withdrawal_heard_who_asked",
    ),
    Fault(
        "withdrawals.within_award",
        "UPDATE withdrawal SET amount = 9000000, decided_amount = 9000000 WHERE state = 'decided'",
    ),
    Fault(
        "decisions.reopened_with_their_act",
        "INSERT INTO decision_reopening (decision_id, why, reopened_by, reopened_at)"
        " SELECT id, 'appeal', id, now() FROM decision WHERE outcome = 'award' AND EXISTS"
        " (SELECT FROM ledger_account a WHERE a.award_id = decision.id) LIMIT 1",
    ),
    Fault(
        "decisions.annulled_with_their_act",
        "INSERT INTO decision_reopening (decision_id, why, reopened_by, reopened_at)"
        " SELECT d.id, 'act_annulled', d.id, now() FROM decision d JOIN ledger_account a"
        " ON a.award_id = d.id WHERE a.stage = 'committed' LIMIT 1",
    ),
    Fault(
        "withdrawals.annulled_acts",
        "INSERT INTO annulment (id, deliberation_id, funder_id, pronounced_by, reference,"
        " pronounced_on, reason, recorded_by, recorded_at)"
        " SELECT gen_random_uuid(), l.id, l.funder_id, 'TA', '1', l.made_executory_on, 'x',"
        " l.recorded_by, l.recorded_at FROM deliberation l"
        " JOIN decision d ON d.deliberation_id = l.id JOIN ledger_account a ON a.award_id = d.id"
        " WHERE a.stage = 'committed' AND a.balance > 0 LIMIT 1",
    ),
]
