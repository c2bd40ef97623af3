"""The one command line: `laureat`."""

from __future__ import annotations

import importlib
import signal
from types import FrameType
from urllib.parse import urlsplit

import click

from config import Settings
from grants.cli.doors import tell, with_settings
from grants.running import migrations
from grants.running import up as running
from grants.running.addresses import FIRST_WEB_PORT
from grants.running.ports import LOOPBACK, free_port, is_free
from grants.running.processes import spawn
from grants.running.services import Embedded, ready

ELSEWHERE = {
    "audit": "grants.cli.books:audit",
    "backup": "grants.cli.backup:backup",
    "call": "grants.cli.calls:call",
    "invariants": "grants.cli.invariants:command",
    "jury": "grants.cli.juries:jury",
    "ledger": "grants.cli.books:ledger",
    "restore": "grants.cli.backup:restore",
    "user": "grants.cli.people:user",
}
"""Commands that need the domains, whose import takes longer than most commands' work."""


class Found(click.Group):
    """A group that imports what is `ELSEWHERE` when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name, those of elsewhere among them."""
        return sorted([*super().list_commands(ctx), *ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now if it must be."""
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, _, name = ELSEWHERE[cmd_name].partition(":")
        found: click.Command = getattr(importlib.import_module(module), name)
        return found


@click.group(
    cls=Found, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96}
)
@click.version_option(package_name="laureat", message="%(prog)s %(version)s")
def main() -> None:
    """Lauréat: calls for projects, from the published call to the paid euro."""


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
            port = urlsplit(live.base_url or "").port or FIRST_WEB_PORT
            # Not remembered: mails lead to the address of `laureat up`.
            bind = f"{LOOPBACK}:{port if is_free(port) else free_port()}"
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


@main.command()
@with_settings
def demo(settings: Settings) -> None:
    """Play three real calls from publication to payment, then serve."""
    # Found by name: the demonstration is a client of the site, and no part of this command line.
    importlib.import_module("grants.demo.play").main(settings)


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


@db.command("downgrade", context_settings={"ignore_unknown_options": True})  # "-1" is a revision
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
        # Found by name, as the demonstration is: no other command here needs the models.
        metadata = importlib.import_module("grants.tables").metadata
        findings = [] if at == newest else [f"at revision {at}, the newest is {newest}"]
        tell(findings or migrations.differences(url, metadata), fine="tables and models agree")


@db.command("reset")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_settings
def db_reset(settings: Settings, *, yes: bool) -> None:
    """Forget everything that the embedded servers keep: data, documents, mails, the clock."""
    if not settings.embedded or settings.database_url is not None:
        raise click.UsageError("only the embedded database can be reset")
    if not yes:
        click.confirm(f"Forget everything under {settings.var}?", abort=True)
    Embedded(settings).reset()
    click.echo("forgotten; begin anew with `laureat up` or `make demo`")


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
