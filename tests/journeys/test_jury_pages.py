"""Each page of juries, hearings, meetings and public votes, full and empty, opened once."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from build.gallery import SCENES
from build.people import a_token
from journeys.eyes import Eyes
from journeys.inside import inside
from journeys.stage import COOKIE


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
    with stage.session() as session:
        looks, tokens = list(scene(session, 6)), {None: ""}
        for one in looks:
            if one.who not in tokens:
                tokens[one.who] = a_token(session, one.who)
        looks = [(one, tokens[one.who]) for one in looks]
    visitor = stage.visitor()
    for look, token in looks:
        visitor.page.goto("about:blank")  # a page that keeps up with a meeting asks no more
        visitor.context.clear_cookies()
        cookie = {"name": COOKIE, "value": token, "url": stage.address}
        visitor.context.add_cookies([cookie] if token else [])
        visitor.goto(look.path, status=look.status)
        if look.press:
            visitor.fill(look.fill).press(look.press, status=look.answer)
        if visitor.page.locator('a[href$="notes.xlsx"]').count():
            bring_back(visitor)


def bring_back(visitor):
    """Take one’s sheet, write what fits and what does not, and read what becomes of it."""
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
