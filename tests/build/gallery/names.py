"""The names, titles and texts of a real session, and what the gallery is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle
from typing import Any

from sqlalchemy.orm import Session

from build.clock import NOW
from build.juries import Panel, a_panel, criteria_of
from grants.applications.models import Application, folded
from grants.calls.models import Stage
from grants.juries.models import SeatRole
from grants.juries.profiles import COLLEGES
from grants.kernel.clock import paris_date
from grants.people.models import Organisation, Person

CALL = "Prix de l’innovation sociale et solidaire du Pays de Valbrune et de la haute Brune"
JURY = "Jury des habitantes, des habitants et des entreprises des quatre cantons"
NAMES = (
    "Marie-Bénédicte Delacroix-Vannier",
    "Jean-Christophe Rousseau-Lamartinière",
    "Aïssatou Ndiaye",
    "Éléonore de Saint-Hippolyte",
    "Bồ Nguyễn-Lefebvre",
    "Wilhelmina Oppenheim-Schattenfroh",
    "Zoé Ybarnégaray",
    "Xavière Poncet",
)
TITLES = (
    "Une épicerie coopérative et un café associatif dans l’ancienne gare de Saint-Amand-la-Brune",
    "Réparer les vélos du quartier",
    "La conserverie solidaire des invendus du marché d’intérêt régional et ses ateliers de cuisine",
    "Les nuits de la radio libre",
    "Habiter autrement : douze logements participatifs pour personnes âgées et jeunes ménages",
)
HOUSES = (
    "Société coopérative d’intérêt collectif Les Ateliers de la haute Brune",
    "Radio Campus",
    "Association pour la sauvegarde et la transmission des savoir-faire du Pays de Valbrune",
)
ANCHORS = (
    (0, "Rien ne le montre dans le dossier."),
    (5, "Le besoin est décrit, sans chiffre ni témoignage."),
    (10, "Le besoin est établi, chiffré, et partagé par les personnes concernées."),
)
CRITERIA = ("Utilité sociale du projet pour le territoire et ses habitants", "Solidité du budget")


@dataclass(frozen=True)
class Look:
    """One page as somebody opens it; then what is unfolded, filled and pressed on it."""

    who: Person | None
    path: str
    status: int = 200
    press: str = ""
    answer: int = 200
    fill: dict[str, Any] = field(default_factory=dict)
    unfold: str = ""


def a_busy_panel(session: Session, *, jurors: int, applications: int, **columns: Any) -> Panel:
    """A jury whose call, members, files and applicants have long names; in its stage's days."""
    panel = a_panel(session, jurors=jurors, applications=applications, **columns)
    dress(session, panel)
    if panel.seats:
        panel.seats[-1].role = SeatRole.CHAIR
    session.flush()
    return panel


def dress(session: Session, panel: Panel, *, scored: bool = False) -> None:
    """Give everybody and everything the names of a real session; a rubric in use stays."""
    panel.call.title_fr, panel.jury.name_fr = CALL, JURY
    panel.jury.prize_fr, panel.jury.prize_en = "Prix du Pays de Valbrune", "Prize of Valbrune"
    stage = session.get_one(Stage, panel.jury.stage_id)
    stage.title_fr = "Sélection sur dossier"
    stage.starts_on = paris_date(NOW) - timedelta(days=6)
    stage.ends_on = paris_date(NOW) + timedelta(days=12)
    stage.cut = 3
    rubric = () if scored else criteria_of(session, panel.jury)
    for label, one in zip(CRITERIA, rubric, strict=False):
        one.label_fr = label
        one.help_fr = "Qui en profite, combien de personnes, et pour combien de temps ?"
        one.anchors = [{"value": at, "label_fr": words, "label_en": ""} for at, words in ANCHORS]
    for nth, (seat, person) in enumerate(zip(panel.seats, panel.jurors, strict=True)):
        seat.name = person.name = f"{NAMES[nth % len(NAMES)]}"
        seat.college = COLLEGES[nth % len(COLLEGES)]
    entitle(session, panel.applications)
    session.flush()


def entitle(session: Session, applications: Sequence[Application]) -> None:
    """Titles and applicants as long as they come."""
    for one, title, house in zip(applications, cycle(TITLES), cycle(HOUSES)):
        one.title = title
        one.answers = {**one.answers, "title": title, "summary": f"{title}. " * 4}
        organisation = session.get_one(Organisation, one.organisation_id)
        organisation.name = house
        one.search_text = folded(f"{one.title} {house}")
