"""Forms of award against their envelopes: PostgreSQL refuses what does not fit."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from build.decisions import a_deliberation, a_scene
from grants.decisions.instruments import FITS, default_account, fits
from grants.decisions.models import Decision, Instrument
from grants.kernel.money import Unit
from grants.ledger.operations import Section
from grants.watch.models import InstrumentFit


@pytest.fixture
def scene(session: Session):
    return a_scene(session)


def test_the_table_of_forms_is_that_of_postgresql(session):
    kept = {
        (one.instrument, one.unit, one.section, tuple(one.accounts), one.family)
        for one in session.scalars(select(InstrumentFit))
    }
    assert kept == {
        (one.instrument, one.unit, one.section, one.accounts, one.family) for one in FITS
    }


@pytest.mark.parametrize("one", FITS, ids=lambda one: f"{one.instrument}-{one.section}")
def test_each_form_has_an_account_that_fits_it(one):
    account = default_account(one.instrument, one.section)
    assert fits(one.instrument, one.unit, one.section, account)
    assert bool(account) is (one.unit is Unit.EUR)


def raw_award(session, scene, instrument, **columns):
    """What somebody would write around our services."""
    known = session.scalars(select(Decision).limit(1)).one()
    values = {
        "id": "gen_random_uuid()",
        "deliberation_id": f"'{known.deliberation_id}'",
        "position": "99",
        "application_id": f"'{scene.applications[1].id}'",
        "funder_id": f"'{scene.funder.id}'",
        "outcome": "'award'",
        "instrument": f"'{instrument}'",
        "amount": "100",
        "unit": "'EUR'",
        "envelope_id": f"'{scene.envelope_id}'",
        **columns,
    }
    session.execute(
        text(f"INSERT INTO decision ({', '.join(values)}) VALUES ({', '.join(values.values())})")
    )


@pytest.mark.parametrize(
    ("instrument", "columns"),
    [
        (Instrument.EQUITY, {}),
        (Instrument.ADVANCE, {}),
        (Instrument.FLOOR_AREA, {"unit": "'m2'"}),
        (Instrument.MENTORING, {"unit": "'hour'"}),
    ],
)
def test_raw_sql_gives_no_award_that_does_not_fit_its_envelope(session, scene, instrument, columns):
    a_deliberation(session, scene)
    with pytest.raises(DBAPIError, match="does not fit envelope"), session.begin_nested():
        raw_award(session, scene, instrument, **columns)


def test_an_envelope_for_prizes_gives_no_grants(session, scene):
    a_deliberation(session, scene)
    session.execute(
        text("UPDATE ledger_envelope SET nature_account = '6513' WHERE id = :id"),
        {"id": scene.envelope_id},
    )
    raw_award(session, scene, Instrument.PRIZE)
    with pytest.raises(DBAPIError, match="does not fit envelope"), session.begin_nested():
        raw_award(session, scene, Instrument.GRANT)


def test_loans_and_gifts_share_no_envelope(session):
    scene = a_scene(session, section=Section.CAPITAL)
    a_deliberation(session, scene)
    with pytest.raises(DBAPIError, match="gives gift, not loan"), session.begin_nested():
        raw_award(session, scene, Instrument.ADVANCE)
