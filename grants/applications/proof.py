"""What proves a deposit: digests of what was sent, and a code that nobody guesses."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from grants.applications import answers
from grants.applications.models import Application

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, O, 1, I: read aloud and copied by hand."""
GROUPS, LETTERS = 4, 4


def new_code() -> str:
    """Eighty bits of chance, as « K7QF-29TM-XB4D-HW3P »."""
    return "-".join(
        "".join(secrets.choice(ALPHABET) for _ in range(LETTERS)) for _ in range(GROUPS)
    )


def as_code(typed: str) -> str | None:
    """A code as it is stored, however it was copied; None when it can be none."""
    bare = "".join(one for one in typed[:60].upper() if one.isalnum())
    if len(bare) != GROUPS * LETTERS or not set(bare) <= set(ALPHABET):
        return None
    return "-".join(bare[at : at + LETTERS] for at in range(0, len(bare), LETTERS))


def digest(values: Any) -> str:
    """The SHA-256 of answers: their JSON in UTF-8, keys in order, no blank, nothing escaped."""
    canonical = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def listed(application: Application) -> list[dict[str, Any]]:
    """The documents in force in the order of the form, each with what identifies its bytes."""
    attached = answers.attached(application)
    return [
        {
            "field_key": field.key,
            "name": one.stored_file.name,
            "size": one.stored_file.size,
            "sha256": one.stored_file.sha256,
        }
        for field in answers.document(application).fields()
        for one in attached.get(field.key, [])
    ]
