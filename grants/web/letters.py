"""The words of a letter: its variables, what each is worth, and the blocks that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grants.decisions.models import Body, Decision, Outcome
from grants.notices.orders import Order
from grants.notices.texts import TRANSLATION, Block, filled
from grants.people.models import Person
from grants.web import wording

VARIABLES = {
    "acte": _l("number of the act (always)"),
    "date": _l("date of the act (always)"),
    "recours": _l("how to appeal, and time limits (always)"),
    "montant": _l("what is awarded (in awards)"),
    "motif": _l("reason of the refusal (in refusals)"),
    "dossier": _l("number of the application"),
    "projet": _l("title of the project"),
    "appel": _l("title of the call"),
    "beneficiaire": _l("applicant"),
    "financeur": _l("authority"),
    "demande": _l("amount requested"),
    "vote": _l("voting figures"),
    "signataire": _l("officer in charge"),
}
"""What a text may name between brackets."""
USUAL_FR = """Madame, Monsieur,

Par délibération n° [acte] du [date], [financeur] s’est prononcée sur votre projet « [projet] », \
déposé sous le n° [dossier] à l’appel « [appel] ».

Il vous est attribué : [montant].

Motif de la décision : [motif]

[recours]

[signataire]"""
"""What a new text begins as."""


@dataclass(frozen=True)
class Translated:
    """Blocks in one language; the first are the act's own, the others a translation."""

    locale: str
    blocks: Sequence[Block]


def letter_blocks(
    body: str, decisions: Sequence[Decision], author: Person | None, locale: str
) -> list[Translated]:
    """A letter's text with its variables replaced, then its translation where it has one."""
    parts = body.split(f"\n\n{TRANSLATION}\n\n", 1)
    found = []
    for part, language in zip(parts, (locale, "en"), strict=False):
        with force_locale(language):
            found.append(Translated(language, filled(part, values(decisions, author))))
    return found


def order_blocks(order: Order, decisions: Sequence[Decision]) -> list[Block]:
    """An order's text with its variables replaced. In French: it is the act itself."""
    act = decisions[0].deliberation
    given_by = order.delegation
    with force_locale("fr"):
        sent, by_bureau = act.transmitted_on, act.council_session.body is Body.BUREAU
        said = {
            **values(decisions, None),
            "delegation": _(
                "the deliberation no. %(number)s of %(day)s by which the council delegates",
                number=given_by.number,
                day=wording.day(given_by.voted_on),
            ),
            "president": order.president,
            "nature": _("Decision of the bureau") if by_bureau else _("Order (arrêté)"),
            "organe": _("The bureau") if by_bureau else _("The president"),
            "transmission": (
                _("Transmitted on %(day)s.", day=wording.day(sent)) if sent is not None else ""
            ),
        }
        return filled(order.body, said)


def values(decisions: Sequence[Decision], author: Person | None) -> dict[str, str]:
    """What each variable is worth in one letter; empty where it says nothing."""
    first = decisions[0]
    act, application = first.deliberation, first.application
    organisation = application.organisation
    by_president = act.council_session.body is Body.PRESIDENT
    figures = ngettext(
        "%(votes_for)s votes for, %(votes_against)s against and %(num)s abstention",
        "%(votes_for)s votes for, %(votes_against)s against and %(num)s abstentions",
        act.abstentions,
        votes_for=act.votes_for,
        votes_against=act.votes_against,
    )
    return {
        "acte": act.number,
        "date": wording.day(act.voted_on),
        "montant": wording.listed([given(one) for one in decisions if one.is_award]),
        "motif": " ".join(one.reason for one in decisions if one.outcome is Outcome.REFUSAL),
        "dossier": application.number or "",
        "projet": application.title,
        "appel": wording.localized(application.call, "title"),
        "beneficiaire": organisation.name if organisation else application.author.name,
        "financeur": act.funder.name,
        "demande": wording.amount(application.requested, application.call.unit),
        "vote": "" if by_president else str(figures),
        "signataire": author.name if author else "",
    }


def given(decision: Decision) -> str:
    """What is awarded, as a noun: « 10 000,00 € », « 350 m² », « Prix du public »."""
    if decision.amount is None or decision.unit is None:
        return decision.label
    return wording.amount(decision.amount, decision.unit)
