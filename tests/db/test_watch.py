"""The watch over real decisions: sums, linked companies, cancellations, overrides, walls."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from build.clock import NOW
from build.decisions import a_deliberation, a_scene, an_award, recused
from build.people import a_person, a_siret, acting_as, an_organisation
from build.vault import an_aid
from grants.applications.models import Application
from grants.calls.models import Call
from grants.decisions.models import Decision, Instrument, Outcome
from grants.decisions.services import Wanted, make_executory, propose
from grants.kernel.access import SYSTEM
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.money import Amount, Cents
from grants.ledger import services as ledger
from grants.ledger.operations import Section
from grants.people.models import AidRegime, Organisation
from grants.watch import queries, services
from grants.watch.counting import Verdict
from grants.watch.law import Watched
from grants.watch.models import Override
from grants.watch.queries import Line
from grants.watch.services import Declared

ON = date(2018, 9, 28)
REASON = "Aide notifiée à part, voir le courrier du préfet."


def a_line(scene, nth=0, euros=10_000, instrument=Instrument.GRANT):
    return Line(
        application_id=scene.applications[nth].id,
        funder_id=scene.funder.id,
        instrument=instrument,
        amount=Amount(euros * 100),
        envelope_id=scene.envelope_id,
    )


def require(session, scene, *lines, on=ON):
    return services.require_lawful(session, lines, on=on, actor=scene.officer, now=NOW)


def margin_of(standing, key):
    return next(one for one in standing.margins if one.law.key is key)


def same_applicant(session, scene):
    """Let the second application be another one of the first applicant's."""
    first, second = scene.applications[:2]
    second.organisation_id, second.author_id = first.organisation_id, first.author_id
    session.flush()
    session.expire(second)


def a_proposal(session, scene, euros, nth=0):
    line = a_line(scene, nth, euros)
    wanted = Wanted(
        application_id=line.application_id,
        outcome=Outcome.AWARD,
        instrument=line.instrument,
        amount=line.amount,
        envelope_id=line.envelope_id,
    )
    propose(session, scene.call.id, scene.funder.id, wanted=[wanted], actor=scene.officer, now=NOW)


@pytest.fixture
def scene(session: Session):
    return a_scene(session, voted=100_000_000)


def test_a_second_grant_passes_23_000_and_a_cancellation_brings_it_back(session, scene):
    same_applicant(session, scene)
    a_deliberation(session, scene, an_award(scene, amount=1_500_000), executory=True)
    (found,) = require(session, scene, a_line(scene, 1, 8_001))
    margin = margin_of(found, Watched.AGREEMENT)
    assert (margin.counted, margin.left, margin.verdict) == (15_000_00, -100, Verdict.WARNED)
    award = session.scalars(select(Decision.id)).one()
    ledger.book(
        session,
        "decommit",
        [ledger.Movement(scene.envelope_id, 500_000, award)],
        key="cancelled",
        on=ON,
        reason="Action annulée",
        actor=SYSTEM,
        now=NOW,
    )
    (found,) = require(session, scene, a_line(scene, 1, 8_001))
    margin = margin_of(found, Watched.AGREEMENT)
    assert (margin.counted, margin.verdict) == (10_000_00, Verdict.CLEAR)


def test_a_vote_typed_late_counts_what_became_executory_meanwhile(session, scene):
    same_applicant(session, scene)
    act = a_deliberation(session, scene, an_award(scene, amount=1_500_000))
    make_executory(session, act.id, on=date(2018, 9, 30), actor=scene.officer, now=NOW)
    early = date(2018, 9, 1)
    for typed, counted in (("2018-09-29", 0), ("2018-09-30", 15_000_00)):
        now = datetime.fromisoformat(f"{typed}T12:00:00+00:00")
        line = a_line(scene, 1, 8_001)
        (found,) = services.require_lawful(session, [line], on=early, actor=scene.officer, now=now)
        assert margin_of(found, Watched.DE_MINIMIS).counted == counted


