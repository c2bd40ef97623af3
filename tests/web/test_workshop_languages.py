"""Every page of the workshop speaks one language at a time."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from build.calls import a_call_from_template
from build.people import a_funder, a_funder_member
from config import ROOT

PAGES = (
    "", "/verification", "/formulaire", "/formulaire/rubriques/nouvelle",
    "/formulaire/rubriques/projet", "/formulaire/rubriques/projet/condition",
    "/formulaire/rubriques/projet/questions/nouvelle",
    "/formulaire/rubriques/projet/questions/nouvelle?type=table",
    "/formulaire/rubriques/projet/questions/nouvelle?type=group",
    "/formulaire/rubriques/projet/questions/nouvelle?type=iban",
    "/formulaire/questions/besoin", "/formulaire/questions/besoin/condition",
    "/formulaire/questions/demande/calcul", "/regles", "/regles/controles/nouveau",
    "/regles/eligibilite/nouvelle", "/regles/bareme", "/textes", "/public", "/contact",
    "/calendrier", "/financement", "/deroulement", "/etapes/nouveau", "/jurys/nouveau",
    "/criteres/nouveau", "/volets", "/volets/nouveau", "/sessions", "/pieces", "/essai",
    "/versions", "/acces", "/suite",
)  # fmt: skip
LONG = 14
"""A message as long as this stands in no other language by chance."""
OWN = re.compile(r"<(textarea|select)\b.*?</\1>|\bvalue=\"[^\"]*\"", re.DOTALL)
"""What authors wrote, in the language of the call; a list of types or of places."""


def catalogue() -> dict[str, str]:
    """English and French words of the whole site, those that differ and that stand alone."""
    path = Path(ROOT, "grants", "translations", "fr", "LC_MESSAGES", "messages.po")
    with path.open("rb") as file:
        pairs = [(one.id, one.string) for one in read_po(file) if isinstance(one.id, str)]
    long = [one for one in pairs if min(map(len, one)) >= LONG and "%(" not in one[0]]
    return {en: fr for en, fr in long if en != fr}


@pytest.fixture
def workshop(session, as_person):
    lead = a_funder(session, name="Valbrune")
    call = a_call_from_template(session, "courts_circuits", published=False, m2a=lead)
    officer = as_person(a_funder_member(session, lead))
    return lambda page, language: officer.get(
        f"/instruction/appels/{call.id}/atelier{page}{'&' if '?' in page else '?'}lang={language}"
    )


def test_no_page_of_the_workshop_mixes_its_languages(workshop):
    words = catalogue()
    foreign = {"fr": words.keys() - {*words.values()}, "en": {*words.values()} - words.keys()}
    for page in PAGES:
        for language, others in foreign.items():
            shown = workshop(page, language)
            assert shown.status_code == 200, (page, language)
            assert f'<html lang="{language}"' in shown.text
            told = re.findall(r">([^<>]+)<", OWN.sub("", unescape(shown.text)))
            assert not {one.strip() for one in told} & others, (page, language)
