"""Whatever a decision may give, a call may promise."""

from __future__ import annotations

from grants.calls.award import AwardRule, Gift
from grants.decisions.models import Instrument
from grants.web.decisions import INSTRUMENTS


def test_a_call_offers_every_form_of_award():
    assert {one.value for one in Gift} == {one.value for one in Instrument}
    assert set(INSTRUMENTS) == set(Instrument)
    for gift in Gift:
        rule = {"amount": None, "amount_max": None, "explain_fr": "Oui.", "explain_en": "Yes."}
        assert AwardRule.parse({**rule, "instrument": gift.value}).instrument is gift
