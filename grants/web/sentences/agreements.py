"""Why something about an agreement is refused."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

NOT_NOW = {
    "drafted": _l("It was not sent to the beneficiary yet."),
    "sent": _l("The beneficiary has not signed it yet."),
    "signed": _l("The beneficiary has signed it; the authority has not yet."),
    "countersigned": _l("Both sides have signed it already."),
    "in_force": _l("It is in force already."),
}
SENTENCES = {
    **{
        f"agreement.{verb}.from_{state}": words
        for verb in ("send", "sign", "countersign", "bring_into_force")
        for state, words in NOT_NOW.items()
    },
    **{
        f"agreement.send.from_{state}": _l("It was sent to the beneficiary already.")
        for state in ("sent", "signed")
    },
    "agreement.ended": _l("This agreement ended on %(on)s: %(act)s took the award back."),
    "agreement.sent_already": _l("The text was sent: it no longer changes. Write an amendment."),
    "agreement.decision_not_read": _l(
        "The beneficiary has not taken note of the decision yet: the agreement would tell it."
    ),
    "agreement.document_not_ready": _l(
        "The PDF to sign is still being made: try again in a moment."
    ),
    "usual_text.block_missing": _l(
        "Every authority’s usual text of this kind must hold %(blocks)s."
    ),
    "usual_text.variable_unknown": _l("No variable is called %(names)s."),
    "agreement.text_missing": _l("Write the text of the agreement."),
    "agreement.object_missing": _l("Say what the amendment changes, and why."),
    "agreement.amount_above_award": _l(
        "An amendment gives at most what was awarded (%(amount)s): more asks for a new "
        "deliberation."
    ),
    "agreement.amend.not_in_force": _l(
        "Only what is in force is amended: bring the latest act into force first."
    ),
    "agreement.countersign.not_entitled": _l(
        "This agreement of %(amount)s is not yours to sign for the authority. On %(signed_on)s, "
        "these persons may: %(who)s."
    ),
    "agreement.countersign.nobody_presides": _l(
        "Nobody is written down who may sign for the authority: neither whoever presides nor a "
        "delegation."
    ),
    "agreement.signatory_missing": _l("Write the name and the capacity of whoever signs."),
    "agreement.before_signature": _l(
        "It was signed on %(signed_on)s: it binds from then at the earliest."
    ),
    "agreement.day_to_come": _l("This day is still to come."),
    "agreement.code_wrong": _l(
        "This is not the code that was mailed, or it is older than fifteen minutes: ask for "
        "another one."
    ),
}
