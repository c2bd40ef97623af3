"""The ledger and the history, from the command line."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from config import Settings
from grants.cli.doors import database, tell, with_settings
from grants.kernel.errors import Unknown
from grants.ledger.journals import Format, export
from grants.ledger.report import report
from grants.ledger.verify import verify
from grants.outbox import sealing


@click.group()
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


@click.group()
def ledger() -> None:
    """The books: report, verify, export."""


of_funder = click.option("--funder", required=True, help="Key of the funder, such as clermont.")
of_year = click.option("--year", required=True, type=int, help="Fiscal year.")


@ledger.command("report")
@of_funder
@of_year
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="As it stood on that day.")
@click.option("--json", "as_json", is_flag=True, help="Integers in each unit's smallest part.")
@with_settings
def ledger_report(
    settings: Settings, funder: str, year: int, on: datetime | None, *, as_json: bool
) -> None:
    """Where each envelope of a year stands, or stood on a day."""
    with database(settings) as doors, doors.reading() as session:
        try:
            found = report(session, funder, year, on.date() if on else None)
        except Unknown:
            raise click.UsageError(f"no book of {year} for {funder}") from None
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        Console().print(table(found))


@ledger.command("verify")
@with_settings
def ledger_verify(settings: Settings) -> None:
    """Derive every balance and every hash anew; exit 1 if one differs."""
    with database(settings) as doors, doors.reading() as session:
        findings = [str(found) for found in verify(session)]
    tell(findings, fine="the ledger is whole")


@ledger.command("export")
@of_funder
@of_year
@click.option("--format", "kind", required=True, type=click.Choice([str(one) for one in Format]))
@with_settings
def ledger_export(settings: Settings, funder: str, year: int, kind: str) -> None:
    """Write a year as a journal that hledger or beancount can check."""
    with database(settings) as doors, doors.reading() as session:
        try:
            report(session, funder, year)
            for line in export(session, Format(kind), funder, year):
                click.echo(line)
        except Unknown:
            raise click.UsageError(f"no book of {year} for {funder}") from None


def table(found: dict[str, Any]) -> Table:
    """A report for people: one line per envelope, amounts in their unit."""
    shown = Table(title=f"{found['funder']} {found['year']}", box=None, pad_edge=False)
    shown.add_column("envelope")
    columns = ("voted", "available", "reserved", "committed", "ordered", "paid")
    for column in columns:
        shown.add_column(column, justify="right")
    for line in found["envelopes"]:
        unit = line["unit"]
        shown.add_row(f"{line['label']} ({unit})", *(figure(line[name], unit) for name in columns))
    return shown


def figure(amount: int, unit: str) -> str:
    """An amount as people write it, cents of euros in euros."""
    whole = f"{amount // 100 if unit == 'EUR' else amount:,}".replace(
        ",", "\N{NARROW NO-BREAK SPACE}"
    )
    return f"{whole},{amount % 100:02}" if unit == "EUR" else whole
