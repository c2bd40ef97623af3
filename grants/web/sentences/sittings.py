"""Refusals about meetings of juries, their votes and minutes."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "sitting.nothing": _l("This jury was given nothing to read: there is nothing to discuss."),
    "sitting.not_open": _l("The meeting is not open yet."),
    "sitting.closed": _l("The meeting was closed on %(closed_at)s."),
    "sitting.another_open": _l("Another meeting of this jury is open: close it first."),
    "sitting.vote_going": _l("A vote is under way: close it before going on."),
    "sitting.item_begun": _l("This application was already discussed: it stays on the agenda."),
    "proxy.self": _l("A proxy goes to somebody else."),
    "proxy.given": _l("This member already gave a proxy: take it back first."),
    "proxy.holder_has_one": _l("%(name)s already holds a proxy: one member holds one at most."),
    "proxy.used": _l("This proxy was used to vote on %(used_at)s: it cannot be taken back."),
    "motion.text": _l("Write what is voted on."),
    "motion.no_item": _l("No application is on the screens: choose one, or vote on the whole."),
    "motion.one_at_a_time": _l("A vote is already under way: close it first."),
    "motion.quorum": _l(
        "The quorum of %(quorum)s is not reached: %(counted)s take part. No vote can be taken."
    ),
    "motion.closed": _l("This vote was closed on %(closed_at)s."),
    "motion.vote.absent": _l(
        "Only members who are there vote, for themselves or for whom they represent: "
        "say that you are present first."
    ),
    "motion.vote.already": _l("This vote was already cast, and a vote does not change."),
    "minutes.signed": _l("The minutes were signed on %(signed_at)s: they change no more."),
    "minutes.too_early": _l("Minutes are signed once the meeting is closed."),
    "minutes.stale": _l(
        "Something was written in these minutes since you opened them. Read them over, "
        "then sign again."
    ),
}
