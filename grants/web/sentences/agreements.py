"""Why something about an agreement is refused."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

NOT_NOW = {
    "drafted": _l("It has not been sent to the beneficiary yet."),
    "sent": _l("The beneficiary has not signed it yet."),
    "signed": _l("The beneficiary has signed it; the authority has not yet."),
    "countersigned": _l("Both sides have already signed it."),
    "in_force": _l("It is already in force."),
}
SENTENCES = {
    **{
        f"agreement.{verb}.from_{state}": words
        for verb in ("send", "sign", "countersign", "bring_into_force")
        for state, words in NOT_NOW.items()
    },
    **{
        f"agreement.send.from_{state}": _l("It has already been sent to the beneficiary.")
        for state in ("sent", "signed")
    },
    "agreement.ended": _l("This agreement ended on %(on)s: %(act)s withdrew the award."),
    "agreement.sent_already": _l(
        "The text has been sent and can no longer be changed. Write an amendment."
    ),
    "agreement.decision_not_read": _l(
        "The beneficiary has not acknowledged the decision yet: the agreement would disclose it."
    ),
    "agreement.document_not_ready": _l(
        "The PDF to sign is still being prepared: try again in a moment."
    ),
    "usual_text.block_missing": _l("Every standard text of this kind must contain %(blocks)s."),
    "usual_text.variable_unknown": _l("There is no variable called %(names)s."),
    "agreement.text_missing": _l("Write the text of the agreement."),
    "agreement.object_missing": _l("Say what the amendment changes, and why."),
    "agreement.amount_above_award": _l(
        "An amendment cannot exceed what was awarded (%(amount)s): more requires a new "
        "deliberation."
    ),
    "agreement.amend.not_in_force": _l(
        "Only what is in force can be amended: bring the latest act into force first."
    ),
    "agreement.countersign.not_entitled": _l(
        "This agreement of %(amount)s is not yours to sign for the authority. On %(signed_on)s, "
        "these persons may: %(who)s."
    ),
    "agreement.countersign.nobody_presides": _l(
        "Nobody is recorded as able to sign for the authority: neither a president nor a "
        "delegation."
    ),
    "agreement.signatory_missing": _l("Enter the name and capacity of the signatory."),
    "agreement.before_signature": _l(
        "It was signed on %(signed_on)s: it cannot bind anyone earlier."
    ),
    "agreement.day_to_come": _l("This date is in the future."),
    "agreement.code_wrong": _l(
        "This is not the code we sent, or it is more than fifteen minutes old: ask for another one."
    ),
}
