"""What convocations say, as plain values: what was told is compared with what stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_

from grants.juries.hearings.models import Convocation, Hearing


def told_of(hearing: Hearing) -> dict[str, Any]:
    """What an applicant is told of a hearing."""
    return _told(hearing.starts_at, hearing.ends_at, hearing.place)


def told_of_day(hearings: Iterable[Hearing]) -> dict[str, Any]:
    """What a member is told of a day: from when to when, where, and each of its hearings.

    Applications are not named: they are read on the site, behind a signature.
    """
    return whole_day(told_of(one) for one in hearings)


def whole_day(told: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """A day of so many hearings, each as it is told."""
    lines = sorted(told, key=lambda one: str(one["starts_at"]))
    places = list(dict.fromkeys(str(one["place"]) for one in lines))
    first, last = lines[0]["starts_at"], max(str(one["ends_at"]) for one in lines)
    return {"starts_at": first, "ends_at": last, "place": ", ".join(places), "lines": lines}


def instants(told: dict[str, Any]) -> tuple[datetime, datetime]:
    """When what was told begins and ends."""
    return datetime.fromisoformat(told["starts_at"]), datetime.fromisoformat(told["ends_at"])


def is_as_told() -> ColumnElement[bool]:
    """Whether a convocation still says what stands, in SQL."""
    return and_(
        Convocation.told["place"].astext == Hearing.place,
        Convocation.told["starts_at"].astext == _iso(Hearing.starts_at),
        Convocation.told["ends_at"].astext == _iso(Hearing.ends_at),
    )


def is_owed() -> ColumnElement[bool]:
    """Whether a hearing (joined to its convocation from outside) has something new to tell."""
    return or_(Convocation.id.is_(None), Convocation.is_cancelled, ~is_as_told())


def _told(starts_at: datetime, ends_at: datetime, place: str) -> dict[str, Any]:
    first, last = (one.astimezone(UTC).isoformat() for one in (starts_at, ends_at))
    return {"starts_at": first, "ends_at": last, "place": place}


def _iso(column: Any) -> ColumnElement[str]:
    pattern = 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'
    return func.to_char(func.timezone("UTC", column), pattern)
