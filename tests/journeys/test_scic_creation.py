"""SCIC: stakes of exactly 10 000 € from a capital envelope; nobody's browser runs a script."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from build.people import acting_as
from grants.applications.models import Application
from grants.demo.answers import Answers
from grants.demo.cast import SCICS
from grants.kernel.access import FunderRole
from grants.kernel.money import Cents
from grants.ledger.operations import Section
from grants.people.models import Person
from grants.watch import services as watch
from grants.watch.services import Declared
from journeys import applying, officiating, paying
from journeys.houses import a_house
from journeys.officiating import CALLS, Proposal

pytestmark = pytest.mark.slow
SLUG, SCHEME = "creation-de-scic-2018", "scic_creation"
LEAD, SECOND, THIRD = SCICS[:3]
VOTED_ON = date(2018, 11, 9)
STAKE = Proposal("award", "equity", "10 000", label="Prise de participation")


def test_scic_creation_from_the_call_to_the_shares_without_scripts(stage):
    stage.move_to(datetime(2018, 10, 1, 8, tzinfo=UTC))
    house = a_house(
        stage,
        "puys",
        "Métropole des Puys",
        envelope="Participations",
        voted=2_000_000,
        section=Section.CAPITAL,
    )
    officer = house.visitor(stage, FunderRole.OFFICER, scripts=False)
    call_id = officiating.publish(
        officer,
        "Création de SCIC",
        edition="2018",
        slug=SLUG,
        opens=date(2018, 10, 1),
        closes=date(2018, 10, 20),
        choices={"funder_clermont": house.name, "envelope_participations": house.envelope},
    )
    applicant = stage.visitor(scripts=False)
    applying.sign_up(stage, applicant, LEAD, slug=SLUG)
    applying.add_structure(applicant, LEAD, rank=310)
    draft = applying.begin(applicant)
    answers = Answers(LEAD, SCHEME, date(2018, 10, 1))
    applying.fill_in(applicant, draft, answers, answers.sections)
    applying.submit(applicant, draft)
    drafts = {LEAD.organisation: draft} | applying.others_apply(
        stage, [SECOND, THIRD], slug=SLUG, scheme=SCHEME, first_rank=311
    )

    declare_capital(stage, drafts.values())
    stage.move_to(datetime(2018, 11, 9, 17, tzinfo=UTC))
    house.back(stage, officer, FunderRole.OFFICER)
    officiating.admit_all(officer, call_id)
    decide(officer, call_id, drafts)

    stage.move_to(datetime(2018, 11, 19, 9, tzinfo=UTC))
    house.back(stage, officer, FunderRole.OFFICER)
    stage.enter(applicant, stage.person(LEAD.person.email))
    paying.take_note(applicant, draft, "10 000,00 €")
    paying.read_letter(stage, applicant, draft)
    paying.claim(applicant, draft)
    paying.certify(officer, LEAD.title)
    finance = paying.pay(stage, house, on=date(2018, 11, 19), scripts=False)
    paying.picture(finance, house, paid="10 000,00 €", committed="10 000,00 €", available="0,00 €")
    applicant.goto(f"/resultats?appel={SLUG}").says(LEAD.title, SECOND.title, "10 000,00 €")
    assert THIRD.title not in applicant.text()


def declare_capital(stage, drafts):
    """Each cooperative tells its capital, without which no share of it is taken."""
    declared = Declared(
        held_on=date(2018, 10, 1), total_cents=Cents(42_000_00), public_cents=Cents(5_000_00)
    )
    with stage.session() as session:
        for draft in drafts:
            application = session.get_one(Application, UUID(draft[-36:]))
            author = acting_as(session, session.get_one(Person, application.author_id))
            by = {"actor": author, "now": stage.clock.now()}
            watch.declare_capital(session, application.organisation_id, declared, **by)


def decide(officer, call_id, drafts):
    """Three stakes are one too many for the envelope; two and a refusal are adopted."""
    ids = {one.title: UUID(drafts[one.organisation][-36:]) for one in (LEAD, SECOND, THIRD)}
    table = f"{CALLS}/{call_id}/decision"
    officiating.propose(officer, table, dict.fromkeys(ids.values(), STAKE))
    vote = officiating.vote_of("DEL20181109_012", "Participations dans des SCIC", VOTED_ON)
    officiating.enter_vote(officer, vote, status=409)
    officer.says("L’enveloppe « Participations » ne suffit pas", "il manque 10 000,00 €")
    refusal = Proposal("refusal", reason="Trois catégories d’associés ne sont pas réunies.")
    officiating.propose(officer, table, {ids[THIRD.title]: refusal})
    officiating.enter_vote(officer, vote).says("Adoptée à l’unanimité")
    officiating.announce(officer, executory_on=VOTED_ON, plans=2)
