"""What rules may ask of an applicant, from what its organisation's page holds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from grants.calls.logic import Facts, Value
from grants.calls.models import Call
from grants.kernel.clock import paris_date
from grants.people import standing
from grants.people.legal_forms import Family, legal_form
from grants.people.models import Organisation
from grants.people.territories import serves

FAMILIES: Mapping[str, frozenset[Family]] = {
    "is_association": frozenset({Family.ASSOCIATION}),
    "is_foundation": frozenset({Family.FOUNDATION}),
    "is_cooperative": frozenset({Family.COOPERATIVE}),
    "is_company": frozenset({Family.COMPANY}),
    "is_public": frozenset({Family.PUBLIC}),
}


def applicant_facts(organisation: Organisation | None, call: Call | None, now: datetime) -> Facts:
    """The facts of an organisation at `now`, or of a natural person when there is none.

    What is not known (an organisation being created has no age, a neighbourhood nobody looked
    up) is left out, and makes rules about it unknown.
    """
    if organisation is None:
        return _named({**_of_family(None), "is_person": True, "being_created": False})
    day = paris_date(now)
    place = standing.place_of_action(organisation) or standing.seat(organisation)
    family = legal_form(organisation.legal_form, organisation.legal_label).family
    facts: dict[str, Value] = {
        **facts_of_family(organisation.legal_form, family),
        "being_created": organisation.being_created,
        "ess": standing.social(organisation) is not standing.Social.NO,
        "approvals": tuple(str(one) for one in standing.approvals_in_force(organisation, day)),
        "commune": place.commune_code,
        "in_territory": _in_territory(call, place.commune_code),
        "qpv": standing.acting_neighbourhood(organisation).answer,
        "age_months": _months(organisation.registered_on, day),
    }
    return _named(facts)


def feigned_facts(code: str) -> Facts:
    """The facts of a legal form (INSEE code) alone, to try a call with; "" is a natural person."""
    if not code:
        return _named({**_of_family(None), "is_person": True, "being_created": False})
    return _named(facts_of_family(code, legal_form(code, "").family))


def facts_of_family(code: str, family: Family) -> dict[str, Value]:
    """What a legal form says by itself."""
    return {**_of_family(family), "legal_form": code, "is_person": False}


def _of_family(family: Family | None) -> dict[str, Value]:
    return {name: family in families for name, families in FAMILIES.items()}


def _named(facts: Mapping[str, Value]) -> Facts:
    return {f"applicant.{name}": value for name, value in facts.items() if value is not None}


def _in_territory(call: Call | None, commune: str | None) -> bool | None:
    """Whether the applicant acts where the call does; a call without territory acts everywhere.

    Beside a group whose communes are not known here, a commune that no other territory holds
    is not known to be out.
    """
    territories: Iterable[Mapping[str, Any]] = call.territories if call is not None else ()
    served = {str(one["code"]): tuple(one.get("communes", ())) for one in territories}
    if not served:
        return True if call is not None else None
    if commune is None:
        return None
    held = {serves(code, commune, communes) for code, communes in served.items()}
    if True in held:
        return True
    return None if None in held else False


def _months(begun: date | None, day: date) -> int | None:
    if begun is None or begun > day:
        return None
    months = (day.year - begun.year) * 12 + day.month - begun.month
    return months if day.day >= begun.day else months - 1
