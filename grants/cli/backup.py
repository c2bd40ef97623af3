"""Copy an installation, and read a copy back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from config import Settings
from grants import invariants
from grants.cli.doors import clock, database, tell, with_settings
from grants.cli.invariants import told
from grants.files.store import FileStore
from grants.invariants import checks, services
from grants.ledger.verify import verify
from grants.outbox import sealing
from grants.running import backup as copies
from grants.running import migrations
from grants.running.dumping import ToolFailed
from grants.running.services import ready


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@with_settings
def backup(settings: Settings, target: Path) -> None:
    """Copy the database and every document to TARGET: a new directory, or one file ending in .tar.

    It may be run while the site is up. Keys and passwords are not in the copy.
    """
    with ready(settings) as live:
        try:
            made = copies.backup(
                str(live.database_url),
                settings.storage,
                target.absolute(),
                secret_key=settings.secret_key,
                embedded=settings.embedded,
                now=clock(settings).now(),
            )
        except (copies.Unfit, ToolFailed) as failure:
            raise click.ClickException(str(failure)) from failure
    size = sum(one.size for one in made.pieces)
    click.echo(
        f"{target}: revision {made.revision}, {len(made.pieces) - 1} documents, {size} bytes"
    )
    _say_secrets("keep these elsewhere, they are not in the copy:")


@click.command("restore")
@click.argument("source", type=click.Path(path_type=Path))
@with_settings
def restore(settings: Settings, source: Path) -> None:
    """Read the copy at SOURCE back into an empty database, then check it; exit 1 if not whole.

    Nothing is written before each file of the copy was compared with its fingerprint.
    """
    with ready(settings) as live:
        url = str(live.database_url)
        try:
            manifest = copies.restore(
                source.absolute(), url, settings.storage, embedded=settings.embedded
            )
        except (copies.Unfit, ToolFailed) as failure:
            raise click.ClickException(str(failure)) from failure
        click.echo(f"restored: revision {manifest.revision}, as of {manifest.made_at}")
        if manifest.revision != migrations.head():
            migrations.upgrade(url)
            click.echo(f"brought to revision {migrations.head()}")
    findings = _findings(settings, datetime.fromisoformat(manifest.made_at))
    if manifest.key != copies.key_mark(settings.secret_key):
        findings.append("SECRET_KEY is not that of the copy: bank accounts will not open")
        _say_secrets("bring these back:")
    tell(findings, fine="the copy is whole: invariants, ledger and history hold")


def _findings(settings: Settings, at: datetime) -> list[str]:
    """What does not hold of what stood at that instant: checks, ledger, sealed history."""
    place = FileStore(settings.storage)
    with database(settings) as doors:
        with services.snapshot(doors) as session:
            found = checks.check(checks.Place(session, place, at), invariants.ALL)
        with doors.reading() as session:
            ledger = [str(one) for one in verify(session)]
            history = [
                f"chain {one.chain_id}, link {one.number}: {one.what}"
                for one in sealing.verify(session)
            ]
    broken = [line for one in found.broken for line in told(one, english=True)]
    return [*broken, *ledger, *history]


def _say_secrets(head: str) -> None:
    click.echo(head, err=True)
    for name, why in copies.SECRETS.items():
        click.echo(f"  {name}: {why}", err=True)
