"""Refusals about mentors, pairs and hours."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "mentoring.mentor.known": _l("This address is already on the list."),
    "mentoring.mentor.full": _l(
        "A stage has %(most)s mentors at most: take off the list who helps nobody."
    ),
    "mentoring.mentor.address_stays": _l(
        "This mentor helps or helped somebody under this address: add another mentor instead."
    ),
    "mentoring.mentor.helps": _l(
        "%(name)s helps or helped somebody: the hours stay, and the name with them."
    ),
    "mentoring.pair.own": _l("%(name)s carries this application: choose somebody else."),
    "mentoring.pair.recused": _l(
        "%(name)s stepped back from this application, or must not know who applies: choose "
        "somebody else."
    ),
    "mentoring.pair.not_selected": _l("This application is no longer in the running."),
    "mentoring.pair.ended": _l("This mentoring ended on %(ended_at)s: nothing is added to it."),
    "mentoring.log.future": _l("This day has not come yet: write hours down once they are given."),
    "mentoring.log.twice": _l(
        "A meeting of that length on %(held_on)s is already written down, perhaps by the other "
        "side. If there were two, write one line with their total."
    ),
}
