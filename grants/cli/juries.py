"""Juries from the command line: a closed ranking computed again from its file alone."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from grants.cli.doors import FOUND, tell
from grants.juries import bundle


@click.group()
def jury() -> None:
    """Closed rankings, checked by anyone."""


@jury.command("verify")
@click.argument("file", metavar="BUNDLE", type=click.Path(exists=True, dir_okay=False))
@click.option("--sha256", "expected", help="The file's hash as the minutes or the history say.")
def jury_verify(file: str, expected: str | None) -> None:
    """Compute the ranking of BUNDLE again; exit 1 and say which figures differ, if any.

    Needs the file alone: no database, no settings. With --sha256, the file must be that very one.
    """
    data = Path(file).read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    try:
        contents = bundle.read(data)
        found = [str(one) for one in bundle.findings(contents)]
    except bundle.Unreadable as failure:
        click.echo(f"not to be verified: {failure}", err=True)
        raise SystemExit(FOUND) from failure
    if expected is not None and expected.strip().lower() != digest:
        found.append(f"file: SHA-256 is {digest}, expected {expected.strip().lower()}")
    click.echo(f"{contents['call']}, jury {contents['jury']}, version {contents['version']}")
    click.echo(f"SHA-256 {digest}")
    results, reviews = len(contents["results"]), len(contents["reviews"])
    cast = f", {len(contents['ballots'])} ballots" if "ballots" in contents else ""
    tell(found, fine=f"the ranking is right: {results} applications, {reviews} reviews{cast}")
