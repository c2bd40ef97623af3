"""Faults of calls, applications, juries, votes, people, documents and history."""

from __future__ import annotations

from build.faults.shapes import Fault, first

LATE = "'2018-10-01T09:00Z'::timestamptz - interval '7 hours'"
RECUSED = "SELECT s.id AS seat, x.application_id FROM seat s JOIN recusal x USING (person_id)"

FAULTS = [
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
