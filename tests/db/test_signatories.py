"""Who signs an agreement for the authority: by right, by delegation, until when, up to what."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from build.clock import NOW
from build.decisions import a_deliberation, a_scene, an_award, recused
from build.people import acting_as
from build.signing import documented, lets_sign, may_sign, presiding, signed_by
from grants.agreements import services
from grants.agreements.models import AgreementSignature, Side
from grants.agreements.signing import OneTimeCode
from grants.councils import queries as councils
from grants.councils import services as entrusting
from grants.councils.models import CouncilSeat, SigningDelegation
from grants.councils.services import Entrusted
from grants.decisions.models import Decision
from grants.decisions.services import acknowledge
from grants.kernel.access import FunderRole
from grants.kernel.errors import Refused, Unknown
from grants.kernel.money import Cents

TODAY = date(2018, 10, 1)
DAY = timedelta(days=1)
AMOUNT = 2_400_000
CODES = OneTimeCode("s" * 32)
ACT = {
    "name": "Ana Sel",
    "function": "la directrice",
    "given_for": "la présidente",
    "number": "ARR2018-7",
    "act_on": TODAY - 20 * DAY,
    "executory_on": TODAY - 10 * DAY,
}


@pytest.fixture
def scene(session):
    return a_scene(session, applications=1)


@pytest.fixture
def signed(session, scene):
    """An agreement of 24 000 € that its beneficiary has signed; the act's id."""
    voted = a_deliberation(session, scene, an_award(scene, amount=AMOUNT), announced=True)
    applicant = acting_as(session, scene.author)
    acknowledge(session, scene.applications[0].id, voted.id, actor=applicant, now=NOW)
    award = session.scalars(select(Decision.id).where(Decision.deliberation_id == voted.id)).one()
    made = services.draft(session, award, text="Article 1.", actor=scene.officer, now=NOW)
    session.refresh(made, ["acts"])
    act_id = made.acts[0].id
    services.send(session, act_id, actor=scene.officer, now=NOW)
    documented(session, act_id)
    signed_by(session, act_id, Side.BENEFICIARY, applicant, CODES)
    return act_id


def countersigning(session, act_id, actor, now=NOW):
    asked = services.ask_code(session, act_id, Side.AUTHORITY, actor=actor, now=now)
    who = {"actor": actor, "now": now}
    proof = services.prove(
        session, act_id, Side.AUTHORITY, answer=CODES.code(asked.id), provider=CODES, **who
    )
    said = {"name": "Qui Veut", "capacity": "présidente"}
    return services.sign(session, act_id, Side.AUTHORITY, proof=proof, **said, **who)


def entrusted(session, scene, **other):
    act = Entrusted(**{**ACT, **other})
    return entrusting.entrust(session, scene.funder.id, act, actor=scene.officer, now=NOW)


def on_paper(session, act_id, row):
    """A signature for the authority, written without asking anybody."""
    session.execute(
        text(
            "INSERT INTO agreement_signature (id, act_id, version_id, side, method, name, capacity,"
            " person_id, sha256, signed_at, delegation_id, entitled_on) SELECT gen_random_uuid(),"
            " act_id, version_id, 'authority', 'paper', :name, 'x', person_id, sha256, signed_at,"
            " :delegation, :day FROM agreement_signature WHERE act_id = :act"
        ),
        {"name": row.name, "delegation": row.id, "day": TODAY, "act": act_id},
    )


def test_an_officer_signs_for_the_authority_by_no_right_of_their_own(session, scene, signed):
    with pytest.raises(Refused, match=r"agreement\.countersign\.nobody_presides"):
        countersigning(session, signed, scene.officer)
    seat = presiding(session, scene.funder.id)
    with pytest.raises(Refused, match=r"agreement\.countersign\.not_entitled") as refused:
        countersigning(session, signed, scene.officer)
    assert refused.value.facts["who"] == seat.name
    lets_sign(session, signed, scene.officer.id)
    act = countersigning(session, signed, scene.officer)
    of_us = next(one for one in act.signatures if one.side is Side.AUTHORITY)
    assert (of_us.name, of_us.capacity) == (
        scene.officer.name,
        "Pour la présidente et par délégation, la directrice de l’économie"
        " (arrêté n° ARR2014-031 du 2 mai 2014)",
    )
    assert of_us.evidence["trail"][-1]["capacity"] == of_us.capacity
    assert (act.state, of_us.entitled_on) == ("countersigned", TODAY)


