"""A lifecycle is a table; a rule is a claim with two readings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import pytest
from sqlalchemy import true

from grants.kernel.access import SYSTEM, Actor, FunderRole, Rule
from grants.kernel.errors import Forbidden, Refused
from grants.kernel.identity import new_id
from grants.kernel.workflow import Lifecycle, Transition

NOW = datetime(2018, 1, 1, tzinfo=UTC)


class Light(StrEnum):
    RED = "red"
    GREEN = "green"


@dataclass
class Lamp:
    state: Light = Light.RED
    broken: bool = False


anyone = Rule("anyone", lambda _a, _r: True, lambda _a: true())
nobody = ~anyone


def works(lamp, _now):
    return Refused("lamp.broken") if lamp.broken else None


CYCLE = Lifecycle(
    subject="lamp",
    initial=Light.RED,
    transitions=(
        Transition("go", {Light.RED}, Light.GREEN, anyone, (works,)),
        Transition("force", {Light.RED}, Light.GREEN, nobody),
    ),
)


def test_a_move_changes_the_state():
    lamp = Lamp()
    CYCLE.move(lamp, "go", actor=SYSTEM, now=NOW)
    assert lamp.state is Light.GREEN


@pytest.mark.parametrize(
    ("lamp", "name", "refusal"),
    [
        (Lamp(Light.GREEN), "go", Refused("lamp.go.from_green")),
        (Lamp(broken=True), "go", Refused("lamp.broken")),
        (Lamp(), "force", Forbidden()),
    ],
)
def test_a_refused_move_leaves_the_row_as_it_was(lamp, name, refusal):
    before = lamp.state
    with pytest.raises(type(refusal)) as caught:
        CYCLE.move(lamp, name, actor=SYSTEM, now=NOW)
    assert str(caught.value) == str(refusal)
    assert lamp.state is before


def test_only_what_is_permitted_is_offered():
    assert [t.name for t in CYCLE.offered(Lamp(), actor=SYSTEM)] == ["go"]


def test_rules_compose_and_keep_a_name():
    assert (anyone & nobody).name == "anyone and not anyone"
    assert not (anyone & nobody).holds(SYSTEM, None)
    assert (anyone | nobody).holds(SYSTEM, None)


def test_an_actor_is_asked_for_roles_per_authority():
    city, region = new_id(), new_id()
    actor = Actor(
        id=new_id(),
        funders={
            city: frozenset({FunderRole.OFFICER, FunderRole.FINANCE}),
            region: frozenset({FunderRole.AUDITOR}),
        },
    )
    assert actor.funders_as(FunderRole.OFFICER) == {city}
    assert actor.funders_as(FunderRole.AUDITOR, FunderRole.FINANCE) == {city, region}


def test_identifiers_are_version_7_and_sort_by_birth():
    ids = [new_id() for _ in range(50)]
    assert {one.version for one in ids} == {7}
    assert {one.variant for one in ids} == {"specified in RFC 4122"}
    assert sorted(one.int >> 80 for one in ids) == [one.int >> 80 for one in ids]
