"""The command line: what it answers, and its exit codes."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from build.clock import NOW
from build.ledger import a_book, an_envelope
from build.people import a_funder
from grants.cli import main
from grants.kernel.access import SYSTEM
from grants.outbox.models import Message
from grants.outbox.sealing import seal
from grants.outbox.services import announce
from grants.people.models import FunderMember, Person


@pytest.fixture
def laureat(fresh_url, tmp_path):
    env = {
        "DATABASE_URL": fresh_url,
        "LAUREAT_EMBEDDED": "1",
        "LAUREAT_VAR": str(tmp_path / "var"),
    }
    return lambda *words, **more: CliRunner().invoke(main, words, env=env, **more)


def test_the_report_of_a_year_is_integers_in_json(laureat, fresh_database):
    with fresh_database.transaction() as session:
        funder = a_funder(session, key="valbrune")
        an_envelope(session, a_book(session, funder, 2018), label="Soutien", voted=6_000_000)
    done = laureat("ledger", "report", "--funder", "valbrune", "--year", "2018", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        "funder": "valbrune",
        "year": 2018,
        "envelopes": [
            {
                "label": "Soutien",
                "unit": "EUR",
                "section": "operating",
                "voted": 6_000_000,
                "available": 6_000_000,
                "reserved": 0,
                "committed": 0,
                "ordered": 0,
                "paid": 0,
            }
        ],
    }
    shown = laureat("ledger", "report", "--funder", "valbrune", "--year", "2018").stdout
    assert "60\N{NARROW NO-BREAK SPACE}000,00" in shown


def test_a_journal_is_written_for_each_format(laureat, fresh_database):
    with fresh_database.transaction() as session:
        funder = a_funder(session, key="valbrune")
        an_envelope(session, a_book(session, funder, 2018), voted=100)
    of = ("ledger", "export", "--funder", "valbrune", "--year", "2018", "--format")
    assert "commodity" in laureat(*of, "hledger").stdout
    assert "commodity" in laureat(*of, "beancount").stdout


@pytest.mark.parametrize(
    "words",
    [
        ("ledger", "report", "--funder", "nobody", "--year", "2018"),
        ("ledger", "export", "--funder", "nobody", "--year", "2018", "--format", "hledger"),
        ("ledger", "report", "--year", "2018"),
        ("user", "add", "nobody"),
        ("user", "add", "a@x.example", "--role", "officer"),
        ("user", "add", "a@x.example", "--role", "officer", "--funder", "nobody"),
        ("db", "reset", "--yes"),
        ("wrong",),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_two(laureat, words):
    assert laureat(*words).exit_code == 2


def test_a_whole_ledger_and_a_whole_history_are_zero(laureat):
    assert (laureat("ledger", "verify").exit_code, laureat("audit", "verify").exit_code) == (0, 0)


def test_an_altered_history_is_one_and_says_where(laureat, fresh_database):
    with fresh_database.transaction() as session:
        announce(session, "test.happened", by=SYSTEM, at=NOW)
        tamper(session, "UPDATE outbox_message SET created_at = created_at - interval '1 min'")
        assert seal(session, now=NOW) == 1
    with fresh_database.transaction() as session:
        tamper(session, "UPDATE outbox_message SET kind = 'test.did_not_happen'")
        changed = session.scalar(select(Message.id))
    done = laureat("audit", "verify")
    assert (done.exit_code, f"message {changed} was altered" in done.stderr) == (1, True)


def test_a_person_is_added_with_roles_and_adding_again_changes_what_is_said(
    laureat, fresh_database
):
    with fresh_database.transaction() as session:
        a_funder(session, key="valbrune")
    who = ("user", "add", "Camille@X.example", "--name")
    assert laureat(*who, "Camille", "--operator").exit_code == 0
    roles = ("--funder", "valbrune", "--role", "officer", "--role", "finance")
    for _ in range(2):
        assert laureat(*who, "Camille Besson", *roles).exit_code == 0
    with fresh_database.reading() as session:
        (person,) = session.scalars(select(Person).where(Person.email == "camille@x.example"))
        held = session.scalars(select(FunderMember.role).order_by(FunderMember.role)).all()
    assert (person.name, person.is_operator, bool(person.confirmed_at)) == (
        "Camille Besson",
        False,
        True,
    )
    assert [str(role) for role in held] == ["finance", "officer"]


def test_tables_and_models_agree_and_a_database_behind_is_told(laureat):
    assert laureat("db", "check").exit_code == 0
    assert laureat("db", "downgrade", "-1").exit_code == 0
    assert laureat("db", "check").exit_code == 1
    behind = laureat("ledger", "verify")
    assert (behind.exit_code, "run `laureat db upgrade`" in behind.stderr) == (1, True)
    assert laureat("db", "upgrade").exit_code == 0
    assert laureat("db", "check").exit_code == 0


def tamper(session, statement):
    """What only the owner of the tables can do."""
    session.execute(text("ALTER TABLE outbox_message DISABLE TRIGGER USER"))
    session.execute(text(statement))
    session.execute(text("ALTER TABLE outbox_message ENABLE TRIGGER USER"))
