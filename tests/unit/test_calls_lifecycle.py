"""The life of a call is a table that tests itself; its window is tested to the instant."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from build.calls import DOCUMENT, TEXTS
from build.clock import NOW
from grants.calls.lifecycle import LIFECYCLE
from grants.calls.models import (
    Call,
    CallFunder,
    CallKind,
    CallState,
    Criterion,
    FormRevision,
    Jury,
    RequiredDocument,
    Stage,
    StageKind,
)
from grants.calls.queries import days_left
from grants.calls.services import __all__ as verbs
from grants.kernel.access import SYSTEM, Actor, FunderRole
from grants.kernel.errors import Forbidden, Refused
from grants.kernel.identity import new_id
from grants.kernel.money import Unit
from grants.web.sentences import is_known

LEAD = new_id()
OFFICER = Actor(id=new_id(), funders={LEAD: frozenset({FunderRole.OFFICER})})
BY_TIME = {"expire"}


def a_call(state=CallState.DRAFT, *, document=None, **columns):
    call = Call(
        state=state,
        unit=columns.pop("unit", Unit.EUR),
        kind=CallKind.AAP,
        opens_at=NOW - timedelta(days=1),
        closes_at=columns.pop("closes_at", NOW + timedelta(days=1)),
        **{**TEXTS, **columns},
    )
    call.funders = [CallFunder(funder_id=LEAD, is_lead=True, position=1)]
    call.current_revision = FormRevision(document=document or DOCUMENT)
    call.documents = []
    jury = Jury(name_fr="Jury", criteria=[Criterion(weight=1)])
    call.stages = [Stage(kind=StageKind.SCORING, title_fr="Sélection", juries=[jury])]
    return call


def who(transition):
    return SYSTEM if transition.name in BY_TIME else OFFICER


def when(transition):
    return NOW + timedelta(days=2) if transition.name in BY_TIME else NOW


@pytest.mark.parametrize("state", CallState)
@pytest.mark.parametrize("transition", LIFECYCLE.transitions, ids=lambda t: t.name)
def test_a_transition_leaves_only_from_its_sources(transition, state):
    call = a_call(state)
    if state in transition.sources:
        LIFECYCLE.move(call, transition.name, actor=who(transition), now=when(transition))
        assert call.state is transition.target
    else:
        with pytest.raises(Refused) as refused:
            LIFECYCLE.move(call, transition.name, actor=who(transition), now=when(transition))
        assert refused.value.code == f"call.{transition.name}.from_{state}"
        assert is_known(refused.value.code)
        assert call.state is state


@pytest.mark.parametrize("transition", LIFECYCLE.transitions, ids=lambda t: t.name)
@pytest.mark.parametrize(
    "actor",
    [
        Actor(id=new_id()),
        Actor(id=new_id(), is_operator=True),
        Actor(id=new_id(), funders={new_id(): frozenset({FunderRole.OFFICER})}),
        Actor(id=new_id(), funders={LEAD: frozenset(set(FunderRole) - {FunderRole.OFFICER})}),
    ],
)
def test_nobody_else_moves_a_call(transition, actor):
    call = a_call(next(iter(transition.sources)))
    with pytest.raises(Forbidden):
        LIFECYCLE.move(call, transition.name, actor=actor, now=when(transition))


def test_only_time_expires_a_call_and_time_does_nothing_else():
    for transition in LIFECYCLE.transitions:
        call = a_call(next(iter(transition.sources)))
        other = OFFICER if transition.name in BY_TIME else SYSTEM
        with pytest.raises(Forbidden):
            LIFECYCLE.move(call, transition.name, actor=other, now=when(transition))


def test_every_transition_but_time_s_is_a_verb():
    names = {transition.name for transition in LIFECYCLE.transitions} - BY_TIME
    assert names <= set(verbs)


def no_title():
    document = {"sections": [dict(DOCUMENT["sections"][1])]}
    return a_call(document=document)


def in_square_metres():
    return a_call(unit=Unit.SQUARE_METRE)


def without(**parts):
    call = a_call()
    for name, value in parts.items():
        setattr(call, name, value)
    return call


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (without(funders=[]), None),
        (without(current_revision=None), "no_form"),
        (no_title(), "no_title_field"),
        (in_square_metres(), "requested_in_another_unit"),
        (without(stages=[]), "no_stage"),
        (
            without(stages=[Stage(kind=StageKind.HEARING, title_fr="Oral", juries=[])]),
            "stage_without_criteria",
        ),
        (
            without(documents=[RequiredDocument(key="bank", label_fr="RIB")]),
            "document_without_field",
        ),
        (
            without(documents=[RequiredDocument(key="title", label_fr="Titre")]),
            "document_without_field",
        ),
        (a_call(closes_at=NOW), "closes_in_the_past"),
    ],
)
def test_a_call_that_is_not_ready_says_what_lacks(call, code):
    if code is None:  # nobody leads it: nobody may publish it
        with pytest.raises(Forbidden):
            LIFECYCLE.move(call, "publish", actor=OFFICER, now=NOW)
        return
    with pytest.raises(Refused) as refused:
        LIFECYCLE.move(call, "publish", actor=OFFICER, now=NOW)
    assert refused.value.code == f"call.publish.{code}"
    assert is_known(refused.value.code)
    assert call.state is CallState.DRAFT


def test_a_stage_without_jury_is_enough_when_nobody_scores():
    call = a_call()
    call.stages = [Stage(kind=StageKind.APPRAISAL, title_fr="Instruction", juries=[])]
    LIFECYCLE.move(call, "publish", actor=OFFICER, now=NOW)


def test_a_document_of_the_form_may_be_announced():
    call = without(documents=[RequiredDocument(key="articles", label_fr="Statuts")])
    LIFECYCLE.move(call, "publish", actor=OFFICER, now=NOW)


def test_time_does_not_close_a_call_before_its_end():
    call = a_call(CallState.PUBLISHED, closes_at=NOW)
    with pytest.raises(Refused, match="not_over"):
        LIFECYCLE.move(call, "expire", actor=SYSTEM, now=NOW - timedelta(microseconds=1))
    LIFECYCLE.move(call, "expire", actor=SYSTEM, now=NOW)


@pytest.mark.parametrize("state", CallState)
def test_a_window_includes_its_first_instant_and_excludes_its_last(state):
    call = a_call(state, closes_at=NOW + timedelta(days=1))
    call.opens_at = NOW
    instant = timedelta(microseconds=1)
    seen = [
        call.is_open(NOW - instant),
        call.is_open(NOW),
        call.is_open(call.closes_at - instant),
        call.is_open(call.closes_at),
    ]
    published = state is CallState.PUBLISHED
    assert seen == [False, published, published, False]
    assert call.is_upcoming(NOW - instant) is published
    assert call.is_upcoming(NOW) is False


def test_a_rolling_call_stays_open():
    assert a_call(CallState.PUBLISHED, closes_at=None).is_open(NOW + timedelta(days=9999))


@pytest.mark.parametrize(
    ("closes_at", "day"),
    [
        ("2018-11-30T23:00:00+00:00", date(2018, 11, 30)),
        ("2018-11-30T11:00:00+00:00", date(2018, 11, 30)),
        ("2018-11-30T22:59:59+00:00", date(2018, 11, 30)),
        ("2018-11-30T23:00:01+00:00", date(2018, 12, 1)),
    ],
)
def test_midnight_belongs_to_the_day_that_ends(closes_at, day):
    instant = type(NOW).fromisoformat(closes_at)
    assert a_call(closes_at=instant).last_day == day


def test_days_left_are_whole():
    assert days_left(None, NOW) is None
    assert days_left(NOW + timedelta(days=2) - timedelta(seconds=1), NOW) == 1
    assert days_left(NOW + timedelta(hours=1), NOW) == 0
    assert days_left(NOW - timedelta(days=3), NOW) == 0


def test_the_diagram_is_drawn_from_the_table():
    drawn = LIFECYCLE.mermaid()
    assert "    [*] --> draft" in drawn
    assert "    closed --> published: reopen" in drawn
