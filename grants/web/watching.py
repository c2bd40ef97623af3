"""How the legal watch is told, whoever reads it."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grants.watch.counting import Margin, Verdict
from grants.watch.law import Watched
from grants.web import wording

RULES = {
    Watched.AGREEMENT: _l("Agreement above €23,000 a year"),
    Watched.AUDITOR: _l("Auditor and published accounts above €153,000 a year"),
    Watched.DE_MINIMIS: _l("De minimis aid, general, over three years"),
    Watched.DE_MINIMIS_SIEG: _l("De minimis aid, services of general interest, over three years"),
    Watched.DE_MINIMIS_FARMING: _l("De minimis aid, farming, over three years"),
    Watched.DE_MINIMIS_FISHERY: _l("De minimis aid, fishery, over three years"),
    Watched.CAPITAL_SHARE: _l("Public shareholders’ part of the cooperative’s capital"),
    Watched.PUBLIC_AID: _l("Public aid compared with the project’s cost"),
    Watched.FINANCIAL_REPORT: _l("Financial report within six months"),
    Watched.PUBLICATION: _l("Publication within three months"),
    Watched.AID_REGISTER: _l("Aid register within 20 working days"),
    Watched.PAYMENT: _l("Payment within 60 days"),
}
VERDICTS = {
    Verdict.CLEAR: (_l("Within the limit"), "success"),
    Verdict.WARNED: (_l("Threshold exceeded"), "warning"),
    Verdict.BLOCKED: (_l("Refused by law"), "danger"),
    Verdict.UNKNOWN: (_l("Not declared"), "warning"),
}
ASKS = {
    Watched.AGREEMENT: _l("An agreement must be signed before any payment."),
    Watched.AUDITOR: _l(
        "The beneficiary must appoint an auditor and publish its accounts: remind them in "
        "the letter."
    ),
    Watched.CAPITAL_SHARE: _l(
        "The cooperative has not declared its capital: ask it to do so, on its “Group and "
        "capital” page."
    ),
    Watched.PUBLIC_AID: _l("The project’s budget is not known: the cap cannot be checked."),
}
WORDS = {
    "de-minimis": Watched.DE_MINIMIS,
    "de-minimis-sieg": Watched.DE_MINIMIS_SIEG,
    "de-minimis-agricole": Watched.DE_MINIMIS_FARMING,
    "de-minimis-peche": Watched.DE_MINIMIS_FISHERY,
    "capital": Watched.CAPITAL_SHARE,
    "aides-publiques": Watched.PUBLIC_AID,
}
"""The rules that may be gone past, as addresses name them."""


def figure(margin: Margin, value: int) -> str:
    """One figure of a margin: euros, or percent."""
    if margin.in_percent:
        whole, part = divmod(abs(value), 100)
        point = "." if wording.language() == "en" else ","
        digits = f"{wording.number(whole)}{point}{part:02d}" if part else wording.number(whole)
        return str(_("%(n)s %%", n=digits))
    return wording.money(value)


def left(margin: Margin) -> str:
    """What is left under a threshold, or by how much it is passed."""
    if margin.is_crossed:
        return str(_("exceeded by %(by)s", by=figure(margin, -margin.left)))
    return figure(margin, margin.left)


def asks(margin: Margin) -> str:
    """What a margin that is not clear asks for."""
    if margin.verdict is Verdict.CLEAR:
        return ""
    told = ASKS.get(margin.law.key)
    needs_it = not margin.is_known or not margin.in_percent
    return str(told) if told and needs_it else ""
