"""The address that a voter's mail carries: an identifier, signed for this one use."""

from __future__ import annotations

from uuid import UUID

from grants.kernel.errors import Refused
from grants.kernel.signing import read_signed, signed

USE = "poll vote"
PATH = "/votes/{slug}/confirmation/{token}"
"""Where it leads; a test holds the page to this address."""


def path(secret_key: str, slug: str, link_id: UUID) -> str:
    """The path of a link."""
    return PATH.format(slug=slug, token=token_of(secret_key, link_id))


def token_of(secret_key: str, link_id: UUID) -> str:
    """The token of a link."""
    return signed(secret_key, USE, link_id)


def link_id_of(secret_key: str, token: str) -> UUID:
    """The link that a token names.

    Raises:
        Refused: `poll.link_unusable`: the signature is not ours, or was made for another use.
    """
    link_id = read_signed(secret_key, USE, token)
    if link_id is None:
        raise Refused("poll.link_unusable")
    return link_id
