"""Who a voter is: one mailbox, however its address is written; kept as a keyed hash alone."""

from __future__ import annotations

import hmac
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from uuid import UUID

DOTLESS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}
"""Providers where dots in the name lead to the same mailbox, by the name they are kept under."""

# A short list of our own: the public ones hold some tens of thousands of names, most of them
# dead, and refuse people whose provider was once abused. These are the services that lend a
# mailbox to anyone without asking, and that people know by name. Officers see the share of votes
# that came from them in any case, and no list is ever whole: see the report of anomalies.
_LENT = """
10minutemail.com 10minutemail.net 20minutemail.com 33mail.com anonbox.net burnermail.io
discard.email dispostable.com dropmail.me emailondeck.com emailtemporaire.fr fakeinbox.com
fakemail.net getairmail.com getnada.com grr.la guerrillamail.biz guerrillamail.com
guerrillamail.de guerrillamail.net guerrillamail.org guerrillamailblock.com harakirimail.com
inboxkitten.com jetable.com jetable.net jetable.org mail-temporaire.com mail-temporaire.fr
mail-temp.com mail.tm mailcatch.com maildrop.cc mailinator.com mailinator.net mailnesia.com
mailnull.com mailpoof.com minutemail.com mintemail.com moakt.com mohmal.com mytemp.email
nada.email sharklasers.com spam4.me spambox.us spamgourmet.com temp-mail.io temp-mail.org
tempail.com tempinbox.com tempmail.dev tempmail.net tempmailo.com tempr.email throwaway.email
throwawaymail.com tmpmail.net tmpmail.org trash-mail.com trashmail.com trashmail.de
trashmail.fr wegwerfmail.de yopmail.com yopmail.fr yopmail.net
"""
DISPOSABLE = frozenset(_LENT.split())
IPV4_COARSE, IPV6_COARSE = 24, 48
"""A whole street of addresses, rather than one home."""


def mailbox(email: str) -> str:
    """The mailbox behind an address: no capitals, no "+tag", no dots where they say nothing."""
    name, _, domain = email.strip().lower().rpartition("@")
    name = name.split("+", 1)[0] or name
    if domain in DOTLESS:
        name, domain = name.replace(".", ""), DOTLESS[domain]
    return f"{name}@{domain}"


def is_disposable(email: str) -> bool:
    """Whether the mailbox is one that anybody may have for ten minutes, subdomains included."""
    labels = email.strip().lower().rpartition("@")[2].split(".")
    return any(".".join(labels[at:]) in DISPOSABLE for at in range(len(labels) - 1))


def voter_of(secret_key: str, poll_id: UUID, email: str) -> str:
    """What is kept of a voter's address; two polls keep two things of the same one."""
    return _keyed(secret_key, "voter", poll_id, mailbox(email))


def code_of(secret_key: str, poll_id: UUID, code: str) -> str:
    """What is kept of a printed code."""
    return _keyed(secret_key, "hall code", poll_id, code)


def network_of(secret_key: str, poll_id: UUID, address: str) -> str:
    """What is kept of a network address: a coarse prefix, hashed; "" when it is none."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    length = IPV6_COARSE if isinstance(found, IPv6Address) else IPV4_COARSE
    prefix = ip_network((found, length), strict=False)
    return _keyed(secret_key, "network", poll_id, str(prefix))


def receipt_of(code: str) -> str:
    """What is kept, and published, of a receipt's code of eighty bits: its SHA-256."""
    return sha256(code.encode()).hexdigest()


def _keyed(secret_key: str, use: str, poll_id: UUID, value: str) -> str:
    key = hmac.digest(secret_key.encode(), f"poll {use}".encode(), sha256)
    return hmac.digest(key, poll_id.bytes + value.encode(), sha256).hex()
