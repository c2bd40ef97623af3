"""What calls are about: one short list for every authority, so that people can search by it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """A key that is stored, and its words."""

    key: str
    label_fr: str
    label_en: str


THEMES: tuple[Theme, ...] = (
    Theme("inclusion", "Emploi et insertion", "Jobs and inclusion"),
    Theme("creation", "Création d’activités", "Starting an activity"),
    Theme("cooperation", "Coopératives et coopération", "Cooperatives and cooperation"),
    Theme("innovation", "Innovation sociale", "Social innovation"),
    Theme("support", "Accompagnement et réseaux", "Support and networks"),
    Theme("circular", "Économie circulaire et réemploi", "Circular economy and reuse"),
    Theme("food", "Alimentation et agriculture", "Food and farming"),
    Theme("energy", "Énergie et climat", "Energy and climate"),
    Theme("mobility", "Mobilité", "Mobility"),
    Theme("housing", "Habitat", "Housing"),
    Theme("places", "Lieux partagés et tiers-lieux", "Shared places"),
    Theme("health", "Santé et grand âge", "Health and old age"),
    Theme("children", "Enfance et jeunesse", "Children and youth"),
    Theme("education", "Éducation et formation", "Education and training"),
    Theme("solidarity", "Solidarité et accès aux droits", "Solidarity and access to rights"),
    Theme("neighbourhood", "Vie de quartier et citoyenneté", "Neighbourhoods and citizenship"),
    Theme("culture", "Culture et patrimoine", "Culture and heritage"),
    Theme("sport", "Sport et loisirs", "Sport and leisure"),
    Theme("digital", "Numérique", "Digital"),
    Theme("trade", "Commerce et services de proximité", "Local shops and services"),
    Theme("international", "Coopération internationale", "International cooperation"),
    Theme("events", "Événements", "Events"),
)

BY_KEY = {one.key: one for one in THEMES}


def known(keys: Iterable[str]) -> list[Theme]:
    """The themes under these keys, in the order of the list; unknown keys are left out."""
    wanted = set(keys)
    return [one for one in THEMES if one.key in wanted]
