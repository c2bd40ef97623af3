"""The one command line: `laureat`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import FrameType
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

import click
from alembic.util import CommandError

from config import Settings
from grants.db import Database
from grants.db.session import make_engine
from grants.kernel.clock import ShiftedClock, SystemClock
from grants.outbox import sealing
from grants.running import migrations
from grants.running import up as running
from grants.running.addresses import FIRST_WEB_PORT
from grants.running.ports import LOOPBACK, Ports
from grants.running.postgres import ServerFailed
from grants.running.processes import spawn
from grants.running.services import ready
from grants.running.supervisor import ChildFailed
from grants.tables import metadata

P = ParamSpec("P")
FOUND = 1
"""The exit code of a check that found something. Wrong usage is 2."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96})
@click.version_option(package_name="laureat", message="%(prog)s %(version)s")
def main() -> None:
    """Lauréat: calls for projects, from the published call to the paid euro."""


def with_settings(
    command: Callable[Concatenate[Settings, P], None],
) -> Callable[P, None]:
    """Hand a command the settings; tell its failures in one line, without a traceback."""

    @wraps(command)
    def told(*arguments: P.args, **options: P.kwargs) -> None:
        try:
            command(Settings.from_env(os.environ), *arguments, **options)
        except (ServerFailed, ChildFailed, running.AlreadyUp, CommandError) as failure:
            raise click.ClickException(str(failure)) from failure

    return told


@main.command()
@click.option("--processes", default=2, show_default=True, help="Processes of the worker.")
@with_settings
def up(settings: Settings, processes: int) -> None:
    """Run everything: servers if none are given, site, worker, beat."""
    with running.up(settings, running.timed(), processes=processes) as site:
        click.echo(f"\n  Lauréat  {site.settings.base_url}")
        if settings.embedded:
            click.echo(f"  Mailbox  {site.settings.base_url}/dev/mailbox")
        click.echo("  Ctrl-C stops everything.\n")
        site.supervisor.watch()


@main.command()
@click.option("--bind", help="Address and port; by default those of BASE_URL on the loopback.")
@with_settings
def serve(settings: Settings, bind: str | None) -> None:
    """Run the site alone."""
    with ready(settings) as live:
        if bind is None:
            port = urlsplit(live.base_url or "").port
            if settings.embedded:
                port = Ports(settings.var / "run").pick("web", first=FIRST_WEB_PORT)
            bind = f"{LOOPBACK}:{port or FIRST_WEB_PORT}"
        foreground(running.serve_command(live, bind))


@main.command()
@click.option("--processes", default=2, show_default=True, help="How many tasks at once.")
@with_settings
def worker(settings: Settings, processes: int) -> None:
    """Run a worker alone."""
    with ready(settings, valkey=True):
        foreground(running.worker_command(processes))


@main.command()
@with_settings
def beat(settings: Settings) -> None:
    """Run the beat alone: it wakes the workers; have one of it."""
    with ready(settings, valkey=True):
        foreground(running.beat_command())


@main.group()
def db() -> None:
    """The database's tables."""


@db.command("upgrade")
@click.argument("revision", default="head")
@with_settings
def db_upgrade(settings: Settings, revision: str) -> None:
    """Apply the migrations, all of them or up to REVISION."""
    with ready(settings) as live:
        migrations.upgrade(str(live.database_url), revision)
        click.echo(f"at revision {migrations.current(str(live.database_url))}")


@db.command("downgrade")
@click.argument("revision")
@with_settings
def db_downgrade(settings: Settings, revision: str) -> None:
    """Take the migrations back to REVISION ("-1" for one, "base" for all)."""
    with ready(settings) as live:
        migrations.downgrade(str(live.database_url), revision)
        click.echo(f"at revision {migrations.current(str(live.database_url)) or 'base'}")


@db.command("check")
@with_settings
def db_check(settings: Settings) -> None:
    """Compare the tables with the models; exit 1 if they differ."""
    with ready(settings) as live:
        url = str(live.database_url)
        at, newest = migrations.current(url), migrations.head()
        findings = [] if at == newest else [f"at revision {at}, the newest is {newest}"]
        tell(findings or migrations.differences(url, metadata), fine="tables and models agree")


@main.group()
def audit() -> None:
    """What happened, and its seal."""


@audit.command("verify")
@with_settings
def audit_verify(settings: Settings) -> None:
    """Walk the sealed history; exit 1 if a message was altered, removed or reordered."""
    with database(settings) as doors, doors.reading() as session:
        findings = [
            f"chain {found.chain_id}, link {found.number}: {found.what}"
            for found in sealing.verify(session)
        ]
    tell(findings, fine="history is whole")


def tell(findings: list[str], *, fine: str) -> None:
    """Print what a check found and exit 1, or print that all is fine."""
    for finding in findings:
        click.echo(finding, err=True)
    if findings:
        raise SystemExit(FOUND)
    click.echo(fine)


@contextmanager
def database(settings: Settings) -> Iterator[Database]:
    """The two doors, for one command."""
    with ready(settings) as live:
        engine = make_engine(str(live.database_url), pool_size=1)
        try:
            yield Database(engine)
        finally:
            engine.dispose()


def clock(settings: Settings) -> ShiftedClock | SystemClock:
    """The time that the site shows."""
    return ShiftedClock(settings.clock_file) if settings.clock_file else SystemClock()


def foreground(command: list[str]) -> None:
    """Run one process until it ends, passing on our signals; exit as it did."""
    process = spawn(command)

    def pass_on(number: int, _frame: FrameType | None) -> None:
        process.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, pass_on)
    code = process.wait()
    if code:
        raise SystemExit(code if code > 0 else 128 - code)


if __name__ == "__main__":
    sys.exit(main())
