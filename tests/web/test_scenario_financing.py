"""Several funders, one application: opinions, what one gives less, who covers it, and the cap."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, text

from build.clock import NOW
from build.decisions import (
    HELD_ON,
    a_deliberation,
    a_scene,
    an_award,
    an_envelope,
    draws_on,
    recused,
)
from build.ledger import booked
from build.people import a_funder, a_funder_member, acting_as
from build.reading import words
from grants.calls.models import CallFunder, FormRevision
from grants.decisions.models import Decision, Instrument, Outcome
from grants.decisions.services import Wanted, propose
from grants.kernel.access import FunderRole
from grants.kernel.errors import Refused, Unknown
from grants.kernel.money import Amount, Unit
from grants.people.models import Person
from grants.scenarios.models import Source, View
from grants.scenarios.queries.financing import plan
from grants.scenarios.services import financing
from grants.scenarios.services.editing import promised_by_others
from grants.watch.queries import Line
from grants.watch.services import require_lawful

BUDGET = {
    "charges": [{"account": "60", "label": "Achats", "amount": 20_000}],
    "products": [
        {"account": "70", "label": "Ventes", "amount": 4_500},
        {"account": "74", "label": "Nous et l’État", "amount": 15_500},
    ],
}
PLAN = {"key": "plan", "type": "budget", "label_fr": "B", "label_en": "B", "required": False}


@pytest.fixture
def scene(session):
    """12 500 € asked of two funders, of a project of 20 000 € that the State gives 3 000 €."""
    scene = a_scene(session, applications=1)
    other = a_funder(session, name="Région des Monts")
    session.add(CallFunder(call_id=scene.call.id, funder_id=other.id, position=9, is_lead=False))
    session.flush()
    draws_on(session, scene.call, envelope := an_envelope(session, other), other)
    scene.call.award_rule = {**scene.call.award_rule, "rate_max": 80}
    revision = session.get_one(FormRevision, scene.call.current_revision_id)
    first, *rest = revision.document["sections"]
    session.execute(text("SET LOCAL session_replication_role = replica"))
    revision.document = {"sections": [{**first, "fields": [*first["fields"], PLAN]}, *rest]}
    one = scene.applications[0]
    one.answers = {**one.answers, "plan": BUDGET, "budget": BUDGET}
    session.flush()
    session.execute(text("SET LOCAL session_replication_role = origin"))
    session.expire_all()
    scene.other, scene.theirs = other, envelope
    scene.region = acting_as(session, a_funder_member(session, other, FunderRole.OFFICER))
    return scene


def promised(session, scene, amount):
    wanted = Wanted(
        application_id=scene.applications[0].id,
        outcome=Outcome.AWARD,
        instrument=Instrument.GRANT,
        amount=Amount(amount),
        envelope_id=scene.theirs,
    )
    propose(session, scene.call.id, scene.other.id, wanted=[wanted], actor=scene.region, now=NOW)


def read(session, scene, viewer=None):
    return plan(session, scene.applications[0].id, viewer=viewer or scene.officer)


def covers(session, scene, amount, source=Source.OWN):
    return financing.cover(
        session,
        scene.applications[0].id,
        source=source,
        amount=Amount(amount),
        note="",
        actor=scene.officer,
        now=NOW,
    )


def test_the_plan_adds_up_whoever_says_what(session, scene):
    found = read(session, scene)
    assert (found.asked, found.given, found.missing, found.is_said) == (
        1_250_000,
        0,
        1_250_000,
        False,
    )
    assert (found.charges, found.own, found.other_aid) == (2_000_000, 450_000, 300_000)
    promised(session, scene, 400_000)
    a_deliberation(session, scene, an_award(scene, 0, amount=700_000))
    found = read(session, scene, scene.region)
    assert (found.given, found.missing, found.is_said) == (1_100_000, 150_000, True)
    assert [(one.amount, one.decided) for one in found.parts] == [
        (700_000, True),
        (400_000, False),
    ]
    assert (found.public_aid, found.aid_limit, found.over_limit) == (1_400_000, 1_600_000, 0)


def test_what_was_given_back_is_missing_again_and_a_room_is_no_euro(session, scene):
    promised(session, scene, 400_000)
    act = a_deliberation(session, scene, an_award(scene, 0, amount=700_000), executory=True)
    award = session.scalars(select(Decision.id).where(Decision.deliberation_id == act.id)).one()
    booked(session, "decommit", scene.envelope_id, 200_000, award)
    found = read(session, scene)
    assert (found.given, found.missing) == (900_000, 350_000)
    one, unit = scene.applications[0].id, scene.call.unit
    assert promised_by_others(session, one, scene.other.id, unit) == 500_000
    area = an_envelope(session, scene.funder, amount=500, unit=Unit.SQUARE_METRE)
    draws_on(session, scene.call, area, scene.funder)
    desk = an_award(scene, 0, amount=40, instrument=Instrument.FLOOR_AREA, envelope_id=area)
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.add(
        Decision(
            deliberation_id=act.id,
            position=2,
            application_id=one,
            funder_id=scene.funder.id,
            outcome=desk.outcome,
            instrument=desk.instrument,
            amount=desk.amount,
            unit=Unit.SQUARE_METRE,
            envelope_id=area,
        )
    )
    session.flush()
    session.execute(text("SET LOCAL session_replication_role = origin"))
    assert read(session, scene).given == 900_000
    assert promised_by_others(session, one, scene.other.id, unit) == 500_000


def test_what_is_missing_is_covered_within_bounds(session, scene):
    promised(session, scene, 900_000)
    with pytest.raises(Refused, match=r"financing\.more_than_missing"):
        covers(session, scene, 350_001)
    made = covers(session, scene, 100_000)
    assert read(session, scene).missing == 250_000
    covers(session, scene, 250_000, Source.PUBLIC)
    assert read(session, scene).missing == 0
    for _ in range(2):
        financing.uncover(session, made.id, actor=scene.officer, now=NOW)
    assert read(session, scene).missing == 100_000
    with pytest.raises(Refused, match=r"financing\.amount_missing"):
        covers(session, scene, 0)


def test_the_cap_on_public_aid_counts_all_of_it(session, scene):
    promised(session, scene, 1_100_000)
    # 80 % of 20 000 € are 16 000 €; the State and the region give 14 000 €.
    with pytest.raises(Refused, match=r"financing\.more_than_missing"):
        covers(session, scene, 200_000, Source.PUBLIC)
    scene.call.award_rule = {**scene.call.award_rule, "rate_max": 74}
    session.flush()
    with pytest.raises(Refused, match=r"financing\.public_aid") as refused:
        covers(session, scene, 80_001, Source.PUBLIC)
    assert refused.value.facts["amount"] == 80_000
    promised(session, scene, 1_200_000)
    assert read(session, scene).over_limit == 20_000


def test_the_watch_counts_the_aid_of_all_as_the_plan_does(session, scene):
    """The State's 3 000 € and the city's 7 000 € leave the region 6 000 € below 80 % of 20 000."""
    a_deliberation(session, scene, an_award(scene, 0, amount=700_000))
    line = Line(
        application_id=scene.applications[0].id,
        funder_id=scene.other.id,
        instrument=Instrument.GRANT,
        amount=Amount(600_000),
        envelope_id=scene.theirs,
    )
    given = {"on": HELD_ON, "actor": scene.region, "now": NOW}
    require_lawful(session, [line], **given)
    with pytest.raises(Refused, match=r"watch\.public_aid") as refused:
        require_lawful(session, [replace(line, amount=Amount(600_001))], **given)
    assert (refused.value.facts["total"], refused.value.facts["threshold"]) == ("80,01", 80)


def test_each_funder_has_its_own_opinion(session, scene):
    one = scene.applications[0].id

    def says(view, note="", funder=scene.other, actor=scene.region):
        financing.say_opinion(session, one, funder.id, view=view, note=note, actor=actor, now=NOW)

    says(View.FAVOURABLE)
    says(View.RESERVED, "Sous réserve du bail.")
    with pytest.raises(Refused, match=r"financing\.note_missing"):
        says(View.UNFAVOURABLE)
    with pytest.raises(Unknown):
        says(View.FAVOURABLE, actor=scene.officer)
    with pytest.raises(Unknown):
        read(session, scene, recused(scene.officer, scene.applications[0]))
    opinions = [part.opinion.view if part.opinion else None for part in read(session, scene).parts]
    assert opinions == [None, View.RESERVED]


def test_in_the_browser(session, scene, as_person):
    promised(session, scene, 1_000_000)
    a_deliberation(session, scene, an_award(scene, 0, amount=150_000))
    officer = as_person(session.get_one(Person, scene.officer.id))
    page = f"/instruction/dossiers/{scene.applications[0].id}/financement"
    shown = words(officer.get(page)).replace("\u202f", " ")
    assert "Il manque 1 000,00 €" in shown
    assert "Qui prend en charge" in shown
    assert officer.post(f"{page}/couvrir", data={}).status_code == 422
    over = officer.post(f"{page}/couvrir", data={"source": "own", "amount": "1500"})
    assert over.status_code == 409
    kept = officer.post(f"{page}/couvrir", data={"source": "own", "amount": "1000"})
    assert kept.status_code == 303
    assert "Le plan est équilibré" in words(officer.get(page))
    said = {"funder": str(scene.funder.id), "view": "unfavourable", "note": ""}
    assert officer.post(f"{page}/avis", data=said).status_code == 409
    assert officer.post(f"{page}/avis", data=said | {"note": "Trop cher."}).status_code == 303
    assert "Trop cher." in words(officer.get(page))
