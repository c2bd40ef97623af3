"""The legal forms that applicants usually have, under INSEE's codes.

A code does not say everything: a SCIC or a SCOP in the form of an SAS is 5710 like any other
SAS. Hence a key per line of the list, and the label kept beside the code.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """What the law on the social economy (2014-856, art. 1) makes of a form."""

    ASSOCIATION = "association"
    FOUNDATION = "foundation"
    COOPERATIVE = "cooperative"
    MUTUAL = "mutual"
    COMPANY = "company"
    PUBLIC = "public"
    OTHER = "other"


@dataclass(frozen=True)
class LegalForm:
    """One line of the list. `key` is the code, with a suffix where one code covers several."""

    key: str
    code: str
    label: str
    family: Family


def _forms(family: Family, *lines: tuple[str, str]) -> tuple[LegalForm, ...]:
    return tuple(LegalForm(key, key[:4], label, family) for key, label in lines)


LEGAL_FORMS: tuple[LegalForm, ...] = (
    *_forms(
        Family.ASSOCIATION,
        ("9220", "Association déclarée"),
        ("9230", "Association déclarée reconnue d’utilité publique"),
        ("9221", "Association déclarée d’insertion par l’économique"),
        ("9222", "Association intermédiaire"),
        ("9223", "Groupement d’employeurs"),
        ("9224", "Association d’avocats à responsabilité professionnelle individuelle"),
        ("9260", "Association de droit local (Bas-Rhin, Haut-Rhin, Moselle)"),
        ("9210", "Association non déclarée"),
    ),
    *_forms(
        Family.COOPERATIVE,
        ("5710-scic", "SCIC en forme de SAS"),
        ("5460-scic", "SCIC en forme de SARL"),
        ("5560-scic", "SCIC en forme de SA"),
        ("5710-scop", "SCOP en forme de SAS"),
        ("5458", "SCOP en forme de SARL"),
        ("5558", "SCOP en forme de SA à conseil d’administration"),
        ("5658", "SCOP en forme de SA à directoire"),
        ("6316", "Coopérative d’utilisation de matériel agricole en commun (CUMA)"),
        ("6317", "Société coopérative agricole"),
        ("5453", "SARL coopérative artisanale"),
        ("5460", "Autre SARL coopérative"),
        ("5560", "Autre SA coopérative à conseil d’administration"),
    ),
    *_forms(
        Family.MUTUAL,
        ("8210", "Mutuelle"),
        ("6411", "Société d’assurance à forme mutuelle"),
        ("8250", "Assurance mutuelle agricole"),
        ("8290", "Autre organisme mutualiste"),
    ),
    *_forms(Family.FOUNDATION, ("9300", "Fondation")),
    *_forms(
        Family.COMPANY,
        ("1000", "Entreprise individuelle, micro-entreprise"),
        ("5710", "SAS, société par actions simplifiée"),
        ("5499", "SARL, société à responsabilité limitée"),
        ("5599", "SA à conseil d’administration"),
    ),
    *_forms(
        Family.PUBLIC,
        ("7210", "Commune"),
        ("7346", "Communauté de communes"),
        ("7348", "Communauté d’agglomération"),
        ("7343", "Communauté urbaine"),
        ("7344", "Métropole"),
        ("7220", "Département"),
        ("7230", "Région"),
        ("7354", "Syndicat mixte fermé"),
        ("7355", "Syndicat mixte ouvert"),
        ("7361", "Centre communal d’action sociale"),
        ("7331", "Établissement public local d’enseignement"),
        ("7410", "Groupement d’intérêt public"),
    ),
    *_forms(Family.OTHER, ("9900", "Autre personne morale de droit privé")),
)

BY_KEY = {form.key: form for form in LEGAL_FORMS}


def legal_form(code: str, label: str) -> LegalForm:
    """The line of the list that an organisation chose.

    A code out of the list keeps its own label, in the family that its code tells.
    """
    same_code = [form for form in LEGAL_FORMS if form.code == code]
    exact = [form for form in same_code if form.label == label]
    if exact or same_code:
        return (exact or [BY_KEY.get(code, same_code[0])])[0]
    return LegalForm(code, code, label, _family(code))


def _family(code: str) -> Family:
    if code.startswith("92"):
        return Family.ASSOCIATION
    if code.startswith("7"):
        return Family.PUBLIC
    return Family.COMPANY if code.startswith(("1", "5")) else Family.OTHER
