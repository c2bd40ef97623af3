"""Why a meeting of a deliberative body refuses."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "council.name_missing": _l("Write the member’s name."),
    "council.president_in_office": _l(
        "%(name)s is already president: record when that ended, then name the next one."
    ),
    "council.ended": _l("This member has already been out of office since %(until_on)s."),
    "council.ends_before_it_begins": _l(
        "A term of office cannot end before it began (%(since_on)s)."
    ),
    "council.first_had_its_quorum": _l(
        "That meeting had its quorum: no second meeting follows from it."
    ),
    "council.second_too_soon": _l(
        "Without a quorum, the second meeting can be held on %(earliest_on)s at the earliest."
    ),
    "council.second_called_before": _l(
        "There was no quorum on %(missed_on)s: members can be called again from that day on."
    ),
    "council.no_second": _l(
        "Only a second meeting needs no quorum, and this one follows no meeting without a quorum."
    ),
    "council.minutes_too_early": _l("The minutes can be written once the meeting is over."),
    "council.minutes_concern_you": _l(
        "You have an interest in an item of this meeting: a colleague must have the minutes "
        "written."
    ),
    "council.second_agenda": _l(
        "A second meeting takes up the agenda of the first one, and nothing else."
    ),
    "council.agenda_sent": _l(
        "The members were called with this agenda: it can no longer be changed."
    ),
    "council.agenda_empty": _l("Put at least one item on the agenda before calling the members."),
    "council.object_missing": _l("Write what this item is about."),
    "council.notice_too_short": _l(
        "%(days)s clear days are left before the meeting; %(wanted)s are required."
    ),
    "council.convened_in_the_future": _l("This date is in the future."),
    "council.not_convened": _l("The members have not been called yet."),
    "council.other_day": _l(
        "Enter a time on the day of the meeting (%(held_on)s), after its opening and already past."
    ),
    "council.not_open": _l("This meeting is not open."),
    "council.closed": _l("This meeting is over."),
    "council.was_there": _l("One of these members was already present at that time."),
    "council.left_before": _l("This member arrived at that time or later."),
    "council.proxy_to_oneself": _l("A member must give their proxy to somebody else."),
    "council.proxy_given": _l("%(name)s has already given their proxy."),
    "council.proxy_held": _l("%(name)s already holds a proxy, and may hold only one."),
    "council.item_voted": _l("This item has been voted under the number %(number)s."),
    "council.item_withdrawn": _l("This item was removed from the agenda."),
    "council.items_left": _l(
        "%(items)s items have been neither voted on nor removed, and there is a quorum."
    ),
    "council.nothing_to_vote": _l("This item covers no application: there is nothing to decide."),
    "council.nothing_proposed": _l(
        "For %(missing)s applications in this item, the decision table proposes nothing."
    ),
    "council.no_quorum": _l(
        "There is no quorum for this item: %(present)s members are in the room, %(quorum)s "
        "are needed out of %(seats)s. Proxies and members who left for the item do not "
        "count."
    ),
    "council.choices_missing": _l("Say how each voter votes: %(missing)s missing."),
    "council.president_out": _l(
        "The chair must be in the room for the item: neither absent, nor out because of an "
        "interest."
    ),
}
REMEDIES = {
    "council.no_second": _l(
        "Under Council sessions, open the meeting that had no quorum and plan the second "
        "one from there."
    ),
    "council.agenda_sent": _l("Remove the item during the meeting, or plan another meeting."),
    "council.notice_too_short": _l(
        "Choose a later meeting, or give the reason for the urgency: one clear day is then enough."
    ),
    "council.proxy_given": _l("Revoke the first proxy, if its author says so in writing."),
    "council.items_left": _l("Put each item to the vote, or remove it from the agenda."),
    "council.nothing_proposed": _l("Fill in the decision table of the call, then vote."),
    "council.president_out": _l("Choose a member who is present at the time of the vote."),
    "council.no_quorum": _l(
        "Wait for members to arrive. Or end the meeting: a second one, at least three days "
        "later, needs no quorum."
    ),
}
