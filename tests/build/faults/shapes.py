"""What a fault is, and how one row is named in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing done as a superuser who has switched triggers off.

    `also` are other checks that find it too; `without` is a CHECK that would refuse it.
    """

    name: str
    sql: str
    also: tuple[str, ...] = ()
    without: str = ""


def first(table: str, where: str = "true", column: str = "id") -> str:
    return f"{column} = (SELECT {column} FROM {table} WHERE {where} ORDER BY {column} LIMIT 1)"
