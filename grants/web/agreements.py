"""How agreements are told, whoever reads them; the text that a new one begins as."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l

from grants.agreements.models import ActState, AgreementAct, Method, Side
from grants.decisions.models import Decision
from grants.kernel.money import Unit
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
BEGINNING = """Entre [financeur], [adresse_financeur], d’une part,
et [beneficiaire], [adresse_beneficiaire], SIRET [siret], d’autre part,

Vu l’article 10 de la loi n° 2000-321 du 12 avril 2000 et le décret n° 2001-495 du 6 juin 2001,
Vu la délibération n° [acte] du [date],

# Article 1 – Objet

La présente convention fixe les conditions dans lesquelles [financeur] soutient le projet \
« [projet] » (dossier n° [dossier], appel « [appel] »).

# Article 2 – Montant

Le montant attribué est de [montant]. Il n’est pas révisable à la hausse sans nouvelle délibération.

# Article 3 – Modalités de versement

Le versement suit l’échéancier arrêté par [financeur] et porté à la connaissance du bénéficiaire ; \
chaque versement suppose que les pièces demandées ont été produites.

# Article 4 – Utilisation, contrôle et évaluation

Le bénéficiaire emploie l’aide au seul projet, tient une comptabilité qui permet de la suivre, et \
se prête au contrôle prévu à l’article L1611-4 du code général des collectivités territoriales. Il \
ne la reverse pas à un tiers. Il remet le compte rendu financier dans les six mois suivant la fin \
de l’exercice pour lequel l’aide est attribuée.

# Article 5 – Part non dépensée

La part de l’aide qui n’est pas dépensée est restituée, sauf accord écrit de [financeur] sur un \
excédent raisonnable.

# Article 6 – Durée et résiliation

La convention prend effet à sa notification et s’achève à la remise du compte rendu financier. En \
cas de manquement, [financeur] peut, après que le bénéficiaire a été mis à même de présenter ses \
observations, la résilier et demander le reversement.

# Article 7 – Recours

Tout litige qui ne trouve pas d’issue amiable relève du tribunal administratif."""


def beginning(decision: Decision) -> str:
    """The text of a new agreement, its variables replaced: to be read and mended by an officer."""
    act, application = decision.deliberation, decision.application
    body = application.organisation
    address = f"{body.street}, {body.postcode} {body.city}" if body else ""
    values = {
        "financeur": act.funder.name,
        "adresse_financeur": act.funder.address or "",
        "beneficiaire": body.name if body else application.author.name,
        "adresse_beneficiaire": address,
        "siret": body.siret or "" if body else "",
        "acte": act.number,
        "date": wording.day(act.voted_on),
        "projet": application.title,
        "dossier": application.number or "",
        "appel": wording.localized(application.call, "title"),
        "montant": wording.amount(decision.amount or 0, decision.unit or Unit.EUR),
    }
    return re.sub(r"\[([a-z_]+)\]", lambda one: values.get(one[1], one[0]), BEGINNING)


def title(act: AgreementAct) -> str:
    """« Convention », « Avenant n° 2 »."""
    if act.position == 0:
        return str(_l("Agreement"))
    return str(_l("Amendment no. %(number)s", number=act.position))
