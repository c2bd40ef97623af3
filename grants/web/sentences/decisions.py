"""Why a proposal or a deliberation is refused."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "council_session.convened_after": _l(
        "The notice cannot be dated after the meeting (%(held_on)s)."
    ),
    "council_session.hold.too_early": _l(
        "This meeting has not been held yet: it is planned for %(held_on)s."
    ),
    "proposal.reason_missing": _l("Give the reason for the refusal: the applicant will read it."),
    "proposal.instrument_missing": _l("Choose in which form the award is given."),
    "proposal.envelope_missing": _l("Choose an envelope of this call for the award."),
    "proposal.amount_missing": _l("Enter the amount of the award, above zero."),
    "proposal.instrument_and_envelope": _l(
        "This form of award and this envelope do not go together. Grants, prizes and bursaries "
        "are given out of operating credits, or grants out of capital ones; advances (274) and "
        "shares (261) out of capital; floor area out of m², mentoring out of hours. Choose an "
        "envelope whose unit, section and nature account fit."
    ),
    "proposal.envelope_family": _l(
        "The envelope “%(envelope)s” gives something else: a gift, a loan and shares never share "
        "one line of the budget. Choose another envelope."
    ),
    "proposal.already_decided": _l("“%(title)s” has already been decided."),
    "proposal.twice": _l(
        "This application is proposed twice out of the same envelope, or with two outcomes."
    ),
    "deliberation.unnamed": _l("Write the number and the object of the deliberation."),
    "deliberation.number_taken": _l("Another deliberation already has the number %(number)s."),
    "deliberation.empty": _l("Tick at least one proposal to put to the vote."),
    "deliberation.jury_reopened": _l(
        "The jury “%(jury)s” was opened again: close it before a decision rests on its ranking."
    ),
    "deliberation.no_seats": _l("Enter how many seats the body has."),
    "deliberation.negative": _l("A number of members cannot be below zero."),
    "deliberation.more_members_than_seats": _l(
        "%(members)s members are present or represented, but there are only %(seats)s seats."
    ),
    "deliberation.too_many_proxies": _l(
        "Each member present holds one proxy at most: %(represented)s represented for "
        "%(present)s present."
    ),
    "deliberation.no_quorum": _l(
        "The quorum is not met: %(present)s members are in the room for this matter, %(quorum)s "
        "are needed out of %(seats)s. Neither proxies nor members who take no part count."
    ),
    "deliberation.too_many_not_taking_part": _l(
        "More members take no part than are present or represented."
    ),
    "deliberation.votes_do_not_add_up": _l(
        "Votes for, against and abstentions make %(counted)s, but there are %(voters)s voters "
        "(present and represented, less those who do not take part)."
    ),
    "deliberation.tie_needs_casting_vote": _l(
        "The votes are equal: say how the chair settled the tie."
    ),
    "deliberation.no_tie_to_settle": _l(
        "There is no tie to settle: the casting vote counts only when a public vote is equal."
    ),
    "deliberation.announce.not_adopted": _l("This deliberation was not adopted."),
    "deliberation.executory_before_vote": _l(
        "A deliberation is not executory before its vote (%(voted_on)s)."
    ),
    "deliberation.executory_to_come": _l("This date is in the future."),
    "deliberation.executory_already": _l(
        "This act is executory since %(on)s, and its awards are committed: its days stay as noted."
    ),
    "reserve.held_by_votes": _l(
        "%(asked)s cannot be made available again: awards voted by %(number)s and others still "
        "hold these credits. %(available)s may be."
    ),
    "delegation.to_the_council": _l(
        "The council can delegate only to its bureau or to its president."
    ),
    "delegation.unnamed": _l("Write the number and the object of the deliberation."),
    "delegation.no_instrument": _l("Tick at least one form of award."),
    "delegation.begins_before_vote": _l(
        "A delegation cannot begin before it is voted (%(voted_on)s)."
    ),
    "delegation.ends_before_it_begins": _l("The last day is before the first one."),
    "delegation.ended_before_vote": _l(
        "A delegation cannot end before it is voted (%(voted_on)s)."
    ),
    "delegation.used_since": _l("The act %(number)s was taken under it on that day or later."),
    "delegation.missing": _l(
        "No delegation of the council to this body is in force on %(held_on)s: it cannot decide."
    ),
    "delegation.instrument": _l(
        "The delegation given by %(number)s does not cover this form of award."
    ),
    "delegation.amount": _l(
        "The delegation given by %(number)s stops at %(ceiling_cents)s for one application, and "
        "%(asked_cents)s are proposed."
    ),
}
REMEDIES = {
    "reserve.held_by_votes": _l(
        "They are committed, and leave the reserve, once the act is noted as executory."
    ),
    "delegation.missing": _l(
        "Record the council’s delegation, or put these proposals to the vote of the council."
    ),
    "delegation.instrument": _l("Put this award to the vote of the council."),
    "delegation.amount": _l("Lower the amount, or put this award to the vote of the council."),
    "deliberation.no_quorum": _l("A second meeting, at least three days later, needs no quorum."),
}
