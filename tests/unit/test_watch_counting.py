"""The dated rules and their boundaries: to the cent, to the day."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from grants.decisions.models import Instrument
from grants.kernel.calendar import clear_deadline, holidays, working_days_later
from grants.people import aid as people
from grants.people.models import AidRegime
from grants.watch import counting
from grants.watch.counting import Aid, Capital, Origin, Verdict
from grants.watch.law import LAWS, REGIMES, Effect, Watched, law
from grants.watch.models import Override
from grants.watch.queries import Line
from grants.watch.queries.told import covers

R = AidRegime
US, DAY = uuid4(), date(2026, 9, 1)


def an_aid(
    euros: float, on: date = DAY, regime: R = R.DE_MINIMIS, *, ours: bool = True, **more: object
) -> Aid:
    return Aid(
        amount_cents=round(euros * 100),
        granted_on=on,
        regime=regime,
        origin=Origin.DECIDED if ours else Origin.DECLARED,
        funder="Métropole",
        funder_id=US if ours else None,
        **more,
    )


def test_no_two_lines_of_one_rule_hold_on_the_same_day():
    for one in LAWS:
        twins = [other for other in LAWS if other.key is one.key and other.in_force(one.starts_on)]
        assert twins == [one]


def test_applicants_read_the_ceilings_of_the_law():
    day = date(2026, 9, 1)
    held = {regime: law(key, day).threshold for regime, key in REGIMES.items()}
    assert held == people.CEILINGS


def test_every_rule_names_its_source():
    assert all(one.source for one in LAWS)
    assert {one.key for one in LAWS} == set(Watched)


@pytest.mark.parametrize(
    ("euros", "crossed"), [(23_000, False), (23_000.01, True), (22_999.99, False)]
)
def test_an_agreement_is_due_beyond_23_000_and_not_at_it(euros, crossed):
    found = counting.agreement([], round(euros * 100), DAY, US)
    assert found is not None
    assert found.is_crossed is crossed
    assert found.verdict is (Verdict.WARNED if crossed else Verdict.CLEAR)


def test_a_second_small_grant_passes_23_000():
    first = an_aid(15_000, date(2026, 1, 1))
    assert not counting.agreement([], 15_000_00, DAY, US).is_crossed
    found = counting.agreement([first], 8_000_01, DAY, US)
    assert (found.is_crossed, found.left, found.most) == (True, -1, 8_000_00)


@pytest.mark.parametrize(
    ("granted_on", "counted"),
    [
        (date(2025, 12, 31), 0),
        (date(2026, 1, 1), 20_000_00),
        (date(2026, 12, 31), 20_000_00),
        (date(2027, 1, 1), 0),
    ],
)
def test_the_agreement_counts_one_civil_year(granted_on, counted):
    assert counting.agreement([an_aid(20_000, granted_on)], 1, DAY, US).counted == counted


def test_the_agreement_counts_one_authority_and_the_auditor_all_of_them():
    aids = [an_aid(20_000), an_aid(140_000, ours=False)]
    assert counting.agreement(aids, 0, DAY, US).counted == 20_000_00
    assert counting.auditor(aids, 0, DAY).counted == 160_000_00
    assert counting.agreement(aids, 0, DAY, uuid4()).counted == 0


@pytest.mark.parametrize(("euros", "crossed"), [(153_000, False), (153_000.01, True)])
def test_an_auditor_is_due_beyond_153_000(euros, crossed):
    assert counting.auditor([an_aid(euros)], 0, DAY).is_crossed is crossed


def test_an_advance_is_an_aid_and_no_subsidy():
    aids = [an_aid(100_000, is_subsidy=False)]
    assert counting.auditor(aids, 0, DAY).counted == 0
    assert counting.de_minimis(aids, 0, DAY, R.DE_MINIMIS).counted == 100_000_00


@pytest.mark.parametrize(
    ("day", "granted_on", "counts"),
    [
        (date(2024, 1, 30), date(2021, 1, 30), True),
        (date(2024, 1, 30), date(2021, 1, 29), False),
        (date(2024, 1, 30), date(2024, 1, 30), True),
        (date(2024, 1, 30), date(2024, 1, 31), False),
        # A 29 February looks back to a 28th, and is itself looked back at until 28 February.
        (date(2028, 2, 29), date(2025, 2, 28), True),
        (date(2028, 2, 29), date(2025, 2, 27), False),
        (date(2027, 2, 28), date(2024, 2, 29), True),
        (date(2027, 3, 1), date(2024, 2, 29), False),
    ],
)
def test_three_years_to_the_day(day, granted_on, counts):
    found = counting.de_minimis([an_aid(10, granted_on)], 0, day, R.DE_MINIMIS)
    assert (found.counted == 1_000) is counts


@pytest.mark.parametrize(
    ("regime", "ceiling"), [(R.DE_MINIMIS, 300_000_00), (R.DE_MINIMIS_SIEG, 750_000_00)]
)
def test_a_ceiling_may_be_reached_and_not_passed(regime, ceiling):
    at = counting.de_minimis([an_aid(100_000, regime=regime)], ceiling - 100_000_00, DAY, regime)
    assert (at.verdict, at.left) == (Verdict.CLEAR, 0)
    past = counting.de_minimis(
        [an_aid(100_000, regime=regime)], ceiling - 100_000_00 + 1, DAY, regime
    )
    assert (past.verdict, past.left, past.most) == (Verdict.BLOCKED, -1, ceiling - 100_000_00)


def test_general_aid_counts_under_the_higher_ceiling_and_not_the_other_way():
    aids = [an_aid(200_000), an_aid(500_000, regime=R.DE_MINIMIS_SIEG), an_aid(9, regime=R.NONE)]
    assert counting.de_minimis(aids, 0, DAY, R.DE_MINIMIS_SIEG).counted == 700_000_00
    assert counting.de_minimis(aids, 0, DAY, R.DE_MINIMIS).counted == 200_000_00
    assert counting.de_minimis(aids, 0, DAY, R.EXEMPTED) is None


@pytest.mark.parametrize(
    ("day", "ceiling"),
    [(date(2023, 12, 31), 200_000_00), (date(2024, 1, 1), 300_000_00), (date(2031, 1, 1), None)],
)
def test_a_decision_keeps_the_ceiling_of_its_day(day, ceiling):
    found = counting.de_minimis([], 1, day, R.DE_MINIMIS)
    assert (found.threshold if found else None) == ceiling


def test_a_threshold_that_was_passed_before_blocks_nothing_that_adds_nothing():
    found = counting.de_minimis([an_aid(400_000)], 0, DAY, R.DE_MINIMIS)
    assert (found.law.effect, found.verdict) == (Effect.BLOCK, Verdict.WARNED)


@pytest.mark.parametrize(
    ("total", "public", "added", "verdict"),
    [
        (80_000, 40_000, 0, Verdict.CLEAR),
        (100_000, 40_000, 20_000, Verdict.CLEAR),  # 60 of 120: half
        (100_000, 40_000, 20_001, Verdict.BLOCKED),
        (20_000, 0, 10_000, Verdict.CLEAR),
    ],
)
def test_public_holders_have_half_of_the_capital_at_most(total, public, added, verdict):
    capital = Capital(total_cents=total * 100, public_cents=public * 100)
    assert counting.capital_share(capital, added * 100, DAY).verdict is verdict


def test_shares_decided_since_the_declaration_count():
    capital = Capital(total_cents=100_000_00, public_cents=40_000_00, since_cents=10_000_00)
    found = counting.capital_share(capital, 10_000_01, DAY)
    assert (found.counted, found.verdict) == (45_46, Verdict.BLOCKED)


@pytest.mark.parametrize(
    ("answered", "capital", "covered"),
    [
        (counting.UNDECLARED, None, True),
        (counting.UNDECLARED, Capital(total_cents=10, public_cents=9), False),
        (9_500, None, False),
        (9_500, Capital(total_cents=10, public_cents=9), True),
    ],
)
def test_who_answers_for_an_undeclared_capital_answers_for_no_other(answered, capital, covered):
    margin = counting.capital_share(capital, 10, DAY)
    line = Line(application_id=uuid4(), funder_id=uuid4(), instrument=Instrument.EQUITY)
    given = Override(
        application_id=line.application_id,
        funder_id=line.funder_id,
        rule=Watched.CAPITAL_SHARE,
        threshold=margin.threshold,
        total=answered,
    )
    assert margin.verdict is Verdict.BLOCKED
    assert covers(given, line, margin) is covered


def test_no_share_is_taken_of_a_capital_that_nobody_declared():
    found = counting.capital_share(None, 10, DAY)
    assert (found.verdict, found.is_known) == (Verdict.BLOCKED, False)
    assert counting.capital_share(None, 0, DAY).verdict is Verdict.UNKNOWN


def test_public_aid_is_capped_only_where_the_call_says_so():
    assert counting.public_aid(0, 90, 100, DAY, None) is None
    assert counting.public_aid(30_00, 50_00, 100_00, DAY, 80).verdict is Verdict.CLEAR
    assert counting.public_aid(30_00, 50_01, 100_00, DAY, 80).verdict is Verdict.BLOCKED
    assert counting.public_aid(30_00, 50_00, 0, DAY, 80).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("key", "begins", "due"),
    [
        (Watched.FINANCIAL_REPORT, date(2025, 12, 31), date(2026, 6, 30)),
        (Watched.FINANCIAL_REPORT, date(2025, 8, 31), date(2026, 2, 28)),
        (Watched.PUBLICATION, date(2025, 11, 30), date(2026, 2, 28)),
        # 1, 8, 14 and 25 May 2026 are holidays.
        (Watched.AID_REGISTER, date(2026, 4, 30), date(2026, 6, 3)),
        (Watched.AID_REGISTER, date(2025, 12, 31), None),
        (Watched.PAYMENT, date(2026, 1, 1), date(2026, 3, 2)),
    ],
)
def test_duties_fall_due(key, begins, due):
    assert counting.due_on(key, begins) == due


def test_the_french_calendar():
    assert date(2026, 5, 14) in holidays(2026)
    assert date(2024, 4, 1) in holidays(2024)
    assert len(holidays(2026)) == 11
    assert working_days_later(date(2026, 12, 24), 1) == date(2026, 12, 28)
    assert clear_deadline(date(2026, 3, 13), 2) == date(2026, 5, 15)


def test_the_law_of_another_day():
    assert law(Watched.AID_REGISTER, date(2025, 12, 31)) is None
    assert law(Watched.AID_REGISTER, date(2026, 1, 1)) is not None


DECEMBER, JANUARY, TYPED = date(2025, 12, 20), date(2026, 1, 5), date(2026, 1, 10)


@pytest.mark.parametrize(
    ("granted_on", "counts"),
    [(DECEMBER, True), (JANUARY, True), (TYPED, True), (date(2026, 1, 11), True),
     (date(2024, 12, 31), False), (date(2027, 1, 1), False)],
)  # fmt: skip
def test_a_vote_typed_late_is_held_against_the_year_in_which_it_may_be_granted(granted_on, counts):
    given = [an_aid(13_000, granted_on)]
    margin = counting.agreement(given, 10_000_01, DECEMBER, US, typed=TYPED)
    assert margin.is_crossed is counts
    assert not counting.agreement(given, 10_000_00, DECEMBER, US, typed=TYPED).is_crossed
    whole = [an_aid(143_000, granted_on)]
    assert counting.auditor(whole, 10_000_01, DECEMBER, typed=TYPED).is_crossed is counts


@pytest.mark.parametrize(
    ("granted_on", "counts"),
    [(date(2022, 12, 19), False), (date(2022, 12, 20), True), (JANUARY, True), (TYPED, True),
     (date(2026, 1, 11), False)],
)  # fmt: skip
def test_a_vote_typed_late_is_held_against_each_day_since(granted_on, counts):
    given = [an_aid(290_000, granted_on)]
    margin = counting.de_minimis(given, 10_000_01, DECEMBER, AidRegime.DE_MINIMIS, typed=TYPED)
    assert margin.is_crossed is counts
    # A day between both, on which another aid is of more: the ceiling holds on that day too.
    early = [*given, an_aid(5_000, date(2023, 1, 5))]
    fuller = counting.de_minimis(early, 5_000_01, DECEMBER, AidRegime.DE_MINIMIS, typed=TYPED)
    assert fuller.is_crossed is (counts and granted_on != TYPED)


@pytest.mark.parametrize("day", [DECEMBER, TYPED, date(2028, 12, 25)])
def test_what_is_voted_and_not_executory_counts_whenever_it_may_be_granted(day):
    voted = an_aid(20_000, DECEMBER, is_pending=True)
    assert counting.agreement([voted], 3_000_01, day, US).is_crossed
    assert counting.de_minimis([voted], 1, day, AidRegime.DE_MINIMIS).counted == 20_000_00
    assert counting.de_minimis([voted], 1, date(2025, 12, 19), AidRegime.DE_MINIMIS).counted == 0
