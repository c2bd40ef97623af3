"""The people, from the command line."""

from __future__ import annotations

import click
from email_validator import EmailNotValidError, validate_email

from config import Settings
from grants.cli.doors import clock, database, with_settings
from grants.kernel.access import SYSTEM, FunderRole
from grants.people.queries import funder_under
from grants.people.services import add_user
from grants.people.services.funders import add_role


@click.group()
def user() -> None:
    """The people who may sign in."""


@user.command("add")
@click.argument("email")
@click.option("--name", default="", help="Given name and family name.")
@click.option("--operator", is_flag=True, help="May administer the whole installation.")
@click.option("--password", help="Asked for when it is “-”; without one, people sign in by link.")
@click.option("--funder", help="Key of a funder to hold a role for.")
@click.option("--role", "roles", multiple=True, type=click.Choice([str(r) for r in FunderRole]))
@with_settings
def user_add(
    settings: Settings,
    email: str,
    *,
    name: str,
    operator: bool,
    password: str | None,
    funder: str | None,
    roles: tuple[str, ...],
) -> None:
    """Make an account, or bring an existing one to what is said here."""
    if bool(roles) != (funder is not None):
        raise click.UsageError("--funder and --role go together")
    try:
        email = validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError as problem:
        raise click.UsageError(f"{email} is no e-mail address: {problem}") from problem
    if password == "-":  # noqa: S105 -- the sign for asking
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    now = clock(settings).now()
    with database(settings) as doors, doors.transaction() as session:
        person = add_user(
            session, email, name=name, password=password, is_operator=operator, now=now
        )
        session.flush()
        if funder is not None:
            for_funder = funder_under(session, funder)
            if for_funder is None:
                raise click.UsageError(f"no funder has the key {funder}")
            for role in roles:
                add_role(session, for_funder.id, person.id, FunderRole(role), actor=SYSTEM, now=now)
    click.echo(f"{email} may sign in")
