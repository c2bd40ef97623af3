"""Every component of the house on one page, to be looked at and checked by machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import (
    BooleanField,
    FileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from grants.web.forms import Form
from grants.web.paging import Page
from grants.web.routes import ANYONE, Audience, allow

bp = Blueprint("kit", __name__)

WHEN = datetime(2018, 11, 30, 22, 59, 59, tzinfo=UTC)
NEEDED = InputRequired(_l("Write something here."))
SCALE = [SelectChoice(str(mark), str(mark)) for mark in range(6)]


class KitForm(Form):
    """One field of every kind."""

    title = StringField("Nom du projet", [NEEDED], description="Celui que le public lira.")
    amount = StringField("Montant demandé", [NEEDED])
    day = StringField("Date de création", description="Par exemple 14/10/2016.")
    summary = TextAreaField("Votre projet en quelques phrases", [NEEDED])
    form = SelectField(
        "Forme juridique",
        choices=[SelectChoice("", "Choisissez"), SelectChoice("92", "Association")],
    )
    track = RadioField(
        "Volet", choices=[SelectChoice("a", "Création"), SelectChoice("b", "Développement")]
    )
    themes = SelectMultipleField(
        "Thèmes",
        choices=[
            SelectChoice("food", "Alimentation"),
            SelectChoice("reuse", "Réemploi"),
            SelectChoice("care", "Soin"),
        ],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    statutes = FileField("Statuts", description="PDF, ODT ou DOCX, 20 Mo au plus.")
    password = PasswordField("Mot de passe", [NEEDED])
    honest = BooleanField("Je certifie l’exactitude de ces renseignements", [NEEDED])
    score = RadioField("Utilité sociale", choices=[*SCALE, SelectChoice("", "Sans avis")])


@dataclass(frozen=True)
class Line:
    """An envelope as the pictures want it."""

    id: str
    label: str
    unit: str
    paid: int
    ordered: int
    committed: int
    reserved: int
    available: int
    requested: int
    proposed: int

    @property
    def remaining(self) -> int:
        """What would be left, below zero when too much is proposed."""
        return self.available - self.proposed


LINES = [
    Line(
        "e1",
        "Soutien direct 2019",
        "EUR",
        1000000,
        800000,
        1450000,
        500000,
        2250000,
        3400000,
        1800000,
    ),
    Line("e2", "Surface de la Maison de l’ESS", "m2", 0, 0, 1200, 500, 2300, 4100, 2650),
]


@bp.get("/kit")
@allow(Audience.PUBLIC, ANYONE)
def show(_session: Session) -> ResponseReturnValue:
    """The kit; `?errors=1` shows it as after a form that was refused."""
    form = KitForm(formdata=None)
    if request.args.get("errors"):
        form = KitForm(formdata=None, data={"title": ""})
        form.validate()
        form.form_errors = ["Le dossier est incomplet."]
    rows = [SimpleNamespace(number=f"CC-2018-000{n}", title=f"Projet {n}") for n in range(1, 4)]
    return render_template(
        "dev/kit.html",
        form=form,
        lines=LINES,
        when=WHEN,
        page=Page(rows=rows, number=2, per_page=3, total=9),
        call=SimpleNamespace(
            title_fr="Circuits courts et innovation sociale",
            summary_fr="Pour les projets qui rapprochent producteurs et habitants.",
            closes_at=WHEN,
            funders=[SimpleNamespace(name="Mulhouse Alsace Agglomération")],
        ),
    )
