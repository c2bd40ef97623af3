"""Links sent by mail: an identifier signed with the installation's secret.

The outbox and the database know the identifier only. Whoever writes the mail rebuilds the
address from it (`address_of`); whoever receives a click checks the signature (`link_id_of`),
and the services check that the link is unused and still good.
"""

from __future__ import annotations

import base64
import hmac
from hashlib import sha256
from uuid import UUID

from grants.kernel.errors import Refused
from grants.people.models import Purpose

ID_LENGTH = 16
TOKEN_LENGTH = 64

PATHS = {
    Purpose.CONFIRM: "/compte/confirmation/",
    Purpose.SIGN_IN: "/compte/lien/",
    Purpose.RESET: "/compte/mot-de-passe/",
    Purpose.INVITATION: "/compte/invitation/",
}
"""Where each kind of link leads; a test holds the pages to these addresses."""


def token_for(secret_key: str, link_id: UUID) -> str:
    """The token of a link: its identifier and a signature of 256 bits, in 64 characters."""
    return base64.urlsafe_b64encode(link_id.bytes + _signature(secret_key, link_id)).decode()


def link_id_of(secret_key: str, token: str) -> UUID:
    """The identifier in a token.

    Raises:
        Refused: `people.link_unusable`, when the signature is not ours.
    """
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except ValueError:
        raise Refused("people.link_unusable") from None
    if len(token) != TOKEN_LENGTH:
        raise Refused("people.link_unusable")
    link_id = UUID(bytes=raw[:ID_LENGTH])
    if not hmac.compare_digest(raw[ID_LENGTH:], _signature(secret_key, link_id)):
        raise Refused("people.link_unusable")
    return link_id


def address_of(base_url: str, secret_key: str, link_id: UUID, purpose: Purpose) -> str:
    """The whole address to write in a mail."""
    return f"{base_url.rstrip('/')}{PATHS[purpose]}{token_for(secret_key, link_id)}"


def _signature(secret_key: str, link_id: UUID) -> bytes:
    return hmac.digest(secret_key.encode(), b"one-time link:" + link_id.bytes, sha256)
