"""A jury's figures on the pages of the service and of the chair, against the same done by hand."""

from __future__ import annotations

import csv
import io
import re
import statistics
import zipfile
from fractions import Fraction

import numpy as np
import pytest
from sqlalchemy import text

from build.clock import NOW
from build.juries import (
    a_panel,
    a_recusal,
    a_review,
    a_seat,
    a_store,
    an_application_in_review,
    an_assignment,
)
from build.people import a_person, acting_as
from build.reading import words
from grants.applications.models import Application, ApplicationState
from grants.calls.models import Jury, RankingRule, Stage
from grants.juries import queries
from grants.juries.models import JuryFigures, ReviewState, SeatRole
from grants.juries.services import close_jury, keep_figures

# Juror: marks of each application on the two criteria. The third is severe, and alone puts the
# second application behind the third: their medians are the other way round.
MARKS = {
    0: [(9, 8), (7, 7), (6, 8), (4, 5)],
    1: [(8, 9), (8, 7), (7, 6), (5, 5)],
    2: [(6, 6), (2, 4), (4, 5), (2, 2)],
}


@pytest.fixture
def panel(database):
    with database.transaction() as session:
        made = a_panel(session, jurors=3, applications=4)
        for seat, marks in zip(made.seats, MARKS.values(), strict=True):
            for application, pair in zip(made.applications, marks, strict=True):
                a_review(session, seat, application, *pair)
        session.get_one(Stage, made.jury.stage_id).cut = 2
        made.applications[0].title = "=cmd()"
    return made


@pytest.fixture
def office(panel, as_person):
    return as_person(panel.officer), f"/instruction/jurys/{panel.jury.id}/comparaison"


def totals(panel):
    """Points out of 100 by hand: a row for each juror, a column for each application."""
    weights = [Fraction(one.weight) for one in panel.criteria]
    scales = [one.scale_max for one in panel.criteria]
    return [
        [
            float(
                round(
                    100
                    * sum(w * m / s for w, m, s in zip(weights, pair, scales, strict=True))
                    / sum(weights),
                    3,
                )
            )
            for pair in row
        ]
        for row in MARKS.values()
    ]


def downloaded(client, address):
    answer = client.get(f"{address}/chiffres.csv")
    assert answer.status_code == 200
    text = answer.get_data(as_text=True).lstrip("\ufeff")
    return {row["numero"]: row for row in csv.DictReader(io.StringIO(text))}


def test_every_figure_is_that_of_the_same_worked_out_by_hand(panel, office):
    client, address = office
    given = np.array(totals(panel))
    rows = downloaded(client, address)
    # A complete design: each juror's effect is a difference of means.
    severity = given.mean(axis=1) - given.mean()
    spreads = (given - given.mean(axis=1, keepdims=True)) / given.std(axis=1, keepdims=True)
    for at, application in enumerate(panel.applications):
        row, theirs = rows[application.number], given[:, at]
        assert float(row["moyenne"]) == pytest.approx(theirs.mean(), abs=6e-4)
        assert float(row["mediane"]) == pytest.approx(statistics.median(theirs), abs=6e-4)
        assert float(row["ecart_type"]) == pytest.approx(statistics.stdev(theirs), abs=6e-4)
        corrected = (theirs - severity).mean()
        assert float(row["note_corrigee"]) == pytest.approx(corrected, abs=6e-4)
        assert float(row["ecart_z"]) == pytest.approx(spreads[:, at].mean(), abs=6e-4)
        better = int((given.mean(axis=0) > theirs.mean() + 1e-9).sum())
        assert int(row["rang"]) == 1 + better
        bins = [int(row[f"de_{low}_a_{low + 10}"]) for low in range(0, 100, 10)]
        assert bins == [
            int(((theirs >= low) & (theirs < low + 10)).sum()) for low in range(0, 100, 10)
        ]
        on_first = [100 * marks[at][0] / panel.criteria[0].scale_max for marks in MARKS.values()]
        key = panel.criteria[0].key
        assert float(row[f"{key}_moyenne"]) == pytest.approx(statistics.mean(on_first), abs=6e-4)
    shown = words(client.get(address))
    severe = f"{abs(severity[2]):.1f}".replace(".", ",")
    assert f"{severe} points au-dessous" in shown


