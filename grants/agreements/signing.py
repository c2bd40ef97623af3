"""Electronic signature behind one interface: the local implementation mails a one-time code.

A provider (a trust service of eIDAS, for example) is another `Signing`, registered by a name in
`SIGNINGS` and chosen by the setting SIGNING: it says how the signatory is challenged, then gives
the proof that the challenge was met. Every implementation runs through the same contract
(tests/unit/test_signing.py).
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID

from grants.agreements.models import SigningCode

LASTS = timedelta(minutes=15)
TRIES_MAX = 5
DIGITS = 6
LOCAL = "local"


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """What the signatory is asked: a code that is mailed to them, or a page of the provider."""

    code: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Proof:
    """That a person agreed to one version at an instant; `evidence` is what a court is shown.

    `digest` fingerprints what the person answered, so that it is kept without being readable.
    """

    code_id: UUID
    version_id: UUID
    person_id: UUID
    at: datetime
    provider: str
    digest: str
    evidence: dict[str, Any] = field(default_factory=dict)


class Signing(Protocol):
    """Whoever proves that a person signs."""

    name: str

    def challenge(self, asked: SigningCode) -> Challenge:
        """What whoever asked to sign is to do; the same each time it is asked."""
        ...

    def prove(self, asked: SigningCode, answer: str, *, now: datetime) -> Proof | None:
        """The proof, or None when `answer` is not the right one or came too late."""
        ...


class OneTimeCode:
    """Six digits mailed to the signatory, worked out from the row and the secret."""

    name = LOCAL

    def __init__(self, secret_key: str) -> None:
        self._secret = secret_key.encode()

    def code(self, asked_id: UUID) -> str:
        """The code to mail; whoever reads the database cannot tell it."""
        digest = hmac.digest(self._secret, b"signing-code:" + asked_id.bytes, sha256)
        return f"{int.from_bytes(digest[:8]) % 10**DIGITS:0{DIGITS}d}"

    def challenge(self, asked: SigningCode) -> Challenge:
        """The code, for its mail."""
        return Challenge(code=self.code(asked.id))

    def prove(self, asked: SigningCode, answer: str, *, now: datetime) -> Proof | None:
        """Right code, in time, not used yet, and not after five tries."""
        typed = "".join(answer.split())
        is_open = asked.used_at is None and now < asked.expires_at and asked.tries <= TRIES_MAX
        if not is_open or not hmac.compare_digest(typed.encode(), self.code(asked.id).encode()):
            return None
        digest = hmac.digest(
            self._secret, b"signing-answer:" + asked.id.bytes + typed.encode(), sha256
        )
        return Proof(
            code_id=asked.id,
            version_id=asked.version_id,
            person_id=asked.person_id,
            at=now,
            provider=self.name,
            digest=digest.hex(),
            evidence={
                "method": "one-time code by e-mail",
                "asked_at": asked.asked_at.isoformat(),
                "proved_at": now.isoformat(),
                "tries": asked.tries,
                "code_id": str(asked.id),
            },
        )


SIGNINGS: Mapping[str, Callable[[str], Signing]] = {LOCAL: OneTimeCode}
"""Every implementation by its name: what the setting SIGNING may say."""


def signing(name: str, secret_key: str) -> Signing:
    """The implementation that a deployment chose.

    Raises:
        ValueError: none has this name.
    """
    if name not in SIGNINGS:
        raise ValueError(f"SIGNING is {name!r}: it may be {', '.join(sorted(SIGNINGS))}")
    return SIGNINGS[name](secret_key)


def trail(steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The steps of a signature, each with a fingerprint that covers the ones before it.

    SHA-256 of the fingerprint before (none: empty) followed by the step as JSON in UTF-8, keys
    in order, no blank, nothing escaped.
    """
    made: list[dict[str, Any]] = []
    before = ""
    for step in steps:
        said = json.dumps(dict(step), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        before = sha256(f"{before}{said}".encode()).hexdigest()
        made.append({**step, "sha256": before})
    return made


def is_whole(links: Sequence[Mapping[str, Any]]) -> bool:
    """Whether no step of a trail was changed, taken out or put elsewhere."""
    bare = [{key: one[key] for key in one if key != "sha256"} for one in links]
    return [dict(one) for one in links] == trail(bare)
