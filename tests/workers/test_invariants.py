"""What must hold, looked at from the command line, and once a night."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from build.clock import NOW, TestClock
from build.ledger import a_book, an_envelope
from build.people import a_funder
from grants.cli import main
from grants.invariants import ALL
from grants.invariants.services import BROKEN, CHECKED
from grants.outbox.models import Message
from workers.tasks import invariants

NIGHT = NOW.replace(hour=1)  # 3 o’clock in Paris
SENTENCE = "Dans chaque enveloppe, la somme des étapes est ce qui a été voté."


@pytest.fixture
def laureat(fresh_url, tmp_path):
    env = {
        "DATABASE_URL": fresh_url,
        "LAUREAT_EMBEDDED": "1",
        "LAUREAT_VAR": str(tmp_path / "var"),
    }
    return lambda *words: CliRunner().invoke(main, ["invariants", *words], env=env)


@pytest.fixture
def by_night(monkeypatch, fresh_database, file_store):
    """The task on the test’s database, at an instant to choose; whether it looked."""

    def check(instant):
        monkeypatch.setattr(invariants, "now", TestClock(instant).now)
        return invariants.check()

    monkeypatch.setattr(invariants, "database", lambda: fresh_database)
    monkeypatch.setattr(invariants, "store", lambda: file_store)
    return check


def break_a_sum(database):
    """A hand behind the triggers’ back: an envelope no longer adds up."""
    with database.transaction() as session:
        an_envelope(session, a_book(session, a_funder(session, key="valbrune")), voted=1000)
    with database.transaction() as session:
        for statement in (
            "SET LOCAL session_replication_role = replica",
            "UPDATE ledger_account SET balance = 1001 WHERE stage = 'available'",
            "UPDATE outbox_delivery SET sent_at = due_at, settled_at = due_at",
        ):
            session.execute(text(statement))


def messages(database, kind):
    with database.reading() as session:
        wanted = select(Message.payload).where(Message.kind == kind).order_by(Message.serial)
        return list(session.scalars(wanted))


def test_the_command_tells_what_is_broken_in_a_sentence_and_exits_one(laureat, fresh_database):
    done = laureat()
    assert (done.exit_code, done.stdout) == (0, f"{len(ALL)} checks hold\n")
    break_a_sum(fresh_database)
    done = laureat("--no-files")
    assert done.exit_code == 1
    assert f"ledger.stages_sum (1): {SENTENCE}" in done.stderr
    assert "valbrune 2018" in done.stderr
    assert "In each envelope" in laureat("--english", "ledger.stages_sum").stderr
    assert laureat("people.secrets_are_hashes").stdout == "1 checks hold\n"
    assert laureat("nothing").exit_code == 2
    assert SENTENCE in laureat("--list", "ledger.stages_sum").stdout


def test_one_looks_once_a_night_and_writes_down_what_was_found(by_night, fresh_database):
    assert by_night(NOW) is False
    assert by_night(NIGHT) is True
    assert by_night(NIGHT + timedelta(hours=1)) is False
    assert messages(fresh_database, CHECKED) == [{"checked": len(ALL), "broken": 0}]
    break_a_sum(fresh_database)
    assert by_night(NIGHT + timedelta(days=1)) is True
    assert messages(fresh_database, CHECKED)[1]["broken"] == 2
    assert messages(fresh_database, BROKEN) == [
        {"found": {"ledger.balances": 1, "ledger.stages_sum": 1}}
    ]
