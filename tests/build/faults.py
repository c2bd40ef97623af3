"""Faults that PostgreSQL refuses, written behind its back: one for each thing that must hold."""

from __future__ import annotations

from dataclasses import dataclass

from grants.polls import counting

LATE = "'2018-10-01T09:00Z'::timestamptz - interval '7 hours'"


LISTED = counting.list_digest(["a" * 64])


@dataclass(frozen=True)
class Fault:
    """One thing done as a superuser who has switched triggers off.

    `also` are other checks that find it too; `without` is a CHECK that would refuse it.
    """

    name: str
    sql: str
    also: tuple[str, ...] = ()
    without: str = ""


def first(table: str, where: str = "true", column: str = "id") -> str:
    return f"{column} = (SELECT {column} FROM {table} WHERE {where} ORDER BY {column} LIMIT 1)"


A_COMMITMENT = "operation = 'commit_reserved'"
AN_ORDER = first("payment_order", "state = 'paid'")
RECUSED = "SELECT s.id AS seat, x.application_id FROM seat s JOIN recusal x USING (person_id)"

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
        "UPDATE ledger_posting SET amount = amount + 1 WHERE position = 1",
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
        also=("payments.instalments_sum", "decisions.not_above_decided"),
    ),
    Fault(
        "decisions.not_above_decided",
        "UPDATE decision SET amount = 1 WHERE id IN (SELECT award_id FROM ledger_account"
        " WHERE stage = 'committed' AND balance > 0)"
        " AND id NOT IN (SELECT decision_id FROM instalment)",
        also=("decisions.committed_exactly",),
    ),
    Fault(
        "decisions.warranted",
        f"UPDATE ledger_warrant SET executory_on = '2000-01-01'"
        f" WHERE {first('ledger_warrant', column='award_id')}",
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
    # Calls
    Fault(
        "calls.form_of_call",
        "UPDATE call SET current_revision_id = (SELECT id FROM"
        " form_revision r WHERE r.call_id <> call.id LIMIT 1)"
        f" WHERE {first('call', 'state <> ' + chr(39) + 'draft' + chr(39))}",
    ),
    Fault(
        "calls.has_funder",
        "DELETE FROM call_funder WHERE call_id IN (SELECT id FROM call"
        " WHERE state <> 'draft') AND call_id NOT IN (SELECT call_id FROM call_envelope)",
    ),
    Fault(
        "calls.envelopes_of_funders",
        "UPDATE call_envelope SET funder_id = (SELECT id FROM funder"
        " WHERE id <> call_envelope.funder_id LIMIT 1)",
    ),
    Fault(
        "calls.stages_of_call",
        f"UPDATE mentoring_pair SET application_id = (SELECT a.id FROM"
        f" application a JOIN stage s ON s.call_id <> a.call_id WHERE s.id = stage_id LIMIT 1)"
        f" WHERE {first('mentoring_pair')}",
    ),
    # Applications
    Fault("applications.receipts", "UPDATE deposit SET received_at = '2000-01-01'"),
    Fault("applications.numbers", "UPDATE application_counter SET last = last + 1 WHERE last > 0"),
    Fault(
        "applications.form_of_call",
        f"UPDATE application a SET revision_id = (SELECT id FROM"
        f" form_revision r WHERE r.call_id <> a.call_id LIMIT 1) WHERE {first('application')}",
    ),
    Fault(
        "applications.dates_follow",
        f"UPDATE application SET started_at = '2030-01-01' WHERE"
        f" {first('application', 'submitted_at IS NOT NULL')}",
    ),
    Fault(
        "applications.complements",
        "UPDATE application SET complement_id = NULL WHERE state = 'incomplete'",
    ),
    Fault("applications.answers_stay", "UPDATE deposit SET answers_sha256 = repeat('0', 64)"),
    Fault(
        "applications.documents_stay",
        'UPDATE deposit SET files = \'[{"field_key": "x", "sha256": "x"}]\'',
    ),
    Fault(
        "applications.submitted_stays",
        "UPDATE outbox_message SET kind = 'application.submitted',"
        " subject_id = (SELECT id FROM application WHERE state = 'draft' LIMIT 1) WHERE"
        f" {first('outbox_message')}",
    ),
    # Juries
    Fault(
        "juries.no_recused_score",
        f"UPDATE review r SET set_aside_at = NULL FROM ({RECUSED}) x"
        " WHERE r.seat_id = x.seat AND r.application_id = x.application_id",
    ),
    Fault(
        "juries.no_recused_reader",
        f"UPDATE assignment g SET withdrawn_at = NULL FROM ({RECUSED})"
        " x WHERE g.seat_id = x.seat AND g.application_id = x.application_id",
    ),
    Fault(
        "juries.readers_are_members",
        "UPDATE assignment g SET jury_id = j.id FROM jury j, jury o"
        " WHERE o.id = g.jury_id AND j.call_id = o.call_id AND j.id <> o.id"
        " AND NOT EXISTS (SELECT FROM review r WHERE r.seat_id = g.seat_id)"
        " AND NOT EXISTS (SELECT FROM jury_ballot b WHERE b.seat_id = g.seat_id)",
    ),
    Fault(
        "juries.scores_of_readers",
        "DELETE FROM assignment g WHERE EXISTS (SELECT FROM review r"
        " WHERE r.seat_id = g.seat_id AND r.application_id = g.application_id)",
    ),
    Fault(
        "juries.ballots_of_members",
        "DELETE FROM assignment g WHERE EXISTS (SELECT FROM"
        " jury_ballot b JOIN jury_ballot_line l ON l.ballot_id = b.id WHERE b.seat_id = g.seat_id"
        " AND l.application_id = g.application_id)",
    ),
    Fault("juries.marks_on_their_scale", "UPDATE mark SET value = 99", also=("juries.totals",)),
    Fault("juries.totals", "UPDATE review SET total = total + 1 WHERE total < 90000"),
    Fault(
        "juries.closed_is_ranked",
        "UPDATE jury SET closed_at = '2018-10-01' WHERE closed_at IS NULL",
    ),
    Fault(
        "juries.ranks_of_a_ranking",
        "UPDATE ranking_line SET rank = rank + 1 WHERE rank IS NOT NULL",
    ),
    Fault(
        "juries.hearings_apart",
        "UPDATE hearing SET starts_at = '2018-11-20T09:00Z', ends_at ="
        " '2018-11-20T10:00Z', place = id::text",
    ),
    # Meetings
    Fault("meetings.votes_counted", "UPDATE motion SET abstentions = abstentions + 1"),
    Fault(
        "meetings.votes_of_members",
        "UPDATE motion_vote SET cast_by = (SELECT id FROM seat WHERE"
        " jury_id NOT IN (SELECT jury_id FROM sitting) LIMIT 1)",
    ),
    Fault(
        "meetings.no_recused_vote",
        "UPDATE motion_vote v SET cast_by = s.id, voted_at = now()"
        " FROM motion m JOIN sitting_item i ON i.id = m.item_id JOIN recusal x ON"
        " x.application_id = i.application_id JOIN seat s ON s.person_id = x.person_id"
        " JOIN sitting t ON t.id = m.sitting_id AND s.jury_id = t.jury_id"
        " WHERE m.id = v.motion_id",
    ),
    Fault("meetings.minutes_stay", "UPDATE minutes SET sha256 = repeat('0', 64)"),
    # Public votes
    Fault(
        "polls.ballots_of_voters",
        "INSERT INTO poll_voter SELECT id, repeat('0', 64), '2018-10-01' FROM poll LIMIT 1",
    ),
    Fault("polls.choices_of_candidates", "UPDATE poll_ballot SET choices = '{\"x\": 1}'"),
    Fault(
        "polls.count_stays",
        "UPDATE poll SET results_sha256 = repeat('0', 64) WHERE closed_at IS NOT NULL",
    ),
    # People
    Fault(
        "people.organisations_represented",
        "UPDATE organisation_member SET role = 'editor' WHERE role = 'representative'",
    ),
    Fault(
        "people.disabled_are_out",
        "UPDATE person SET disabled_at = '2018-10-01' WHERE id IN"
        " (SELECT person_id FROM sign_in LIMIT 1)",
    ),
    Fault(
        "people.secrets_are_hashes",
        f"UPDATE person SET password_hash = 'secret' WHERE {first('person')}",
        without="person.ck_person_password_is_hashed",
    ),
    Fault(
        "people.documents_replaced",
        "INSERT INTO organisation_document SELECT"
        " (jsonb_populate_record(d, jsonb_build_object('id', gen_random_uuid(), 'replaced_at',"
        " now(), 'replaced_by_id', o.id))).* FROM organisation_document d JOIN"
        " organisation_document o ON o.organisation_id <> d.organisation_id LIMIT 1",
    ),
    # Documents
    Fault(
        "files.bytes_are_there",
        f"UPDATE stored_file SET size = size + 1 WHERE {first('stored_file')}",
    ),
    Fault(
        "files.scans_are_said",
        f"UPDATE stored_file SET scan = 'infected' WHERE {first('stored_file')}",
    ),
    # History
    Fault(
        "history.sealed",
        "INSERT INTO outbox_seal SELECT m.id, 2, m.id, m.id::text::bytea,"
        " now() FROM outbox_message m LIMIT 1",
    ),
    Fault(
        "history.told_on",
        f"DELETE FROM outbox_delivery WHERE {first('outbox_delivery', column='message_id')}",
    ),
    Fault(
        "history.delivered",
        f"UPDATE outbox_delivery SET due_at = {LATE} WHERE"
        f" {first('outbox_delivery', column='message_id')}",
    ),
    Fault(
        "history.mails_leave",
        "INSERT INTO mail (id, message_id, to_address, kind, locale,"
        " subject, text, html, bears_secret, state, attempts, next_at) SELECT gen_random_uuid(),"
        f" id, 'x@x', 'x', 'fr', '', '', '', false, 'pending', 0, {LATE} FROM outbox_message"
        " LIMIT 1",
    ),
    Fault(
        "history.jobs_move",
        f"UPDATE job SET state = 'running', finished_at = NULL,"
        f" result_file_id = NULL, touched_at = {LATE}",
    ),
    Fault(
        "history.jobs_finish",
        "INSERT INTO job_line (job_id, position, subject_id, state)"
        " SELECT id, 1, id, 'waiting' FROM job WHERE state = 'done' LIMIT 1",
    ),
]


