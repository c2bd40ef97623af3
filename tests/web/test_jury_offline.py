"""A sheet of scores taken away and brought back: line by line, nothing that does not fit."""

from __future__ import annotations

import json
import re
import zipfile
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from build.juries import Desk, a_panel, a_recusal, a_review, an_application_in_review
from build.reading import words
from grants.juries import offline
from grants.juries.models import Mark, Review, ReviewState


@pytest.fixture
def desk(database, as_person):
    with database.transaction() as session:
        panel = a_panel(session, jurors=2, applications=3)
    return Desk(panel, as_person(panel.jurors[0]), as_person(panel.officer))


def here(desk):
    return f"{desk.queue}/hors-ligne"


def taken(desk):
    answer = desk.juror.get(f"{here(desk)}/notes.xlsx")
    assert answer.status_code == 200
    book = load_workbook(BytesIO(answer.data))
    return book, book.worksheets[0]


def columns(sheet):
    return {str(one.value).partition("@")[0]: one.column for one in sheet[1]}


def fill(sheet, number, **cells):
    at = columns(sheet)
    [row] = [one for one in range(3, sheet.max_row + 1) if sheet.cell(one, 1).value == number]
    for key, value in cells.items():
        sheet.cell(row, at[key.replace("mark_", "mark:")]).value = value
    return row


def sent(desk, book, name="notes.xlsx"):
    stream = BytesIO()
    book.save(stream)
    stream.seek(0)
    data = {"sheet": (stream, name)}
    return desk.juror.post(here(desk), data=data, content_type="multipart/form-data")


def lines_of(answer):
    found = re.search(r'name="lines"[^>]*value="([^"]*)"', answer.get_data(as_text=True))
    return found[1].replace("&#34;", '"').replace("&quot;", '"') if found else None


def take(desk, answer, intent="finish"):
    data = {"lines": lines_of(answer), "intent": intent}
    return desk.juror.post(f"{here(desk)}/reprise", data=data)


def reviews(database):
    with database.transaction() as session:
        return session.scalars(select(Review).order_by(Review.application_id)).all()


WHOLE = {"mark_criterion1": 7, "mark_criterion2": "5"}


def test_what_fits_is_shown_first_then_saved(database, desk):
    first, second, _third = desk.panel.applications
    book, sheet = taken(desk)
    fill(sheet, first.number, **WHOLE, comment_jury="Solide", private_note="À revoir", confidence=3)
    fill(sheet, second.number, mark_criterion1="abs")
    answer = sent(desk, book)
    assert answer.status_code == 200, words(answer)[:600]
    assert reviews(database) == []
    assert take(desk, answer).status_code == 303
    done = {one.application_id: one for one in reviews(database)}
    assert done.keys() == {first.id, second.id}
    final, draft = done[first.id], done[second.id]
    assert (final.state, final.total, final.confidence) == (ReviewState.FINAL, 62_000, 3)
    assert (final.comment_jury, final.private_note) == ("Solide", "À revoir")
    assert draft.state is ReviewState.DRAFT
    with database.transaction() as session:
        values = session.scalars(select(Mark.value).where(Mark.review_id == draft.id)).all()
    assert values == [None]


def test_the_juror_may_keep_it_all_as_drafts(database, desk):
    book, sheet = taken(desk)
    fill(sheet, desk.panel.applications[0].number, **WHOLE)
    take(desk, sent(desk, book), intent="draft")
    assert [one.state for one in reviews(database)] == [ReviewState.DRAFT]