def test_a_formula_stays_text_and_the_workbook_holds_three_sheets(panel, office):
    client, address = office
    rows = downloaded(client, address)
    assert rows[panel.applications[0].number]["projet"] == "'=cmd()"
    with client.get(f"{address}/chiffres.xlsx") as sent:
        book = zipfile.ZipFile(io.BytesIO(sent.data))
    assert sum(name.startswith("xl/worksheets/sheet") for name in book.namelist()) == 3
    everything = b"".join(book.read(name) for name in book.namelist())
    assert b"<f>" not in everything
    assert panel.seats[0].name.encode() in everything


def test_who_is_recused_reads_the_figures_of_a_jury_without_that_file(database, panel, office):
    client, address = office
    hidden = panel.applications[0]
    before = downloaded(client, address)
    with database.transaction() as session:
        a_recusal(session, panel.officer, hidden)
    rows = downloaded(client, address)
    assert set(before) - set(rows) == {hidden.number}
    second = rows[panel.applications[1].number]
    assert (before[panel.applications[1].number]["rang"], second["rang"]) == ("3", "2")
    for page in ("", "/certitude", "?sort=-mean&amount=100"):
        assert hidden.number not in words(client.get(address + page))


def test_the_picture_says_in_words_what_it_draws(panel, office):
    client, address = office
    rows, page = downloaded(client, address), client.get(f"{address}/certitude")
    text, body = words(page), page.get_data(as_text=True)
    for application in panel.applications:
        row = rows[application.number]
        low, high = row["rang_au_mieux"], row["rang_au_pire"]
        said = "sans conteste" if low == high else f"entre {low} et {high}"
        assert f"Rang {row['rang']}, {said}" in text
    assert body.count('<rect class="ranks__bar') - 3 == len(rows)  # three stand in the legend
    assert "style=" not in body.split("<main", 1)[1]
    assert re.search(r'class="ranks__line" x1="50\.000%"', body)  # two of four
    moved = client.get(f"{address}/certitude?places=1").get_data(as_text=True)
    assert re.search(r'class="ranks__line" x1="25\.000%"', moved)


def test_an_amount_draws_the_line_where_it_no_longer_pays_in_full(database, panel, office):
    client, address = office
    with database.transaction() as session:
        for application in panel.applications:
            session.merge(application).requested = 100_000
    assert "3 000,00 € permettent de financer 3 dossiers" in words(
        client.get(f"{address}/certitude?amount=3000")
    )
    assert "ligne" in words(client.get(f"{address}?amount=beaucoup"))


def test_the_chair_reads_everything_but_how_each_juror_marks(database, panel, as_person):
    with database.transaction() as session:
        chair = a_person(session)
        a_seat(session, panel.jury, person=chair, role=SeatRole.CHAIR)
    client, address = as_person(chair), f"/jury/{panel.jury.id}/comparaison"
    text = words(client.get(address))
    assert panel.applications[1].number in text
    crossing = f"Sans l’un des membres : passe au-dessus : {panel.applications[1].number}"
    assert crossing in words(client.get(f"{address}/certitude"))
    member = as_person(panel.jurors[0])
    for page in ("", "/certitude"):
        body = client.get(address + page).get_data(as_text=True)
        assert not [seat.name for seat in panel.seats if seat.name in body]
        assert member.get(address + page).status_code == 404


def test_a_chair_with_scores_to_give_waits(database, panel, as_person):
    with database.transaction() as session:
        chair = a_person(session)
        seat = a_seat(session, panel.jury, person=chair, role=SeatRole.CHAIR)
        an_assignment(session, seat, panel.applications[1])
    text = words(as_person(chair).get(f"/jury/{panel.jury.id}/comparaison"))
    assert "vos propres notes" in text
    assert panel.applications[1].number not in text