# What the world lacks, and checks look at: written whole, to be broken.
LACKING = [
    "INSERT INTO ranking (id, jury_id, version, method, inputs_sha256, frozen_by, frozen_at)"
    " SELECT id, id, 7, 'x', repeat('0', 64), id, now() FROM jury LIMIT 1",
    "INSERT INTO ranking_line (id, jury_id, version, application_id, rank, mean, median,"
    " dispersion, scores, abstentions, frozen_at) SELECT gen_random_uuid(), jury_id, 7, (SELECT id"
    " FROM application LIMIT 1), 1, 5, 5, 0, 1, 0, now() FROM ranking WHERE version = 7",
    "UPDATE motion SET votes_for = votes_for + 1, is_secret = false, item_id = (SELECT id FROM"
    " sitting_item i WHERE i.sitting_id = motion.sitting_id LIMIT 1) WHERE outcome IS NULL",
    "INSERT INTO motion_vote (id, motion_id, seat_id, cast_by, choice, voted_at) SELECT"
    " gen_random_uuid(), m.id, s.id, s.id, 'for', now() FROM motion m JOIN sitting t ON"
    " t.id = m.sitting_id, LATERAL (SELECT id FROM seat WHERE jury_id = t.jury_id AND accepted_at"
    " IS NOT NULL AND person_id NOT IN (SELECT person_id FROM recusal)"
    " AND id NOT IN (SELECT seat_id FROM motion_vote v WHERE v.motion_id = m.id) LIMIT 1) s"
    " WHERE m.outcome IS NULL",
    "INSERT INTO minutes (id, sitting_id, content, sha256, signed_by, signatory, signed_at)"
    " SELECT gen_random_uuid(), id, '{}', encode(sha256('{}'), 'hex'), id, 'x', now() FROM sitting"
    " LIMIT 1",
    "INSERT INTO poll_ballot SELECT id, repeat('a', 64), '{}' FROM poll",
    "INSERT INTO poll_voter SELECT id, repeat('b', 64), '2018-10-01' FROM poll",
    "UPDATE poll SET published_at = now(), closed_at = now(), results = '{}',"
    f" ballots_sha256 = '{LISTED}', results_sha256 = '{counting.seal({}, LISTED)}'"
    f" WHERE {first('poll')}",
]
DEPOSIT = (
    "INSERT INTO deposit (id, application_id, code, received_at, signatory, answers_sha256)"
    " VALUES (gen_random_uuid(), %(id)s, %(id)s::text, %(at)s, 'x', %(sha256)s)"
)
