"""Bank details: read as people type them, locked before they touch a row."""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from grants.kernel.errors import Refused
from grants.kernel.typed import joined

VERSION = b"\x01"  # of the way rows are locked; a new key or cipher is a new version
NONCE_BYTES = 12


@dataclass(frozen=True)
class BankAccount:
    """An account that checks out. `repr` tells nothing: logs print what they are given."""

    iban: str
    bic: str | None

    @property
    def last4(self) -> str:
        """What pages may show."""
        return self.iban[-4:]

    def __repr__(self) -> str:
        return f"BankAccount(…{self.last4})"


def read_account(typed: str) -> BankAccount:
    """The account that someone typed, spaces, dashes, dots and case as they come.

    Raises:
        Refused: `claim.iban_missing`, or `claim.iban_invalid`; the facts never repeat it.
    """
    compact = joined(typed).upper().removeprefix("IBAN").lstrip(":")
    if not compact:
        raise Refused("claim.iban_missing", field="iban")
    try:
        iban = IBAN(compact, validate_bban=True)
    except (SchwiftyException, ValueError) as error:
        raise Refused("claim.iban_invalid", field="iban") from error
    return BankAccount(iban=iban.compact, bic=str(iban.bic) if iban.bic else None)


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
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + nonce + self._lock.encrypt(nonce, iban.encode(), VERSION + row.bytes)

    def unlock(self, cipher: bytes, *, row: UUID) -> str:
        """The account number of that row.

        Raises:
            cryptography.exceptions.InvalidTag: altered, of another row, or under another key.
        """
        nonce, sealed = cipher[1 : 1 + NONCE_BYTES], cipher[1 + NONCE_BYTES :]
        return self._lock.decrypt(nonce, sealed, cipher[:1] + row.bytes).decode()

    def index(self, iban: str) -> bytes:
        """The same for the same account, and of no use to find which it is."""
        return hmac.new(self._index_key, iban.encode(), hashlib.sha256).digest()


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