def test_two_lines_of_one_vote_count_together(session, scene):
    same_applicant(session, scene)
    first, second = require(session, scene, a_line(scene, 0, 15_000), a_line(scene, 1, 15_000))
    assert margin_of(first, Watched.AGREEMENT).verdict is Verdict.CLEAR
    assert margin_of(second, Watched.AGREEMENT).total == 30_000_00


def test_declared_aid_refuses_what_passes_the_ceiling_and_says_what_would_not(session, scene):
    organisation = scene.applications[0].organisation
    an_aid(session, organisation.id, by=scene.author, euros=195_000, granted_on=date(2016, 1, 1))
    require(session, scene, a_line(scene, euros=5_000))
    with pytest.raises(Refused, match=r"^watch\.de_minimis$") as refused:
        require(session, scene, a_line(scene, euros=5_001))
    facts = refused.value.facts
    assert (facts["most_cents"], facts["threshold_cents"]) == (5_000_00, 200_000_00)
    # Three years and a day later that aid is over, and the ceiling is another one since 2024.
    require(session, scene, a_line(scene, euros=5_001), on=date(2019, 1, 2))
    require(session, scene, a_line(scene, euros=300_000), on=date(2026, 1, 2))
    with pytest.raises(Refused):
        require(session, scene, a_line(scene, euros=300_001), on=date(2026, 1, 2))


@pytest.mark.parametrize("helped", [0, 1])
def test_linked_companies_are_one_undertaking_in_both_directions(session, scene, helped):
    """The first declares the second; whichever of them was helped, the other one is full."""
    first, second = (one.organisation for one in scene.applications[:2])
    given, other = (first, 1) if helped == 0 else (second, 0)
    an_aid(session, given.id, by=scene.author, euros=195_000, granted_on=date(2017, 1, 1))
    require(session, scene, a_line(scene, other, euros=6_000))
    author = acting_as(session, scene.author)
    group = {"siren": second.siret[:9], "name": "Filiale", "actor": author, "now": NOW}
    for _ in range(2):
        services.declare_link(session, first.id, **group)
    with pytest.raises(Refused, match="de_minimis"):
        require(session, scene, a_line(scene, other, euros=6_000))
    (link,) = queries.linked(session, first.id, viewer=author)
    services.remove_link(session, first.id, link.id, actor=author, now=NOW)
    assert queries.linked(session, first.id, viewer=author) == []
    require(session, scene, a_line(scene, other, euros=6_000))


def test_another_establishment_of_the_same_company_counts(session, scene):
    organisation = scene.applications[0].organisation
    other = an_organisation(session, siret=organisation.siret[:9] + "00099")
    an_aid(session, other.id, by=scene.author, euros=200_000, granted_on=date(2017, 1, 1))
    with pytest.raises(Refused, match="de_minimis"):
        require(session, scene, a_line(scene, euros=1))


def test_another_establishment_is_the_same_beneficiary_of_the_year(session, scene):
    first, second = (one.organisation for one in scene.applications[:2])
    second.siret = first.siret[:9] + "00099"
    session.flush()
    a_deliberation(session, scene, an_award(scene, amount=1_500_000), executory=True)
    (found,) = require(session, scene, a_line(scene, 1, 8_001))
    assert margin_of(found, Watched.AGREEMENT).verdict is Verdict.WARNED
    # A company of the group is another beneficiary, though one undertaking.
    second.siret = a_siret()
    session.flush()
    group = {"siren": second.siret[:9], "name": "Filiale", "now": NOW}
    services.declare_link(session, first.id, actor=acting_as(session, scene.author), **group)
    (found,) = require(session, scene, a_line(scene, 1, 8_001))
    assert margin_of(found, Watched.AGREEMENT).counted == 0
    assert margin_of(found, Watched.DE_MINIMIS).counted == 15_000_00
    _, found = require(session, scene, a_line(scene, 0, 1_000), a_line(scene, 1, 8_001))
    assert margin_of(found, Watched.AGREEMENT).counted == 0
    assert margin_of(found, Watched.DE_MINIMIS).counted == 16_000_00


