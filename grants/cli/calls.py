"""Calls from the command line: one file carries a call from one installation to another."""

from __future__ import annotations

from pathlib import Path

import click

from config import Settings
from grants.calls import queries, workbench
from grants.calls.exchange import exported
from grants.calls.reading import Malformed
from grants.calls.services.copying import bring_in
from grants.cli.doors import clock, database, with_settings
from grants.kernel.access import SYSTEM, Actor, FunderRole
from grants.kernel.errors import Unknown
from grants.people.queries import funder_under


@click.group()
def call() -> None:
    """Calls for projects, as files."""


@call.command("export")
@click.argument("slug")
@with_settings
def call_export(settings: Settings, slug: str) -> None:
    """Print the call at /appels/SLUG as YAML: no person in it, no secret, no envelope."""
    with database(settings) as doors, doors.reading() as session:
        found = queries.whereabouts(session, slug)
        if found is None:
            raise click.UsageError(f"no call has the address {slug}")
        one = queries.written(session, found.id, viewer=as_officer(found.funder_id))
        revision = workbench.newest_revision(session, found.id)
        click.echo(exported(one, revision.form, revision.document), nl=False)


@call.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--funder",
    "keys",
    multiple=True,
    required=True,
    help="Key of the authority that leads the call; again for each partner.",
)
@click.option("--slug", default="", help="Another address than the file’s.")
@with_settings
def call_import(settings: Settings, file: Path, keys: tuple[str, ...], slug: str) -> None:
    """Make a draft call out of FILE, as `laureat call export` printed it."""
    now = clock(settings).now()
    with database(settings) as doors, doors.transaction() as session:
        funders = []
        for key in keys:
            funder = funder_under(session, key)
            if funder is None:
                raise click.UsageError(f"no funder has the key {key}")
            funders.append(funder.id)
        actor = as_officer(funders[0])
        try:
            made = bring_in(
                session, file.read_text("utf-8"), funders=funders, slug=slug, actor=actor, now=now
            )
        except Malformed as malformed:
            lines = "\n".join(malformed.errors)
            raise click.ClickException(f"{file.name} is no call:\n{lines}") from None
        except Unknown:
            raise click.ClickException("one of the funders is there twice") from None
        click.echo(f"draft call /appels/{made.slug}: add its envelopes, then publish it")


def as_officer(funder_id: object) -> Actor:
    """The software itself, acting for the authority that leads the call."""
    return Actor(id=SYSTEM.id, funders={funder_id: frozenset({FunderRole.OFFICER})})  # type: ignore[dict-item]
