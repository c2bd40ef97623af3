"""Each rule of calls reads the same on one row and in SQL; so do the windows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from build.applications import an_application
from build.calls import a_call, an_officer_of
from build.clock import NOW
from build.people import a_funder
from grants.applications.models import ApplicationState
from grants.calls import queries, rules
from grants.calls.models import Call, CallKind, CallState
from grants.calls.queries import Moment
from grants.kernel.access import SYSTEM, Actor, FunderRole
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id

DRAFT, SUBMITTED, ADMISSIBLE = (
    ApplicationState.DRAFT,
    ApplicationState.SUBMITTED,
    ApplicationState.ADMISSIBLE,
)

RULES = [
    rules.is_public,
    rules.is_system,
    rules.reads_for_a_funder,
    rules.leads,
    rules.can_read,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_selects_the_rows_for_which_it_holds(session, rule):
    lead, partner, other = (a_funder(session) for _ in range(3))
    for state in CallState:
        for funders in ([lead], [lead, partner], [partner, lead], [other]):
            a_call(session, state=state, funders=funders)
    actors = [
        SYSTEM,
        Actor(id=new_id()),
        an_officer_of(lead),
        an_officer_of(partner, other),
        Actor(id=new_id(), funders={lead.id: frozenset({FunderRole.AUDITOR})}),
        Actor(id=new_id(), funders={lead.id: frozenset()}),
    ]
    calls = session.scalars(
        select(Call).options(selectinload(Call.funders)).execution_options(populate_existing=True)
    ).all()
    for actor in actors:
        selected = set(session.scalars(select(Call.id).where(rule.where(actor))))
        assert selected == {call.id for call in calls if rule.holds(actor, call)}, actor


def test_windows_read_the_same_on_a_row_and_in_sql(session):
    instant = timedelta(microseconds=1)
    for state in CallState:
        for opens_at in (NOW - timedelta(days=1), NOW, NOW + instant):
            for closes_at in (None, NOW, NOW + instant, NOW + timedelta(days=9)):
                if closes_at is None or closes_at > opens_at:
                    kind = CallKind.ROLLING if closes_at is None else CallKind.AAP
                    a_call(session, state=state, kind=kind, opens_at=opens_at, closes_at=closes_at)
    calls = session.scalars(select(Call)).all()
    is_open = set(session.scalars(select(Call.id).where(queries.is_open(NOW))))
    assert is_open == {call.id for call in calls if call.is_open(NOW)}
    upcoming = set(session.scalars(select(Call.id).where(queries.is_upcoming(NOW))))
    assert upcoming == {call.id for call in calls if call.is_upcoming(NOW)}
    listed = {row.id: row.moment for row in session.execute(queries.cards(NOW))}
    assert set(listed) == {call.id for call in calls if call.state is not CallState.DRAFT}
    for call in calls:
        if call.id in listed:
            expected = Moment.PAST
            expected = Moment.OPEN if call.is_open(NOW) else expected
            expected = Moment.UPCOMING if call.is_upcoming(NOW) else expected
            assert listed[call.id] == expected


def test_one_applies_only_to_an_open_call(session):
    call, draft = a_call(session), a_call(session, state=CallState.DRAFT)
    assert queries.open_to_applications(session, call.slug, now=NOW).id == call.id
    for slug in (draft.slug, "nothing"):
        with pytest.raises(Unknown):
            queries.open_to_applications(session, slug, now=NOW)
    with pytest.raises(Unknown):
        queries.open_to_applications(session, call.slug, now=call.closes_at)


def test_an_officer_reads_drafts_and_others_do_not(session):
    funder = a_funder(session)
    draft = a_call(session, state=CallState.DRAFT, funders=[funder])
    assert queries.readable(session, draft.id, viewer=an_officer_of(funder)).id == draft.id
    assert queries.managed(session, draft.id, viewer=an_officer_of(funder)).envelopes == []
    with pytest.raises(Unknown):
        queries.readable(session, draft.id, viewer=an_officer_of(a_funder(session)))
    with pytest.raises(Unknown):
        queries.managed(session, a_call(session).id, viewer=an_officer_of(funder))


def test_counts_leave_out_drafts_and_what_the_viewer_is_recused_from(session):
    funder = a_funder(session)
    call = a_call(session, funders=[funder])
    states = [DRAFT, SUBMITTED, SUBMITTED, ADMISSIBLE]
    rows = [an_application(session, call=call, state=state) for state in states]

    def counts(*recused):
        viewer = Actor(
            id=new_id(),
            funders={funder.id: frozenset({FunderRole.OFFICER})},
            recused_from=frozenset(recused),
        )
        row = session.execute(queries.followed(viewer=viewer)).one()
        return row.received, row.waiting

    assert counts() == (3, 2)
    assert counts(rows[1].id) == (2, 1)
    assert counts(*(row.id for row in rows)) == (0, 0)


def test_a_window_that_makes_no_sense_is_refused():
    with pytest.raises(Refused, match="no_end"):
        rules.check_window(CallKind.AAP, NOW, None)
    with pytest.raises(Refused, match="closes_before_it_opens"):
        rules.check_window(CallKind.ROLLING, NOW, NOW)
    rules.check_window(CallKind.ROLLING, NOW, None)
    rules.check_window(CallKind.AAP, NOW, NOW + timedelta(microseconds=1))