def test_an_award_told_again_by_its_beneficiary_counts_once(session, scene):
    same_applicant(session, scene)
    a_deliberation(session, scene, executory=True)
    organisation = scene.applications[0].organisation
    told = an_aid(session, organisation.id, by=scene.author, granted_on=ON)
    told.funder_name = scene.funder.name.upper()
    session.flush()
    (found,) = require(session, scene, a_line(scene, 1, 1))
    assert margin_of(found, Watched.DE_MINIMIS).counted == 10_000_00


def test_an_aid_under_other_rules_counts_against_no_ceiling(session, scene):
    application = scene.applications[0]
    rule = {"actor": scene.officer, "now": NOW}
    with pytest.raises(Refused, match="reference_missing"):
        services.rule_aid(
            session, application.id, scene.funder.id, regime=AidRegime.EXEMPTED, **rule
        )
    services.rule_aid(session, application.id, scene.funder.id, regime=AidRegime.NONE, **rule)
    (found,) = require(session, scene, a_line(scene, euros=900_000))
    assert {one.law.key for one in found.margins} == {Watched.AGREEMENT, Watched.AUDITOR}
    services.rule_aid(
        session,
        application.id,
        scene.funder.id,
        regime=AidRegime.EXEMPTED,
        reference="SA.111666",
        **rule,
    )
    require(session, scene, a_line(scene, euros=900_000))
    outsider = acting_as(session, a_person(session))
    with pytest.raises(Unknown):
        services.rule_aid(
            session, application.id, scene.funder.id, regime=AidRegime.NONE, actor=outsider, now=NOW
        )


def test_a_person_who_goes_past_a_rule_says_why_and_covers_no_more(session, scene):
    organisation = scene.applications[0].organisation
    an_aid(session, organisation.id, by=scene.author, euros=199_000, granted_on=date(2017, 1, 1))
    a_proposal(session, scene, 2_000)
    about = (scene.applications[0].id, scene.funder.id, Watched.DE_MINIMIS)
    by = {"actor": scene.officer, "now": NOW}
    with pytest.raises(Refused, match="reason_short"):
        services.override(session, *about, reason="Parce que.", **by)
    with pytest.raises(Refused, match="nothing_to_override"):
        services.override(session, *about[:2], Watched.PUBLIC_AID, reason=REASON, **by)
    services.override(session, *about, reason=REASON, **by)
    require(session, scene, a_line(scene, euros=2_000))
    with pytest.raises(Refused, match="de_minimis"):
        require(session, scene, a_line(scene, euros=2_001))
    deliberation = a_deliberation(session, scene, an_award(scene, amount=200_000))
    ((kept, application),) = queries.overridden_in(session, deliberation.id, viewer=scene.officer)
    assert (kept.reason, application.id) == (REASON, scene.applications[0].id)
    hidden = recused(scene.officer, scene.applications[0])
    assert queries.overridden_in(session, deliberation.id, viewer=hidden) == []


@pytest.mark.parametrize("change", ["UPDATE {} SET created_at = now()", "DELETE FROM {}"])
@pytest.mark.parametrize(
    "table", ["watch_override", "aid_ruling", "capital_statement", "instrument_fit"]
)
def test_what_was_answered_for_is_never_rewritten(session, table, change):
    change = change.replace("created_at = now()", "family = ''") if "fit" in table else change
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(change.format(table)))


def test_an_override_without_a_reason_is_refused_by_the_database(session, scene):
    row = Override(
        application_id=scene.applications[0].id,
        funder_id=scene.funder.id,
        rule=Watched.DE_MINIMIS,
        threshold=Cents(1),
        total=Cents(2),
        reason=" " * 30,
        made_at=NOW,
        made_by=scene.officer.id,
    )
    session.add(row)
    with pytest.raises(DBAPIError, match="reason_is_given"), session.begin_nested():
        session.flush()