def test_whoever_presides_signs_by_right_and_under_their_name(session, scene, signed):
    elected = scene.actors[FunderRole.ELECTED]
    seat = presiding(session, scene.funder.id, elected.id)
    act = countersigning(session, signed, elected)
    of_us = next(one for one in act.signatures if one.side is Side.AUTHORITY)
    assert (of_us.name, of_us.capacity, of_us.seat_id) == (seat.name, "présidente", seat.id)


def test_whoever_is_recused_does_not_sign(session, scene, signed):
    lets_sign(session, signed, scene.officer.id)
    away = recused(scene.officer, scene.applications[0])
    with pytest.raises(Unknown):
        countersigning(session, signed, away)


CASES = [
    ({}, True),
    ({"from_on": TODAY}, True),
    ({"from_on": TODAY + DAY}, False),
    ({"until_on": TODAY}, True),
    ({"until_on": TODAY - DAY}, False),
    ({"ceiling_cents": Cents(AMOUNT)}, True),
    ({"ceiling_cents": Cents(AMOUNT - 1)}, False),
]


@pytest.mark.parametrize(("given", "may"), CASES)
def test_the_register_and_postgresql_agree_on_days_and_ceilings(session, scene, signed, given, may):
    presiding(session, scene.funder.id)
    row = entrusted(session, scene, **given)
    found = councils.signatories(session, scene.funder.id, on=TODAY, cents=AMOUNT)
    assert (row.id in [one.id for one in found]) is may
    if may:
        on_paper(session, signed, row)
    else:
        with pytest.raises(DBAPIError, match="nobody who signs"), session.begin_nested():
            on_paper(session, signed, row)


@pytest.mark.parametrize("ends", [TODAY, TODAY + DAY])
@pytest.mark.parametrize("by", ["revocation", "term"])
def test_a_delegation_ends_by_its_revocation_or_with_a_term(session, scene, signed, by, ends):
    may = ends > TODAY
    seat = presiding(session, scene.funder.id)
    row = entrusted(session, scene)
    who = {"actor": scene.officer, "now": NOW}
    if by == "revocation":
        entrusting.revoke_signing(session, row.id, on=ends, number="ARR2018-9", **who)
    else:
        entrusting.unseat(session, seat.id, until=ends, **who)
    found = councils.signatories(session, scene.funder.id, on=TODAY, cents=AMOUNT)
    assert (row.id in [one.id for one in found]) is may
    if may:
        on_paper(session, signed, row)
    else:
        with pytest.raises(DBAPIError, match="nobody who signs"), session.begin_nested():
            on_paper(session, signed, row)


def test_what_is_not_euros_asks_for_a_delegation_without_a_ceiling(session, scene):
    presiding(session, scene.funder.id)
    bounded = entrusted(session, scene, ceiling_cents=Cents(10**9))
    free = entrusted(session, scene, number="ARR2018-8")
    found = councils.signatories(session, scene.funder.id, on=TODAY, cents=None)
    assert [one.id for one in found if one.delegation_id] == [free.id]
    assert bounded.id != free.id


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"function": " "}, "signing.unnamed"),
        ({"name": ""}, "signing.unnamed"),
        ({"executory_on": TODAY - 21 * DAY}, "signing.executory_before_act"),
        ({"executory_on": TODAY + DAY}, "signing.executory_to_come"),
        ({"from_on": TODAY - 11 * DAY}, "signing.begins_before_executory"),
        ({"until_on": TODAY - 11 * DAY}, "signing.ends_before_it_begins"),
        ({"act_on": date(2014, 4, 3)}, "signing.nobody_presides"),
    ],
)
def test_a_delegation_is_recorded_as_its_act_says(session, scene, given, code):
    presiding(session, scene.funder.id)
    with pytest.raises(Refused) as refused:
        entrusted(session, scene, **given)
    assert refused.value.code == code


