"""Where an organisation acts, its neighbourhoods, its approvals and its staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce
from grants.people import identifiers, queries, rules, standing
from grants.people.legal_forms import legal_form
from grants.people.models import Known, Organisation
from grants.people.standing import NOT_KNOWN, Address, HeldApproval, Neighbourhood, Where


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where the organisation acts, and what it knows of the neighbourhoods.

    `place` is None when it acts where its seat is. Of each neighbourhood only `answer` and
    `code` are read: how it is known follows from who says it.
    """

    place: Address | None = None
    seat_neighbourhood: Neighbourhood = NOT_KNOWN
    place_neighbourhood: Neighbourhood = NOT_KNOWN


def update_places(
    session: Session, organisation_id: UUID, places: Places, *, actor: Actor, now: datetime
) -> Organisation:
    """Say where the organisation acts and which neighbourhoods are priority ones.

    What an officer checked stays checked as long as the answer is the same at the same address.
    Locks the organisation. Announces `organisation.updated`.

    Raises:
        Unknown: there is none, or the actor is not a member.
        Forbidden: the actor does not represent it.
        Refused: `people.place_postcode_wrong`, `people.place_commune_wrong`,
            `people.neighbourhood_wrong`, each beside its field.
    """
    organisation = represented(session, organisation_id, actor)
    before = standing.place_of_action(organisation)
    place = _clean_address(places.place)
    if place != before:
        _write(organisation, Where.PLACE, NOT_KNOWN)
    _write_place(organisation, place)
    answers = {Where.SEAT: places.seat_neighbourhood}
    answers[Where.PLACE] = places.place_neighbourhood if place else NOT_KNOWN
    for where, said in answers.items():
        known = standing.neighbourhood(organisation, where)
        if not _says_the_same(said, known):
            _write(organisation, where, _declared(said, where, actor, now))
    announce(session, "organisation.updated", by=actor, at=now, subject=organisation.id)
    return organisation


def update_standing(
    session: Session,
    organisation_id: UUID,
    *,
    is_social_company: bool,
    approvals: Sequence[HeldApproval],
    employees: int | None,
    actor: Actor,
    now: datetime,
) -> Organisation:
    """Say how the organisation belongs to the social economy, its approvals and its staff.

    Locks the organisation. Announces `organisation.updated`.

    Raises:
        Unknown: there is none, or the actor is not a member.
        Forbidden: the actor does not represent it.
        Refused: `people.approval_ends_before`, beside the approval's end.
    """
    organisation = represented(session, organisation_id, actor)
    for one in approvals:
        if one.granted_on and one.valid_until and one.valid_until < one.granted_on:
            raise Refused("people.approval_ends_before", field=f"{one.kind}_until")
    form = legal_form(organisation.legal_form, organisation.legal_label)
    organisation.is_social_company = is_social_company and not form.is_social_by_law
    organisation.approvals = standing.stored(approvals)
    organisation.employees = employees
    announce(session, "organisation.updated", by=actor, at=now, subject=organisation.id)
    return organisation


def record_neighbourhood_check(
    session: Session,
    organisation: Organisation,
    where: Where,
    *,
    answer: bool,
    code: str | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Write down that `actor` checked a neighbourhood on the map.

    The caller has locked the organisation and checked that the actor appraises one of its
    applications. Announces `organisation.neighbourhood_checked`.

    Raises:
        Refused: `people.neighbourhood_wrong`.
    """
    said = _declared(Neighbourhood(answer, code or None), where, actor, now)
    _write(organisation, where, replace(said, known=Known.CHECKED))
    announce(
        session,
        "organisation.neighbourhood_checked",
        by=actor,
        at=now,
        subject=organisation.id,
        where=where.value,
        answer=answer,
    )


def represented(session: Session, organisation_id: UUID, actor: Actor) -> Organisation:
    """One organisation that the actor represents, locked.

    Raises:
        Unknown: there is none, or the actor is not a member.
        Forbidden: the actor does not represent it.
    """
    organisation = queries.locked_organisation(session, organisation_id, viewer=actor)
    rules.is_representative.require(actor, organisation)
    return organisation


def forget_seat_neighbourhood(organisation: Organisation) -> None:
    """The seat moved: what was known of its neighbourhood was about another address."""
    _write(organisation, Where.SEAT, NOT_KNOWN)


def _declared(said: Neighbourhood, where: Where, actor: Actor, now: datetime) -> Neighbourhood:
    if said.answer is None:
        return NOT_KNOWN
    typed = (said.code or "") if said.answer else ""
    code = identifiers.clean_neighbourhood(typed) if typed else None
    if typed and code is None:
        raise Refused("people.neighbourhood_wrong", field=f"{where}_qpv_code")
    return Neighbourhood(said.answer, code, Known.DECLARED, actor.id, now)


def _says_the_same(said: Neighbourhood, known: Neighbourhood) -> bool:
    code = identifiers.clean_neighbourhood(said.code or "") if said.answer else None
    return (said.answer, code) == (known.answer, known.code)


def _write(organisation: Organisation, where: Where, said: Neighbourhood) -> None:
    columns = {
        "": said.answer,
        "_code": said.code,
        "_known": said.known,
        "_by": said.by,
        "_at": said.at,
    }
    for suffix, value in columns.items():
        setattr(organisation, f"{where}_qpv{suffix}", value)


def _write_place(organisation: Organisation, place: Address | None) -> None:
    organisation.place_street = place.street if place else None
    organisation.place_postcode = place.postcode if place else None
    organisation.place_city = place.city if place else None
    organisation.place_commune_code = place.commune_code if place else None


def _clean_address(place: Address | None) -> Address | None:
    if place is None:
        return None
    postcode = identifiers.clean_postcode(place.postcode)
    if postcode is None:
        raise Refused("people.postcode_wrong", field="place_postcode")
    commune = identifiers.clean_commune(place.commune_code) if place.commune_code else None
    if place.commune_code and commune is None:
        raise Refused("people.commune_wrong", field="place_commune_code")
    if not place.city.strip():
        raise Refused("people.place_city_needed", field="place_city")
    return Address(place.street.strip(), postcode, place.city.strip(), commune)
