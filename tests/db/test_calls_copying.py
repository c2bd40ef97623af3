"""The same call again: next year, elsewhere, in a file that is the same to the byte."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from build.calls import a_call, a_call_from_template, a_jury, a_stage, an_officer_of
from build.clock import NOW
from build.juries import a_seat
from build.people import a_funder
from grants.calls import queries, workbench
from grants.calls.exchange import exported
from grants.calls.models import (
    AccessCode,
    Batch,
    CallEnvelope,
    CallFunder,
    CallKind,
    CallState,
    Jury,
    RankingRule,
)
from grants.calls.reading import Malformed
from grants.calls.services.blank import Beginnings, make_blank
from grants.calls.services.copying import bring_in, clone
from grants.calls.shifting import Shift, shifted_day, shifted_instant
from grants.calls.templates import read_template, templates
from grants.juries.models import Seat
from grants.kernel.errors import Forbidden, Refused
from grants.kernel.money import Unit
from grants.people.models import Funder


def funders_of(session, call) -> list[Funder]:
    statement = select(Funder).join(CallFunder, CallFunder.funder_id == Funder.id)
    return list(session.scalars(statement.where(CallFunder.call_id == call.id)))


def file_of(session, call) -> str:
    viewer = an_officer_of(*funders_of(session, call))
    found = queries.written(session, call.id, viewer=viewer)
    revision = workbench.newest_revision(session, call.id)
    return exported(found, revision.form, revision.document)


@pytest.mark.parametrize("key", sorted(templates()))
def test_a_file_brought_in_elsewhere_is_exported_the_same(session, key):
    first = a_call_from_template(session, key, published=False)
    juries = select(Jury).where(Jury.call_id == first.id).order_by(Jury.id)
    ranked = session.scalars(juries).all()
    for at, jury in enumerate(ranked):
        jury.rule = (RankingRule.MEDIAN, RankingRule.POINTS, RankingRule.BUDGET)[at % 3]
        jury.ballot_points = 12 if jury.rule is RankingRule.POINTS else None
        jury.ballot_budget = 5_000_050 if jury.rule is RankingRule.BUDGET else None
    session.flush()
    text = file_of(session, first)
    kept = [f"rule: {jury.rule.value}" for jury in ranked]
    assert sorted(re.findall(r"rule: (?:median|points|budget)$", text, re.MULTILINE)) == sorted(
        kept
    )
    given = re.findall(r"ballot_(?:points: 12|budget: 5000050)$", text, re.MULTILINE)
    assert len(given) == sum(jury.rule is not RankingRule.MEDIAN for jury in ranked)
    funders = [a_funder(session) for _ in funders_of(session, first)]
    made = bring_in(
        session,
        text,
        funders=[one.id for one in funders],
        slug=f"{first.slug}-b",
        actor=an_officer_of(funders[0]),
        now=NOW,
    )
    again = file_of(session, made).replace(f"{first.slug}-b", first.slug)
    assert again == text
    assert made.state is CallState.DRAFT


def test_a_file_holds_no_person_no_envelope_and_is_a_template(session):
    call = a_call_from_template(session, "courts_circuits", published=False)
    call.contact_name = "Aline Dupré"
    call.contact_email = "aline.dupre@valbrune.example"
    session.flush()
    text = file_of(session, call)
    assert "Dupré" not in text
    assert "@" not in text
    scheme = read_template(text)
    assert scheme.key == "courts_circuits"
    assert [one.key for one in scheme.funders] == ["lead", "partner_2", "partner_3"]
    assert scheme.stages[0].after_days == 1


def test_a_file_that_is_no_call_says_every_mistake(session):
    funder = a_funder(session)
    actor = an_officer_of(funder)
    with pytest.raises(Malformed):
        bring_in(session, "key: 3", funders=[funder.id], actor=actor, now=NOW)
    with pytest.raises(Malformed):
        bring_in(session, "{", funders=[funder.id], actor=actor, now=NOW)


def test_next_year_s_edition_copies_all_but_people(session):
    lead, partner = a_funder(session), a_funder(session)
    call = a_call_from_template(session, "courts_circuits", m2a=lead, mulhouse=partner)
    call.contact_name = "Aline Dupré"
    jury = session.scalars(select(Jury).where(Jury.call_id == call.id)).first()
    a_seat(session, jury)
    session.flush()
    made = clone(
        session, call.id, slug="suite-2019", by=Shift.WEEKDAYS, actor=an_officer_of(lead), now=NOW
    )
    found = queries.written(session, made.id, viewer=an_officer_of(lead))
    assert found.title_fr == "Courts-circuits 2019"
    assert found.number_prefix == "CC-2019"
    assert found.previous_call_id == call.id
    assert found.state is CallState.DRAFT
    assert (found.closes_at - call.closes_at).days in {363, 364, 365}
    assert found.closes_at.weekday() == call.closes_at.weekday()
    assert found.contact_name == ""
    assert [part.funder_id for part in found.funders][:2] == [lead.id, partner.id]
    juries = [jury.id for stage in found.stages for jury in stage.juries]
    assert juries
    assert (
        session.scalar(select(func.count()).select_from(Seat).where(Seat.jury_id.in_(juries))) == 0
    )
    for model in (AccessCode, CallEnvelope):
        assert session.scalar(select(model).where(model.call_id == made.id)) is None
    before = queries.written(session, call.id, viewer=an_officer_of(lead))
    assert [(one.key, [jury.key for jury in one.juries]) for one in before.stages] == [
        (one.key, [jury.key for jury in one.juries]) for one in found.stages
    ]
    assert found.stages[0].starts_on == shifted_day(before.stages[0].starts_on, Shift.WEEKDAYS)
    assert workbench.newest_revision(session, made.id).document_hash == (
        workbench.newest_revision(session, call.id).document_hash
    )


def test_sessions_of_a_rolling_call_move_too(session):
    lead = a_funder(session)
    call = a_call(session, funders=[lead], kind=CallKind.ROLLING, closes_at=None)
    session.add(
        Batch(call_id=call.id, label_fr="Mars", cut_off_at=datetime(2019, 3, 15, 23, tzinfo=UTC))
    )
    session.flush()
    made = clone(session, call.id, slug="b", by=Shift.YEAR, actor=an_officer_of(lead), now=NOW)
    batch = session.scalars(select(Batch).where(Batch.call_id == made.id)).one()
    assert batch.cut_off_at == datetime(2020, 3, 15, 23, tzinfo=UTC)


def test_only_the_lead_s_officers_clone_and_an_address_serves_once(session):
    lead = a_funder(session)
    call = a_call(session, funders=[lead, partner := a_funder(session)])
    with pytest.raises(Forbidden):
        clone(session, call.id, slug="x", by=Shift.YEAR, actor=an_officer_of(partner), now=NOW)
    with pytest.raises(Refused, match="slug_taken"):
        clone(session, call.id, slug=call.slug, by=Shift.YEAR, actor=an_officer_of(lead), now=NOW)


def test_days_and_times_move_in_paris():
    assert shifted_day(date(2020, 2, 29), Shift.YEAR) == date(2021, 2, 28)
    assert shifted_day(date(2018, 11, 30), Shift.WEEKDAYS) == date(2019, 11, 29)
    summer = datetime(2018, 3, 24, 23, 0, tzinfo=UTC)  # midnight in Paris, in winter time
    assert shifted_instant(summer, Shift.YEAR) == datetime(2019, 3, 24, 23, 0, tzinfo=UTC)
    late = datetime(2018, 10, 27, 22, 0, tzinfo=UTC)  # midnight of 28 October, in summer time
    assert shifted_instant(late, Shift.YEAR) == datetime(2019, 10, 27, 23, 0, tzinfo=UTC)
    skipped = datetime(2018, 3, 31, 0, 30, tzinfo=UTC)  # half past two, which 2019 skips
    assert shifted_instant(skipped, Shift.YEAR).tzinfo is not None


def a_blank(session, funder, **more):
    actor = an_officer_of(funder)
    begun = Beginnings(
        **{
            "title_fr": "Fonds des lavoirs",
            "kind": CallKind.AAP,
            "unit": Unit.EUR,
            "opens_at": NOW,
            "closes_at": NOW + timedelta(days=30),
            **more,
        }
    )
    return make_blank(session, funder.id, begun, actor=actor, now=NOW)


@pytest.mark.parametrize("begun", ["blank", "a jury without rubric", "rolling"])
def test_a_draft_that_says_little_yet_travels_as_any_other(session, begun):
    """What the export writes the import takes; and next year's edition is made of it too."""
    funder = a_funder(session)
    rolling = {"kind": CallKind.ROLLING, "closes_at": None} if begun == "rolling" else {}
    call = a_blank(session, funder, **rolling)
    if begun == "a jury without rubric":
        stage = a_stage(session, call, position=1, juries=0)
        a_jury(session, stage, criteria=0)
    session.flush()
    text, actor = file_of(session, call), an_officer_of(funder)
    made = bring_in(session, text, funders=[funder.id], slug="ailleurs", actor=actor, now=NOW)
    assert file_of(session, made).replace("slug: ailleurs", f"slug: {call.slug}") == text
    assert (made.state, made.summary_fr) == (CallState.DRAFT, "")
    again = clone(session, call.id, slug="encore", by=Shift.YEAR, actor=actor, now=NOW)
    assert again.previous_call_id == call.id
    nameless = re.sub("^title_fr: .*\n", "", text, flags=re.MULTILINE)
    with pytest.raises(Malformed, match="title_fr: is missing"):
        bring_in(session, nameless, funders=[funder.id], slug="sans", actor=actor, now=NOW)