def test_nobody_records_a_delegation_to_themselves(session, scene):
    seat = presiding(session, scene.funder.id, scene.people[FunderRole.ELECTED].id)
    for person, code in (
        (scene.officer.id, "signing.oneself"),
        (seat.person_id, "signing.president_signs_already"),
        (scene.author.id, "signing.not_of_the_authority"),
    ):
        with pytest.raises(Refused) as refused:
            entrusted(session, scene, person_id=person)
        assert refused.value.code == code
    with pytest.raises(Unknown):
        entrusting.entrust(
            session,
            scene.funder.id,
            Entrusted(**ACT),
            actor=scene.actors[FunderRole.AUDITOR],
            now=NOW,
        )
    entrusted(session, scene)
    with pytest.raises(Refused, match=r"signing\.recorded"):
        entrusted(session, scene)
    for statement in (
        "UPDATE signing_delegation SET recorded_by = :me, person_id = :me",
        "UPDATE signing_delegation SET name = 'Autre'",
        "UPDATE signing_delegation SET ceiling_cents = 5",
        "DELETE FROM signing_delegation",
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement), {"me": scene.officer.id})


def test_a_delegation_is_not_taken_back_from_under_a_signature(session, scene, signed):
    delegation = lets_sign(session, signed, scene.officer.id)
    countersigning(session, signed, scene.officer)
    who = {"actor": scene.officer, "now": NOW}
    with pytest.raises(Refused, match=r"signing\.used_since"):
        entrusting.revoke_signing(session, delegation, on=TODAY, number="ARR-9", **who)
    after = TODAY + DAY
    row = entrusting.revoke_signing(session, delegation, on=after, number="ARR-9", **who)
    assert (row.revoked_on, row.revoked_by) == (after, scene.officer.id)
    entrusting.revoke_signing(session, delegation, on=TODAY, number="ARR-10", **who)
    kept = session.get_one(SigningDelegation, delegation)
    assert (kept.revoked_on, kept.revoked_number) == (after, "ARR-9")


def test_a_paper_names_who_might_sign_on_its_day(session, scene):
    presiding(session, scene.funder.id)
    row = entrusted(session, scene, from_on=TODAY - DAY)
    voted = a_deliberation(session, scene, an_award(scene, amount=AMOUNT), announced=True)
    reader = acting_as(session, scene.author)
    acknowledge(session, scene.applications[0].id, voted.id, actor=reader, now=NOW)
    award = session.scalars(select(Decision.id).where(Decision.deliberation_id == voted.id)).one()
    who = {"actor": scene.officer, "now": NOW}
    made = services.draft(session, award, text="Article 1.", **who)
    session.refresh(made, ["acts"])
    act_id = made.acts[0].id
    services.send(session, act_id, **who)
    paper = {"beneficiary": ("Zoé", "présidente"), "authority": row.id, "evidence": {}}
    for day, code in (
        (TODAY + DAY, "agreement.day_to_come"),
        (TODAY - 2 * DAY, "agreement.countersign.not_entitled"),
    ):
        with pytest.raises(Refused) as refused:
            services.sign_on_paper(session, act_id, signed_on=day, **paper, **who)
        assert refused.value.code == code
    services.sign_on_paper(session, act_id, signed_on=TODAY - DAY, **paper, **who)
    kept = session.scalars(
        select(AgreementSignature).where(AgreementSignature.side == Side.AUTHORITY)
    ).one()
    assert (kept.name, kept.delegation_id) == ("Ana Sel", row.id)


def test_one_line_of_the_register_serves_one_authority(session, scene, signed):
    other = a_scene(session, applications=1)
    row = may_sign(session, other.funder.id, scene.officer.id)
    assert session.get_one(CouncilSeat, row.given_by_id).funder_id == other.funder.id
    presiding(session, scene.funder.id)
    with pytest.raises(DBAPIError, match="nobody who signs"), session.begin_nested():
        on_paper(session, signed, row)
    with pytest.raises(Refused, match=r"not_entitled"):
        countersigning(session, signed, scene.officer)
