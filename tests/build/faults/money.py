"""Faults of books, decisions, councils, agreements and payments."""

from __future__ import annotations

from build.faults.shapes import Fault, first

A_COMMITMENT = "operation = 'commit_reserved'"
AN_ORDER = first("payment_order", "state = 'paid'")
IN_OFFICE = (
    "JOIN council_meeting m ON m.id = i.meeting_id"
    " JOIN council_session s ON s.id = m.council_session_id"
    " JOIN council_seat t ON t.funder_id = s.funder_id AND t.since <= s.held_on"
    " AND COALESCE(t.until > s.held_on, true)"
)

FAULTS = [
    # The ledger
    Fault("ledger.operations", "UPDATE ledger_operation SET roles = '{}' WHERE name = 'commit'"),
    Fault("ledger.numbers", "UPDATE ledger_book SET last_number = 99 WHERE last_number > 0"),
    Fault("ledger.chain", f"UPDATE ledger_entry SET reason = 'x' WHERE {A_COMMITMENT}"),
    Fault(
        "ledger.postings",
        "INSERT INTO ledger_posting SELECT a.entry, n, a.id, 3 - 2 * n FROM generate_series(1, 2)"
        " AS n, (SELECT gen_random_uuid() AS entry, id FROM ledger_account LIMIT 1) a",
    ),
    Fault(
        "ledger.walks",
        "UPDATE ledger_entry SET operation = 'reserve' WHERE operation = 'vote'",
        also=("ledger.chain",),
    ),
    Fault(
        "ledger.entries_balance",
        "UPDATE ledger_posting SET amount = amount + 1 WHERE position = 1 AND entry_id NOT IN"
        " (SELECT id FROM ledger_entry WHERE starts_with(key, 'withdrawal:'))",
        also=("ledger.chain", "ledger.balances"),
    ),
    Fault(
        "ledger.balances",
        "UPDATE ledger_account a SET balance = balance + CASE stage WHEN 'available' THEN 1"
        " ELSE -1 END FROM (SELECT envelope_id FROM ledger_account WHERE stage = 'voted'"
        " LIMIT 1) one WHERE a.envelope_id = one.envelope_id AND stage IN ('available', 'voted')",
    ),
    Fault(
        "ledger.not_overdrawn",
        "UPDATE ledger_account SET balance = -balance WHERE stage = 'available' AND balance > 0",
        also=("ledger.balances", "ledger.stages_sum"),
        without="ledger_account.ck_ledger_account_is_not_overdrawn",
    ),
    Fault(
        "ledger.stages_sum",
        "UPDATE ledger_account SET balance = balance + 1 WHERE stage = 'available'",
        also=("ledger.balances",),
    ),
    Fault(
        "ledger.carried",
        "UPDATE ledger_entry SET operation = 'carry_over' WHERE operation = 'vote'",
        also=("ledger.chain", "ledger.walks"),
    ),
    Fault(
        "ledger.schedules",
        "INSERT INTO ledger_schedule (id, envelope_id, award_id, year, amount, booked_on,"
        " booked_at, reason, actor_id, key) SELECT gen_random_uuid(), envelope_id, id, 2019, 5,"
        " now(), now(), 'x', id, 'x' FROM decision WHERE envelope_id IS NOT NULL LIMIT 1",
    ),
    Fault(
        "ledger.turnover",
        "INSERT INTO ledger_turnover SELECT id, 'available', '2018-01-01', 0, 5, 1"
        " FROM ledger_envelope LIMIT 1",
    ),
    Fault(
        "ledger.closed_books_stay",
        "UPDATE ledger_book SET closed_at = '2000-01-01' WHERE last_number > 0",
    ),
    # Decisions
    Fault(
        "decisions.ledger_knows_awards",
        f"UPDATE decision SET outcome = 'refusal', instrument = NULL, amount = NULL, unit = NULL,"
        f" envelope_id = NULL, reason = 'x' WHERE {first('decision', 'amount > 0')}",
        also=(
            "payments.instalments_sum",
            "decisions.not_above_decided",
            "withdrawals.within_award",
        ),
    ),
    Fault(
        "decisions.not_above_decided",
        "UPDATE decision SET amount = 1 WHERE id IN (SELECT award_id FROM ledger_account"
        " WHERE stage = 'committed' AND balance > 0)"
        " AND id NOT IN (SELECT decision_id FROM instalment)",
        also=(
            "withdrawals.within_award",
            "decisions.committed_exactly",
        ),
    ),
    Fault(
        "decisions.warranted",
        "UPDATE ledger_warrant SET executory_on = '2000-01-01'"
        f" WHERE {first('ledger_warrant', 'award_id IN (SELECT id FROM decision)', 'award_id')}",
    ),
    Fault(
        "decisions.committed_exactly",
        "UPDATE decision SET amount = amount + 1 WHERE id IN (SELECT award_id FROM ledger_account"
        " WHERE stage = 'committed') AND id NOT IN (SELECT decision_id FROM instalment)",
    ),
    Fault(
        "decisions.adopted_only",
        "UPDATE deliberation SET adopted = false, votes_for = votes_against,"
        " votes_against = votes_for, announced_at = NULL WHERE id NOT IN"
        " (SELECT deliberation_id FROM acknowledgement) AND id IN (SELECT deliberation_id"
        " FROM decision d JOIN ledger_account a ON a.award_id = d.id)",
        also=("decisions.state_has_decision",),
        without="deliberation.ck_deliberation_formalities_if_adopted",
    ),
    Fault(
        "decisions.envelope_of_funder",
        "UPDATE decision d SET envelope_id = (SELECT e.id FROM ledger_envelope e JOIN ledger_book b"
        " ON b.id = e.book_id WHERE b.funder_id <> d.funder_id LIMIT 1)"
        f" WHERE {first('decision', 'amount > 0')}",
    ),
    Fault(
        "decisions.of_their_session",
        f"UPDATE council_session SET state = 'planned' WHERE {first('council_session')}",
    ),
    Fault(
        "decisions.state_has_decision",
        "UPDATE application SET state = 'declined', decided_at = '2018-10-01' WHERE"
        f" {first('application', 'state = ' + chr(39) + 'in_review' + chr(39))}",
    ),
    Fault(
        "decisions.known_once_announced",
        "UPDATE acknowledgement SET read_at = '2000-01-01'",
    ),
    # Councils
    Fault(
        "councils.figures",
        "WITH i AS (UPDATE council_item SET deliberation_id = (SELECT id FROM deliberation"
        " LIMIT 1), voted_at = now(), number = 'x'"
        f" WHERE {first('council_item', 'deliberation_id IS NULL')} RETURNING id, meeting_id)"
        f" INSERT INTO council_voice (item_id, seat_id, standing, left_room) SELECT i.id, t.id,"
        f" 'absent', false FROM i {IN_OFFICE} LIMIT 1",
    ),
    Fault(
        "councils.one_proxy",
        "INSERT INTO council_voice (item_id, seat_id, standing, left_room, holder_id) SELECT i.id,"
        f" t.id, 'represented', false, i.id FROM council_item i {IN_OFFICE}"
        " WHERE i.deliberation_id IS NULL LIMIT 1",
    ),
    Fault(
        "councils.members",
        "INSERT INTO council_voice (item_id, seat_id, standing, left_room) SELECT i.id, t.id,"
        " 'absent', false FROM council_item i JOIN council_meeting m ON m.id = i.meeting_id"
        " JOIN council_session s ON s.id = m.council_session_id JOIN council_seat t ON"
        " t.funder_id <> s.funder_id WHERE i.deliberation_id IS NULL LIMIT 1",
    ),
    Fault(
        "councils.within_delegations",
        "UPDATE council_session SET body = 'bureau' WHERE id IN (SELECT council_session_id FROM"
        " deliberation WHERE delegation_id IS NULL)",
    ),
    # Agreements
    Fault(
        "agreements.of_their_award",
        "UPDATE agreement SET original_amount = original_amount + 1",
    ),
    Fault(
        "agreements.signed_by_both",
        "UPDATE agreement_act SET state = 'in_force', in_force_on = '2018-10-01', sent_at = now()"
        " WHERE id NOT IN (SELECT act_id FROM agreement_signature WHERE side = 'authority')",
    ),
    Fault(
        "agreements.signed_as_read",
        "UPDATE agreement_signature s SET version_id = (SELECT id FROM agreement_version v WHERE"
        " v.act_id <> s.act_id LIMIT 1)",
        also=("agreements.signed_documents",),
    ),
    Fault(
        "agreements.signed_by_entitled",
        "UPDATE signing_delegation SET revoked_on = '2018-10-01', revoked_number = 'ARR-9',"
        " revoked_by = recorded_by, revoked_at = now()"
        " WHERE id IN (SELECT delegation_id FROM agreement_signature)",
    ),
    Fault(
        "agreements.signed_documents",
        "UPDATE payment_statement SET sha256 = repeat('0', 64)",
    ),
    Fault(
        "councils.second_meetings",
        "UPDATE council_meeting m SET first_id = (SELECT o.council_session_id FROM"
        " council_meeting o WHERE o.council_session_id <> m.council_session_id LIMIT 1)",
    ),
    # Payments
    Fault(
        "payments.instalments_sum",
        "UPDATE instalment SET amount = amount + 1 WHERE id NOT IN"
        " (SELECT instalment_id FROM claim)",
    ),
    Fault(
        "payments.claims_of_their_award",
        "UPDATE claim SET funder_id = (SELECT id FROM funder"
        " WHERE id <> claim.funder_id LIMIT 1) WHERE id NOT IN (SELECT claim_id FROM"
        " payment_order)",
    ),
    Fault(
        "payments.orders_of_their_claim",
        f"UPDATE payment_order SET application_id = (SELECT id"
        f" FROM application WHERE id <> payment_order.application_id LIMIT 1) WHERE {AN_ORDER}",
    ),
    Fault(
        "payments.two_persons",
        f"UPDATE payment_order SET approved_by = prepared_by WHERE {AN_ORDER}",
        without="payment_order.ck_payment_order_two_persons_sign",
    ),
    Fault(
        "payments.claims_follow_orders", "UPDATE claim SET state = 'ordered' WHERE state = 'paid'"
    ),
    Fault(
        "payments.ledger_ordered_and_paid",
        "UPDATE payment_order SET state = 'paid',"
        " paid_on = '2018-10-01', paid_by = approved_by, reference = 'x' WHERE state = 'approved'",
        also=("payments.claims_follow_orders",),
    ),
    Fault("payments.numbers", f"UPDATE payment_order SET serial = 99 WHERE {AN_ORDER}"),
    Fault(
        "payments.in_order", f"UPDATE payment_order SET prepared_at = '2000-01-01' WHERE {AN_ORDER}"
    ),
    Fault("payments.batches", "UPDATE order_batch SET serial = 99 WHERE serial = 1"),
    Fault(
        "payments.returns_of_orders",
        "UPDATE payment_return_line SET amount = amount + 1, state = 'matched', note = 'x',"
        " settled_at = now(), settled_by = id, order_id = (SELECT id FROM payment_order LIMIT 1)",
    ),
    Fault(
        "payments.sixty_days",
        "UPDATE claim SET due_on = due_on + 1 WHERE due_on IS NOT NULL AND state <> 'refused'",
    ),
    Fault(
        "payments.details_agreed",
        "UPDATE bank_details SET answered_by = deposited_by WHERE answered_by IS NOT NULL",
        without="bank_details.ck_bank_details_another_person_agrees",
    ),
    Fault(
        "payments.files_of_signed_orders",
        "INSERT INTO order_file (id, batch_id, form, name, media_type, sha256, size, orders,"
        " cipher, made_by, made_at) SELECT id, batch_id, 'mandats', 'x', 'x', repeat('0', 64), 1,"
        " 99, '', id, now() FROM payment_order LIMIT 1",
    ),
    Fault(
        "payments.statements_of_their_file",
        "INSERT INTO bank_statement (id, return_id, funder_id, reference, account_last4, closed_on,"
        " opening, closing) SELECT id, id, id, 'x', '0189', now(), 0, 0 FROM payment_return"
        " LIMIT 1",
    ),
    Fault(
        "payments.settings_confirmed",
        "WITH one AS (INSERT INTO payment_setting_change (id, funder_id, changes_threshold,"
        " second_from, changes_account, proposed_by, proposed_at, state, settled_by, settled_at)"
        " SELECT gen_random_uuid(), id, true, 5, false, id, now(), 'confirmed', gen_random_uuid(),"
        " now() FROM funder WHERE id NOT IN (SELECT funder_id FROM payment_setting) LIMIT 1"
        " RETURNING funder_id) INSERT INTO payment_setting (id, funder_id, changed_by, changed_at)"
        " SELECT funder_id, funder_id, funder_id, now() FROM one",
    ),
    Fault(
        "payments.duties_done",
        "INSERT INTO duty_done (id, kind, subject_id, application_id, funder_id, done_on, done_by,"
        " done_at) SELECT id, 'publication', id, application_id, funder_id, '2999-01-01', id, now()"
        " FROM decision LIMIT 1",
    ),
]
