"""Groupings that a call serves, opened into their communes: kept with the call, not asked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.calls.models import Call
from grants.people.territories import COMMUNE_LENGTH, MEMBERS


def unopened(session: Session, call_id: UUID) -> list[str]:
    """The groupings (SIREN) of a call whose communes nobody has told yet. One statement."""
    territories = session.scalar(select(Call.territories).where(Call.id == call_id)) or []
    return [one["code"] for one in territories if _is_unopened(one)]


def open_groupings(session: Session, call_id: UUID, found: Mapping[str, Sequence[str]]) -> None:
    """Keep the communes of the call's groupings, by SIREN. Locks the call; twice is once.

    What no longer is a territory of the call, or is opened already, stays as it is.
    """
    call = session.scalar(select(Call).where(Call.id == call_id).with_for_update())
    if call is None:
        return
    call.territories = [
        {**one, "communes": list(found[one["code"]])}
        if _is_unopened(one) and found.get(one["code"])
        else one
        for one in call.territories
    ]
    session.flush()


def keeping_communes(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Territories as a form gives them, with the communes already known of those that stay."""
    known = {one["code"]: one["communes"] for one in before if one.get("communes")}
    return [
        {**one, "communes": known[one["code"]]} if one["code"] in known else dict(one)
        for one in after
    ]


def _is_unopened(territory: Mapping[str, Any]) -> bool:
    code = str(territory["code"])
    return len(code) != COMMUNE_LENGTH and code not in MEMBERS and not territory.get("communes")
