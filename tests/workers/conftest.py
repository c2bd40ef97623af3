"""A database with a place to write down what was heard, and workers over it."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from build.clock import NOW
from build.farm import a_farm
from grants.kernel.access import SYSTEM
from grants.outbox.services import announce


@pytest.fixture
def ledger_of_heard(fresh_database):
    with fresh_database.transaction() as session:
        session.execute(text("CREATE TABLE heard (message_id uuid, handler text)"))
    return fresh_database


@pytest.fixture
def farm(ledger_of_heard, fresh_url, tmp_path):
    with a_farm(fresh_url, tmp_path) as farm:
        yield farm


@pytest.fixture
def tell(ledger_of_heard):
    """Announce a kind some times; give the messages' ids."""

    def tell(kind="test.happened", times=1):
        with ledger_of_heard.transaction() as session:
            return {announce(session, kind, by=SYSTEM, at=NOW) for _ in range(times)}

    return tell


@pytest.fixture
def heard(ledger_of_heard):
    """The ids that listeners wrote down, once for every time they did."""

    def heard():
        with ledger_of_heard.reading() as session:
            return sorted(session.scalars(text("SELECT message_id FROM heard")))

    return heard
