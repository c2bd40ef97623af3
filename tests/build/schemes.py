"""For each scheme that ships: who applies, what it answers of its own, and what it is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from build.answers import REQUESTED
from grants.kernel.money import Unit
from grants.ledger.operations import Section

EUR = Unit.EUR.scale


@dataclass(frozen=True)
class Case:
    """What is particular to one scheme.

    `award` is in the smallest part of the call's unit.
    """

    legal_form: str = "9220"
    approvals: tuple[str, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    award: int = REQUESTED * EUR
    section: Section | None = None


CASES: Mapping[str, Case] = {
    "ami_maison_ess": Case(answers={"surface": 120, "surface_min": 80}, award=120),
    "bourse_emergence_scop_scic": Case(
        legal_form="5458",
        answers={
            "associes_salaries": 61,
            "apports_associes": 300_000 * EUR,
            "demande": 244_000 * EUR,
        },
        award=244_000 * EUR,
    ),
    "convention_urscop": Case(
        answers={
            "demande": 135_000 * EUR,
            **{f"annee_{year}": 45_000 * EUR for year in (1, 2, 3)},
        },
        award=135_000 * EUR,
    ),
    "emploi_associatif": Case(
        answers={
            "cout_annuel": 40_000 * EUR,
            "postes_crees": "1",
            "postes_perennises": "0.8",
            "demande": 9_000 * EUR,
        },
        award=9_000 * EUR,
    ),
    "scic_creation": Case(legal_form="5710", award=10_000 * EUR, section=Section.CAPITAL),
    "soutien_cae": Case(legal_form="5458"),
    "soutien_utilite_sociale": Case(
        approvals=("siae", "esus"),
        answers={"depenses_eligibles": 60_000 * EUR, "demande": 18_000 * EUR},
        award=18_000 * EUR,
        section=Section.CAPITAL,
    ),
}
