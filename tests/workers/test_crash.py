"""Whatever is killed while people submit: nothing acknowledged is lost, and the ledger adds up."""

from __future__ import annotations

import os

import pytest

from build.checkout import Checkout
from build.crash import Crash, move_clock

KILLS = int(os.environ.get("CRASH_KILLS", "20"))
SEED = int(os.environ.get("CRASH_SEED", "1"))


@pytest.mark.slow
@pytest.mark.timeout(60 + 30 * KILLS)
def test_kills_during_submissions_lose_nothing_that_was_acknowledged(
    tmp_path, made_var, record_property
):
    checkout = Checkout(tmp_path / "var", like=made_var, RELAY_SECONDS="1")
    move_clock(checkout)
    with checkout.up() as address:
        crash = Crash(checkout, address, SEED)
        crash.prepare(drafts=60 + 12 * KILLS)
        crash.run(kills=KILLS, clients=2)
        took = crash.settle()
        report = {
            "kills": dict(crash.kills),
            "acknowledged": len(crash.told),
            "booked": len(crash.booked),
            "settled after": round(took, 1),
        }
        record_property("crash", report)
        print(report, crash.troubles.most_common(8))
        assert crash.findings() == []
        assert len(crash.told) >= 2 * KILLS
        assert set(crash.kills) == {"web", "worker", "valkey", "postgres", "flush"}
        the_harness_sees_a_loss(crash)
        crash.database.bind.dispose()


def the_harness_sees_a_loss(crash):
    """The negative control: what it would say had one mail, one booking or one dossier gone."""
    newest = crash.maildir.keys()[0]
    (crash.maildir._kept / newest).unlink()
    crash.booked.add("crash:never")
    crash.told[next(one.application_id for one in reversed(crash.drafts))] = "CRASH-9999"
    assert len(crash.findings()) >= 3
