"""Each page of juries, hearings, meetings and public votes, full and empty, opened once."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from build.gallery import gallery
from build.people import a_token
from journeys.inside import inside
from journeys.stage import COOKIE


@pytest.fixture
def stage(app, chromium, database, clock):
    with inside(app, chromium, database, clock) as stage:
        yield stage


@pytest.fixture
def looks(database):
    """Every page, with the token of whoever opens it."""
    with database.transaction() as session:
        found, tokens = list(gallery(session, many=6)), {None: ""}
        for one in found:
            if one.who not in tokens:
                tokens[one.who] = a_token(session, one.who)
        return [(one, tokens[one.who]) for one in found]


def test_no_page_of_a_jury_stops_a_reader_at_any_width(stage, looks):
    visitor, sheets = stage.visitor(), 0
    for look, token in looks:
        cookie = {"name": COOKIE, "value": token, "url": stage.address}
        visitor.context.clear_cookies()
        visitor.context.add_cookies([cookie] if token else [])
        visitor.goto(look.path, status=look.status)
        if look.press:
            visitor.fill(look.fill).press(look.press, status=look.answer)
        if visitor.page.locator('a[href$="notes.xlsx"]').count():
            bring_back(visitor)
            sheets += 1
    assert sheets


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
