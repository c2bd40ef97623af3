"""The pages that send mails say so when too many are asked from one place."""

from __future__ import annotations

import pytest

from build.clock import NOW
from grants.people import limits

PAGES = {
    "/compte/creer": {"name": "Ana Roux"},
    "/compte/mot-de-passe-oublie": {},
    "/compte/entrer": {"way": "link"},
}


@pytest.mark.parametrize("page", PAGES)
def test_the_forty_first_mail_of_an_hour_is_refused_with_its_page(session, client, page):
    for number in range(limits.MAIL.per_network):
        limits.may_write_to(session, f"p{number}@example.org", address="127.0.0.1", now=NOW)
    session.flush()
    sent = PAGES[page] | {"email": "ana@example.org"}
    answer = client.post(page, data=sent)
    assert answer.status_code == 429
    assert "depuis votre réseau. Patientez 60 minutes." in answer.text
    elsewhere = client.post(page, data=sent, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 303
