"""Small pieces of running: ports that are remembered, processes that are recognised, mails kept."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from build.checkout import wait_until
from config import ROOT
from grants.running.ports import Ports, free_port, is_free
from grants.running.processes import is_running, spawn, write_private
from grants.running.supervisor import BACK_OFF_SECONDS, Child, ChildFailed, Supervisor
from grants.running.unprivileged import Disguise
from grants.web.maildir import Maildir


def test_a_port_is_picked_once_and_remembered(tmp_path):
    ports = Ports(tmp_path)
    assert ports.kept("web") is None
    picked = ports.pick("web", first=free_port())
    assert (ports.pick("web"), Ports(tmp_path).kept("web")) == (picked, picked)


def test_a_port_that_somebody_took_is_picked_anew(tmp_path):
    ports = Ports(tmp_path)
    picked = ports.pick("web")
    with socket.create_server(("127.0.0.1", picked)):
        assert not is_free(picked)
        assert ports.pick("web", first=picked) > picked


def test_a_port_is_held_from_the_choice_on_not_from_the_server_s_start(tmp_path):
    """Two checkouts that start together, or one while the other's site is down, never share it."""
    here, there = Ports(tmp_path / "here"), Ports(tmp_path / "there")
    first = free_port()
    with here.listen("web", first=first) as door:
        mine = door.getsockname()[1]
        assert here.kept("web") == mine
        with there.listen("web", first=first) as other:
            assert other.getsockname()[1] != mine
    with here.listen("web", first=first) as again:
        assert again.getsockname()[1] == mine


def test_a_site_that_starts_again_keeps_its_visitors_waiting(tmp_path):
    """Its socket outlives it: who comes meanwhile is answered by it, and by nobody else."""
    answer = (
        "import socket, sys; door = socket.socket(fileno=int(sys.argv[1]))\n"
        "client, _ = door.accept(); client.sendall(b'me'); client.close()"
    )
    with Ports(tmp_path).listen("web", first=free_port()) as door:
        fd = door.fileno()
        child = Child("web", [sys.executable, "-c", answer, str(fd)], tmp_path / "log", keeps=(fd,))
        for _ in range(2):
            with socket.create_connection(door.getsockname(), timeout=20) as visitor:
                child.start()
                assert visitor.recv(2) == b"me"
            wait_until(lambda: child.died() == "exit code 0")


def test_a_free_port_is_none_that_an_outgoing_connection_may_take():
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert all(1024 < free_port() < lowest for _ in range(50))


def test_a_port_given_away_is_given_to_no_other_process_while_its_server_starts():
    port = free_port()
    asked = f"from grants.running import ports; print(ports._given_first({port}))"
    answer = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert (is_free(port), answer.stdout) == (True, "False\n")


def test_two_servers_of_a_checkout_never_share_a_port(tmp_path):
    ports = Ports(tmp_path)
    first = free_port()
    assert ports.pick("web", first=first) != ports.pick("smtp", first=first)


def test_a_process_is_recognised_by_its_command_line_not_by_its_number():
    assert is_running(os.getpid(), mark="python")
    assert not is_running(os.getpid(), mark="/var/postgres")
    assert not is_running(None, mark="python")


def test_a_spawned_process_dies_with_us(tmp_path):
    """A parent that is killed takes along what it spawned."""
    nap = f"import time; time.sleep(60)  # {tmp_path}"
    parent = (
        "import sys, time; from grants.running.processes import spawn\n"
        f"child = spawn([sys.executable, '-c', {nap!r}])\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as process:
        pid = int(process.stdout.readline())
        wait_until(lambda: is_running(pid, mark=str(tmp_path)))
        process.kill()
    wait_until(lambda: not is_running(pid, mark=str(tmp_path)), seconds=10)


def test_what_is_private_is_readable_by_its_owner_alone(tmp_path):
    write_private(tmp_path / "word", "one")
    write_private(tmp_path / "word", "two")
    assert (tmp_path / "word").read_text() == "two"
    assert (tmp_path / "word").stat().st_mode & 0o777 == 0o600


def test_data_lie_in_place_unless_another_account_cannot_reach_them(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    as_ourselves, as_another = Disguise(), Disguise(("setpriv",), owner=object())
    assert as_ourselves.place(closed / "postgres") == closed / "postgres"
    assert as_another.place(closed / "postgres").is_relative_to("/var/lib/laureat")


def test_a_child_that_keeps_dying_waits_longer_each_time(tmp_path):
    child = Child("child", ["true"], tmp_path / "log")
    child.started = time.monotonic()
    waits = [child.back_off() for _ in range(8)]
    assert waits == [*BACK_OFF_SECONDS, BACK_OFF_SECONDS[-1], BACK_OFF_SECONDS[-1]]
    child.started = time.monotonic() - 60
    assert child.back_off() == BACK_OFF_SECONDS[0]


def test_a_child_that_dies_at_once_is_told_with_its_log(tmp_path):
    supervisor = Supervisor(lambda _who, _what: None)
    child = Child("child", ["false"], tmp_path / "child.log", serves=lambda: False)
    with pytest.raises(ChildFailed, match=r"child does not start \(exit code 1\): see .*child.log"):
        supervisor.start(child)


def test_a_child_that_will_not_stop_is_killed(tmp_path):
    told = []
    supervisor = Supervisor(lambda who, what: told.append((who, what)))
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('deaf', flush=True); time.sleep(60)"
    )
    log = tmp_path / "log"
    supervisor.start(
        Child(
            "deaf",
            [sys.executable, "-c", deaf],
            log,
            stop_seconds=0.3,
            serves=lambda: "deaf" in log.read_text(),
        )
    )
    supervisor.stop()
    assert told[-1] == ("deaf", "killed, it would not stop")


def test_what_a_dead_child_left_in_its_group_is_ended(tmp_path):
    """A worker's own children do not outlive it."""
    nap = f"import time; time.sleep(60)  # {tmp_path}"
    parent = (
        f"import os, subprocess, sys; nap = subprocess.Popen([sys.executable, '-c', {nap!r}])\n"
        "print(nap.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    child = Child("parent", [sys.executable, "-c", parent], tmp_path / "log")
    child.start()
    wait_until(lambda: (why := child.died()) and why == "signal SIGKILL")
    pid = int((tmp_path / "log").read_text())
    wait_until(lambda: not is_running(pid, mark=str(tmp_path)), seconds=10)


def test_mails_are_kept_newest_first_and_only_by_their_own_name(tmp_path):
    maildir = Maildir(tmp_path)
    assert maildir.keys() == []
    first, second = (
        maildir.deposit("a@x.example", ["Éva@x.example"], f"Subject: {n}\r\n\r\nBonjour".encode())
        for n in (1, 2)
    )
    assert maildir.keys() == [second, first]
    letter = maildir.letter(first)
    assert (letter.subject, letter.to, letter.text, letter.sent_at) == (
        "1",
        "Éva@x.example",
        "Bonjour",
        None,
    )
    assert maildir.letter("../secret_key") is None
    assert maildir.letter(f"../new/{first}") is None


def test_a_spawned_process_is_out_of_reach_of_ctrl_c(tmp_path):
    process = spawn([sys.executable, "-c", "import time; time.sleep(60)"], log=tmp_path / "log")
    try:
        assert os.getpgid(process.pid) == process.pid != os.getpgid(0)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
