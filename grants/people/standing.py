"""What an organisation is beyond its name: social economy, approvals, where it acts. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from grants.people.legal_forms import SIGNS_CONTRACT, Family, legal_form
from grants.people.models import ApprovalKind, Known, Organisation

LOCAL_LAW = ("57", "67", "68")
"""Départements whose associations stand in the register of a court, and have no RNA."""


class Where(StrEnum):
    """One of the two places of an organisation."""

    SEAT = "seat"
    PLACE = "place"


class Social(StrEnum):
    """How an organisation belongs to the social economy."""

    BY_LAW = "by_law"
    COMPANY = "company"
    NO = "no"


@dataclass(frozen=True)
class HeldApproval:
    """An approval with its dates; a `valid_until` of None does not end."""

    kind: ApprovalKind
    granted_on: date | None = None
    valid_until: date | None = None

    def is_in_force(self, day: date) -> bool:
        """Whether it holds on `day`, its last day included."""
        begun = self.granted_on is None or self.granted_on <= day
        return begun and (self.valid_until is None or day <= self.valid_until)

    def stored(self) -> dict[str, str | None]:
        """As the database keeps it."""
        return {
            "kind": self.kind.value,
            "granted_on": self.granted_on.isoformat() if self.granted_on else None,
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
        }


@dataclass(frozen=True)
class Address:
    """A place with the commune's INSEE code when it is known."""

    street: str
    postcode: str
    city: str
    commune_code: str | None = None

    def line(self) -> str:
        """« 12 rue des Lilas, 63000 Clermont-Ferrand »."""
        town = f"{self.postcode} {self.city}"
        return f"{self.street}, {town}" if self.street else town


@dataclass(frozen=True)
class Neighbourhood:
    """Whether a place lies in a priority neighbourhood, and how that is known.

    `answer` and `known` are None together: not known. `by` is who checked or declared it.
    """

    answer: bool | None = None
    code: str | None = None
    known: Known | None = None
    by: UUID | None = None
    at: datetime | None = None


NOT_KNOWN = Neighbourhood()


def approvals(organisation: Organisation) -> tuple[HeldApproval, ...]:
    """Every approval that the organisation says it holds or held, in the order of the list."""
    held = {ApprovalKind(one["kind"]): one for one in organisation.approvals}
    return tuple(
        HeldApproval(kind, _day(held[kind]["granted_on"]), _day(held[kind]["valid_until"]))
        for kind in ApprovalKind
        if kind in held
    )


def approvals_in_force(organisation: Organisation, day: date) -> tuple[ApprovalKind, ...]:
    """The approvals that hold on `day`."""
    return tuple(one.kind for one in approvals(organisation) if one.is_in_force(day))


def social(organisation: Organisation) -> Social:
    """How it belongs to the social economy: by its form, as a company that says so, or not."""
    if legal_form(organisation.legal_form, organisation.legal_label).is_social_by_law:
        return Social.BY_LAW
    return Social.COMPANY if organisation.is_social_company else Social.NO


def family(organisation: Organisation) -> Family:
    """The family of its legal form."""
    return legal_form(organisation.legal_form, organisation.legal_label).family


def signs_republican_contract(organisation: Organisation) -> bool:
    """Whether the contrat d'engagement républicain is for it: associations and foundations."""
    return family(organisation) in SIGNS_CONTRACT


def seat(organisation: Organisation) -> Address:
    """Its registered office."""
    return Address(
        organisation.street, organisation.postcode, organisation.city, organisation.commune_code
    )


def place_of_action(organisation: Organisation) -> Address | None:
    """Where it acts when that is not its seat."""
    if organisation.place_postcode is None or organisation.place_city is None:
        return None
    return Address(
        organisation.place_street or "",
        organisation.place_postcode,
        organisation.place_city,
        organisation.place_commune_code,
    )


def neighbourhood(organisation: Organisation, where: Where) -> Neighbourhood:
    """What is known of the neighbourhood of one of its places."""
    if where is Where.SEAT:
        return Neighbourhood(
            organisation.seat_qpv,
            organisation.seat_qpv_code,
            organisation.seat_qpv_known,
            organisation.seat_qpv_by,
            organisation.seat_qpv_at,
        )
    return Neighbourhood(
        organisation.place_qpv,
        organisation.place_qpv_code,
        organisation.place_qpv_known,
        organisation.place_qpv_by,
        organisation.place_qpv_at,
    )


def acting_neighbourhood(organisation: Organisation) -> Neighbourhood:
    """That of the place where it acts, which is its seat when it names no other."""
    acts = Where.PLACE if place_of_action(organisation) else Where.SEAT
    return neighbourhood(organisation, acts)


def is_under_local_law(postcode: str) -> bool:
    """Whether an address lies where associations are registered by a court."""
    return postcode.startswith(LOCAL_LAW)


def stored(held: Iterable[HeldApproval]) -> list[dict[str, str | None]]:
    """Approvals as the database keeps them."""
    return [one.stored() for one in held]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
