"""People, organisations and authorities."""

from __future__ import annotations

from grants.invariants.checks import Invariant

REPRESENTED = """
    SELECT o.id FROM organisation o
    WHERE EXISTS (SELECT FROM organisation_member m WHERE m.organisation_id = o.id)
      AND NOT EXISTS (SELECT FROM organisation_member m
                      WHERE m.organisation_id = o.id AND m.role = 'representative')
"""
DISABLED = """
    SELECT s.id FROM sign_in s JOIN person p ON p.id = s.person_id
    WHERE p.disabled_at IS NOT NULL AND s.ended_at IS NULL AND s.expires_at > :now
"""
SECRETS = """
    SELECT id FROM sign_in WHERE token_hash !~ '^[0-9a-f]{64}$'
    UNION ALL
    SELECT id FROM person WHERE password_hash NOT LIKE '$argon2id$%'
"""
LIVING_DOCUMENTS = """
    SELECT d.id FROM organisation_document d
    JOIN organisation_document n ON n.id = d.replaced_by_id
    WHERE n.organisation_id <> d.organisation_id OR n.kind <> d.kind
"""

CHECKS = (
    Invariant(
        "people.organisations_represented",
        "Une structure qui a des membres a quelqu’un qui la représente.",
        "An organisation that has members has somebody who represents it.",
        REPRESENTED,
    ),
    Invariant(
        "people.disabled_are_out",
        "Nul n’est connecté avec un compte désactivé.",
        "Nobody is signed in with a disabled account.",
        DISABLED,
    ),
    Invariant(
        "people.secrets_are_hashes",
        "Mots de passe et jetons ne sont gardés que sous forme d’empreintes.",
        "Passwords and tokens are only kept as hashes.",
        SECRETS,
    ),
    Invariant(
        "people.documents_replaced",
        "Un document remplacé l’est par un autre de la même structure et du même type.",
        "A document is replaced by one of the same organisation and kind.",
        LIVING_DOCUMENTS,
    ),
)
