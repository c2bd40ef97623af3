"""The legal forms that applicants usually have, under INSEE's codes.

A code does not say everything: a SCIC or a SCOP in the form of an SAS is 5710 like any other
SAS. Hence a key per line of the list, and the French label kept beside the code.
"""

from __future__ import annotations

import re
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


SOCIAL_BY_LAW = frozenset(
    {Family.ASSOCIATION, Family.FOUNDATION, Family.COOPERATIVE, Family.MUTUAL}
)
"""Families that belong to the social economy by their form alone (art. 1, II, 1°)."""
SIGNS_CONTRACT = frozenset({Family.ASSOCIATION, Family.FOUNDATION})
"""Families that sign the contrat d'engagement républicain (law 2000-321, art. 10-1)."""


@dataclass(frozen=True)
class LegalForm:
    """One line of the list. `key` is the code, with a suffix where one code covers several.

    `label_en` is empty when we have no translation: the French label is then shown as French.
    """

    key: str
    code: str
    label: str
    family: Family
    label_en: str = ""

    def title(self, language: str) -> tuple[str, str]:
        """Its name for a reader of `language`, and the language that the name is in."""
        if language == "en" and self.label_en:
            return self.label_en, "en"
        return self.label, "fr"

    @property
    def is_social_by_law(self) -> bool:
        """Whether the form alone makes it one of the social economy.

        A congregation (9240), which INSEE puts beside associations, is not one by that law.
        """
        return self.family in SOCIAL_BY_LAW


def _forms(family: Family, *lines: tuple[str, str, str]) -> tuple[LegalForm, ...]:
    return tuple(LegalForm(key, key[:4], label, family, english) for key, label, english in lines)


