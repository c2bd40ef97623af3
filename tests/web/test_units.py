"""Square metres and hours, wherever an award shows: in their own unit, never in euros."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.decisions import a_deliberation, a_scene, an_award, an_envelope, draws_on
from build.people import acting_as
from grants.agreements import services as agreements
from grants.decisions.models import Decision, Instrument, Outcome
from grants.decisions.services import Wanted, acknowledge, propose
from grants.kernel.access import FunderRole
from grants.kernel.money import Amount, Unit
from grants.ledger.queries import places

AREA, HOURS = 137, 23
SAID = {Unit.SQUARE_METRE: "137\u202fm²", Unit.HOUR: "23\u202fh"}
AS_MONEY = re.compile(r"(?<![\d\u202f,])(?:137|23|160)(?:,00)?[\s\u202f\u00a0]*€|1,37|0,23|1,60")
"""An amount in kind read as euros or as cents, or both added up."""


@pytest.fixture
def scene(session):
    return a_scene(session, applications=4)


@pytest.fixture
def kinds(session, scene):
    """The envelopes in kind, by instrument."""
    found = {}
    for unit, instrument in (
        (Unit.SQUARE_METRE, Instrument.FLOOR_AREA),
        (Unit.HOUR, Instrument.MENTORING),
    ):
        envelope = an_envelope(session, scene.funder, amount=5_000, unit=unit)
        draws_on(session, scene.call, envelope, scene.funder)
        found[instrument] = envelope
    return found


def award_of(scene, kinds, instrument, nth):
    amount = AREA if instrument is Instrument.FLOOR_AREA else HOURS
    given = {"instrument": instrument, "envelope_id": kinds[instrument]}
    return an_award(scene, nth, amount=amount, **given)


@pytest.fixture
def decisions(session, scene, kinds):
    """Both awards voted, announced, executory and read; two more proposed."""
    items = [award_of(scene, kinds, one, nth) for nth, one in enumerate(kinds)]
    act = a_deliberation(session, scene, *items, announced=True)
    wanted = [
        Wanted(
            application_id=item.application_id,
            outcome=Outcome.AWARD,
            instrument=item.instrument,
            amount=Amount(item.amount),
            envelope_id=item.envelope_id,
        )
        for item in (award_of(scene, kinds, one, nth) for nth, one in enumerate(kinds, start=2))
    ]
    propose(session, scene.call.id, scene.funder.id, wanted=wanted, actor=scene.officer, now=NOW)
    for application, author in list(zip(scene.applications, scene.authors, strict=True))[:2]:
        reader = acting_as(session, author)
        acknowledge(session, application.id, act.id, actor=reader, now=NOW)
    return session.scalars(
        select(Decision).where(Decision.deliberation_id == act.id).order_by(Decision.position)
    ).all()


@pytest.fixture
def read(app, as_person):
    """The text of a page, by its endpoint, as somebody reads it."""
    adapter = app.url_map.bind("localhost")

    def page(person, endpoint: str, **named: object) -> str:
        answer = as_person(person).get(adapter.build(endpoint, named))
        assert answer.status_code == 200, (endpoint, answer.status_code)
        return answer.get_data(as_text=True)

    return page


def plainly(text: str) -> str:
    return re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL))


def test_help_in_kind_is_told_in_its_unit_on_every_page(session, scene, kinds, decisions, read):
    officer, finance = (scene.people[one] for one in (FunderRole.OFFICER, FunderRole.FINANCE))
    act, call = decisions[0].deliberation_id, scene.call
    book = places(session, list(kinds.values()))[kinds[Instrument.MENTORING]].book_id
    both = [
        (officer, "officer.decisions.show", {"call_id": call.id, "funder_id": scene.funder.id}),
        (officer, "officer.deliberations.show", {"deliberation_id": act}),
        (officer, "officer.deliberations.new", {"call_id": call.id, "funder_id": scene.funder.id}),
        (finance, "finance.envelopes.index", {}),
        (finance, "finance.trial.show", {}),
        (finance, "finance.journal.index", {}),
        (finance, "finance.closing.show", {"book": book}),
        (finance, "finance.acts.new", {"book_id": book}),
        (None, "public.results.index", {}),
    ]
    for person, endpoint, named in both:
        text = plainly(read(person or officer, endpoint, **named))
        wanted = list(SAID.values()) if endpoint not in {"finance.acts.new"} else []
        for said in wanted:
            assert said in text, (endpoint, said)
        assert AS_MONEY.search(text) is None, (endpoint, AS_MONEY.search(text))


def test_help_in_kind_is_told_in_its_unit_award_by_award(session, scene, decisions, read):
    officer, finance = (scene.people[one] for one in (FunderRole.OFFICER, FunderRole.FINANCE))
    for decision, author in zip(decisions, scene.authors, strict=False):
        made = agreements.draft(
            session, decision.id, text="Convention.", actor=scene.officer, now=NOW
        )
        pages = [
            (officer, "officer.agreements.show", {"agreement_id": made.id}),
            (officer, "officer.withdrawals.new", {"decision_id": decision.id}),
            (officer, "officer.claims.plan", {"decision_id": decision.id}),
            (finance, "finance.awards.show", {"award_id": decision.id}),
            (finance, "finance.envelopes.book", {"envelope_id": decision.envelope_id}),
            (author, "applicant.decisions.show", {"application_id": decision.application_id}),
            (officer, "public.results.show", {"decision_id": decision.id}),
            (
                officer,
                "officer.letters.show",
                {
                    "deliberation_id": decision.deliberation_id,
                    "application_id": decision.application_id,
                },
            ),
            (officer, "officer.annulments.show", {"deliberation_id": decision.deliberation_id}),
        ]
        for person, endpoint, named in pages:
            text = plainly(read(person, endpoint, **named))
            assert SAID[decision.unit] in text, (endpoint, decision.unit)
            assert AS_MONEY.search(text) is None, (endpoint, AS_MONEY.search(text))


def test_files_name_the_unit_of_each_line(scene, decisions, read):
    finance = scene.people[FunderRole.FINANCE]
    for decision in decisions:
        card = read(finance, "finance.awards.sheet", award_id=decision.id, style="csv")
        lines = [line.split(";") for line in card.strip().splitlines()[1:]]
        assert {line[-1] for line in lines} == {decision.unit.value}
        assert {abs(int(line[-2])) for line in lines} == {decision.amount}
    sheet = read(finance, "finance.envelopes.sheet", style="csv")
    assert {line.split(";")[2] for line in sheet.strip().splitlines()[1:]} == set(Unit)
