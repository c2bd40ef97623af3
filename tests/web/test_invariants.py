"""Everything that must hold: a fault planted behind PostgreSQL’s back is found, by its name."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from build.clock import NOW
from build.faults import DEPOSIT, FAULTS, LACKING
from grants import invariants
from grants.applications.proof import digest
from grants.files.store import FileStore
from grants.invariants import checks


@contextmanager
def behind_the_back(site):
    """A session whose triggers and foreign keys are asleep; everything is undone after it."""
    with site.database.undone(), site.database.transaction() as session:
        raw = session.connection()
        raw.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for statement in LACKING:
            assert raw.exec_driver_sql(statement).rowcount > 0, statement
        wanted = "SELECT id, submitted_at, answers FROM application WHERE submitted_at IS NOT NULL"
        for one in raw.exec_driver_sql(wanted).all():
            given = {"id": one.id, "at": one.submitted_at, "sha256": digest(one.answers)}
            raw.exec_driver_sql(DEPOSIT, given)
        yield session


def looked(site, session) -> dict[str, int]:
    """What is found, by check: how often."""
    place = checks.Place(session, FileStore(site.settings.storage), NOW)
    return {one.invariant.name: one.count for one in checks.check(place, invariants.ALL).broken}


@pytest.fixture(scope="module")
def before(site):
    """What the world, built by rows for other tests, breaks already."""
    with behind_the_back(site) as session:
        return looked(site, session)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.name)
def test_a_fault_is_found_by_its_name(site, before, fault):
    with behind_the_back(site) as session:
        raw = session.connection()
        if fault.without:
            table, name = fault.without.split(".")
            raw.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        assert raw.exec_driver_sql(fault.sql).rowcount > 0
        after = looked(site, session)
    changed = {one for one in after if after[one] != before.get(one)}
    assert changed == {fault.name, *fault.also}


def test_each_check_has_its_fault_and_says_itself_twice():
    # What no code tells yet cannot be planted: any fault of the ledger has its name above.
    assert {one.name for one in FAULTS} == set(invariants.BY_NAME) - {"ledger.whole"}
    assert len(invariants.ALL) == len(invariants.BY_NAME) >= 30
    assert all(one.fr and one.en and one.fr != one.en for one in invariants.ALL)
