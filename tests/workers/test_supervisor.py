"""`laureat up`: what dies comes back, what is asked to stop stops, and nothing is left behind."""

from __future__ import annotations

import os
import signal

import psycopg
import pytest

from build.checkout import Checkout, site_answers, wait_until
from grants.running.ports import Ports

CHILDREN = ("postgres", "valkey", "mailbox", "web", "worker", "beat")


@pytest.fixture
def checkout(tmp_path, made_var):
    checkout = Checkout(tmp_path / "var", like=made_var)
    yield checkout
    assert checkout.processes() == []


@pytest.mark.slow
def test_whatever_is_killed_comes_back(checkout):
    with checkout.up() as address:
        for name in CHILDREN:
            checkout.kill(name)
        wait_until(lambda: site_answers(address))
        assert checkout.stop(signal.SIGTERM) == 0


@pytest.mark.slow
def test_a_killed_supervisor_leaves_no_orphan_and_a_restart_keeps_the_data(checkout):
    with checkout.up():
        with psycopg.connect(checkout.database_url()) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        os.kill(checkout.process.pid, signal.SIGKILL)
        checkout.process.wait()
        wait_until(lambda: checkout.processes() == [], seconds=40)
    before = Ports(checkout.var / "run").kept("postgres")
    with checkout.up() as address:
        wait_until(lambda: site_answers(address))
        with psycopg.connect(checkout.database_url()) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    assert Ports(checkout.var / "run").kept("postgres") == before


@pytest.mark.slow
def test_two_checkouts_run_side_by_side_and_one_is_up_once(checkout, tmp_path, made_var):
    other = Checkout(tmp_path / "other", like=made_var)
    with checkout.up() as here, other.up() as there:
        assert here != there
        wait_until(lambda: site_answers(here))
        wait_until(lambda: site_answers(there))
        again = checkout.run("up")
        assert (again.returncode, here in again.stderr) == (1, True)
    assert other.processes() == []


def test_a_command_starts_the_database_and_leaves_it_as_it_found_it(tmp_path):
    checkout = Checkout(tmp_path / "var")
    done = checkout.run("db", "upgrade")
    assert (done.returncode, done.stdout[:12]) == (0, "at revision ")
    assert checkout.processes() == []


@pytest.mark.slow
def test_beside_a_running_checkout_commands_work_but_no_reset_and_ctrl_c_ends_it(checkout):
    """One start for all of these: no command stops it, Ctrl-C does, servers last."""
    with checkout.up() as address:
        with psycopg.connect(checkout.database_url()) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        refused = checkout.run("db", "reset", "--yes")
        assert (refused.returncode, "stop it first" in refused.stderr) == (1, True)
        assert checkout.run("db", "upgrade").returncode == 0
        wait_until(lambda: site_answers(address))
        with psycopg.connect(checkout.database_url()) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        assert checkout.stop(signal.SIGINT) == 0
    stopped = [who for who, what in checkout.events() if what == "stopped"]
    assert stopped == ["web", "worker", "beat", "mailbox", "valkey", "postgres"]
    assert checkout.run("db", "reset", "--yes").returncode == 0
    assert not (checkout.var / "postgres").exists()
    assert checkout.run("db", "upgrade").stdout.startswith("at revision ")


def test_a_database_left_by_a_killed_command_is_used_then_stopped(checkout):
    left_behind(checkout)
    assert checkout.run("audit", "verify").stdout == "history is whole\n"
    assert checkout.processes() == []


def test_a_stale_pid_that_is_somebody_elses_does_not_stop_the_start(checkout):
    assert checkout.run("db", "upgrade").returncode == 0
    stale = f"{os.getpid()}\n{checkout.var / 'postgres'}\n0\n1\n\n127.0.0.1\n0 0\nready\n"
    (checkout.var / "postgres" / "postmaster.pid").write_text(stale)
    assert checkout.run("audit", "verify").returncode == 0


def left_behind(checkout: Checkout) -> None:
    """Start the database as a command would, then lose that command."""
    import subprocess
    import sys

    lose = (
        "import os; from config import Settings; from grants.running import migrations\n"
        "from grants.running.services import ready\n"
        "with ready(Settings.from_env(os.environ)) as live:\n"
        "    migrations.upgrade(live.database_url); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", lose], env=checkout.env, check=False)
    assert checkout.processes() != []
