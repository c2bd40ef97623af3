"""What expressions may ask of the applicant itself: its form, its age, where it is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from grants.calls.logic.schema import Kind, Option, Schema, Variable
from grants.calls.logic.tree import Value

Facts: TypeAlias = Mapping[str, Value]
"""What is known of the applicant, by the names of `APPLICANT`; what is not known is left out."""

NO_FACTS: Facts = MappingProxyType({})


def _claim(
    key: str, label_fr: str, label_en: str, sentences: tuple[str, str, str, str]
) -> Variable:
    yes_fr, no_fr, yes_en, no_en = sentences
    return Variable(
        f"applicant.{key}",
        Kind.YES_NO,
        label_fr,
        label_en,
        yes_fr=yes_fr,
        no_fr=no_fr,
        yes_en=yes_en,
        no_en=no_en,
    )


def _is(key: str, fr: str, en: str) -> Variable:
    return _claim(
        key,
        f"Le porteur est {fr}",
        f"The applicant is {en}",
        (
            f"le porteur est {fr}",
            f"le porteur n’est pas {fr}",
            f"the applicant is {en}",
            f"the applicant is not {en}",
        ),
    )


APPROVALS = (
    Option("esus", "ESUS", "ESUS"),
    Option("siae", "SIAE", "SIAE"),
    Option("ea", "entreprise adaptée", "sheltered enterprise (EA)"),
    Option("esat", "ESAT", "ESAT"),
    Option("rup", "reconnue d’utilité publique", "recognised of public utility (RUP)"),
)

_VARIABLES = (
    Variable(
        "applicant.legal_form",
        Kind.TEXT,
        "Forme juridique (code INSEE)",
        "Legal form (INSEE code)",
        fr="la forme juridique du porteur",
        en="the applicant’s legal form",
        feminine=True,
    ),
    _is("is_association", "une association", "an association"),
    _is("is_foundation", "une fondation", "a foundation"),
    _is("is_cooperative", "une coopérative", "a cooperative"),
    _is("is_company", "une entreprise", "a company"),
    _is("is_public", "un organisme public", "a public body"),
    _is("is_person", "une personne physique", "a natural person"),
    _is("being_created", "une structure en cours de création", "an organisation being created"),
    _is(
        "ess",
        "une structure de l’économie sociale et solidaire",
        "part of the social and solidarity economy",
    ),
    Variable(
        "applicant.approvals",
        Kind.CHOICES,
        "Agréments",
        "Approvals",
        options=APPROVALS,
        fr="la liste des agréments du porteur",
        en="the list of the applicant’s approvals",
        feminine=True,
    ),
    Variable(
        "applicant.commune",
        Kind.TEXT,
        "Commune (code INSEE)",
        "Municipality (INSEE code)",
        fr="la commune du porteur",
        en="the applicant’s municipality",
        feminine=True,
    ),
    _claim(
        "in_territory",
        "Le porteur est installé sur le territoire de l’appel",
        "The applicant is based in the territory of the call",
        (
            "le porteur est installé sur le territoire de l’appel",
            "le porteur n’est pas installé sur le territoire de l’appel",
            "the applicant is based in the territory of the call",
            "the applicant is not based in the territory of the call",
        ),
    ),
    _claim(
        "qpv",
        "Le porteur est installé dans un quartier prioritaire (QPV)",
        "The applicant is based in a priority neighbourhood (QPV)",
        (
            "le porteur est installé dans un quartier prioritaire",
            "le porteur n’est pas installé dans un quartier prioritaire",
            "the applicant is based in a priority neighbourhood",
            "the applicant is not based in a priority neighbourhood",
        ),
    ),
    Variable(
        "applicant.age_months",
        Kind.NUMBER,
        "Ancienneté, en mois",
        "Age, in months",
        unit="month",
        fr="l’ancienneté du porteur",
        en="the applicant’s age",
        feminine=True,
    ),
)

APPLICANT: Schema = MappingProxyType({one.key: one for one in _VARIABLES})
