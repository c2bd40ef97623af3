"""Why an appeal, a text of letters or a release is refused."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "appeal.not_read": _l("Acknowledge the decision first: the time limit runs from that moment."),
    "appeal.too_late": _l(
        "The two months for contesting this decision ended on %(until_on)s, both before the "
        "authority and before the administrative court."
    ),
    "appeal.grounds_missing": _l("Say why you contest the decision."),
    "appeal.already_filed": _l("You already contested this decision, on %(filed_at)s."),
    "appeal.answer_missing": _l("Write the answer: the applicant will read it."),
    "appeal.withdraw.from_accepted": _l("This appeal has already been answered."),
    "appeal.withdraw.from_rejected": _l("This appeal has already been answered."),
    "appeal.withdraw.from_withdrawn": _l("This appeal has already been withdrawn."),
    **dict.fromkeys(
        (
            "appeal.accept.from_accepted",
            "appeal.accept.from_rejected",
            "appeal.reject.from_accepted",
            "appeal.reject.from_rejected",
        ),
        _l("This appeal has already been answered: an answer cannot be changed."),
    ),
    **dict.fromkeys(
        ("appeal.accept.from_withdrawn", "appeal.reject.from_withdrawn"),
        _l("The applicant withdrew this appeal."),
    ),
    "letter_template.block_missing": _l(
        "Every letter of this kind must contain %(blocks)s: add it."
    ),
    "letter_template.variable_unknown": _l(
        "There is no variable called %(names)s: see the list alongside."
    ),
    "letter_template.too_many": _l("A hundred texts is the maximum: remove one first."),
    "letters.released": _l(
        "These letters were sent on %(announced_at)s: they can no longer be changed."
    ),
    "letters.not_whole": _l(
        "You are recused from an application in this deliberation: somebody else must read "
        "its letters and send them."
    ),
    "letters.changed_since": _l(
        "A text or a letter has changed since you read them: read again, then send."
    ),
}
REMEDIES = {
    "appeal.too_late": _l(
        "You can still write to the service, which may reconsider of its own accord."
    ),
}
