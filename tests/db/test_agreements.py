"""Agreements: when the law asks for one, versions, amendments, two signatures, in force."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from build.clock import NOW
from build.decisions import a_deliberation, a_scene, an_award, an_envelope, draws_on, recused
from build.ledger import booked
from build.people import acting_as
from build.signing import documented, lets_sign
from grants.agreements import queries, services
from grants.agreements.comparing import Piece, compare
from grants.agreements.models import Agreement, AgreementAct, AgreementVersion, Side, SigningCode
from grants.agreements.queries import sums
from grants.agreements.signing import OneTimeCode
from grants.decisions.models import Decision, Instrument
from grants.decisions.services import acknowledge
from grants.kernel.errors import Refused, Unknown
from grants.kernel.money import Amount, Cents, Unit
from grants.people.legal_forms import LEGAL_FORMS, Family
from grants.people.models import AidRegime
from grants.watch.services import rule_aid

TODAY = date(2018, 10, 1)
CODES = OneTimeCode("s" * 32)
SIGNED = {"name": "Zoé Présidente", "capacity": "présidente"}


@pytest.fixture
def scene(session):
    return a_scene(session, applications=2)


def same_body(session, scene):
    scene.applications[1].organisation_id = scene.applications[0].organisation_id
    session.flush()


def award(session, scene, nth=0, amount=1_000_000, *, read=True):
    voted = a_deliberation(session, scene, an_award(scene, nth, amount=amount), announced=True)
    if read:
        actor = acting_as(session, scene.authors[nth])
        acknowledge(session, scene.applications[nth].id, voted.id, actor=actor, now=NOW)
    return session.scalars(select(Decision.id).where(Decision.deliberation_id == voted.id)).one()


def drafted(session, scene, decision_id, words="Article 1. Le montant est de 10 000 €."):
    found = services.draft(session, decision_id, text=words, actor=scene.officer, now=NOW)
    session.refresh(found, ["acts"])
    return found, found.acts[0].id


def signing(session, scene, act_id, side=Side.BENEFICIARY, *, answer=None, now=NOW, actor=None):
    documented(session, act_id)
    who = actor or (acting_as(session, scene.author) if side is Side.BENEFICIARY else scene.officer)
    if side is Side.AUTHORITY:
        lets_sign(session, act_id, who.id)
    asked = services.ask_code(session, act_id, side, actor=who, now=now)
    typed = CODES.code(asked.id) if answer is None else answer
    proof = services.prove(session, act_id, side, answer=typed, provider=CODES, actor=who, now=now)
    if proof is None:
        return None
    return services.sign(session, act_id, side, proof=proof, **SIGNED, actor=who, now=now)


def in_force(session, scene, decision_id):
    agreement, act_id = drafted(session, scene, decision_id)
    services.send(session, act_id, actor=scene.officer, now=NOW)
    signing(session, scene, act_id)
    signing(session, scene, act_id, Side.AUTHORITY)
    services.bring_into_force(session, act_id, on=TODAY, actor=scene.officer, now=NOW)
    return agreement, act_id


@pytest.mark.parametrize(
    ("amounts", "due"),
    [((2_300_000,), False), ((2_300_001,), True), ((2_200_000, 100_000), False)],
)
def test_an_agreement_is_due_beyond_23_000_euros(session, scene, amounts, due):
    same_body(session, scene)
    decisions = [
        award(session, scene, nth, amount, read=False) for nth, amount in enumerate(amounts)
    ]
    assert {queries.must_sign(session, one, on=TODAY) for one in decisions} == {due}
    listed = session.execute(queries.awards(viewer=scene.officer, on=TODAY)).all()
    assert len(listed) == (len(decisions) if due else 0)


def test_a_second_small_grant_of_the_year_asks_for_it_too(session, scene):
    first = award(session, scene, 0, 2_200_000)
    assert not queries.must_sign(session, first, on=TODAY)
    same_body(session, scene)
    second = award(session, scene, 1, 100_001, read=False)
    assert queries.must_sign(session, second, on=TODAY)
    assert queries.must_sign(session, first, on=TODAY)
    rows = session.execute(queries.awards(viewer=scene.officer, on=TODAY)).all()
    assert [(one.cents, one.Agreement) for one in rows] == [(2_300_001, None)] * 2
    hidden = recused(scene.officer, scene.applications[1])
    assert len(session.execute(queries.awards(viewer=hidden, on=TODAY)).all()) == 1


def test_what_was_given_back_asks_for_no_agreement(session, scene):
    same_body(session, scene)
    first = award(session, scene, 0, 2_000_000)
    second = award(session, scene, 1, 1_000_000, read=False)
    assert queries.must_sign(session, second, on=TODAY)
    booked(session, "decommit", scene.envelope_id, 1_500_000, first)
    assert not queries.must_sign(session, second, on=TODAY)
    booked(session, "order", scene.envelope_id, 1_000_000, second)
    booked(session, "pay", scene.envelope_id, 1_000_000, second)
    assert not queries.must_sign(session, first, on=TODAY)


def test_help_in_kind_counts_at_its_value(session, scene):
    same_body(session, scene)
    first = award(session, scene, 0, 2_000_000)
    area = an_envelope(session, scene.funder, amount=500, unit=Unit.SQUARE_METRE)
    draws_on(session, scene.call, area, scene.funder)
    desk = an_award(scene, 1, amount=40, instrument=Instrument.FLOOR_AREA, envelope_id=area)
    a_deliberation(session, scene, desk, announced=True)
    assert not queries.must_sign(session, first, on=TODAY)
    rule_aid(
        session,
        scene.applications[1].id,
        scene.funder.id,
        regime=AidRegime.DE_MINIMIS,
        value_cents=Cents(3_000_01),
        actor=scene.officer,
        now=NOW,
    )
    assert queries.must_sign(session, first, on=TODAY)
    assert len(session.execute(queries.awards(viewer=scene.officer, on=TODAY)).all()) == 2


def test_a_body_of_public_law_is_asked_for_none(session, scene):
    decision_id = award(session, scene, 0, 2_400_000)
    assert len(session.execute(queries.awards(viewer=scene.officer, on=TODAY)).all()) == 1
    scene.applications[0].organisation.legal_form = "7210"  # a commune
    session.flush()
    assert not queries.must_sign(session, decision_id, on=TODAY)
    assert session.execute(queries.awards(viewer=scene.officer, on=TODAY)).all() == []
    for form in LEGAL_FORMS:
        assert form.code.startswith(sums.PUBLIC) == (form.family is Family.PUBLIC), form


def test_the_establishments_of_a_body_are_one(session, scene):
    first, second = (one.organisation for one in scene.applications)
    second.siret = first.siret[:9] + "00099"
    session.flush()
    award(session, scene, 0, 2_000_000)
    assert queries.must_sign(session, award(session, scene, 1, 1_000_000, read=False), on=TODAY)


def test_the_year_is_that_in_which_the_act_is_executory(session, scene):
    """The watch counts it so before the vote: what it warned of is what is asked for."""
    same_body(session, scene)
    act = a_deliberation(session, scene, an_award(scene, 0, amount=2_000_000), executory=False)
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(
        text(
            "UPDATE deliberation SET voted_on = '2017-12-20', transmitted_on = '2018-01-05',"
            " published_on = '2018-01-05', made_executory_on = '2018-01-05' WHERE id = :id"
        ),
        {"id": act.id},
    )
    session.execute(text("SET LOCAL session_replication_role = origin"))
    assert queries.must_sign(session, award(session, scene, 1, 1_000_000, read=False), on=TODAY)


def test_from_draft_to_force_and_only_then_is_it_signed(session, scene):
    decision_id = award(session, scene)
    agreement, act_id = drafted(session, scene, decision_id)
    assert drafted(session, scene, decision_id)[0].id == agreement.id
    with pytest.raises(Unknown):
        signing(session, scene, act_id)  # not sent: it is not there for the beneficiary
    services.rewrite(session, act_id, text="Article 1. Autre.", actor=scene.officer, now=NOW)
    services.rewrite(session, act_id, text="Article 1. Autre.", actor=scene.officer, now=NOW)
    services.send(session, act_id, actor=scene.officer, now=NOW)
    with pytest.raises(Refused, match=r"agreement.sent_already"):
        services.rewrite(session, act_id, text="Trop tard.", actor=scene.officer, now=NOW)
    with pytest.raises(Refused, match=r"agreement.countersign.from_sent"):
        signing(session, scene, act_id, Side.AUTHORITY)
    act = signing(session, scene, act_id)
    assert (act.state, queries.signed_for(session, decision_id)) == ("signed", None)
    act = signing(session, scene, act_id, Side.AUTHORITY)
    assert queries.signed_for(session, decision_id).id == act.id
    with pytest.raises(Refused, match=r"agreement.before_signature"):
        services.bring_into_force(
            session, act_id, on=TODAY - timedelta(days=1), actor=scene.officer, now=NOW
        )
    services.bring_into_force(session, act_id, on=TODAY, actor=scene.officer, now=NOW)
    assert (act.state, act.in_force_on) == ("in_force", TODAY)
    versions = session.scalars(select(AgreementVersion.number)).all()
    assert sorted(versions) == [1, 2]
    signatures = [(one.side, one.sha256, one.evidence["tries"]) for one in act.signatures]
    assert signatures == [(side, act.latest.sha256, 1) for side in Side]


def test_nothing_is_sent_before_the_decision_was_read(session, scene):
    _, act_id = drafted(session, scene, award(session, scene, read=False))
    with pytest.raises(Refused, match=r"agreement.decision_not_read"):
        services.send(session, act_id, actor=scene.officer, now=NOW)


def test_a_wrong_late_or_used_code_signs_nothing(session, scene):
    _, act_id = drafted(session, scene, award(session, scene))
    services.send(session, act_id, actor=scene.officer, now=NOW)
    assert signing(session, scene, act_id, answer="12345") is None
    applicant = acting_as(session, scene.author)
    asked = services.ask_code(session, act_id, Side.BENEFICIARY, actor=applicant, now=NOW)
    late = NOW + timedelta(minutes=15)

    def prove(answer, now=NOW):
        return services.prove(
            session, act_id, Side.BENEFICIARY, answer=answer, provider=CODES, actor=applicant,
            now=now,
        )  # fmt: skip

    right = CODES.code(asked.id)
    assert prove(right, late) is None
    assert prove(right, late - timedelta(seconds=1)) is not None
    for _ in range(3):
        assert prove("") is None
    assert prove(right) is None  # five tries were made
    assert session.get_one(SigningCode, asked.id).tries == 6
    with pytest.raises(Unknown):
        signing(session, scene, act_id, actor=acting_as(session, scene.authors[1]))


def test_an_amendment_keeps_the_original_amount(session, scene):
    agreement, _ = in_force(session, scene, award(session, scene))

    def amend(amount, why="Le projet est réduit."):
        return services.amend(
            session, agreement.id, amount=Amount(amount), object=why, text="Avenant.",
            actor=scene.officer, now=NOW,
        )  # fmt: skip

    with pytest.raises(Refused, match=r"agreement.amount_above_award"):
        amend(1_000_001)
    with pytest.raises(Refused, match=r"agreement.object_missing"):
        amend(800_000, " ")
    amended = amend(800_000)
    session.expire(agreement)
    whole = queries.agreement(session, agreement.id, viewer=scene.officer)
    assert (whole.original_amount, queries.amount_in_force(whole)) == (1_000_000, 1_000_000)
    services.send(session, amended.id, actor=scene.officer, now=NOW)
    services.sign_on_paper(
        session, amended.id, beneficiary=("Zoé", "présidente"),
        authority=lets_sign(session, amended.id, scene.officer.id),
        evidence={"paper": "ABC"}, actor=scene.officer, now=NOW,
    )  # fmt: skip
    services.bring_into_force(session, amended.id, on=TODAY, actor=scene.officer, now=NOW)
    session.expire_all()
    whole = queries.agreement(session, agreement.id, viewer=scene.officer)
    assert (whole.original_amount, queries.amount_in_force(whole)) == (1_000_000, 800_000)
    assert [one.amount for one in whole.acts] == [1_000_000, 800_000]


def test_postgresql_keeps_texts_amounts_and_signatures_whoever_writes(session, scene):
    agreement, act_id = drafted(session, scene, award(session, scene))
    services.send(session, act_id, actor=scene.officer, now=NOW)
    unsigned = text("UPDATE agreement_act SET state = 'signed'")
    with pytest.raises(DBAPIError, match=r"a signature is missing"), session.begin_nested():
        session.execute(unsigned)
    signing(session, scene, act_id)
    session.flush()
    insert = (
        "INSERT INTO agreement_version (id, act_id, number, text, sha256, kept_by, kept_at)"
        " SELECT gen_random_uuid(), act_id, 9, 'x', encode(sha256('x'), 'hex'), kept_by, kept_at"
        " FROM agreement_version LIMIT 1"
    )
    for statement in (
        "UPDATE agreement SET original_amount = 1",
        "UPDATE agreement_version SET text = 'autre'",
        "UPDATE agreement_signature SET name = 'Autre'",
        "DELETE FROM agreement_signature",
        "UPDATE agreement_act SET amount = 1",
        "UPDATE agreement_act SET state = 'countersigned'",
        insert,
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement))
    assert session.get_one(Agreement, agreement.id).original_amount == 1_000_000
    assert session.get_one(AgreementAct, act_id).state == "signed"


def test_two_versions_are_compared_word_by_word():
    before, after = "Le montant est de 10 000 euros.", "Le montant est de 8 000 euros, net."
    assert list(compare(before, after)) == [
        Piece("same", "Le montant est de "),
        Piece("gone", "10"),
        Piece("new", "8"),
        Piece("same", " 000 euros"),
        Piece("new", ", net"),
        Piece("same", "."),
    ]
