"""What organisations declare, how they pass from hand to hand: services and tables."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.people import a_member, a_person, acting_as, an_organisation
from build.vault import an_aid
from grants.kernel.access import OrganisationRole
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.outbox.models import Message
from grants.people import declarations, services, standing
from grants.people.models import (
    AidRegime,
    ApprovalKind,
    Declaration,
    DeclarationKind,
    Known,
)
from grants.people.register import Entry
from grants.people.services import OrganisationDetails, Places
from grants.people.standing import Address, HeldApproval, Neighbourhood, Where

R, D = OrganisationRole, DeclarationKind
PLACE = Address("3 rue des Tanneurs", "63000", "Clermont-Ferrand", "63113")
YES = Neighbourhood(answer=True, code="qn06302i")
ENTRY = Entry(
    siret="73282932000074",
    name="ATELIER DU PONT",
    legal_form="9220",
    rna="W632001234",
    street="12 rue des Lilas",
    postcode="63000",
    city="Clermont-Ferrand",
    commune_code="63113",
    registered_on="2016-10-14",
    employees="11",
    is_social=True,
    is_closed=False,
)


def kinds(session) -> list[str]:
    return list(session.scalars(select(Message.kind).order_by(Message.serial)))


@pytest.fixture
def home(session):
    """An organisation with its representative, and that person as an actor."""
    person = a_person(session)
    organisation = an_organisation(session, representative=person)
    return organisation, acting_as(session, person)


def test_a_neighbourhood_is_kept_with_how_it_is_known(session, home):
    organisation, actor = home
    places = Places(place=PLACE, seat_neighbourhood=Neighbourhood(False), place_neighbourhood=YES)
    services.update_places(session, organisation.id, places, actor=actor, now=NOW)
    seat = standing.neighbourhood(organisation, Where.SEAT)
    acts = standing.acting_neighbourhood(organisation)
    assert (seat.answer, seat.code, seat.known) == (False, None, Known.DECLARED)
    assert (acts.answer, acts.code, acts.by, acts.at) == (True, "QN06302I", actor.id, NOW)


def test_what_an_officer_checked_stays_checked_until_something_changes(session, home):
    organisation, actor = home
    officer = acting_as(session, a_person(session, name="Lou Agent"))
    services.record_neighbourhood_check(
        session, organisation, Where.SEAT, answer=True, code="QN06302I", actor=officer, now=NOW
    )
    later = NOW + timedelta(days=1)
    same = Places(seat_neighbourhood=Neighbourhood(True, "QN06302I"))
    services.update_places(session, organisation.id, same, actor=actor, now=later)
    known = standing.neighbourhood(organisation, Where.SEAT)
    assert (known.known, known.by, known.at) == (Known.CHECKED, officer.id, NOW)
    other = Places(seat_neighbourhood=Neighbourhood(True, "QN06303I"))
    services.update_places(session, organisation.id, other, actor=actor, now=later)
    known = standing.neighbourhood(organisation, Where.SEAT)
    assert (known.known, known.by) == (Known.DECLARED, actor.id)


def test_a_moved_seat_forgets_its_neighbourhood(session, home):
    organisation, actor = home
    places = Places(seat_neighbourhood=YES)
    services.update_places(session, organisation.id, places, actor=actor, now=NOW)
    kept = {
        "name": organisation.name,
        "legal_form": "9220",
        "legal_label": "Association déclarée",
        "siret": organisation.siret,
        "postcode": organisation.postcode,
        "city": organisation.city,
        "commune_code": organisation.commune_code,
    }
    same = OrganisationDetails(street=organisation.street, **kept)
    services.update_organisation(session, organisation.id, same, actor=actor, now=NOW)
    assert organisation.seat_qpv is True
    moved = OrganisationDetails(street="1 rue Neuve", **kept)
    services.update_organisation(session, organisation.id, moved, actor=actor, now=NOW)
    assert (organisation.seat_qpv, organisation.seat_qpv_known) == (None, None)


def test_another_place_of_action_forgets_the_former_ones_neighbourhood(session, home):
    organisation, actor = home
    places = Places(place=PLACE, place_neighbourhood=YES)
    services.update_places(session, organisation.id, places, actor=actor, now=NOW)
    services.update_places(session, organisation.id, Places(), actor=actor, now=NOW)
    assert (organisation.place_city, organisation.place_qpv) == (None, None)


@pytest.mark.parametrize(
    ("places", "code", "field"),
    [
        (Places(place=Address("", "63", "X")), "people.postcode_wrong", "place_postcode"),
        (Places(place=Address("", "63000", " ")), "people.place_city_needed", "place_city"),
        (
            Places(place=Address("", "63000", "X", "631")),
            "people.commune_wrong",
            "place_commune_code",
        ),
        (
            Places(seat_neighbourhood=Neighbourhood(True, "QN1")),
            "people.neighbourhood_wrong",
            "seat_qpv_code",
        ),
    ],
)
def test_a_wrong_place_is_refused_beside_its_field(session, home, places, code, field):
    organisation, actor = home
    with pytest.raises(Refused) as caught:
        services.update_places(session, organisation.id, places, actor=actor, now=NOW)
    assert (caught.value.code, caught.value.field) == (code, field)


def test_approvals_and_staff_are_kept_and_an_association_is_no_company(session, home):
    organisation, actor = home
    held = HeldApproval(ApprovalKind.SIAE, date(2018, 1, 1), date(2019, 12, 31))
    services.update_standing(
        session,
        organisation.id,
        is_social_company=True,
        approvals=[held],
        employees=7,
        actor=actor,
        now=NOW,
    )
    session.refresh(organisation)
    assert standing.approvals(organisation) == (held,)
    assert (organisation.employees, organisation.is_social_company) == (7, False)


def test_an_approval_cannot_end_before_it_begins(session, home):
    organisation, actor = home
    held = HeldApproval(ApprovalKind.ESUS, date(2018, 1, 2), date(2018, 1, 1))
    with pytest.raises(Refused, match="approval_ends_before") as caught:
        services.update_standing(
            session,
            organisation.id,
            is_social_company=False,
            approvals=[held],
            employees=None,
            actor=actor,
            now=NOW,
        )
    assert caught.value.field == "esus_until"


@pytest.mark.parametrize(
    ("postcode", "code"), [("67000", None), ("63000", "people.local_register_elsewhere")]
)
def test_a_court_registers_associations_in_three_departements_only(session, postcode, code):
    actor = acting_as(session, a_person(session))
    details = OrganisationDetails(
        name="Les Amis du Ried",
        legal_form="9260",
        legal_label="Association de droit local (Bas-Rhin, Haut-Rhin, Moselle)",
        local_register=" Tribunal de  Strasbourg, vol. 92 ",
        street="1 rue du Dôme",
        postcode=postcode,
        city="Strasbourg",
    )
    if code is None:
        kept = services.create_organisation(session, details, actor=actor, now=NOW)
        assert kept.local_register == "Tribunal de Strasbourg, vol. 92"
        return
    with pytest.raises(Refused, match=code):
        services.create_organisation(session, details, actor=actor, now=NOW)


def test_the_register_is_adopted_field_by_field(session, home):
    organisation, actor = home
    organisation.siret = ENTRY.siret
    name = organisation.name
    services.keep_answer(session, ENTRY.siret, ENTRY, now=NOW)
    services.adopt_answer(session, organisation.id, ["rna", "nothing"], actor=actor, now=NOW)
    assert (organisation.rna, organisation.name) == ("W632001234", name)
    assert organisation.registered_on is None
    services.adopt_answer(session, organisation.id, ["registered_on"], actor=actor, now=NOW)
    assert organisation.registered_on == date(2016, 10, 14)


def test_an_answer_of_the_register_is_not_adopted_after_a_week(session, home):
    organisation, actor = home
    organisation.siret = ENTRY.siret
    services.keep_answer(session, ENTRY.siret, ENTRY, now=NOW)
    late = NOW + timedelta(days=8)
    with pytest.raises(Refused, match="register_not_asked"):
        services.adopt_answer(session, organisation.id, ["rna"], actor=actor, now=late)


def test_a_declaration_is_added_and_the_former_one_stays(session, home):
    organisation, actor = home
    services.declare(session, organisation.id, D.TAXES, actor=actor, now=NOW)
    later = NOW + timedelta(days=400)
    services.declare(session, organisation.id, D.TAXES, actor=actor, now=later)
    assert len(session.scalars(select(Declaration)).all()) == 2
    last = declarations.last_declarations(session, organisation.id, viewer=actor)
    assert last[D.TAXES].declared_at == later
    stranger = acting_as(session, a_person(session))
    assert declarations.last_declarations(session, organisation.id, viewer=stranger) == {}


def test_a_company_does_not_sign_the_republican_contract(session):
    person = a_person(session)
    label = "SAS, société par actions simplifiée"
    company = an_organisation(session, representative=person, legal_form="5710", legal_label=label)
    actor = acting_as(session, person)
    with pytest.raises(Refused, match="contract_not_for_you"):
        services.declare(session, company.id, D.REPUBLICAN_CONTRACT, actor=actor, now=NOW)
    services.declare(session, company.id, D.TAXES, actor=actor, now=NOW)


@pytest.mark.parametrize(("role", "error"), [(R.TREASURER, Forbidden), (R.EDITOR, Forbidden)])
def test_only_a_representative_declares(session, home, role, error):
    organisation, _ = home
    member = acting_as(session, a_member(session, organisation, role))
    with pytest.raises(error):
        services.declare(session, organisation.id, D.TAXES, actor=member, now=NOW)


def an_aid_of(session, organisation, actor, **changes):
    given = {
        "funder_name": "Région",
        "amount_cents": 10_000_00,
        "granted_on": date(2018, 1, 1),
        "regime": AidRegime.DE_MINIMIS,
    }
    received = services.Received(**{**given, **changes})
    return services.declare_aid(session, organisation.id, received, actor=actor, now=NOW)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount_cents": 0}, "people.aid_amount_wrong"),
        ({"granted_on": date(2018, 10, 2)}, "people.aid_in_future"),
        ({"granted_on": date(2015, 9, 30)}, "people.aid_too_old"),
    ],
)
def test_an_aid_that_cannot_be_is_refused(session, home, changes, code):
    with pytest.raises(Refused, match=code):
        an_aid_of(session, *home, **changes)


def test_a_treasurer_lists_aid_and_takes_it_back_and_it_stays_as_history(session, home):
    organisation, actor = home
    treasurer = acting_as(session, a_member(session, organisation, R.TREASURER))
    editor = acting_as(session, a_member(session, organisation, R.EDITOR))
    with pytest.raises(Forbidden):
        an_aid_of(session, organisation, editor)
    row = an_aid_of(session, organisation, treasurer)
    for _ in range(2):
        services.remove_aid(session, organisation.id, row.id, actor=treasurer, now=NOW)
    assert declarations.declared_aids(session, organisation.id, viewer=actor, now=NOW) == []
    assert (row.removed_at, row.removed_by) == (NOW, treasurer.id)
    assert kinds(session).count("organisation.aid_removed") == 1


def test_anothers_aid_is_unknown(session, home):
    _, actor = home
    person = a_person(session)
    other = an_organisation(session, representative=person)
    row = an_aid(session, other.id, by=person)
    with pytest.raises(Unknown):
        services.remove_aid(session, home[0].id, row.id, actor=actor, now=NOW)
    assert declarations.declared_aids(session, other.id, viewer=actor, now=NOW) == []


@pytest.mark.parametrize(
    "change",
    [
        "seat_qpv = true",  # nobody said how it is known
        "seat_qpv_known = 'declared'",
        "seat_qpv = true, seat_qpv_known = 'guessed'",
        "seat_qpv = true, seat_qpv_known = 'declared', seat_qpv_code = 'QN1'",
        "seat_qpv = false, seat_qpv_known = 'declared', seat_qpv_code = 'QN06302I'",
        "place_city = 'Thiers'",
        "place_city = 'Thiers', place_postcode = '63'",
        "employees = -1",
        "approvals = '{}'",
        "local_register = ''",
    ],
)
def test_the_database_refuses_what_makes_no_sense(session, home, change):
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text(f"UPDATE organisation SET {change} WHERE id = :id"), {"id": home[0].id}
        )
