"""Calls made from templates, published once and frozen, opened and closed by time."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from build.calls import a_call, a_call_from_template, an_officer_of
from build.clock import NOW
from build.people import a_funder
from grants.calls import queries, services
from grants.calls.models import Call, CallState, Criterion, FormRevision, Jury, Track
from grants.calls.templates import template, templates
from grants.kernel.access import Actor
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.identity import new_id
from grants.outbox.queries import history


def kinds(session: Session, call: Call) -> list[str]:
    return [message.kind for message in history(session, subject=call.id)]


@pytest.mark.parametrize("key", sorted(templates()))
def test_each_template_becomes_a_published_call(session, key):
    call = a_call_from_template(session, key)
    scheme = template(key)
    found = queries.published(session, call.slug)
    assert found.state is CallState.PUBLISHED
    assert found.current_revision.frozen_at == NOW
    assert [one.key for one in found.stages] == [one.key for one in scheme.stages]
    assert [one.is_lead for one in found.funders] == [True] + [False] * (len(scheme.funders) - 1)
    assert kinds(session, call) == ["call.created", "call.published", "call.opened"]


def test_courts_circuits_has_two_juries_at_its_hearing(session):
    call = a_call_from_template(session, "courts_circuits")
    hearing = queries.published(session, call.slug).stages[-1]
    assert [jury.prize_fr for jury in hearing.juries] == ["Prix du jury", "Prix du public"]
    assert call.title_fr == "Courts-circuits 2018"
    assert call.number_prefix == "CC-2018"


def test_a_second_call_of_the_year_numbers_apart(session):
    prefixes = [a_call_from_template(session, "scic_creation").number_prefix for _ in range(3)]
    assert prefixes == ["SCIC-2018", "SCIC-2018-2", "SCIC-2018-3"]


def test_stages_follow_the_closing_day(session):
    call = a_call_from_template(session, "courts_circuits")
    first = queries.published(session, call.slug).stages[0]
    assert first.starts_on == (NOW + timedelta(days=30)).date()
    assert (first.ends_on - first.starts_on).days == 13


def test_only_an_officer_of_the_lead_makes_a_call(session):
    funder, other = a_funder(session), a_funder(session)
    with pytest.raises(Forbidden):
        load(session, funder, actor=an_officer_of(other))


def test_an_address_serves_once(session):
    funder = a_funder(session)
    load(session, funder, slug="direct")
    with pytest.raises(Refused, match="slug_taken"):
        load(session, funder, slug="direct")


def test_a_call_closes_after_it_opens(session):
    with pytest.raises(Refused, match="closes_before_it_opens"):
        load(session, a_funder(session), closes_at=NOW)


def test_only_a_rolling_call_never_closes(session):
    funder = a_funder(session)
    assert load(session, funder, closes_at=None).closes_at is None
    with pytest.raises(Refused, match="no_end"):
        load(session, funder, key="scic_creation", slug="scic", closes_at=None)


def test_unknown_templates_funders_and_slots_are_unknown(session):
    funder = a_funder(session)
    with pytest.raises(Unknown):
        load(session, funder, key="nothing")
    with pytest.raises(Unknown):
        load(session, funder, funders={"clermont": funder.id, "other": funder.id})
    stranger = new_id()
    with pytest.raises(Unknown):
        load(
            session,
            funder,
            key="courts_circuits",
            slug="cc",
            funders={"m2a": funder.id, "mef": stranger},
        )


def load(
    session, funder, *, key="clermont_direct", slug="soutien", funders=None, actor=None, **more
):
    return services.load_template(
        session,
        key,
        slug=slug,
        funders=funders or {template(key).lead: funder.id},
        opens_at=NOW,
        envelopes={},
        actor=actor or an_officer_of(funder),
        now=NOW,
        **{"closes_at": NOW + timedelta(days=30), **more},
    )


def test_a_frozen_form_never_changes(session):
    call = a_call_from_template(session, "clermont_direct")
    for statement in (
        "UPDATE form_revision SET document = '{}' WHERE call_id = :call",
        "DELETE FROM form_revision WHERE call_id = :call",
    ):
        with pytest.raises(DBAPIError, match="is frozen"), session.begin_nested():
            session.execute(text(statement), {"call": call.id})


def test_a_draft_form_may_change(session):
    call = a_call_from_template(session, "clermont_direct", published=False)
    session.execute(
        text("UPDATE form_revision SET number = 2 WHERE call_id = :call"), {"call": call.id}
    )
    assert session.scalar(select(FormRevision.number).where(FormRevision.call_id == call.id)) == 2


def test_a_call_is_published_once(session):
    call = a_call_from_template(session, "clermont_direct")
    officer = an_officer_of(*[one.funder for one in queries.published(session, call.slug).funders])
    with pytest.raises(Refused, match="from_published"):
        services.publish(session, call.id, actor=officer, now=NOW)


def test_a_partner_reads_a_draft_but_does_not_publish_it(session):
    lead, partner = a_funder(session), a_funder(session)
    call = a_call(session, funders=[lead, partner], state=CallState.DRAFT)
    with pytest.raises(Forbidden):
        services.publish(session, call.id, actor=an_officer_of(partner), now=NOW)
    with pytest.raises(Unknown):
        services.publish(session, call.id, actor=an_officer_of(a_funder(session)), now=NOW)


def test_a_call_without_criteria_is_not_published(session):
    lead = a_funder(session)
    call = a_call(session, funders=[lead], state=CallState.DRAFT, juries=0)
    with pytest.raises(Refused, match="stage_without_criteria"):
        services.publish(session, call.id, actor=an_officer_of(lead), now=NOW)


def test_a_call_whose_end_has_passed_is_not_published(session):
    lead = a_funder(session)
    call = a_call(session, funders=[lead], state=CallState.DRAFT, closes_at=NOW)
    with pytest.raises(Refused, match="closes_in_the_past"):
        services.publish(session, call.id, actor=an_officer_of(lead), now=NOW)


def test_time_opens_and_closes_a_call_once(session):
    call = a_call(session, opens_at=NOW, closes_at=NOW + timedelta(hours=1))
    call.opened_at = None
    session.flush()
    at = NOW - timedelta(microseconds=1)
    assert services.due(session, now=at) == 0
    assert services.due(session, now=NOW) == 1
    assert services.due(session, now=NOW) == 0
    just_before = call.closes_at - timedelta(microseconds=1)
    assert services.due(session, now=just_before) == 0
    assert call.is_open(just_before)
    assert services.due(session, now=call.closes_at) == 1
    assert services.due(session, now=call.closes_at) == 0
    assert call.state is CallState.CLOSED
    assert kinds(session, call) == ["call.opened", "call.closed"]


def test_drafts_and_rolling_calls_are_left_alone_by_time(session):
    a_call(session, state=CallState.DRAFT, closes_at=NOW)
    a_call(session, closes_at=None)
    assert services.due(session, now=NOW + timedelta(days=3650)) == 0


def test_a_closed_call_is_extended_then_reopened_then_archived(session):
    lead = a_funder(session)
    officer = an_officer_of(lead)
    call = a_call(session, funders=[lead])
    services.close(session, call.id, actor=officer, now=NOW)
    assert not call.is_open(NOW)
    later = call.closes_at + timedelta(days=1)
    with pytest.raises(Refused, match="closes_in_the_past"):
        services.reopen(session, call.id, actor=officer, now=later)
    services.extend(session, call.id, closes_at=later + timedelta(days=7), actor=officer, now=later)
    services.reopen(session, call.id, actor=officer, now=later)
    assert call.is_open(later)
    services.close(session, call.id, actor=officer, now=later)
    services.archive(session, call.id, actor=officer, now=later)
    with pytest.raises(Refused, match="archived"):
        services.extend(
            session, call.id, closes_at=later + timedelta(days=9), actor=officer, now=later
        )
    told = ["closed", "extended", "reopened", "closed", "archived"]
    assert kinds(session, call) == [f"call.{one}" for one in told]


def test_an_end_is_not_moved_into_the_past(session):
    lead = a_funder(session)
    call = a_call(session, funders=[lead])
    with pytest.raises(Refused, match="in_the_past"):
        services.extend(session, call.id, closes_at=NOW, actor=an_officer_of(lead), now=NOW)


def test_postgresql_keeps_one_lead_a_call(session):
    lead, partner = a_funder(session), a_funder(session)
    call = a_call(session, funders=[lead, partner])
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text("UPDATE call_funder SET is_lead = true WHERE call_id = :call"), {"call": call.id}
        )


@pytest.mark.parametrize(
    "change",
    [
        "state = 'draft'",
        "state = 'closed', closed_at = NULL",
        "state = 'archived'",
        "closes_at = opens_at",
        "slug = 'Deux mots'",
        "current_revision_id = NULL",
        "unit = 'kg'",
    ],
)
def test_postgresql_repeats_what_a_state_implies(session, change):
    call = a_call(session)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(f"UPDATE call SET {change} WHERE id = :id"), {"id": call.id})


def test_the_software_itself_reads_what_it_closes(session):
    call = a_call(session, state=CallState.DRAFT)
    with pytest.raises(Unknown):
        queries.locked(session, call.id, viewer=Actor(id=new_id()))


def test_criteria_of_every_template_weigh_a_hundred(session):
    """In each track, where some are asked of one track alone."""
    for key in templates():
        call = a_call_from_template(session, key, published=False)
        tracks = session.scalars(select(Track.key).where(Track.call_id == call.id)).all()
        rows = session.execute(
            select(Criterion.jury_id, Criterion.weight, Criterion.tracks)
            .join(Jury, Jury.id == Criterion.jury_id)
            .where(Jury.call_id == call.id)
        ).all()
        for track in tracks or [None]:
            weights = Counter()
            for jury_id, weight, asked_of in rows:
                weights[jury_id] += weight if not asked_of or track in asked_of else 0
            assert set(weights.values()) <= {100}, (key, track)
