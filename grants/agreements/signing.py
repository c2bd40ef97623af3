"""Electronic signature behind one interface: the local one mails a one-time code.

A provider (a trust service of eIDAS, for example) takes the place of `OneTimeCode`: it is asked
for a challenge, then for the proof that the signatory met it.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID

from grants.agreements.models import SigningCode

LASTS = timedelta(minutes=15)
TRIES_MAX = 5
DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class Proof:
    """That a person agreed to one version at an instant; `evidence` is what a court is shown."""

    code_id: UUID
    version_id: UUID
    person_id: UUID
    at: datetime
    evidence: dict[str, Any] = field(default_factory=dict)


class Provider(Protocol):
    """Whoever proves that a person signs."""

    def prove(self, asked: SigningCode, answer: str, *, now: datetime) -> Proof | None:
        """The proof, or None when `answer` is not the right one or came too late."""
        ...


class OneTimeCode:
    """Six digits mailed to the signatory, worked out from the row and the secret."""

    def __init__(self, secret_key: str) -> None:
        self._secret = secret_key.encode()

    def code(self, asked_id: UUID) -> str:
        """The code to mail; whoever reads the database cannot tell it."""
        digest = hmac.digest(self._secret, b"signing-code:" + asked_id.bytes, sha256)
        return f"{int.from_bytes(digest[:8]) % 10**DIGITS:0{DIGITS}d}"

    def prove(self, asked: SigningCode, answer: str, *, now: datetime) -> Proof | None:
        """Right code, in time, not used yet, and not after five tries."""
        typed = "".join(answer.split())
        is_open = asked.used_at is None and now < asked.expires_at and asked.tries <= TRIES_MAX
        if not is_open or not hmac.compare_digest(typed.encode(), self.code(asked.id).encode()):
            return None
        return Proof(
            code_id=asked.id,
            version_id=asked.version_id,
            person_id=asked.person_id,
            at=now,
            evidence={
                "method": "one-time code by e-mail",
                "asked_at": asked.asked_at.isoformat(),
                "proved_at": now.isoformat(),
                "tries": asked.tries,
                "code_id": str(asked.id),
            },
        )
