"""Each refusal on the path of the money says what would unblock it."""

from __future__ import annotations

import pytest

from grants.web.sentences import REMEDIES, SENTENCES, remedies
from grants.web.sentences import watch as law

SHORTAGES = [one for one in SENTENCES if one.startswith(("ledger.exceeds_", "ledger.schedule_"))]
TO_SIGN = [f"agreement.{one}" for one in ("countersign.from_sent", "bring_into_force.from_signed")]


def test_no_remedy_is_for_a_refusal_that_nobody_makes():
    assert not set(remedies.REMEDIES) - set(SENTENCES)


@pytest.mark.parametrize("code", [*SHORTAGES, *TO_SIGN, "waiting.money_gone"])
def test_what_lacks_is_said_with_what_brings_it(code):
    assert str(REMEDIES[code]) not in {"", str(SENTENCES[code])}


THRESHOLDS = [one for one in law.SENTENCES if one.startswith(("watch.de_", "watch.capital_u"))]


@pytest.mark.parametrize("code", [*THRESHOLDS, "watch.capital_share", "watch.public_aid"])
def test_a_threshold_names_what_may_still_be_done_and_who_answers_for_more(code):
    assert "answer" in str(law.SENTENCES[code])
