"""Identifiers signed with the installation's secret: addresses to mail that nobody can make up.

Nothing is stored but the row that the identifier names: neither the database nor the outbox
holds a door's key, not even hashed.
"""

from __future__ import annotations

import base64
import hmac
from hashlib import sha256
from uuid import UUID

ID_LENGTH = 16
TOKEN_LENGTH = 64


def signed(secret_key: str, use: str, row_id: UUID) -> str:
    """A token of 64 characters: an identifier, and 256 bits that tie it to one use."""
    return base64.urlsafe_b64encode(row_id.bytes + _signature(secret_key, use, row_id)).decode()


def read_signed(secret_key: str, use: str, token: str) -> UUID | None:
    """The identifier in a token made for this use; None when the signature is not ours."""
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except ValueError:
        return None
    if len(token) != TOKEN_LENGTH:
        return None
    row_id = UUID(bytes=raw[:ID_LENGTH])
    right = hmac.compare_digest(raw[ID_LENGTH:], _signature(secret_key, use, row_id))
    return row_id if right else None


def _signature(secret_key: str, use: str, row_id: UUID) -> bytes:
    return hmac.digest(secret_key.encode(), f"{use}:".encode() + row_id.bytes, sha256)
