"""Documents that calls usually ask for, each of the applicants that it binds. Pure data.

A document of the vault may serve where `vault_kind` says which; legal forms are beginnings of
INSEE codes (domain: the contrat d'engagement républicain binds associations and foundations).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grants.calls.form import FieldType

ASSOCIATIONS = ("92",)
ASSOCIATIONS_AND_FOUNDATIONS = ("92", "93")
COMPANIES = ("52", "53", "54", "55", "56", "57", "58", "62", "63")
ORGANISATIONS = (*ASSOCIATIONS_AND_FOUNDATIONS, *COMPANIES, "64", "82", "84", "85", "7")


@dataclass(frozen=True)
class Preset:
    """One document, as a question of the form."""

    key: str
    label_fr: str
    label_en: str
    help_fr: str = ""
    help_en: str = ""
    required: bool = True
    legal_forms: tuple[str, ...] = ()
    files_max: int = 1
    vault_kind: str = ""

    def field(self) -> dict[str, Any]:
        """The question that receives it."""
        words = ("key", "label_fr", "label_en", "help_fr", "help_en", "required")
        field = {name: getattr(self, name) for name in words}
        field |= {"type": FieldType.FILE.value, "visible_to": []}
        field |= {"legal_forms": list(self.legal_forms), "limits": {"files_max": self.files_max}}
        return {**field, **({"vault_kind": self.vault_kind} if self.vault_kind else {})}


PRESETS = (
    Preset(
        "statuts",
        "Statuts en vigueur",
        "Articles of association in force",
        "Datés et signés. Si votre structure est déjà créée.",
        "Dated and signed. If your structure already exists.",
        legal_forms=ORGANISATIONS,
        vault_kind="statutes",
    ),
    Preset(
        "liste_dirigeants",
        "Liste des dirigeants",
        "List of officers",
        "Nom et fonction de chaque membre du bureau ou du conseil d’administration.",
        "Name and function of each member of the board.",
        legal_forms=ASSOCIATIONS_AND_FOUNDATIONS,
        vault_kind="officers_list",
    ),
    Preset(
        "engagement_republicain",
        "Contrat d’engagement républicain signé",
        "Signed contrat d’engagement républicain",
        "Demandé aux associations et aux fondations, dès le premier euro (loi du 24 août 2021).",
        "Asked of associations and foundations, from the first euro (law of 24 August 2021).",
        legal_forms=ASSOCIATIONS_AND_FOUNDATIONS,
    ),
    Preset(
        "comptes_approuves",
        "Derniers comptes annuels approuvés",
        "Latest approved annual accounts",
        "Bilan et compte de résultat du dernier exercice clos.",
        "Balance sheet and profit and loss account of the last financial year.",
        legal_forms=ORGANISATIONS,
        vault_kind="accounts",
    ),
    Preset(
        "budget_structure",
        "Budget prévisionnel de la structure",
        "Provisional budget of the structure",
        legal_forms=ORGANISATIONS,
        vault_kind="budget_org",
    ),
    Preset(
        "rapport_activite",
        "Dernier rapport d’activité",
        "Latest activity report",
        legal_forms=ASSOCIATIONS_AND_FOUNDATIONS,
        vault_kind="activity_report",
    ),
    Preset(
        "agrement_esus",
        "Agrément « entreprise solidaire d’utilité sociale » (ESUS)",
        "Approval as a social enterprise (ESUS)",
        "Si vous en avez un.",
        "If you have one.",
        required=False,
        legal_forms=ORGANISATIONS,
        vault_kind="approval_esus",
    ),
    Preset(
        "rib",
        "Relevé d’identité bancaire",
        "Bank details",
        "Au nom de la structure qui demande.",
        "In the name of the structure that applies.",
        vault_kind="rib",
    ),
    Preset(
        "presentation",
        "Présentation du projet",
        "Presentation of the project",
        "Dix pages au plus, images comprises.",
        "Ten pages at most, pictures included.",
        required=False,
    ),
    Preset(
        "devis",
        "Devis",
        "Quotations",
        "Pour les achats de plus de 1 000 €.",
        "For purchases above €1,000.",
        required=False,
        files_max=10,
    ),
    Preset(
        "soutiens",
        "Lettres de soutien ou de partenariat",
        "Letters of support or partnership",
        required=False,
        files_max=5,
    ),
)
BY_KEY = {one.key: one for one in PRESETS}
