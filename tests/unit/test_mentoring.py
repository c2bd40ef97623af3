"""Which mentor would suit: skills in common, then hours left, then the name."""

from __future__ import annotations

from uuid import UUID

from grants.mentoring.suggesting import Offer, suggestions
from grants.web.mentoring.forms import duration


def an_offer(nth: int, *skills: str, hours: int = 10, **more: int) -> Offer:
    return Offer(UUID(int=nth), f"Parrain {nth}", frozenset(skills), hours, **more)


def order(wishes, *offers):
    return [one.offer.mentor_id.int for one in suggestions(wishes, offers)]


def test_skills_in_common_come_first_and_are_told_in_the_order_of_the_wishes():
    offers = [an_offer(1), an_offer(2, "b", "a", "z"), an_offer(3, "a")]
    assert order(["a", "b"], *offers) == [2, 3, 1]
    assert [one.shared for one in suggestions(["a", "b"], offers)] == [("a", "b"), ("a",), ()]


def test_between_equals_whoever_has_more_left_for_one_more_project():
    busy, free, spent = (
        an_offer(1, "a", pairs=2),
        an_offer(2, "a", hours=8),
        an_offer(3, "a", "b", minutes=600),
    )
    assert (busy.share, free.share, spent.share) == (200, 480, 0)
    assert order(["a", "b"], busy, free, spent) == [2, 1, 3]
    assert an_offer(4, minutes=660).left == -60


def test_the_same_facts_give_the_same_order():
    offers = [an_offer(nth) for nth in (3, 1, 2)]
    assert order([], *offers) == order([], *reversed(offers)) == [1, 2, 3]


def test_lengths_are_told_as_people_say_them():
    told = [duration(one).replace("\u00a0", " ") for one in (0, 45, 60, 95)]
    assert told == ["0 min", "45 min", "1 h", "1 h 35"]
