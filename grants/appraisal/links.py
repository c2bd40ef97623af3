"""The link to an outside expert: signed with the installation's secret, stored nowhere."""

from __future__ import annotations

from uuid import UUID

from grants.kernel.errors import Unknown
from grants.kernel.signing import read_signed, signed

USE = "opinion"
PATH = "/avis/"


def token_of(secret_key: str, opinion_id: UUID) -> str:
    """The key to one request for an opinion, and to nothing else."""
    return signed(secret_key, USE, opinion_id)


def opinion_id_of(secret_key: str, token: str) -> UUID:
    """Which request a key opens.

    Raises:
        Unknown: the signature is not ours.
    """
    found = read_signed(secret_key, USE, token)
    if found is None:
        raise Unknown
    return found