LEGAL_FORMS: tuple[LegalForm, ...] = (
    *_forms(
        Family.ASSOCIATION,
        ("9220", "Association déclarée", "Registered association"),
        (
            "9230",
            "Association déclarée reconnue d’utilité publique",
            "Registered association recognised as being of public benefit",
        ),
        (
            "9221",
            "Association déclarée d’insertion par l’économique",
            "Association for work integration",
        ),
        ("9222", "Association intermédiaire", "Intermediary work-integration association"),
        ("9223", "Groupement d’employeurs", "Employers’ group"),
        (
            "9224",
            "Association d’avocats à responsabilité professionnelle individuelle",
            "Association of lawyers with individual liability",
        ),
        (
            "9260",
            "Association de droit local (Bas-Rhin, Haut-Rhin, Moselle)",
            "Association under local law (Bas-Rhin, Haut-Rhin, Moselle)",
        ),
        (
            "5195",
            "Association coopérative inscrite (droit local Alsace-Moselle)",
            "Registered cooperative association (local law, Alsace-Moselle)",
        ),
        ("9210", "Association non déclarée", "Unregistered association"),
    ),
    *_forms(
        Family.COOPERATIVE,
        ("5710-scic", "SCIC en forme de SAS", "SCIC (multi-stakeholder cooperative), SAS"),
        ("5460-scic", "SCIC en forme de SARL", "SCIC (multi-stakeholder cooperative), SARL"),
        ("5560-scic", "SCIC en forme de SA", "SCIC (multi-stakeholder cooperative), SA"),
        ("5710-scop", "SCOP en forme de SAS", "SCOP (workers’ cooperative), SAS"),
        ("5458", "SCOP en forme de SARL", "SCOP (workers’ cooperative), SARL"),
        (
            "5558",
            "SCOP en forme de SA à conseil d’administration",
            "SCOP (workers’ cooperative), SA with a board of directors",
        ),
        (
            "5658",
            "SCOP en forme de SA à directoire",
            "SCOP (workers’ cooperative), SA with a management board",
        ),
        (
            "6316",
            "Coopérative d’utilisation de matériel agricole en commun (CUMA)",
            "Farm machinery cooperative (CUMA)",
        ),
        ("6317", "Société coopérative agricole", "Agricultural cooperative"),
        ("6318", "Union de sociétés coopératives agricoles", "Union of agricultural cooperatives"),
        (
            "5432",
            "SARL d’intérêt collectif agricole (SICA)",
            "Agricultural collective (SICA), SARL",
        ),
        ("5443", "SARL coopérative de construction", "Building cooperative, SARL"),
        ("5451", "SARL coopérative de consommation", "Consumers’ cooperative, SARL"),
        ("5453", "SARL coopérative artisanale", "Craft workers’ cooperative, SARL"),
        ("5459", "SARL union de sociétés coopératives", "Union of cooperatives, SARL"),
        ("5460", "Autre SARL coopérative", "Other cooperative, SARL"),
        (
            "5551",
            "SA coopérative de consommation à conseil d’administration",
            "Consumers’ cooperative, SA with a board of directors",
        ),
        (
            "5553",
            "SA coopérative artisanale à conseil d’administration",
            "Craft workers’ cooperative, SA with a board of directors",
        ),
        (
            "5559",
            "SA union de sociétés coopératives à conseil d’administration",
            "Union of cooperatives, SA with a board of directors",
        ),
        (
            "5560",
            "Autre SA coopérative à conseil d’administration",
            "Other cooperative, SA with a board of directors",
        ),
        (
            "5660",
            "Autre SA coopérative à directoire",
            "Other cooperative, SA with a management board",
        ),
        ("6560", "Autre société civile coopérative", "Other non-trading cooperative"),
    ),
    *_forms(
        Family.MUTUAL,
        ("8210", "Mutuelle", "Mutual society"),
        ("6411", "Société d’assurance à forme mutuelle", "Mutual insurance company"),
        ("8250", "Assurance mutuelle agricole", "Agricultural mutual insurance"),
        ("8290", "Autre organisme mutualiste", "Other mutual body"),
    ),
    *_forms(
        Family.FOUNDATION,
        ("9300", "Fondation", "Foundation"),
        ("9300-dotation", "Fonds de dotation", "Endowment fund"),
    ),
    *_forms(
        Family.COMPANY,
        (
            "1000",
            "Entreprise individuelle, micro-entreprise",
            "Sole trader or micro-enterprise",
        ),
        ("5710", "SAS, société par actions simplifiée", "SAS (simplified joint-stock company)"),
        ("5710-sasu", "SASU, SAS à associé unique", "SASU (SAS with a single shareholder)"),
        ("5499", "SARL, société à responsabilité limitée", "SARL (limited liability company)"),
        ("5499-eurl", "EURL, SARL à associé unique", "EURL (SARL with a single partner)"),
        ("5599", "SA à conseil d’administration", "SA (public company) with a board of directors"),
        ("5699", "SA à directoire", "SA (public company) with a management board"),
        ("5202", "Société en nom collectif", "General partnership"),
        ("6220", "Groupement d’intérêt économique (GIE)", "Economic interest group (GIE)"),
        ("6533", "Groupement agricole d’exploitation en commun (GAEC)", "Joint farm (GAEC)"),
        (
            "6598",
            "Exploitation agricole à responsabilité limitée (EARL)",
            "Limited liability farm (EARL)",
        ),
        ("6540", "Société civile immobilière (SCI)", "Non-trading property company (SCI)"),
        ("6599", "Autre société civile", "Other non-trading company"),
    ),
    *_forms(
        Family.PUBLIC,
        ("7210", "Commune", "Commune"),
        ("7346", "Communauté de communes", "Community of communes"),
        ("7348", "Communauté d’agglomération", "Agglomeration community"),
        ("7343", "Communauté urbaine", "Urban community"),
        ("7344", "Métropole", "Metropolis"),
        ("7220", "Département", "Département"),
        ("7230", "Région", "Region"),
        ("7353", "Syndicat intercommunal à vocation unique", "Single-purpose joint authority"),
        ("7345", "Syndicat intercommunal à vocation multiple", "Multi-purpose joint authority"),
        ("7354", "Syndicat mixte fermé", "Closed joint authority"),
        ("7355", "Syndicat mixte ouvert", "Open joint authority"),
        ("7357", "Pôle d’équilibre territorial et rural", "Rural development pole (PETR)"),
        ("7361", "Centre communal d’action sociale", "Municipal social welfare centre"),
        (
            "7367",
            "Centre intercommunal d’action sociale",
            "Inter-municipal social welfare centre",
        ),
        ("7364", "Établissement d’hospitalisation", "Public hospital"),
        (
            "7366",
            "Établissement public local social et médico-social",
            "Local public social or medico-social body",
        ),
        ("7331", "Établissement public local d’enseignement", "Local public school"),
        (
            "7383",
            "Établissement public à caractère scientifique, culturel et professionnel",
            "Public university or research body",
        ),
        ("7410", "Groupement d’intérêt public", "Public interest group (GIP)"),
        ("7381", "Organisme consulaire", "Chamber of commerce, trades or agriculture"),
    ),
    *_forms(
        Family.OTHER,
        ("8310", "Comité social et économique d’entreprise", "Works council"),
        ("8410", "Syndicat de salariés", "Trade union"),
        ("8420", "Syndicat patronal", "Employers’ union"),
        ("8490", "Autre organisme professionnel", "Other professional body"),
        ("9150", "Association syndicale libre", "Free association of owners"),
        ("9240", "Congrégation", "Religious congregation"),
        (
            "9900",
            "Autre personne morale de droit privé",
            "Other legal person under private law",
        ),
    ),
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
    if OTHER_COOPERATIVES.fullmatch(code):
        return Family.COOPERATIVE
    if code.startswith("7"):
        return Family.PUBLIC
    return Family.COMPANY if code.startswith(("1", "5")) else Family.OTHER


OTHER_COOPERATIVES = re.compile(
    r"519[12346]|5203|530[79]|545[45]|5532|554[37]|555[245]|5632|564[37]|565[123459]|"
    r"6532|6543|655[148]|659[56]"
)
"""Cooperatives by their code that are too rare for the list; the register may still name them."""
