"""Why an appeal, a text of letters or a release is refused."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "appeal.not_read": _l("Take note of the decision first: the delay runs from that instant."),
    "appeal.too_late": _l(
        "The two months to contest this decision ended on %(until_on)s, for the authority and for "
        "the administrative court alike."
    ),
    "appeal.grounds_missing": _l("Say why you contest the decision."),
    "appeal.already_filed": _l("You already contested this decision, on %(filed_at)s."),
    "appeal.answer_missing": _l("Write the answer: the applicant will read it."),
    "appeal.withdraw.from_accepted": _l("This appeal is already answered."),
    "appeal.withdraw.from_rejected": _l("This appeal is already answered."),
    "appeal.withdraw.from_withdrawn": _l("This appeal is already taken back."),
    **dict.fromkeys(
        (
            "appeal.accept.from_accepted",
            "appeal.accept.from_rejected",
            "appeal.reject.from_accepted",
            "appeal.reject.from_rejected",
        ),
        _l("This appeal is already answered: an answer is never changed."),
    ),
    **dict.fromkeys(
        ("appeal.accept.from_withdrawn", "appeal.reject.from_withdrawn"),
        _l("The applicant took this appeal back."),
    ),
    "letter_template.block_missing": _l(
        "Every letter of this kind must contain %(blocks)s: add it."
    ),
    "letter_template.variable_unknown": _l(
        "There is no variable called %(names)s: see the list alongside."
    ),
    "letter_template.too_many": _l("A hundred texts are the most: remove one first."),
    "letters.released": _l("These letters left on %(announced_at)s: nothing of them changes."),
    "letters.not_whole": _l(
        "You stepped back from an application of this deliberation: somebody else looks through its"
        " letters, and sends them."
    ),
    "letters.changed_since": _l(
        "A text or a letter changed since you looked through them: look again, then send."
    ),
}
REMEDIES = {
    "appeal.too_late": _l("You can still write to the service, which may reconsider by itself."),
}
