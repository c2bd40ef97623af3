"""Refusals about public votes."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "poll.twice": _l("This stage already has its vote."),
    "poll.window": _l("The vote must close after it opens."),
    "poll.slug_taken": _l("Another vote already has this address: choose another one."),
    "poll.rule_incomplete": _l("This way of voting needs this figure."),
    "poll.opened": _l(
        "The vote opened on %(opens_at)s: what people vote about changes no more. A candidate who "
        "withdraws can be taken out of the vote."
    ),
    "poll.publish.twice": _l("This vote is published already."),
    "poll.publish.past": _l("The closing date of this vote is over."),
    "poll.publish.few": _l("A vote needs %(least)s candidates at least."),
    "poll.publish.dear": _l(
        "Each project needs a cost above zero, and within the %(budget_cents)s that a ballot may "
        "spend."
    ),
    "poll.cancel.draft": _l("The vote is not published yet: simply remove this candidate."),
    "poll.cancel.counted": _l("The vote is counted: its candidates change no more."),
    "poll.cancel.reason": _l("Say in a few words why: voters will read it."),
    "poll.picture": _l("This file is no picture: choose a PNG, a JPEG or a WebP."),
    "poll.not_open": _l("One votes from %(opens_at)s until %(closes_at)s."),
    "poll.ballot": _l("This ballot does not follow the rule of the vote."),
    "poll.disposable": _l(
        "This mailbox is one that anybody may have for ten minutes. Use your own: your address is "
        "not kept."
    ),
    "poll.link_unusable": _l("This link no longer serves: it was used, or its day is over."),
    "poll.already_voted": _l("A vote was already counted for this address."),
    "poll.code_unusable": _l("This code was already used, or is not one of this vote."),
    "poll.receipt_unknown": _l("No ballot of this vote has this receipt."),
}

REMEDIES = {
    "poll.link_unusable": _l("Go back to the page of the vote and ask for another link."),
    "poll.already_voted": _l(
        "To change your vote before the closing, use the code of your receipt on the page of "
        "the vote."
    ),
}