def test_public_holders_take_half_of_a_cooperative_at_most(session):
    scene = a_scene(session, section=Section.CAPITAL)
    same_applicant(session, scene)
    organisation = scene.applications[0].organisation
    author = acting_as(session, scene.author)
    stake = a_line(scene, euros=10_000, instrument=Instrument.EQUITY)
    with pytest.raises(Refused, match="capital_undeclared"):
        require(session, scene, stake)
    capital = Declared(
        held_on=date(2018, 6, 1), total_cents=Cents(30_000_00), public_cents=Cents(10_000_00)
    )
    services.declare_capital(session, organisation.id, capital, actor=author, now=NOW)
    (found,) = require(session, scene, stake)
    assert [one.verdict for one in found.margins] == [Verdict.CLEAR]
    with pytest.raises(Refused, match="capital_share"):
        require(session, scene, a_line(scene, euros=10_001, instrument=Instrument.EQUITY))
    a_deliberation(session, scene, an_award(scene, amount=1_000_000, instrument=Instrument.EQUITY))
    with pytest.raises(Refused, match="capital_share"):
        require(session, scene, a_line(scene, 1, euros=1, instrument=Instrument.EQUITY))


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ((0, 0, ON), "capital_wrong"),
        ((10, 11, ON), "public_part_wrong"),
        ((10, 5, date(2018, 10, 2)), "capital_in_future"),
    ],
)
def test_a_capital_makes_sense(session, declared, code):
    scene = a_scene(session)
    total, public, day = declared
    declared = Declared(held_on=day, total_cents=Cents(total), public_cents=Cents(public))
    with pytest.raises(Refused, match=code):
        services.declare_capital(
            session,
            scene.applications[0].organisation_id,
            declared,
            actor=acting_as(session, scene.author),
            now=NOW,
        )


def test_public_aid_is_capped_where_the_call_says_so(session, scene):
    application = scene.applications[0]
    rule = {**scene.call.award_rule, "rate_max": 80}
    session.execute(update(Call).where(Call.id == scene.call.id).values(award_rule=rule))
    session.expire_all()
    (found,) = require(session, scene, a_line(scene, euros=1))
    margin = margin_of(found, Watched.PUBLIC_AID)
    assert margin.threshold == 80_00
    assert application.id == found.line.application_id


def test_a_reader_meets_what_is_announced_and_the_service_meets_everything(session, scene):
    same_applicant(session, scene)
    a_deliberation(session, scene, an_award(scene, amount=1_500_000), executory=True)
    first, second = scene.applications[:2]

    def counted(viewer):
        (file,) = queries.margins(session, second.id, on=ON, viewer=viewer)
        return margin_of(file.standing, Watched.DE_MINIMIS).counted

    assert counted(scene.officer) == 15_000_00
    assert counted(recused(scene.officer, first)) == 0
    (found,) = require(session, scene, a_line(scene, 1, 1))
    assert margin_of(found, Watched.DE_MINIMIS).counted == 15_000_00
    with pytest.raises(Unknown):
        queries.margins(session, second.id, on=ON, viewer=recused(scene.officer, second))
    stranger = acting_as(session, a_person(session))
    with pytest.raises(Unknown):
        queries.margins(session, second.id, on=ON, viewer=stranger)


def test_only_its_members_tell_of_an_organisation(session, scene):
    organisation = session.get_one(Organisation, scene.applications[0].organisation_id)
    link = {"siren": "732829320", "name": "Groupe", "now": NOW}
    with pytest.raises(Unknown):
        services.declare_link(session, organisation.id, actor=scene.officer, **link)
    author = acting_as(session, scene.author)
    link["siren"] = organisation.siret[:9]
    with pytest.raises((Refused, Forbidden), match="own_siren"):
        services.declare_link(session, organisation.id, actor=author, **link)


def test_help_in_kind_is_told_in_words_and_counts_what_it_is_valued_at(session, scene):
    application = session.get_one(Application, scene.applications[0].id)
    services.rule_aid(
        session,
        application.id,
        scene.funder.id,
        regime=AidRegime.DE_MINIMIS,
        value_cents=Cents(24_000_00),
        actor=scene.officer,
        now=NOW,
    )
    line = Line(
        application_id=application.id, funder_id=scene.funder.id, instrument=Instrument.IN_KIND
    )
    (found,) = require(session, scene, line)
    assert margin_of(found, Watched.AGREEMENT).verdict is Verdict.WARNED
