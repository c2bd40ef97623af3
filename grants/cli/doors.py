"""What every command needs: the settings, the database, the time, and one way to tell."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec

import click
from alembic.util import CommandError

from config import Settings
from grants.db import Database
from grants.db.session import make_engine
from grants.kernel.clock import Clock, site_clock
from grants.kernel.errors import Refused
from grants.running import migrations
from grants.running.postgres import ServerFailed
from grants.running.services import ready
from grants.running.supervisor import ChildFailed
from grants.running.up import AlreadyUp

P = ParamSpec("P")
FOUND = 1
"""The exit code of a check that found something. Wrong usage is 2."""


def with_settings(
    command: Callable[Concatenate[Settings, P], None],
) -> Callable[P, None]:
    """Hand a command the settings; tell its failures in one line, without a traceback."""

    @wraps(command)
    def told(*arguments: P.args, **options: P.kwargs) -> None:
        try:
            command(Settings.from_env(os.environ), *arguments, **options)
        except (ServerFailed, ChildFailed, AlreadyUp, CommandError, Refused) as failure:
            raise click.ClickException(str(failure)) from failure

    return told


@contextmanager
def database(settings: Settings) -> Iterator[Database]:
    """The two doors, for one command, on a database that has every table.

    Raises:
        ClickException: it has not.
    """
    with ready(settings) as live:
        at = migrations.current(str(live.database_url))
        if at != migrations.head():
            raise click.ClickException(
                f"the database is at revision {at or 'none'}: run `laureat db upgrade`"
            )
        engine = make_engine(str(live.database_url), pool_size=1)
        try:
            yield Database(engine)
        finally:
            engine.dispose()


def clock(settings: Settings) -> Clock:
    """The time that the site shows."""
    return site_clock(settings.clock_file)


def tell(findings: list[str], *, fine: str) -> None:
    """Print what a check found and exit 1, or print that all is fine."""
    for finding in findings:
        click.echo(finding, err=True)
    if findings:
        raise SystemExit(FOUND)
    click.echo(fine)
