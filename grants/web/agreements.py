"""How agreements are told, whoever reads them; the text that a new one begins as."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from grants.agreements.models import ActState, AgreementAct, Method, Side
from grants.agreements.usual import Kind, filled
from grants.decisions.models import Decision
from grants.kernel.money import Unit
from grants.payments.models import Instalment
from grants.web import wording

STATES = {
    ActState.DRAFTED: (_l("Being written"), "neutral"),
    ActState.SENT: (_l("To be signed by the beneficiary"), "info"),
    ActState.SIGNED: (_l("To be countersigned"), "warning"),
    ActState.COUNTERSIGNED: (_l("Signed by both sides"), "success"),
    ActState.IN_FORCE: (_l("In force"), "success"),
}
SIDES = {Side.BENEFICIARY: _l("The beneficiary"), Side.AUTHORITY: _l("The authority")}
METHODS = {Method.CODE: _l("one-time code by e-mail"), Method.PAPER: _l("on paper")}
DEVICES = {
    "computer": _l("computer"),
    "phone": _l("telephone"),
    "tablet": _l("tablet"),
    "": _l("device of an unknown kind"),
}
STEPS = {
    "text": _l("Text"),
    "document": _l("Document (PDF)"),
    "asked": _l("Code asked"),
    "answered": _l("Code given"),
    "drawn": _l("Mark drawn"),
    "signed": _l("Signature"),
}
PROOF_WORDS = {"sides": SIDES, "devices": DEVICES, "steps": STEPS}
"""What the page of proof calls things."""
VARIABLES = {
    Kind.AGREEMENT: {
        "projet": _l("title of the project: what the aid is for (always)"),
        "montant": _l("what is awarded (always)"),
        "duree": _l("from when to when it binds (always)"),
        "versement": _l("instalments and what each one waits for (always)"),
        "compte_rendu": _l("accounts and financial report (always)"),
        "engagement_republicain": _l("republican contract of associations (always)"),
        "retrait": _l("when and how the aid is taken back (always)"),
        "recours": _l("ways of appeal (always)"),
        "financeur": _l("authority"),
        "adresse_financeur": _l("address of the authority"),
        "beneficiaire": _l("applicant"),
        "adresse_beneficiaire": _l("address of the applicant"),
        "siret": _l("SIRET number"),
        "acte": _l("number of the act"),
        "date": _l("date of the act"),
        "dossier": _l("number of the application"),
        "appel": _l("title of the call"),
        "exercice": _l("year of the act"),
    },
    Kind.ORDER: {
        "acte": _l("number of the act (always)"),
        "date": _l("date of the act (always)"),
        "delegation": _l("the council’s deliberation that delegates (always)"),
        "beneficiaire": _l("applicant (always)"),
        "projet": _l("title of the project: what the aid is for (always)"),
        "montant": _l("what is awarded (always)"),
        "recours": _l("how to appeal, and time limits (always)"),
        "financeur": _l("authority"),
        "dossier": _l("number of the application"),
        "appel": _l("title of the call"),
        "president": _l("name of whoever presides the council"),
        "nature": _l("order, or decision of the bureau"),
        "organe": _l("the president or the bureau"),
        "transmission": _l("day of its transmission to the State, once it is known"),
    },
}
"""What a usual text may name between brackets."""
KINDS = {Kind.AGREEMENT: _l("Agreement"), Kind.ORDER: _l("Order by delegation (arrêté)")}
CONTRACT_SINCE = date(2022, 1, 2)
"""Contrat d’engagement républicain: décret 2021-1947, art. 7."""
DURATION = (
    "La convention prend effet à sa notification et s’achève à la remise du compte rendu financier."
)
REPORT = (
    "Le bénéficiaire tient une comptabilité qui permet de suivre l’emploi de l’aide et remet le "
    "compte rendu financier prévu à l’article 10 de la loi du 12 avril 2000 dans les six mois "
    "suivant la fin de l’exercice pour lequel elle est attribuée."
)
CONTRACT = (
    "Association ou fondation, le bénéficiaire respecte le contrat d’engagement républicain qu’il "
    "a souscrit (article 10-1 de la loi du 12 avril 2000) et en informe ses membres. Un manquement "
    "entraîne le retrait de l’aide au prorata de la période qui reste à courir."
)
BEFORE_CONTRACT = (
    "Le bénéficiaire n’emploie l’aide à aucune activité contraire aux lois de la République."
)
WITHDRAWAL = (
    "En cas de manquement, ou d’emploi de l’aide à une autre fin, le financeur peut, après que le "
    "bénéficiaire a été mis à même de présenter ses observations (articles L121-1 et L122-1 du "
    "code des relations entre le public et l’administration), résilier la convention, retirer "
    "l’aide en tout ou partie et en demander le reversement."
)
APPEAL = (
    "Tout litige qui ne trouve pas d’issue amiable relève du tribunal administratif, saisi par "
    "voie postale ou sur www.telerecours.fr."
)
AS_PLANNED = (
    "Le versement suit l’échéancier arrêté par le financeur et porté à la connaissance du "
    "bénéficiaire ; chaque versement suppose que les pièces demandées ont été produites."
)


def beginning(decision: Decision, body: str, instalments: Sequence[Instalment]) -> str:
    """The text of a new agreement, its variables replaced: to be read and mended by an officer.

    `body` is the authority's usual text. In French: it is an act of a French authority.
    """
    act, application = decision.deliberation, decision.application
    body_of = application.organisation
    address = f"{body_of.street}, {body_of.postcode} {body_of.city}" if body_of else ""
    with force_locale("fr"):
        values = {
            "financeur": act.funder.name,
            "adresse_financeur": act.funder.address or "",
            "beneficiaire": body_of.name if body_of else application.author.name,
            "adresse_beneficiaire": address,
            "siret": body_of.siret or "" if body_of else "",
            "acte": act.number,
            "date": wording.day(act.voted_on),
            "exercice": str(act.voted_on.year),
            "projet": application.title,
            "dossier": application.number or "",
            "appel": wording.localized(application.call, "title"),
            "montant": wording.amount(decision.amount or 0, decision.unit or Unit.EUR),
            "duree": DURATION,
            "versement": schedule(instalments),
            "compte_rendu": REPORT,
            "engagement_republicain": (
                CONTRACT if act.voted_on >= CONTRACT_SINCE else BEFORE_CONTRACT
            ),
            "retrait": WITHDRAWAL,
            "recours": APPEAL,
        }
    return filled(body, values)


def schedule(instalments: Sequence[Instalment]) -> str:
    """How the award is paid: part by part where the plan is set, else by reference to it."""
    if not instalments:
        return AS_PLANNED
    lines = []
    for one in instalments:
        amount = wording.amount(one.amount, one.unit)
        condition = f" ({one.condition})" if one.condition else ""
        lines.append(f"- {one.label} : {amount}{condition}")
    return "Le montant est versé comme suit :\n" + "\n".join(lines)


def title(act: AgreementAct) -> str:
    """« Convention », « Avenant n° 2 »."""
    if act.position == 0:
        return str(_l("Agreement"))
    return str(_l("Amendment no. %(number)s", number=act.position))
