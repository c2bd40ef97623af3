"""Everything that must hold, looked at from the command line."""

from __future__ import annotations

import click

from config import Settings
from grants import invariants
from grants.cli.doors import clock, database, tell, with_settings
from grants.files.store import FileStore
from grants.invariants import Broken, Invariant, checks, services


@click.command("invariants")
@click.argument("names", nargs=-1)
@click.option("--list", "only_list", is_flag=True, help="Tell what each check says; check nothing.")
@click.option("--no-files", is_flag=True, help="Leave the bytes of documents unread.")
@click.option("--english", is_flag=True, help="Tell in English rather than in French.")
@with_settings
def command(
    settings: Settings, names: tuple[str, ...], *, only_list: bool, no_files: bool, english: bool
) -> None:
    """Check everything that must hold, or the checks NAMES alone; exit 1 if one does not."""
    if unknown := [one for one in names if one not in invariants.BY_NAME]:
        raise click.UsageError(f"no check is called {unknown[0]}: see `laureat invariants --list`")
    asked = [one for one in invariants.ALL if not names or one.name in names]
    if only_list:
        for one in asked:
            click.echo(f"{one.name:<34} {said(one, english=english)}")
        return
    store = None if no_files else FileStore(settings.storage)
    with database(settings) as doors, services.snapshot(doors) as session:
        found = checks.check(checks.Place(session, store, clock(settings).now()), asked)
    lines = [line for one in found.broken for line in told(one, english=english)]
    tell(lines, fine=f"{found.checked} checks hold")


def said(invariant: Invariant, *, english: bool) -> str:
    """What a check says, in one of the two languages."""
    return invariant.en if english else invariant.fr


def told(broken: Broken, *, english: bool) -> list[str]:
    """What one check found: its sentence, how often it is broken, and the first places."""
    head = f"{broken.invariant.name} ({broken.count}): {said(broken.invariant, english=english)}"
    rest = broken.count - len(broken.places)
    return [head, *(f"  {one}" for one in broken.places), *([f"  … + {rest}"] if rest else [])]
