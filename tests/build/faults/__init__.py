"""Faults that PostgreSQL refuses, written behind its back: one for each thing that must hold."""

from __future__ import annotations

from build.faults import files, money, withdrawals
from build.faults.shapes import Fault, first
from grants.polls import counting

FAULTS = [*money.FAULTS, *withdrawals.FAULTS, *files.FAULTS]
LISTED = counting.list_digest(["a" * 64])

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

__all__ = ["DEPOSIT", "FAULTS", "LACKING", "Fault"]
