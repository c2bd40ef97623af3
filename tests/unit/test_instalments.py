"""An award cut into instalments loses nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.decisions.models import Instrument
from grants.kernel.errors import Refused
from grants.kernel.money import Amount, Unit
from grants.payments.models import Method
from grants.payments.plan import Part, method_of, shares


def parts(*percents: int) -> list[Part]:
    return [Part(percent=one, label=f"part {one}") for one in percents]


def test_eighty_then_twenty():
    assert shares(Amount(1_000_001), Unit.EUR, parts(80, 20)) == [800_001, 200_000]


@given(
    amount=st.integers(100, 10**12),
    first=st.integers(1, 98),
    second=st.integers(1, 98),
)
def test_the_parts_sum_to_the_award(amount, first, second):
    percents = [first, second, 100 - first - second]
    if min(percents) < 1:
        percents = [first, 100 - first]
    assert sum(shares(Amount(amount), Unit.EUR, parts(*percents))) == amount


@pytest.mark.parametrize(
    ("amount", "unit", "percents", "code"),
    [
        (1000, Unit.EUR, (), "share_missing"),
        (1000, Unit.EUR, (0, 100), "share_missing"),
        (1000, Unit.EUR, (80, 10), "shares_not_whole"),
        (1000, Unit.SQUARE_METRE, (50, 50), "in_kind_is_one"),
        (1, Unit.EUR, (50, 50), "share_too_small"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(amount, unit, percents, code):
    with pytest.raises(Refused) as refused:
        shares(Amount(amount), unit, parts(*percents))
    assert refused.value.code == f"instalment.{code}"


def test_floor_area_is_one_instalment():
    assert shares(Amount(350), Unit.SQUARE_METRE, parts(100)) == [350]


@pytest.mark.parametrize(
    ("instrument", "method"),
    [
        (Instrument.GRANT, Method.TRANSFER),
        (Instrument.PRIZE, Method.TRANSFER),
        (Instrument.EQUITY, Method.SUBSCRIPTION),
        (Instrument.FLOOR_AREA, Method.HANDOVER),
    ],
)
def test_shares_and_floor_area_need_no_bank_details(instrument, method):
    assert method_of(instrument) is method
