"""The table of operations, read as a whole."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from grants.kernel.access import SYSTEM, Actor, FunderRole
from grants.kernel.errors import Forbidden, Unknown
from grants.ledger.operations import (
    ANSWERED_BY,
    CREDIT_STAGES,
    OPERATIONS,
    SOURCES,
    STAGES_OF_AWARDS,
    Counterpart,
    Stage,
)
from grants.ledger.rules import (
    MOST,
    Movement,
    fingerprint,
    funders_for,
    require_bookkeeper,
    require_well_formed,
)

FUNDER, ENVELOPE, OTHER, AWARD = (UUID(int=n) for n in range(1, 5))
EXPECTED = {
    "vote": ("voted", "available"),
    "transfer": ("voted", "available"),
    "reserve": ("available", "reserved"),
    "release": ("reserved", "available"),
    "commit": ("available", "committed"),
    "commit_reserved": ("reserved", "committed"),
    "decommit": ("committed", "available"),
    "order": ("committed", "ordered"),
    "cancel_order": ("ordered", "committed"),
    "pay": ("ordered", "paid"),
    "reject_payment": ("paid", "ordered"),
    "claim_back": ("claim_contra", "claimed"),
    "recover": ("claimed", "recovered"),
    "waive_claim": ("claimed", "claim_contra"),
    "lapse": ("available", "lapsed"),
    "carry_over": ("available", "carried"),
    "carry_commitment": ("committed", "carried"),
    "bring_forward": ("voted", "available"),
    "bring_commitment": ("voted", "committed"),
    "attach": ("committed", "carried"),
    "bring_attached": ("voted", "committed"),
    "draw_credits": ("committed", "carried"),
    "take_up_credits": ("available", "committed"),
    "return_credits": ("committed", "available"),
    "restore_authorisation": ("carried", "committed"),
}
CLOSED_YEARS_TAKE = {"pay", "reject_payment", "claim_back", "recover", "waive_claim"}


def an_actor(*roles: FunderRole) -> Actor:
    return Actor(id=uuid4(), funders={FUNDER: frozenset(roles)})


def well_formed(name: str, amount: int = 5) -> Movement:
    operation = OPERATIONS[name]
    return Movement(
        ENVELOPE,
        amount,
        AWARD if operation.per_award else None,
        OTHER if operation.counterpart else None,
    )


def test_every_operation_walks_where_the_law_says():
    assert {name: (one.source, one.target) for name, one in OPERATIONS.items()} == EXPECTED


def test_every_stage_is_reached_or_is_a_source():
    reached = {one.target for one in OPERATIONS.values()}
    assert reached | SOURCES == set(Stage)
    # A claim that is waived goes back where it came from.
    assert reached & SOURCES == {Stage.CLAIM_CONTRA}


def test_a_closed_year_takes_what_moves_no_credit():
    late = {name for name, one in OPERATIONS.items() if one.after_closing}
    assert late == CLOSED_YEARS_TAKE
    held = {Stage.VOTED, Stage.AVAILABLE, Stage.RESERVED, Stage.COMMITTED}
    assert not any({OPERATIONS[name].source, OPERATIONS[name].target} & held for name in late)


def test_no_walk_leads_from_credits_to_claims():
    claims = set(Stage) - set(CREDIT_STAGES) - {Stage.VOTED}
    for one in OPERATIONS.values():
        assert (one.source in claims) == (one.target in claims), one.name


def test_what_is_carried_is_taken_up_by_one_operation():
    across = set(Counterpart) - {Counterpart.SAME_BOOK}
    carried = {n for n, one in OPERATIONS.items() if one.counterpart in across}
    assert set(ANSWERED_BY) == carried
    for name, answer in ANSWERED_BY.items():
        taken, given = OPERATIONS[name], OPERATIONS[answer]
        assert given.target is (Stage.COMMITTED if taken.per_award else taken.source)


def test_an_award_is_named_on_both_ends_or_where_it_begins_and_ends():
    both = {n for n, one in OPERATIONS.items() if one.source_award and one.target_award}
    assert both == {
        "order",
        "cancel_order",
        "pay",
        "reject_payment",
        "claim_back",
        "recover",
        "waive_claim",
        "carry_commitment",
        "attach",
        "draw_credits",
        "restore_authorisation",
    }
    leaving = {one.source for one in OPERATIONS.values() if one.source_award}
    assert leaving <= STAGES_OF_AWARDS | {Stage.CARRIED}


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("role", FunderRole)
def test_a_role_books_its_operations_and_no_other(name, role):
    allowed = funders_for(OPERATIONS[name], an_actor(role))
    assert allowed == ([FUNDER] if role in OPERATIONS[name].roles else [])


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_auditor_books_nothing_and_the_software_everything(name):
    assert FunderRole.AUDITOR not in OPERATIONS[name].roles
    assert funders_for(OPERATIONS[name], SYSTEM) is None


def test_running_the_installation_gives_no_hand_on_the_money():
    operator = Actor(id=uuid4(), is_operator=True)
    assert all(funders_for(one, operator) == [] for one in OPERATIONS.values())
    with pytest.raises(Unknown):
        require_bookkeeper(operator, FUNDER)


@pytest.mark.parametrize("role", FunderRole)
def test_administrators_and_finance_open_books(role):
    if role in {FunderRole.ADMINISTRATOR, FunderRole.FINANCE}:
        require_bookkeeper(an_actor(role), FUNDER)
    else:
        with pytest.raises(Forbidden):
            require_bookkeeper(an_actor(role), FUNDER)
    require_bookkeeper(SYSTEM, FUNDER)


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("amount", [0, -5, MOST + 1, -MOST - 1])
def test_only_a_vote_may_be_negative(name, amount):
    if name == "vote" and amount == -5:
        require_well_formed(OPERATIONS[name], [well_formed(name, amount)])
    else:
        with pytest.raises(ValueError, match=name):
            require_well_formed(OPERATIONS[name], [well_formed(name, amount)])


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_movement_names_what_its_operation_wants(name):
    operation = OPERATIONS[name]
    right = well_formed(name)
    require_well_formed(operation, [right, right])
    other_award = None if right.award_id else AWARD
    other_end = None if right.to_envelope_id else OTHER
    wrong = [
        [],
        [right, Movement(ENVELOPE, 5, other_award, right.to_envelope_id)],
        [right, Movement(ENVELOPE, 5, right.award_id, other_end)],
    ]
    for movements in wrong:
        with pytest.raises(ValueError, match=name):
            require_well_formed(operation, movements)


def test_a_request_is_the_same_in_any_order_and_differs_by_any_fact():
    commit, decommit = OPERATIONS["commit"], OPERATIONS["decommit"]
    one, two = Movement(ENVELOPE, 5, AWARD), Movement(OTHER, 6, AWARD)
    assert fingerprint(commit, [one, two]) == fingerprint(commit, [two, one])
    others = [
        fingerprint(commit, [one]),
        fingerprint(decommit, [one, two]),
        fingerprint(commit, [one, Movement(OTHER, 7, AWARD)]),
        fingerprint(commit, [one, Movement(OTHER, 6, FUNDER)]),
        fingerprint(commit, [one, Movement(ENVELOPE, 6, AWARD)]),
        fingerprint(commit, [one, Movement(OTHER, 6, AWARD, ENVELOPE)]),
    ]
    assert len({fingerprint(commit, [one, two]), *others}) == len(others) + 1
