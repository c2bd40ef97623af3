"""The servers of a fresh checkout: started when needed, left as they were found."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grants.running.ports import free_port
from grants.running.postgres import Cluster
from grants.running.processes import spawn
from grants.running.valkey import Broker

TEMPORARY_CONNECTIONS = 200


@contextmanager
def temporary_postgres(directory: Path, *, durable: bool = False) -> Iterator[str]:
    """A PostgreSQL server below `directory` for as long as the block lasts; yields its address.

    Without `durable` it does not wait for the disk. It dies with us, however we die; its data
    are removed at the end.
    """
    cluster = Cluster(
        data=directory / "postgres",
        run=directory / "run",
        port=free_port(),
        durable=durable,
        max_connections=TEMPORARY_CONNECTIONS,
    )
    cluster.initialise()
    process = spawn(cluster.command(), log=cluster.log, at_our_death=signal.SIGQUIT)
    try:
        cluster.wait_ready()
        yield cluster.url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        shutil.rmtree(cluster.home, ignore_errors=True)


@contextmanager
def temporary_valkey(directory: Path) -> Iterator[str]:
    """A Valkey server below `directory` for as long as the block lasts; yields its address."""
    broker = Broker(data=directory / "valkey", run=directory / "run", port=free_port())
    broker.initialise()
    process = spawn(broker.command(), log=broker.log)
    try:
        broker.wait_ready()
        yield broker.url
    finally:
        process.terminate()
        process.wait(10)
