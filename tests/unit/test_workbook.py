"""What officers open in their spreadsheet: one line a file, and a sheet for what repeats."""

from __future__ import annotations

from decimal import Decimal

import openpyxl
import pytest

from build.clock import NOW
from build.whole_form import WHOLE
from config import ROOT
from grants.applications.models import ApplicationState
from grants.appraisal.queries.exported import Row
from grants.calls.form import FormDocument, clean
from grants.kernel.money import Unit
from grants.web.officer.exports import layout
from grants.web.officer.workbooks import write_workbook
from workers.rendering import Pages

POSTS = [
    {"post": "Chauffeuse", "wage": "1 850,50", "contract": "seed", "full": "yes"},
    {"post": "=1+1", "wage": "2000", "contract": "growth"},
]
PARTNERS = [{"name": "La Ferme", "role": "Prêter un lieu.", "aims": ["seed", "growth"]}]
PLAN = {
    "charges": [{"account": "60", "label": "Farine", "amounts": ["8 000", "4 000"]}],
    "products": [{"account": "74", "label": "", "amounts": ["8000", "4000"]}],
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Two files; the first one answered everything that repeats, the second one nothing."""
    form = FormDocument.parse(WHOLE)
    typed = {"track": "growth", "themes": ["seed"], "posts": POSTS, "partners": PARTNERS}
    answers = {key: clean(form.field(key), raw) for key, raw in {**typed, "plan": PLAN}.items()}
    rows = [a_row("CC-0001", answers), a_row("CC-0002", {})]
    path = tmp_path_factory.mktemp("book") / "dossiers.xlsx"
    with Pages(ROOT).speaking("fr"):
        assert write_workbook(path, layout(form), iter(rows)) == 2
    return openpyxl.load_workbook(path)


def a_row(number: str, answers: dict) -> Row:
    return Row(
        *(number, "Titre", "Porteur", None, None, None, 100, Unit.EUR),
        *(ApplicationState.SUBMITTED, NOW, None, "Appel", None, [], answers),
    )


def lines(sheet) -> list[list]:
    return [[cell.value for cell in row] for row in sheet.rows]


def test_each_answer_on_several_lines_has_a_sheet_of_its_own(book):
    assert book.sheetnames == ["Dossiers", "Postes", "Budget", "Partners"]
    assert lines(book["Postes"]) == [
        ["Numéro", "Poste", "Salaire", "Contrat", "Temps plein"],
        ["CC-0001", "Chauffeuse", 1850.5, "Émergence", "Oui"],
        ["CC-0001", "=1+1", 2000, "Essor", None],
    ]
    assert book["Postes"]["B3"].data_type == "s", "no formula there either"
    (line,) = lines(book["Partners"])[1:]
    assert line == ["CC-0001", "La Ferme", "Prêter un lieu.", "Émergence | Essor", None]


def test_a_budget_of_several_years_keeps_each(book):
    head, *rest = lines(book["Budget"])
    assert head[2:] == ["Compte", "Objet", "Montant", "Année 1", "Année 2"]
    assert [one[2:] for one in rest] == [
        ["60", "Farine", 12_000, 8_000, 4_000],
        ["74", None, 12_000, 8_000, 4_000],
    ]


def test_what_was_chosen_is_told_in_the_words_of_the_form(book):
    head, first, second = lines(book["Dossiers"])
    told = dict(zip(head, first, strict=True))
    assert (told["Volet"], told["Thèmes"]) == ("Essor", "Émergence")
    assert told["Demandé"] == Decimal(1)
    assert second[:2] == ["CC-0002", "Titre"]
