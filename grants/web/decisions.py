"""How a decision is told, whoever reads it."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from grants.decisions.models import Body, Decision, Instrument, Outcome
from grants.decisions.vote import Vote
from grants.web import wording

OUTCOMES = {
    Outcome.AWARD: (_l("Award"), "success"),
    Outcome.WAITLIST: (_l("Waiting list"), "warning"),
    Outcome.REFUSAL: (_l("Refusal"), "neutral"),
}
INSTRUMENTS = {
    Instrument.GRANT: _l("Grant"),
    Instrument.PRIZE: _l("Prize money"),
    Instrument.EQUITY: _l("Equity stake"),
    Instrument.FLOOR_AREA: _l("Floor area"),
    Instrument.BURSARY: _l("Bursary to a person"),
    Instrument.ADVANCE: _l("Repayable advance"),
    Instrument.MENTORING: _l("Hours of mentoring"),
    Instrument.IN_KIND: _l("Help in kind"),
    Instrument.TITLE: _l("Title without money"),
}
BODIES = {
    Body.COUNCIL: _l("Council"),
    Body.BUREAU: _l("Bureau, by delegation"),
    Body.PRESIDENT: _l("President, by delegation"),
}


def what(decision: Decision) -> str:
    """What is given, in a few words: « Subvention : 10 000,00 € »."""
    if decision.instrument is None:
        return str(OUTCOMES[decision.outcome][0])
    name = str(INSTRUMENTS[decision.instrument])
    if decision.amount is None or decision.unit is None:
        return f"{name}{_(': %(why)s', why=decision.label)}" if decision.label else name
    return f"{name}{_(': %(why)s', why=wording.amount(decision.amount, decision.unit))}"


def told(vote: Vote) -> list[tuple[object, object]]:
    """The figures of a vote as facts, in the order of the minutes."""
    figures = [
        (_("Seats"), vote.seats),
        (_("Present"), vote.present),
        (_("Represented"), vote.represented),
        (_("Taking no part"), vote.not_taking_part),
        (_("Voters"), vote.voters),
        (_("For"), vote.votes_for),
        (_("Against"), vote.votes_against),
        (_("Abstentions"), vote.abstentions),
    ]
    facts: list[tuple[object, object]] = [(term, wording.number(n)) for term, n in figures]
    if vote.casting_vote is not None:
        facts.append((_("Casting vote"), _("for") if vote.casting_vote == "for" else _("against")))
    if vote.second_convocation:
        facts.append((_("Quorum"), _("not required for a second meeting")))
    else:
        members = ngettext("%(num)s member present", "%(num)s members present", vote.quorum)
        facts.append((_("Quorum"), members))
    return facts


def sentence(decision: Decision) -> str:
    """What was decided, as a letter says it."""
    if decision.outcome is Outcome.REFUSAL:
        reason = decision.reason or ""
        sentence = f"{reason[:1].upper()}{reason[1:]}"  # it follows a full stop
        return str(_("Your application is refused. %(reason)s", reason=sentence))
    if decision.outcome is Outcome.WAITLIST:
        return str(_("Your application is on the waiting list."))
    if decision.amount is None or decision.unit is None:
        return str(_("You are awarded the title “%(label)s”.", label=decision.label))
    amount = wording.amount(decision.amount, decision.unit)
    if decision.instrument is Instrument.EQUITY:
        text = _("A stake of %(amount)s is taken in your capital.", amount=amount)
    elif decision.instrument is Instrument.FLOOR_AREA:
        text = _("A floor area of %(amount)s is allotted to you.", amount=amount)
    elif decision.instrument is Instrument.PRIZE:
        text = _("You are awarded a prize of %(amount)s.", amount=amount)
    else:
        text = _("You are awarded a grant of %(amount)s.", amount=amount)
    return f"{text} {decision.label}".strip()
