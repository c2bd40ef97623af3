"""Each page between a ranking and an agreement, empty, full and refused, opened once."""

from __future__ import annotations

import pytest

from build.gallery.binding import agreed, due, scanned, watched
from build.gallery.deciding import prepared, shared, waited, worked_out
from build.gallery.sitting import in_the_room, on_the_agenda, too_few
from build.gallery.telling import contested, looked_through, too_late
from journeys.eyes import Eyes
from journeys.inside import inside
from journeys.showing import show

SCENES = (
    *(prepared, worked_out, shared, waited),
    *(on_the_agenda, in_the_room, too_few),
    *(looked_through, contested, too_late),
    *(agreed, scanned, watched, due),
)


@pytest.fixture(scope="module")
def eyes():
    """What was read in one scene is not read again in the next."""
    return Eyes()


@pytest.fixture
def stage(app, chromium, database, clock, eyes):
    eyes.faults.clear()
    with inside(app, chromium, database, clock, eyes=eyes) as stage:
        yield stage


@pytest.mark.parametrize("scene", SCENES, ids=lambda one: one.__name__)
def test_no_page_of_deciding_stops_a_reader_at_any_width(stage, scene):
    show(stage, scene)
