"""The site, a worker and the beat, each alone on servers it is given; and all, as nobody."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import redis
from celery import Celery
from sqlalchemy import select

from build.checkout import LAUREAT, Checkout, site_answers, wait_until
from build.clock import NOW
from config import ROOT
from grants.kernel.access import SYSTEM
from grants.outbox.models import Delivery
from grants.outbox.services import announce
from grants.running.embedded import temporary_valkey
from grants.running.ports import LOOPBACK, free_port

NOBODY = 65534
BECOMING = (
    ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
    ("unshare", "--user", "--map-user=1000", "--map-group=1000"),
)
"""Ways for root to be somebody else: who may read nothing of root's, or who has their number."""
AGAIN = "import subprocess as s, sys; s.run([sys.executable, '-c', 'import grants'], check=True)"


@pytest.fixture
def broker_url(tmp_path) -> Iterator[str]:
    with temporary_valkey(tmp_path / "broker") as url:
        yield url


@pytest.fixture
def checkout(tmp_path, fresh_url, broker_url):
    checkout = Checkout(tmp_path / "var", DATABASE_URL=fresh_url, BROKER_URL=broker_url)
    checkout.env |= {"LAUREAT_EMBEDDED": "1", "RELAY_SECONDS": "0.5"}
    yield checkout
    assert checkout.processes() == []


@contextmanager
def alone(checkout: Checkout, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """One command, for as long as the block lasts; then it is asked to end, and ends well."""
    with checkout.log.open("wb") as log:
        process = subprocess.Popen(
            [*LAUREAT, *words], cwd=ROOT, env=checkout.env, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        yield process
        assert process.poll() is None, checkout.said()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, checkout.said()
    finally:
        if process.poll() is None:
            process.kill()


def test_the_site_serves_alone_and_ends_when_asked(checkout):
    address = f"{LOOPBACK}:{free_port()}"
    with alone(checkout, "serve", "--bind", address):
        wait_until(lambda: site_answers(f"http://{address}"), telling=checkout.said)
        assert "<h1" in httpx.get(f"http://{address}/appels", timeout=60).text
    assert not site_answers(f"http://{address}")


def test_the_beat_wakes_workers_alone_and_ends_when_asked(checkout, broker_url):
    with redis.Redis.from_url(broker_url) as broker, alone(checkout, "beat"):
        wait_until(lambda: broker.llen("celery"), telling=checkout.said)
        # One that takes and forgets what it finds, as a worker would.
        assert b"outbox.relay" in broker.lpop("celery")


def test_a_worker_does_its_work_alone_and_ends_when_asked(checkout, fresh_database, broker_url):
    with fresh_database.transaction() as session:
        announce(session, "test.happened", by=SYSTEM, at=NOW)

    def told() -> bool:
        """Whether the message left; nobody listens to it, and the second tick settles it."""
        Celery(broker=broker_url).send_task("outbox.relay")
        with fresh_database.reading() as session:
            return session.scalars(select(Delivery.settled_at)).one() is not None

    with alone(checkout, "worker", "--processes", "1"):
        wait_until(told, telling=checkout.said)


@pytest.fixture
def ordinary() -> Iterator[tuple[Checkout, Sequence[str]]]:
    """A checkout of somebody who is not root, and the words that start a command as them."""
    if os.geteuid() != 0:
        pytest.skip("every other test runs as an ordinary user")
    ours = (sys.executable, "-c", AGAIN)  # what is started there must start others
    works = (words for words in BECOMING if works_with(*words, *ours))
    words = next(works, None)
    if words is None:
        pytest.skip("root can become nobody else here, or nobody else may read this checkout")
    folder = Path(tempfile.mkdtemp(prefix="laureat-ordinary-"))
    if words is BECOMING[0]:
        os.chown(folder, NOBODY, NOBODY)
    yield Checkout(folder / "var", HOME=str(folder)), words
    shutil.rmtree(folder)


def works_with(*command: str) -> bool:
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0


def test_an_ordinary_user_needs_no_more_than_a_folder(ordinary):
    checkout, words = ordinary
    with checkout.up(before=words) as address:
        wait_until(lambda: site_answers(address), telling=checkout.said)
        # Celery says so when root runs it.
        assert "superuser" not in checkout.words("worker")
        assert checkout.stop(signal.SIGTERM) == 0
    assert checkout.processes() == []
