"""Why a meeting of a deliberative body refuses."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "council.name_missing": _l("Write the member’s name."),
    "council.president_in_office": _l(
        "%(name)s presides already: write down when this ended, then name the next one."
    ),
    "council.ended": _l("This member is out of office since %(until_on)s already."),
    "council.ends_before_it_begins": _l("A term does not end before it began (%(since_on)s)."),
    "council.first_had_its_quorum": _l(
        "That meeting did not miss its quorum: no second one follows from it."
    ),
    "council.second_too_soon": _l(
        "After a missed quorum the second meeting is held on %(earliest_on)s at the earliest."
    ),
    "council.second_called_before": _l(
        "The quorum was missed on %(missed_on)s: members are called again from that day on."
    ),
    "council.no_second": _l(
        "No quorum is asked of a second meeting alone, and this session follows no missed quorum."
    ),
    "council.minutes_too_early": _l("The minutes are written once the meeting is over."),
    "council.minutes_concern_you": _l(
        "An item of this session concerns you: a colleague has its minutes written."
    ),
    "council.second_agenda": _l(
        "A second meeting without a quorum takes up the agenda of the first one, and nothing else."
    ),
    "council.agenda_sent": _l(
        "The members were called with this agenda: it does not change any more."
    ),
    "council.agenda_empty": _l("Put at least one item on the agenda before calling the members."),
    "council.object_missing": _l("Write what this item is about."),
    "council.notice_too_short": _l(
        "%(days)s clear days are left before the session, and %(wanted)s are asked."
    ),
    "council.convened_in_the_future": _l("This day is still to come."),
    "council.not_convened": _l("The members have not been called yet."),
    "council.other_day": _l(
        "Write an hour of the day of the session (%(held_on)s), after its opening and already past."
    ),
    "council.not_open": _l("This meeting is not open."),
    "council.closed": _l("This meeting is over."),
    "council.was_there": _l("One of these members was already there at that hour."),
    "council.left_before": _l("This member arrived at that hour or later."),
    "council.proxy_to_oneself": _l("A member gives their proxy to another one."),
    "council.proxy_given": _l("%(name)s has already given their proxy."),
    "council.proxy_held": _l("%(name)s already holds a proxy, and may hold one only."),
    "council.item_voted": _l("This item has been voted under the number %(number)s."),
    "council.item_withdrawn": _l("This item was taken off the agenda."),
    "council.items_left": _l(
        "%(items)s items are neither voted nor taken off, and the quorum is there."
    ),
    "council.nothing_to_vote": _l("This item covers no application: there is nothing to decide."),
    "council.nothing_proposed": _l(
        "For %(missing)s applications of this item nothing is proposed on the decision table."
    ),
    "council.no_quorum": _l(
        "The quorum is not there for this item: %(present)s members are in the room, %(quorum)s "
        "are needed out of %(seats)s. Proxies and members who left for the item do not count."
    ),
    "council.choices_missing": _l("Say how each voter votes: %(missing)s are missing."),
    "council.president_out": _l(
        "Whoever presides is in the room for the item: neither absent, nor out because it concerns "
        "them."
    ),
}
REMEDIES = {
    "council.no_second": _l(
        "Under Council sessions, open the meeting whose quorum was missed and plan the second one "
        "from there."
    ),
    "council.agenda_sent": _l("Take the item off during the meeting, or plan another meeting."),
    "council.notice_too_short": _l(
        "Choose a later session, or give the reason of the urgency: one clear day is then enough."
    ),
    "council.proxy_given": _l("Take the first proxy back, if its author says so in writing."),
    "council.items_left": _l("Put each item to the vote, or take it off the agenda."),
    "council.nothing_proposed": _l("Fill in the decision table of the call, then vote."),
    "council.president_out": _l("Choose a member who is there at the hour of the vote."),
    "council.no_quorum": _l(
        "Wait for members to arrive. Or end the meeting: a second one, three days later at least, "
        "asks for no quorum."
    ),
}
