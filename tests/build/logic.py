"""Variables to speak of in expressions."""

from __future__ import annotations

from grants.calls.logic import APPLICANT, Kind, Option, Variable

TRACKS = (Option("seed", "Émergence", "Seed"), Option("growth", "Essor", "Growth"))
THEMES = (Option("food", "Alimentation", "Food"), Option("water", "Eau", "Water"))

VARIABLES = (
    Variable(
        "requested", Kind.NUMBER, "Montant", "Amount", "EUR",
        fr="le montant demandé", en="the amount requested",
    ),
    Variable(
        "budget.charges", Kind.NUMBER, "Charges", "Charges", "EUR",
        fr="le total des charges", en="total charges",
    ),
    Variable("staff", Kind.NUMBER, "Nombre de salariés", "Number of employees"),
    Variable("floor", Kind.NUMBER, "Surface", "Floor area", "m2"),
    Variable("ready", Kind.YES_NO, "Êtes-vous prêts ?", "Are you ready?"),
    Variable("track", Kind.CHOICE, "Volet", "Track", options=TRACKS),
    Variable("themes", Kind.CHOICES, "Thèmes", "Themes", options=THEMES),
    Variable("starts", Kind.DAY, "Date de début", "Start date"),
    Variable("ends", Kind.DAY, "Fin des travaux", "Last day"),
    Variable("title", Kind.TEXT, "Titre du projet", "Title of the project"),
    Variable("items", Kind.ROWS, "Postes", "Items"),
    Variable(
        "items.cost", Kind.COLUMN, "Coût", "Cost", "EUR",
        fr="la colonne « Coût » de « Postes »", en="the column “Cost” of “Items”",
        feminine=True,
    ),
    Variable("items.kind", Kind.CELLS, "Nature", "Kind"),
    Variable("plan", Kind.FILES, "Plan de financement", "Funding plan"),
)  # fmt: skip

SCHEMA = {**APPLICANT, **{one.key: one for one in VARIABLES}}
