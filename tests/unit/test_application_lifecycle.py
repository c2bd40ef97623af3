"""The life of an application: every arrow from every state, by everyone, at every instant."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from build.applications import (
    S,
    a_call_in_memory,
    a_representative,
    an_application_in_memory,
    an_officer_of,
)
from build.clock import NOW
from grants.applications.lifecycle import LIFECYCLE
from grants.applications.models import ComplementRequest
from grants.calls.models import CallState
from grants.kernel.access import SYSTEM, Actor, FunderRole, OrganisationRole
from grants.kernel.errors import Forbidden, Refused
from grants.kernel.identity import new_id

# Written by hand from the design, never generated from the table it checks.
ARROWS = {
    "submit": ({S.DRAFT}, S.SUBMITTED),
    "withdraw": (
        {
            S.DRAFT,
            S.SUBMITTED,
            S.INCOMPLETE,
            S.ADMISSIBLE,
            S.IN_REVIEW,
            S.ELIMINATED,
            S.FINALIST,
            S.WAITLISTED,
        },
        S.WITHDRAWN,
    ),
    "lapse": ({S.DRAFT}, S.LAPSED),
    "revive": ({S.LAPSED}, S.DRAFT),
    "ask_complement": ({S.SUBMITTED}, S.INCOMPLETE),
    "answer_complement": ({S.INCOMPLETE}, S.SUBMITTED),
    "declare_admissible": ({S.SUBMITTED}, S.ADMISSIBLE),
    "declare_inadmissible": ({S.SUBMITTED, S.INCOMPLETE}, S.INADMISSIBLE),
    "send_to_review": ({S.ADMISSIBLE}, S.IN_REVIEW),
    "eliminate": ({S.IN_REVIEW}, S.ELIMINATED),
    "shortlist": ({S.IN_REVIEW}, S.FINALIST),
    "award": ({S.IN_REVIEW, S.FINALIST, S.WAITLISTED}, S.AWARDED),
    "waitlist": ({S.IN_REVIEW, S.FINALIST}, S.WAITLISTED),
    "decline": ({S.IN_REVIEW, S.ELIMINATED, S.FINALIST, S.WAITLISTED}, S.DECLINED),
    "start_agreement": ({S.AWARDED}, S.UNDER_AGREEMENT),
    "start": ({S.UNDER_AGREEMENT}, S.IN_PROGRESS),
    "close": ({S.IN_PROGRESS}, S.CLOSED),
    "end_award": ({S.AWARDED, S.UNDER_AGREEMENT, S.IN_PROGRESS}, S.CLOSED),
    "reopen": (
        {S.AWARDED, S.WAITLISTED, S.DECLINED, S.UNDER_AGREEMENT, S.IN_PROGRESS, S.CLOSED},
        S.IN_REVIEW,
    ),
}
BY_REPRESENTATIVE = {"submit", "withdraw", "answer_complement"}
BY_SYSTEM = {"lapse", "revive", "eliminate", "shortlist", "close"}
DECIDED = {"award", "waitlist", "decline", "start_agreement", "start", "end_award", "reopen"}
BY_FUNDER = {
    FunderRole.OFFICER: set(ARROWS) - BY_REPRESENTATIVE - {"lapse", "revive"},
    FunderRole.ELECTED: DECIDED,
    FunderRole.ADMINISTRATOR: DECIDED,
    FunderRole.FINANCE: {"start_agreement", "start", "close", "end_award"},
    FunderRole.APPROVER: {"start_agreement", "start", "close", "end_award"},
    FunderRole.AUDITOR: set(),
}
AFTER_ALL = NOW + timedelta(days=60)


def everything(application, **more) -> Actor:
    """An actor who holds every role on both sides: only the state may refuse."""
    return Actor(
        id=SYSTEM.id,
        organisations={application.organisation_id: frozenset(OrganisationRole)},
        funders={application.call.lead_id: frozenset(FunderRole)},
        **more,
    )


def instant_for(name: str):
    """An instant at which the checks of the transition pass."""
    return AFTER_ALL if name in {"lapse", "declare_inadmissible"} else NOW


def test_the_table_holds_exactly_the_arrows_of_the_design() -> None:
    assert {t.name: (set(t.sources), t.target) for t in LIFECYCLE.transitions} == ARROWS


@pytest.mark.parametrize(("name", "state"), list(product(ARROWS, S)))
def test_a_transition_leaves_only_from_its_sources(name, state) -> None:
    application = an_application_in_memory(state=state)
    actor = everything(application)
    if state in (S.DRAFT, S.LAPSED) and name not in {"submit", "withdraw", "lapse"}:
        expected = (Forbidden, Refused)  # nobody on the funders' side knows of a draft
    else:
        expected = Refused
    if state in ARROWS[name][0]:
        LIFECYCLE.move(application, name, actor=actor, now=instant_for(name))
        assert application.state is ARROWS[name][1]
    else:
        with pytest.raises(expected) as refusal:
            LIFECYCLE.move(application, name, actor=actor, now=instant_for(name))
        if isinstance(refusal.value, Refused):
            assert refusal.value.code == f"application.{name}.from_{state}"
        assert application.state is state


@pytest.mark.parametrize(("name", "role"), list(product(ARROWS, FunderRole)))
def test_each_role_of_a_funder_takes_its_own_transitions_only(name, role) -> None:
    application = an_application_in_memory(state=sorted(ARROWS[name][0])[0])
    allowed = LIFECYCLE[name].by.holds(an_officer_of(application, role), application)
    may_ever = application.submitted_at is not None
    assert allowed == (name in BY_FUNDER[role] and may_ever)


@pytest.mark.parametrize("name", ARROWS)
def test_the_officer_of_another_authority_takes_none(name) -> None:
    application = an_application_in_memory(state=sorted(ARROWS[name][0])[-1])
    foreign = Actor(id=new_id(), funders={new_id(): frozenset(FunderRole)})
    assert not LIFECYCLE[name].by.holds(foreign, application)


@pytest.mark.parametrize(("name", "role"), list(product(ARROWS, OrganisationRole)))
def test_only_the_representative_acts_for_the_organisation(name, role) -> None:
    application = an_application_in_memory(state=sorted(ARROWS[name][0])[0])
    member = Actor(id=new_id(), organisations={application.organisation_id: frozenset({role})})
    wanted = role is OrganisationRole.REPRESENTATIVE and name in BY_REPRESENTATIVE
    assert LIFECYCLE[name].by.holds(member, application) == wanted


@pytest.mark.parametrize("name", ARROWS)
def test_the_software_itself_takes_its_own_transitions_only(name) -> None:
    application = an_application_in_memory(state=sorted(ARROWS[name][0])[0])
    assert LIFECYCLE[name].by.holds(SYSTEM, application) == (name in BY_SYSTEM)


@pytest.mark.parametrize("name", sorted(set(ARROWS) - {"lapse"}))
def test_recusal_outranks_every_role(name) -> None:
    application = an_application_in_memory(state=sorted(ARROWS[name][0])[-1])
    actor = Actor(
        id=new_id(),
        organisations={application.organisation_id: frozenset(OrganisationRole)},
        funders={application.call.lead_id: frozenset(FunderRole)},
        recused_from=frozenset({application.id}),
    )
    assert not LIFECYCLE[name].by.holds(actor, application)


def test_a_person_who_applies_in_person_submits_and_nobody_else() -> None:
    application = an_application_in_memory()
    application.organisation = application.organisation_id = None
    author, other = Actor(id=application.author_id), Actor(id=new_id())
    assert LIFECYCLE["submit"].by.holds(author, application)
    assert not LIFECYCLE["submit"].by.holds(other, application)


def test_the_author_who_left_the_organisation_no_longer_submits() -> None:
    application = an_application_in_memory()
    assert not LIFECYCLE["submit"].by.holds(Actor(id=application.author_id), application)


CLOSES_AT = NOW + timedelta(days=30)


@pytest.mark.parametrize(
    ("received_at", "accepted"),
    [
        (NOW - timedelta(days=30), True),
        (CLOSES_AT - timedelta(microseconds=1), True),
        (CLOSES_AT, False),
        (CLOSES_AT + timedelta(microseconds=1), False),
        (NOW - timedelta(days=30, microseconds=1), False),
    ],
)
def test_the_window_has_its_first_instant_and_not_its_last(received_at, accepted) -> None:
    application = an_application_in_memory(call=a_call_in_memory(closes_at=CLOSES_AT))
    actor = a_representative(application)
    if accepted:
        LIFECYCLE.move(application, "submit", actor=actor, now=received_at)
        assert application.state is S.SUBMITTED
        return
    with pytest.raises(Refused) as refusal:
        LIFECYCLE.move(application, "submit", actor=actor, now=received_at)
    late = received_at >= CLOSES_AT
    assert refusal.value.code == f"application.submit.{'closed' if late else 'not_open'}"
    if late:
        assert refusal.value.facts == {"received_at": received_at, "closes_at": CLOSES_AT}
    assert application.state is S.DRAFT


def test_a_rolling_call_never_closes_by_itself() -> None:
    application = an_application_in_memory(call=a_call_in_memory(closes_at=None))
    LIFECYCLE.move(application, "submit", actor=a_representative(application), now=AFTER_ALL)
    assert application.state is S.SUBMITTED


def test_a_rolling_call_that_was_closed_by_hand_takes_nothing() -> None:
    call = a_call_in_memory(closes_at=None, state=CallState.CLOSED)
    application = an_application_in_memory(call=call)
    with pytest.raises(Refused, match=r"application\.submit\.closed"):
        LIFECYCLE.move(application, "submit", actor=a_representative(application), now=NOW)


@pytest.mark.parametrize(
    ("columns", "count"),
    [
        ({"answers": {}}, 2),
        ({"files": []}, 1),
        ({"as_typed": {"requested": "beaucoup"}}, 1),
    ],
)
def test_what_is_missing_is_counted_and_refused(columns, count) -> None:
    application = an_application_in_memory(**columns)
    with pytest.raises(Refused) as refusal:
        LIFECYCLE.move(application, "submit", actor=a_representative(application), now=NOW)
    assert (refusal.value.code, refusal.value.facts) == (
        "application.submit.incomplete",
        {"count": count},
    )


def test_complements_are_asked_one_request_at_a_time() -> None:
    application = an_application_in_memory(state=S.SUBMITTED)
    application.complement = ComplementRequest(asked_at=NOW, items=[{"field_key": "title"}])
    with pytest.raises(Refused, match="already_asked"):
        LIFECYCLE.move(application, "ask_complement", actor=an_officer_of(application), now=NOW)
    application.complement.answered_at = NOW
    LIFECYCLE.move(application, "ask_complement", actor=an_officer_of(application), now=NOW)
    assert application.state is S.INCOMPLETE


@pytest.mark.parametrize(("day", "refused"), [(9, True), (10, True), (11, False)])
def test_the_applicant_keeps_the_whole_due_day(day, refused) -> None:
    application = an_application_in_memory(state=S.INCOMPLETE)
    actor, later = an_officer_of(application), NOW + timedelta(days=day)
    if refused:
        with pytest.raises(Refused, match="complement_awaited"):
            LIFECYCLE.move(application, "declare_inadmissible", actor=actor, now=later)
    else:
        LIFECYCLE.move(application, "declare_inadmissible", actor=actor, now=later)
        assert application.state is S.INADMISSIBLE


def test_a_draft_does_not_lapse_while_the_call_is_open() -> None:
    application = an_application_in_memory()
    with pytest.raises(Refused, match="call_is_open"):
        LIFECYCLE.move(application, "lapse", actor=SYSTEM, now=NOW)


def test_a_complement_waits_for_what_was_asked_and_for_nothing_else() -> None:
    application = an_application_in_memory(state=S.INCOMPLETE, answers={"requested": 100})
    asked = ComplementRequest(items=[{"field_key": "title", "message": "?"}])
    application.complement = asked
    actor = a_representative(application)
    with pytest.raises(Refused, match="incomplete"):
        LIFECYCLE.move(application, "answer_complement", actor=actor, now=NOW)
    application.answers = {"title": "Mieux dit"}  # the amount is missing, but nobody asked
    LIFECYCLE.move(application, "answer_complement", actor=actor, now=NOW)
    assert application.state is S.SUBMITTED
