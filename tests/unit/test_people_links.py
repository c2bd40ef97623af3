"""Links sent by mail: only ours, only whole."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

import pytest

from grants.kernel.errors import Refused
from grants.people import links
from grants.people.models import Purpose

SECRET = "s" * 32
LINK = UUID("0197f0a0-0000-7000-8000-00000000abcd")


def test_a_token_gives_its_link_back():
    assert links.link_id_of(SECRET, links.token_for(SECRET, LINK)) == LINK


def test_a_token_has_64_characters_that_an_address_may_hold():
    token = links.token_for(SECRET, LINK)
    assert len(token) == 64
    assert token.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "forged",
    [
        links.token_for("another secret" * 3, LINK),
        links.token_for(SECRET, LINK)[:-1],
        links.token_for(SECRET, LINK)[:-4],
        links.token_for(SECRET, LINK) + "AAAA",
        "A" * 64,
        "é" * 64,
        "",
        str(LINK),
    ],
)
def test_a_forged_token_is_refused(forged):
    with pytest.raises(Refused, match=r"people\.link_unusable"):
        links.link_id_of(SECRET, forged)


def test_the_identifier_cannot_be_exchanged_under_the_signature():
    raw = urlsafe_b64decode(links.token_for(SECRET, LINK))
    mixed = urlsafe_b64encode(UUID(int=LINK.int + 1).bytes + raw[16:]).decode()
    with pytest.raises(Refused, match=r"people\.link_unusable"):
        links.link_id_of(SECRET, mixed)


def test_the_address_is_made_from_the_deployments_own():
    address = links.address_of("https://laureat.example/", SECRET, LINK, Purpose.RESET)
    token = links.token_for(SECRET, LINK)
    assert address == f"https://laureat.example/compte/mot-de-passe/{token}"
