"""What a meeting of a member and an application weighs: rows in, suggestions out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from grants.applications.models import folded as _flat
from grants.juries.affiliation import body_core, is_near, is_old, names, same_body, telling
from grants.juries.models import HintKind, InterestKind, Strength


@dataclass(frozen=True)
class Found:
    """One suggestion: who, which application, why (`facts` fill a sentence) and how much."""

    subject: UUID
    application_id: UUID
    kind: HintKind
    source: str
    strength: Strength
    facts: Mapping[str, Any] = field(default_factory=dict)


def sift(meetings: Iterable[tuple[str, Any]], *, today: date) -> list[Found]:
    """Suggestions, one for each pair, kind and source, in a stable order.

    What the applicant itself explains is not said twice: a body that is the applicant is no
    partner of it, and a member of the organisation is expected to be named in its file.
    """
    found: dict[tuple[UUID, UUID, HintKind, str], Found] = {}
    for question, row in meetings:
        one = SIEVES[question](row, today)
        if one is not None:
            found.setdefault((one.subject, one.application_id, one.kind, one.source), one)
    own = {
        (one.subject, one.application_id, one.facts.get("body"))
        for one in found.values()
        if one.kind in OWN_BODY
    }
    inside = {(one.subject, one.application_id) for one in found.values() if one.kind in OWN_NAME}
    kept = [one for one in found.values() if not _said(one, own, inside)]
    return sorted(kept, key=lambda one: (one.subject, one.application_id, one.kind, one.source))


OWN_BODY = {HintKind.MANDATE, HintKind.EMPLOYER}
OWN_NAME = {HintKind.MEMBER, HintKind.OFFICER}


def _said(one: Found, own: set[Any], inside: set[Any]) -> bool:
    pair = (one.subject, one.application_id)
    if one.kind in {HintKind.PARTNER, HintKind.COFUNDER}:
        return (*pair, one.facts.get("body")) in own
    if one.kind is HintKind.OFFICER:
        return False
    return one.kind is HintKind.NAMED and pair in inside


def _tie(row: Any) -> dict[str, Any]:
    return {
        "tie": row.kind,
        "body": row.body,
        "role": row.role,
        "since": row.since.year if row.since else None,
        "until": row.until.isoformat() if row.until else None,
    }


def _bodies(row: Any, today: date) -> Found | None:
    numbered = bool(row.same_siren or row.same_rna)
    other = body_core(_flat(row.applicant))
    alike = same_body(row.core, other)
    if numbered or alike:
        strength = Strength.MEDIUM if is_old(row.until, today) else Strength.STRONG
    elif names(row.flat, row.core) and len(telling(row.core)) > 1:
        strength = Strength.MEDIUM
    elif is_near(row.core, other):
        strength = Strength.WEAK
    else:
        return None
    by = "number" if numbered else "name" if strength is not Strength.WEAK else "near_name"
    facts = {**_tie(row), "applicant": row.applicant, "by": by}
    kind = HintKind.MANDATE if row.kind == InterestKind.MANDATE else HintKind.EMPLOYER
    return Found(row.subject, row.application_id, kind, _source(row.body), strength, facts)


def _texts(row: Any, _today: date) -> Found:
    if row.funds:
        kind, strength = HintKind.COFUNDER, Strength.WEAK
    else:
        kind = HintKind.PARTNER
        telling_name = len(telling(row.core)) > 1 or row.by_number
        strength = Strength.MEDIUM if telling_name else Strength.WEAK
    facts = {**_tie(row), "by": "number" if row.by_number else "name"}
    return Found(row.subject, row.application_id, kind, _source(row.body), strength, facts)


def _aids(row: Any, _today: date) -> Found | None:
    if not same_body(row.core, body_core(_flat(row.funder_name))):
        return None
    facts = {**_tie(row), "funder": row.funder_name, "by": "aid"}
    kind, source = HintKind.COFUNDER, _source(row.body)
    return Found(row.subject, row.application_id, kind, source, Strength.WEAK, facts)


def _people(row: Any, _today: date) -> Found:
    facts = {"name": row.name, "applicant": row.applicant}
    if row.same_person:
        kind, strength, source = HintKind.MEMBER, Strength.STRONG, ""
    elif row.same_name:
        kind, strength, source = HintKind.OFFICER, Strength.MEDIUM, _source(row.name)
    else:
        kind, strength, source = HintKind.DOMAIN, Strength.STRONG, row.domain
        facts = {"domain": row.domain, "applicant": row.applicant}
    return Found(row.subject, row.application_id, kind, source, strength, facts)


def _websites(row: Any, _today: date) -> Found:
    facts = {"domain": row.domain, "applicant": row.applicant}
    kind = HintKind.DOMAIN
    return Found(row.subject, row.application_id, kind, row.domain, Strength.STRONG, facts)


def _named(row: Any, _today: date) -> Found:
    return Found(row.subject, row.application_id, HintKind.NAMED, "", Strength.MEDIUM)


def _family(row: Any, _today: date) -> Found | None:
    core = row.flat.strip() if row.is_person else body_core(_flat(row.name))
    backward = " ".join([*core.split()[1:], *core.split()[:1]])
    if not (names(row.family, core) or (row.is_person and names(row.family, backward))):
        return None
    facts = {"name": row.name, "applicant": row.applicant, "person": row.is_person}
    kind, source = HintKind.FAMILY, _source(row.name)
    return Found(row.subject, row.application_id, kind, source, Strength.STRONG, facts)


def _places(row: Any, _today: date) -> Found:
    facts = {"applicant": row.applicant}
    if row.kind == HintKind.ACCOUNT:
        kind = HintKind.ACCOUNT
        return Found(row.subject, row.application_id, kind, "", Strength.STRONG, facts)
    facts = {**facts, "body": row.body, "place": row.place}
    kind, source = HintKind.ADDRESS, _source(row.body)
    return Found(row.subject, row.application_id, kind, source, Strength.MEDIUM, facts)


def _source(name: str) -> str:
    return " ".join(telling(body_core(_flat(name)))) or _flat(name).strip()


SIEVES: Mapping[str, Callable[[Any, date], Found | None]] = {
    "bodies": _bodies,
    "texts": _texts,
    "aids": _aids,
    "people": _people,
    "websites": _websites,
    "named": _named,
    "family": _family,
    "places": _places,
}
