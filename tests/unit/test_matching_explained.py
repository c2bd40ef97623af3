"""Each pair explains itself, and so does each that was not made."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from build.calm import CALM
from build.pairings import pairings
from grants.juries.matching.affinity import affinity
from grants.juries.matching.explaining import Code, Reason, Why, explain, why_not
from grants.juries.matching.problem import Juror, Need, Pairing, Plan, Weights
from grants.juries.matching.solving import solve

NEED = Need(2, frozenset({"sol", "toit", "pain"}), "nord", "plaine")
EXPERT = Juror(5, 0, frozenset({"sol", "toit"}), frozenset({"nord"}), frozenset({"plaine"}))
JURY = Pairing(
    needs=(NEED, Need(2)),
    jurors=(EXPERT, Juror(5, college="habitants"), Juror(5), Juror(1), Juror(5)),
    colleges=("habitants",),
    forbidden=frozenset({(0, 2)}),
    fixed=frozenset({(1, 3), (1, 1)}),
    preferences={(0, 0): 40, (0, 4): -100},
    weights=Weights(balance=0),
)
PLAN = solve(JURY)


def test_the_parts_of_an_affinity_by_hand():
    # Two of three skills: 666 × 4. Track 1,000 × 3, territory 1,000 × 2, preference 400 × 3.
    found = affinity(JURY, (0, 0))
    assert (found.skills, found.track, found.territory, found.preference) == (
        2664,
        3000,
        2000,
        1200,
    )
    assert found.total == 8864


def test_the_plan_of_this_jury():
    assert PLAN.pairs == ((0, 0), (0, 1), (1, 1), (1, 3))


def test_why_the_expert_reads_it():
    assert explain(JURY, PLAN, (0, 0)) == Why(
        affinity(JURY, (0, 0)), fixed=False, kept=False, college=None, better=0, load=1
    )


def test_why_the_inhabitant_reads_it():
    found = explain(JURY, PLAN, (0, 1))
    assert (found.college, found.better, found.load) == ("habitants", 1, 2)
    assert explain(JURY, PLAN, (1, 3)).fixed


def test_who_does_not_read_it_has_nothing_to_explain():
    with pytest.raises(ValueError, match="no such pair"):
        explain(JURY, PLAN, (0, 4))


@pytest.mark.parametrize(
    ("pair", "reasons"),
    [
        ((0, 0), (Reason(Code.READS),)),
        ((0, 2), (Reason(Code.RECUSED),)),
        ((1, 0), (Reason(Code.FIXED),)),
        # Of the two readers only the expert can be replaced: 8,864 against −3,000.
        ((0, 4), (Reason(Code.LESS_SUITED, by=11_864, juror=0),)),
        ((0, 3), (Reason(Code.FULL, by=1), Reason(Code.LESS_SUITED, by=8864, juror=0))),
    ],
)
def test_why_not_that_one(pair, reasons):
    assert why_not(JURY, PLAN, pair) == reasons


def test_the_only_voice_of_a_college_is_not_replaced():
    alone = replace(JURY, needs=(replace(NEED, readers=1), Need(2)))
    assert why_not(alone, solve(alone), (0, 0)) == (Reason(Code.COLLEGE, juror=1),)


def test_who_had_it_keeps_it():
    pairing = Pairing((Need(1),), (Juror(1), EXPERT), kept=frozenset({(0, 0)}))
    assert why_not(pairing, solve(pairing), (0, 1)) == (Reason(Code.KEPT, juror=0),)


def test_who_reads_more_already_is_spared():
    pairing = Pairing(
        (Need(1), Need(1)),
        (Juror(5), Juror(5)),
        fixed=frozenset({(0, 0)}),
    )
    plan = solve(pairing)
    assert plan.pairs == ((0, 0), (1, 1))
    assert why_not(replace(pairing, fixed=frozenset()), plan, (1, 0)) == (Reason(Code.OTHERS),)
    busy = replace(pairing, needs=(Need(1), Need(1), Need(1)), fixed=frozenset({(0, 0), (2, 0)}))
    assert why_not(busy, solve(busy), (1, 0)) == (Reason(Code.BUSIER, by=1, juror=1),)


@CALM
@given(pairings())
def test_every_pair_has_an_answer(pairing):
    plan = solve(pairing)
    if not isinstance(plan, Plan):
        return
    for application in range(len(pairing.needs)):
        for juror in range(len(pairing.jurors)):
            pair = (application, juror)
            reasons = why_not(pairing, plan, pair)
            assert reasons
            if pair in plan.pairs:
                assert reasons == (Reason(Code.READS),)
                assert explain(pairing, plan, pair).load == plan.loads[juror]
            elif pair in pairing.forbidden:
                assert reasons == (Reason(Code.RECUSED),)
            assert all(reason.by >= 0 for reason in reasons)
