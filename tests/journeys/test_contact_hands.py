"""The order of contact points, changed without a mouse; and in a browser without scripts."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from build.people import a_funder, a_funder_member
from grants.appraisal.models import ReferentRule
from journeys.inside import Ears, inside
from journeys.keyboard import Hands

NAMES = ("Bassin de Mulhouse", "Plaine d’Alsace", "Vallée de la Bruche")
HERE = "/instruction/contacts"
ROW = "() => document.activeElement.closest('tr')?.id"


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def officer(request, app, chromium, database, clock):
    with inside(app, chromium, database, clock, eyes=Ears()) as stage:
        with stage.session() as session:
            funder = a_funder(session)
            person = a_funder_member(session, funder)
            points = [
                ReferentRule(
                    funder_id=funder.id,
                    position=nth,
                    label=label,
                    person_id=person.id,
                    communes=["67"],
                )
                for nth, label in enumerate(NAMES, 1)
            ]
            session.add_all(points)
        yield stage, stage.enter(stage.visitor(scripts=request.param), person.id), points[2].id


def test_contact_points_change_places_and_the_focus_stays_with_the_one_that_moves(officer):
    stage, visitor, moved = officer
    visitor.goto(HERE)
    Hands(visitor).walk()
    hands = Hands(visitor.goto(HERE))
    up = f'tr[id="r-{moved}"] form[action$="/ordre"] button'
    hands.enter(up)
    assert shown(visitor) == [NAMES[0], NAMES[2], NAMES[1]]
    # Where one was: the next Tab is at the same row, wherever it is now.
    hands.tab()
    assert visitor.page.evaluate(ROW) == f"r-{moved}"
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    assert shown(visitor) == [NAMES[2], NAMES[0], NAMES[1]]
    hands.tab()
    assert visitor.page.evaluate(ROW) == f"r-{moved}"
    with stage.session() as session:
        kept = session.scalars(select(ReferentRule.label).order_by(ReferentRule.position))
        assert list(kept) == [NAMES[2], NAMES[0], NAMES[1]]


def shown(visitor):
    """The contact points, from the top of the page."""
    cells = visitor.page.locator("tbody tr td:first-child").all_inner_texts()
    return [one.partition("\n")[0] for one in cells]
