"""Links sent by mail: an identifier signed with the installation's secret.

The outbox and the database know the identifier only. Whoever writes the mail rebuilds the
address from it (`address_of`); whoever receives a click checks the signature (`link_id_of`),
and the services check that the link is unused and still good.
"""

from __future__ import annotations

from uuid import UUID

from grants.kernel.errors import Refused
from grants.kernel.signing import read_signed, signed
from grants.people.models import Purpose

USE = "one-time link"

PATHS = {
    Purpose.CONFIRM: "/compte/confirmation/",
    Purpose.SIGN_IN: "/compte/lien/",
    Purpose.RESET: "/compte/mot-de-passe/",
    Purpose.INVITATION: "/compte/invitation/",
}
"""Where each kind of link leads; a test holds the pages to these addresses."""


def token_for(secret_key: str, link_id: UUID) -> str:
    """The token of a link: its identifier and a signature of 256 bits, in 64 characters."""
    return signed(secret_key, USE, link_id)


def link_id_of(secret_key: str, token: str) -> UUID:
    """The identifier in a token.

    Raises:
        Refused: `people.link_unusable`, when the signature is not ours.
    """
    link_id = read_signed(secret_key, USE, token)
    if link_id is None:
        raise Refused("people.link_unusable")
    return link_id


def address_of(base_url: str, secret_key: str, link_id: UUID, purpose: Purpose) -> str:
    """The whole address to write in a mail."""
    return f"{base_url.rstrip('/')}{PATHS[purpose]}{token_for(secret_key, link_id)}"
