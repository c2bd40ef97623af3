"""Meetings of the deciding body: what members voted beside what the act says."""

from __future__ import annotations

from grants.invariants.checks import Invariant

FIGURES = """
    SELECT i.id FROM council_item i
    JOIN deliberation v ON v.id = i.deliberation_id
    JOIN council_voice o ON o.item_id = i.id
    GROUP BY i.id, v.id
    HAVING count(*) FILTER (WHERE o.standing = 'present') <> v.present
        OR count(*) FILTER (WHERE o.standing = 'represented') <> v.represented
        OR count(o.choice) > 0 AND (
            count(*) FILTER (WHERE o.choice = 'for') <> v.votes_for
            OR count(*) FILTER (WHERE o.choice = 'against') <> v.votes_against
            OR count(*) FILTER (WHERE o.choice = 'abstention') <> v.abstentions)
"""
ONE_PROXY = """
    SELECT item_id || ' ' || holder_id FROM council_voice WHERE holder_id IS NOT NULL
    GROUP BY item_id, holder_id HAVING count(*) > 1
    UNION ALL
    SELECT o.item_id || ' ' || o.holder_id FROM council_voice o
    LEFT JOIN council_voice h ON h.item_id = o.item_id AND h.seat_id = o.holder_id
    WHERE o.holder_id IS NOT NULL AND h.standing IS DISTINCT FROM 'present'
"""
MEMBERS = """
    SELECT o.item_id || ' ' || o.seat_id FROM council_voice o
    JOIN council_item i ON i.id = o.item_id JOIN council_meeting m ON m.id = i.meeting_id
    JOIN council_session s ON s.id = m.council_session_id
    JOIN council_seat t ON t.id = o.seat_id
    WHERE t.funder_id <> s.funder_id OR s.held_on < t.since OR s.held_on >= t.until
"""
DELEGATED = """
    SELECT v.id FROM deliberation v
    JOIN council_session s ON s.id = v.council_session_id
    LEFT JOIN delegation d ON d.id = v.delegation_id
    WHERE s.body <> 'council' AND (d.id IS NULL OR d.funder_id <> v.funder_id
       OR d.body <> s.body OR v.voted_on < d.from_on OR v.voted_on > d.until_on)
"""
SECOND = """
    SELECT m.id FROM council_meeting m
    JOIN council_session s ON s.id = m.council_session_id
    LEFT JOIN council_session missed ON missed.id = m.first_id
    LEFT JOIN council_meeting first ON first.council_session_id = m.first_id
    WHERE m.first_id IS NOT NULL AND (NOT COALESCE(first.quorum_missed, false)
       OR missed.funder_id <> s.funder_id OR missed.body <> s.body
       OR s.held_on < missed.held_on + 3 OR s.convened_on < missed.held_on)
"""

CHECKS = (
    Invariant(
        "councils.figures",
        "Les chiffres d’une délibération votée en séance sont les voix de ses membres.",
        "The figures of a deliberation voted at a meeting are the votes of its members.",
        FIGURES,
    ),
    Invariant(
        "councils.second_meetings",
        "Une seconde convocation fait suite à un quorum manqué de la même assemblée, trois jours "
        "plus tôt au moins.",
        "A second convocation follows a missed quorum of the same body, three days before at "
        "least.",
        SECOND,
    ),
    Invariant(
        "councils.one_proxy",
        "Un membre présent porte un pouvoir au plus.",
        "A member who is there holds one proxy at most.",
        ONE_PROXY,
    ),
    Invariant(
        "councils.members",
        "Seuls les membres en fonction ce jour-là comptent dans un vote.",
        "Only members in office that day count in a vote.",
        MEMBERS,
    ),
    Invariant(
        "councils.within_delegations",
        "Le bureau et la présidence ne décident que dans une délégation en vigueur.",
        "The bureau and the president only decide within a delegation in force.",
        DELEGATED,
    ),
)
