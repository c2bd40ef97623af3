"""Each page of juries, hearings, meetings and public votes, full and empty, opened once."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from build.gallery import SCENES
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


@pytest.mark.parametrize("scene", SCENES, ids=lambda one: one.__name__)
def test_no_page_of_a_jury_stops_a_reader_at_any_width(stage, scene):
    show(stage, scene, then=bring_back)


def bring_back(visitor):
    """Where one may: take one’s sheet, write what fits and what does not, and read what follows."""
    if not visitor.page.locator('a[href$="notes.xlsx"]').count():
        return
    taken = visitor.download("Télécharger la feuille").path().read_bytes()
    book = load_workbook(BytesIO(taken))
    sheet = book.worksheets[0]
    marks = [one.column for one in sheet[1] if str(one.value).startswith("mark:")]
    for row, value in ((3, 7), (4, 99)):
        for column in marks:
            sheet.cell(row, column).value = value
    filled = BytesIO()
    book.save(filled)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    payload = {"name": "notes.xlsx", "mimeType": kind, "buffer": filled.getvalue()}
    visitor.fill({"sheet": payload}).press("Lire ma feuille").says("est refusée")
