"""The addresses that mails about alerts carry: an identifier, signed for one use each."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from grants.kernel.errors import Refused
from grants.kernel.signing import read_signed, signed


class Use(StrEnum):
    """What a link does."""

    CONFIRM = "confirm"
    STOP = "stop"


PATHS = {Use.CONFIRM: "/alertes/confirmation/", Use.STOP: "/alertes/arret/"}
"""Where each leads; a test holds the pages to these addresses."""


def path(secret_key: str, use: Use, alert_id: UUID) -> str:
    """The path of a link."""
    return PATHS[use] + signed(secret_key, f"call alert {use}", alert_id)


def alert_id_of(secret_key: str, use: Use, token: str) -> UUID:
    """The alert that a token names.

    Raises:
        Refused: `alert.link_unusable`: the signature is not ours, or was made for another use.
    """
    alert_id = read_signed(secret_key, f"call alert {use}", token)
    if alert_id is None:
        raise Refused("alert.link_unusable")
    return alert_id
