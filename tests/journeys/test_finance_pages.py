"""Each page of finance, full and empty, for whoever reads it, opened once at both widths."""

from __future__ import annotations

import pytest

from build.gallery.paying import answered, claimed, lent, ordered
from build.gallery.purse import kept
from build.gallery.taking_back import taken_back
from journeys.eyes import Eyes
from journeys.inside import inside
from journeys.showing import show


@pytest.fixture(scope="module")
def eyes():
    """What was read in one scene is not read again in the next."""
    return Eyes()


@pytest.fixture
def stage(app, chromium, database, clock, eyes):
    eyes.faults.clear()
    with inside(app, chromium, database, clock, eyes=eyes) as stage:
        yield stage


@pytest.mark.parametrize(
    "scene", [kept, claimed, ordered, answered, lent, taken_back], ids=lambda one: one.__name__
)
def test_no_page_of_finance_stops_a_reader_at_any_width(stage, scene):
    show(stage, scene)