def test_a_sheet_brought_back_twice_does_nothing_twice(database, desk):
    book, sheet = taken(desk)
    fill(sheet, desk.panel.applications[0].number, **WHOLE)
    take(desk, sent(desk, book), intent="draft")
    again = sent(desk, book)
    assert lines_of(again) is None
    assert [one.version for one in reviews(database)] == [1]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"mark_criterion1": 11}, "prend un nombre entier de 0 à 10"),
        ({"mark_criterion1": 7.5}, "prend un nombre entier de 0 à 10"),
        ({"mark_criterion1": "beau"}, "prend un nombre entier de 0 à 10"),
        ({"mark_criterion1": "-1"}, "prend un nombre entier de 0 à 10"),
        ({"confidence": 9}, "1, 2 ou 3"),
        ({"comment_jury": "x" * 4001}, "4000 caractères"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(database, desk, cells, why):
    book, sheet = taken(desk)
    fill(sheet, desk.panel.applications[0].number, **cells)
    answer = sent(desk, book)
    assert "Ligne refusée" in words(answer)
    assert why in words(answer)
    assert lines_of(answer) is None


def test_others_numbers_and_those_one_is_recused_from_are_unknown_alike(database, desk):
    mine, hidden, _third = desk.panel.applications
    book, sheet = taken(desk)
    with database.transaction() as session:
        a_recusal(session, desk.panel.jurors[0], hidden)
        foreign = an_application_in_review(session, desk.panel.call)
    fill(sheet, hidden.number, **WHOLE)
    row = fill(sheet, mine.number, **WHOLE)
    sheet.cell(row, 1).value = foreign.number
    extra = sheet.max_row + 1
    sheet.cell(extra, 1).value = "NEANT-001"
    answer = sent(desk, book)
    text = words(answer)
    assert text.count("Aucun de vos dossiers ne porte ce numéro.") == 3
    for title in (hidden.title, foreign.title):
        assert title not in text
    assert reviews(database) == []


def test_the_sheet_holds_nothing_of_what_one_is_recused_from(database, desk):
    hidden = desk.panel.applications[0]
    with database.transaction() as session:
        a_recusal(session, desk.panel.jurors[0], hidden)
    answer = desk.juror.get(f"{here(desk)}/notes.xlsx")
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        whole = b"".join(archive.read(one) for one in archive.namelist()).decode()
    assert hidden.number not in whole
    assert hidden.title not in whole
    assert desk.panel.applications[1].number in whole


def test_what_changed_on_the_site_since_is_refused(database, desk):
    first, second, _third = desk.panel.applications
    book, sheet = taken(desk)
    with database.transaction() as session:
        seat = desk.panel.seats[0]
        a_review(session, seat, first, 3, state=ReviewState.DRAFT)
        a_review(session, seat, second, 3, 3)
    for one in (first, second):
        fill(sheet, one.number, **WHOLE)
    text = words(sent(desk, book))
    assert "Vous l’avez modifié sur le site depuis" in text
    assert "Votre note est définitive" in text


def test_whoever_was_recused_between_the_two_pages_saves_nothing(database, desk):
    book, sheet = taken(desk)
    first = desk.panel.applications[0]
    fill(sheet, first.number, **WHOLE)
    answer = sent(desk, book)
    with database.transaction() as session:
        a_recusal(session, desk.panel.jurors[0], first)
    said = words(take(desk, answer))
    assert "Aucun de vos dossiers ne porte ce numéro." in said
    assert first.title not in said
    assert reviews(database) == []


def test_lines_forged_between_the_two_pages_are_checked_anew(database, desk):
    book, sheet = taken(desk)
    fill(sheet, desk.panel.applications[0].number, **WHOLE)
    [line] = json.loads(lines_of(sent(desk, book)))
    for forged in (
        [{**line, "marks": {"criterion1": 99, "criterion2": 1}}],
        [{**line, "marks": {"autre": 1}}],
    ):
        data = {"lines": json.dumps(forged), "intent": "finish"}
        answer = desk.juror.post(f"{here(desk)}/reprise", data=data)
        assert "Ligne refusée" in words(answer)
    for forged in ("", "{}", '[{"row": 1}]', '[{"row": "a"}]', "[3]"):
        answer = desk.juror.post(f"{here(desk)}/reprise", data={"lines": forged})
        assert answer.status_code == 409, forged
    assert reviews(database) == []


def test_a_sheet_of_another_jury_or_no_sheet_at_all_is_refused(database, desk):
    with database.transaction() as session:
        other = a_panel(session)
    book, sheet = taken(desk)
    sheet["A1"].value = f"number@{other.jury.id}"
    assert "autre jury" in words(sent(desk, book))
    sheet["A1"].value = "bonjour"
    assert sent(desk, book).status_code == 409
    assert sent(desk, book, name="notes.xlsm").status_code == 409
    for content in (b"PK\x03\x04", b"", b"numero;note"):
        data = {"sheet": (BytesIO(content), "notes.xlsx")}
        answer = desk.juror.post(here(desk), data=data, content_type="multipart/form-data")
        assert answer.status_code in {409, 422}, content[:20]


def test_a_sheet_too_large_is_refused_before_it_is_read(desk, monkeypatch):
    book, _sheet = taken(desk)
    monkeypatch.setattr(offline, "SIZE_MAX", 1000)
    assert "trop lourd" in words(sent(desk, book))


@pytest.mark.parametrize("trap", ["macro", "bomb", "entity"])
def test_a_sheet_that_hides_something_is_refused(desk, trap):
    book, _sheet = taken(desk)
    stream = BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        if trap == "macro":
            archive.writestr("xl/vbaProject.bin", b"x")
        elif trap == "bomb":
            archive.writestr("xl/more.xml", b" " * (301 * 1024 * 1024))
        else:
            archive.writestr("xl/more.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>')
    stream.seek(0)
    data = {"sheet": (stream, "notes.xlsx")}
    answer = desk.juror.post(here(desk), data=data, content_type="multipart/form-data")
    assert answer.status_code == 409


def test_a_formula_in_a_title_stays_text(database, desk):
    with database.transaction() as session:
        file = session.merge(desk.panel.applications[0])
        file.title = "=1+1"
    _book, sheet = taken(desk)
    titles = {(sheet.cell(row, 2).value, sheet.cell(row, 2).data_type) for row in (3, 4, 5)}
    assert ("=1+1", "f") not in titles


@pytest.mark.parametrize("applications", [1, 4])
def test_a_preview_takes_constant_statements(database, as_person, statements, applications):
    with database.transaction() as session:
        panel = a_panel(session, applications=applications)
    mine = Desk(panel, as_person(panel.jurors[0]), None)
    book, sheet = taken(mine)
    for one in panel.applications:
        fill(sheet, one.number, **WHOLE)
    statements.clear()
    sent(mine, book)
    assert len(statements) == 4  # who asks, the seat, its files, the seat for the page