def test_groups_that_share_no_juror_and_jurors_of_few_files_are_said(database, panel, office):
    client, address = office
    assert "ne peuvent pas être comparés" not in words(client.get(address))
    with database.transaction() as session:
        seat = a_seat(session, panel.jury)
        alone = an_application_in_review(session, panel.call)
        an_assignment(session, seat, alone)
        a_review(session, seat, alone, 9, 9)
    text = words(client.get(address))
    assert "2 groupes de dossiers" in text
    assert "1 juré a noté moins de trois dossiers" in text
    assert downloaded(client, address)[alone.number]["ensemble"] == "2"


@pytest.mark.parametrize("rule", [RankingRule.MEAN, RankingRule.MEDIAN])
def test_the_rule_of_the_jury_makes_the_rank_everywhere(database, panel, office, rule):
    client, address = office
    with database.transaction() as session:
        session.get_one(Jury, panel.jury.id).rule = rule
    rows = downloaded(client, address)
    key = "moyenne" if rule is RankingRule.MEAN else "mediane"
    for row in rows.values():
        better = sum(float(one[key]) > float(row[key]) for one in rows.values())
        assert int(row["rang"]) == 1 + better
    shown = words(client.get(address.replace("comparaison", "classement")))
    order = sorted(panel.applications, key=lambda one: int(rows[one.number]["rang"]))
    assert [shown.index(one.number) for one in order] == sorted(
        shown.index(one.number) for one in order
    )


def test_figures_of_a_large_jury_are_a_jobs_work_and_go_with_the_scores(
    database, panel, office, monkeypatch
):
    client, address = office
    monkeypatch.setattr("grants.juries.queries.figures.AT_ONCE_MAX", 3)
    assert "en arrière-plan" in words(client.get(address))
    assert client.get(f"{address}/chiffres.csv").status_code == 303
    asked = client.post(f"{address}/calcul", data={"places": "2"})
    assert (asked.status_code, asked.location.split("/")[1]) == (303, "taches")

    def work():
        with database.transaction() as session:
            actor = acting_as(session, panel.officer)
            keep_figures(session, panel.jury.id, places=2, actor=actor, now=NOW)

    work()
    work()
    with database.transaction() as session:
        assert session.query(JuryFigures).count() == 1
    assert len(downloaded(client, address)) == 4
    with database.transaction() as session:  # as a score revised in the discussion
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("UPDATE review SET total = total - 1, version = version + 1"))
    assert "en arrière-plan" in words(client.get(address))


def test_a_closed_jury_keeps_the_figures_of_what_it_ranked(database, panel, office):
    client, address = office
    before = downloaded(client, address)
    with database.transaction() as session:
        actor = acting_as(session, panel.officer)
        close_jury(session, panel.jury.id, store=a_store(), actor=actor, now=NOW)
    with database.transaction() as session:
        left = session.get_one(Application, panel.applications[3].id)
        left.state, left.withdrawn_at = ApplicationState.WITHDRAWN, NOW
    assert downloaded(client, address) == before
    assert "Provisoire" not in words(client.get(address))


def test_abstentions_are_readings_without_marks(database, panel):
    with database.transaction() as session:
        seat = a_seat(session, panel.jury)
        for application in panel.applications[:2]:
            an_assignment(session, seat, application)
        a_review(session, seat, panel.applications[0], state=ReviewState.ABSTAINED)
        a_review(session, seat, panel.applications[1], 5, None, state=ReviewState.DRAFT)
        actor = acting_as(session, panel.officer)
        jury = queries.jury(session, panel.jury.id, actor)
        sheet = queries.sheet_of(session, jury, actor)
    place = sheet.jurors.index(str(seat.id))
    marks = [one.marks for one in sheet.readings if one.juror == place]
    assert marks == [(None, None)]
    assert len(sheet.readings) == 13


@pytest.mark.parametrize("page", ["", "/certitude"])
def test_a_page_takes_as_many_statements_whatever_the_jury(
    database, panel, office, statements, page
):
    client, address = office
    client.get(address + page)

    def count():
        statements.clear()
        assert client.get(address + page).status_code == 200
        return len(statements)

    before = count()
    with database.transaction() as session:
        for application in panel.applications:
            seat = a_seat(session, panel.jury)
            an_assignment(session, seat, application)
            a_review(session, seat, application, 1, 2)
    assert count() == before == 8
