"""Account numbers: read as people type them, and unreadable wherever they are kept.

What claims keep in columns and applications among their answers is locked here, with the same
keys: equal accounts have equal indexes, whoever gave them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Any, TypeGuard
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from grants.kernel.typed import joined

VERSION = b"\x01"  # of the way rows are locked; a new key or cipher is a new version
NONCE_BYTES = 12
IBAN_MAX = 40
SEALED, INDEX, LAST4 = "sealed", "index", "last4"


def compact(typed: str) -> str:
    """What was typed without spaces, dashes, dots and a leading « IBAN »."""
    return joined(typed).upper().removeprefix("IBAN").lstrip(":")


def iban_of(typed: str) -> IBAN | None:
    """The account that someone typed; None when it does not check out."""
    text = compact(typed)
    if len(text) > IBAN_MAX or not text.isascii():
        return None
    try:
        return IBAN(text, validate_bban=True)
    except (SchwiftyException, ValueError):
        return None


def printed(iban: str) -> str:
    """In groups of four, as on paper."""
    return " ".join(iban[i : i + 4] for i in range(0, len(iban), 4))


class Vault:
    """Locks account numbers with keys derived from one secret, each row on its own.

    The cipher is bound to the row: copied to another row, it does not open.
    """

    def __init__(self, secret: bytes) -> None:
        self._lock = AESGCM(_derived(secret, b"laureat bank details: cipher"))
        self._index_key = _derived(secret, b"laureat bank details: index")

    def __repr__(self) -> str:
        return "Vault(…)"

    def lock(self, iban: str, *, row: UUID) -> bytes:
        """The account number, unreadable: version, nonce, then AES-256-GCM."""
        return self.lock_bytes(iban.encode(), row=row)

    def lock_bytes(self, content: bytes, *, row: UUID) -> bytes:
        """A file that holds account numbers, unreadable in the same way."""
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + nonce + self._lock.encrypt(nonce, content, VERSION + row.bytes)

    def unlock(self, cipher: bytes, *, row: UUID) -> str:
        """The account number of that row.

        Raises:
            cryptography.exceptions.InvalidTag: altered, of another row, or under another key.
        """
        return self.unlock_bytes(cipher, row=row).decode()

    def unlock_bytes(self, cipher: bytes, *, row: UUID) -> bytes:
        """The content of that row. Raises as `unlock`."""
        nonce, sealed = cipher[1 : 1 + NONCE_BYTES], cipher[1 + NONCE_BYTES :]
        return self._lock.decrypt(nonce, sealed, cipher[:1] + row.bytes)

    def index(self, iban: str) -> bytes:
        """The same for the same account, and of no use to find which it is."""
        return hmac.new(self._index_key, iban.encode(), hashlib.sha256).digest()

    def seal(self, typed: str, *, row: UUID) -> dict[str, str]:
        """What JSON keeps of an account: its cipher, its index, its last characters to show.

        What does not check out is sealed as it was typed, without last characters: it is
        somebody's account but for a digit.
        """
        iban = iban_of(typed)
        text = typed if iban is None else str(iban.compact)
        kept = {
            SEALED: base64.b64encode(self.lock(text, row=row)).decode(),
            INDEX: self.index(text).hex(),
        }
        return kept if iban is None else {**kept, LAST4: text[-4:]}

    def open(self, kept: Mapping[str, Any], *, row: UUID) -> str:
        """What `seal` kept for that row. Raises as `unlock`."""
        return self.unlock(base64.b64decode(kept[SEALED]), row=row)


def is_sealed(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a value among answers is an account that `Vault.seal` kept."""
    return isinstance(value, Mapping) and SEALED in value


def last4(value: object) -> str:
    """What pages may show of an account, sealed or not; "" of one that does not check out."""
    return str(value.get(LAST4, "")) if isinstance(value, Mapping) else str(value)[-4:]


def same(one: object, other: object) -> bool:
    """Whether two answers say the same: a cipher never does, its index tells."""
    if is_sealed(one) and is_sealed(other):
        return bool(one[INDEX] == other[INDEX])
    return one == other


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
