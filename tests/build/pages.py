"""What tests of an application's pages say again and again."""

from __future__ import annotations

import re

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from grants.applications.models import Application

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
CERTIFIED = {"certified": "y", "committed": "y"}
OWN = re.compile(r"(RELEASE )?(ROLLBACK TO )?SAVEPOINT|SET TRANSACTION")
"""Statements of the doors and of the tests, which pages do not ask for."""


def stored(session: Session, application: Application) -> Application:
    """The application as the database has it now."""
    session.expire_all()
    return session.get_one(Application, application.id)


def at(application: Application, *parts: str) -> str:
    """The address of one of its pages."""
    return "/".join(["/dossiers", str(application.id), *parts])


def counted(connection: Connection) -> list[str]:
    """The statements sent from now on."""
    sent: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not OWN.match(statement):
            sent.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    return sent
