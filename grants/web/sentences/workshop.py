"""Why something of a call cannot be written any more, or not so."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "call.publish.blocked": _l(
        "The call is not ready: %(count)s things stop its publication. The check of the workshop "
        "lists them, each with the page where it is mended."
    ),
    # Settings.
    "call.settle.closed": _l("This call is over: nothing of it is written any more."),
    "call.settle.territories_fixed": _l(
        "This call is published: the territories that it serves stay as they are."
    ),
    "call.settle.eligibility_rules_fixed": _l(
        "This call is published: its rules of eligibility stay as they are."
    ),
    "call.settle.allows_persons_fixed": _l(
        "This call is published: whether natural persons may apply stays as it is."
    ),
    "call.settle.slug_fixed": _l("This call is published: the address of its page is known."),
    "call.settle.number_prefix_fixed": _l(
        "This call is published: the numbers of its applications begin as they do."
    ),
    "call.settle.slug_taken": _l(
        "Another call already has the address “%(slug)s”. Choose another one."
    ),
    "call.settle.number_prefix_taken": _l(
        "Another call already numbers its applications from “%(prefix)s”. Choose something else."
    ),
    "call.settle.opens_at_fixed": _l(
        "This call has opened, or would have: its opening can no longer move."
    ),
    "call.settle.closes_at_fixed": _l(
        "This call is published: its closing date is moved on its own page, where the move is "
        "announced."
    ),
    "call.settle.grace_seconds_fixed": _l(
        "This call is published: the grace may grow, and not shrink."
    ),
    # Rows.
    "call.arrange.track_fixed": _l(
        "This call is published: applicants choose among its tracks, which stay as they are."
    ),
    "call.arrange.track_in_form": _l(
        "The published form names this track: people answer it with these words. "
        "Begin a new version of the form, then rename the track: the form follows."
    ),
    "call.arrange.stage_fixed": _l(
        "This call is published: applicants rely on its stages. Only their words and dates change."
    ),
    "call.arrange.jury_fixed": _l(
        "This call is published: its juries stay, with their quorum and their prize."
    ),
    "call.arrange.criterion_fixed": _l(
        "This call is published: applicants wrote for these criteria, which stay as they are."
    ),
    "call.arrange.stage_has_juries": _l(
        "This stage has juries: take them out before it becomes something else."
    ),
    "call.arrange.jury_needs_scoring": _l(
        "The stage “%(stage)s” is not judged by juries: choose a scoring stage or a hearing."
    ),
    "call.arrange.jury_has_members": _l(
        "People were invited to this jury: it can no longer be taken out."
    ),
    "call.arrange.batch_needs_rolling": _l(
        "Only a call that is open all year round gathers applications in sessions."
    ),
    "call.arrange.batch_outside_window": _l("The session must end while the call is open."),
    "call.arrange.batch_is_past": _l("Choose a day to come, of a session that is still to come."),
    "call.arrange.batch_twice": _l("Another session ends at this very instant."),
    "call.arrange.track_has_criteria": _l(
        "The criterion “%(criterion)s” is asked for this track: change the criterion first."
    ),
    "call.arrange.batch_has_applications": _l(
        "%(applications)s applications joined this session: they were told when it ends."
    ),
    # Funders.
    "call.fund.funders_fixed": _l("This call is published: its funders gave their word."),
    "call.fund.envelopes_fixed": _l(
        "This call is published: an envelope may be added, and none taken out."
    ),
    "call.fund.lead_stays": _l("The authority that leads the call cannot leave it."),
    "call.fund.envelope_of_nobody_here": _l(
        "The envelope “%(envelope)s” belongs to no funder of this call."
    ),
    "call.fund.envelope_in_another_unit": _l(
        "The envelope “%(envelope)s” does not count in the unit of this call."
    ),
    "call.import.no_dates": _l("The file does not say when the call opens."),
    "call.import.too_many_funders": _l("The call of this file has %(places)s funders at most."),
    # Tries and late access.
    "application.try.archived": _l("This call is archived: it is tried no more."),
    "application.withdraw.is_test": _l("A try was never submitted: empty it in the workshop."),
    "call.access.from_draft": _l("This call is a draft: nobody can be late yet."),
    "call.access.from_archived": _l("This call is archived: it lets nobody in any more."),
    "call.access.in_the_past": _l("Choose an instant to come."),
    "call.access.redeemed": _l("This code was used: the application that it opened stays open."),
    "application.redeem.unknown_code": _l(
        "This code is not one of this call’s. Check each letter, or ask the service again."
    ),
    "application.redeem.expired": _l("This code was good until %(expires_at)s."),
    "application.redeem.used": _l("This code has already let another applicant in."),
    "application.redeem.organisation_required": _l(
        "This call is for organisations: choose the one that applies."
    ),
    # The next version of a form.
    "call.revise.from_draft": _l("This call is a draft: its form is changed as it is."),
    "call.revise.from_closed": _l("This call is closed: its form changes no more."),
    "call.revise.from_archived": _l("This call is archived: its form changes no more."),
    "call.revise.nothing_begun": _l("No new version of the form was begun."),
    "call.revise.nothing_changed": _l(
        "The new version says the same as the one in force: there is nothing to publish."
    ),
    "call.revise.changed_meanwhile": _l(
        "Somebody changed the form since you opened this page: read the differences again."
    ),
}
REMEDIES = {
    "call.publish.blocked": _l("Open the workshop, then the check."),
}
