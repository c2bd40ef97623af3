"""Refusals about juries, reviews and recusals."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "jury.closed": _l("This jury was closed on %(closed_at)s: nothing of it changes any more."),
    "jury.reads_later": _l("This jury begins to read on %(starts_on)s."),
    "jury.scores_later": _l("This jury hears and scores from %(starts_on)s on; read meanwhile."),
    "jury.has_read": _l("This jury was to read until %(ends_on)s: this stage is over."),
    "preference.too_late": _l("Files are being scored: preferences are no longer asked for."),
    "assignment.applied": _l("This plan was applied already."),
    "assignment.nothing": _l("No plan was found: there is nothing to apply."),
    "assignment.stale": _l(
        "Readings, recusals or members changed since this plan was worked out: work it out again."
    ),
    "jury.reopen.reason": _l("Say why the jury should be opened again."),
    "jury.reopen.open": _l("This jury is not closed: there is nothing to open again."),
    "jury.reopen.pending": _l("Somebody already asked for this jury to be opened again."),
    "jury.reopen.nothing": _l("Nobody asks for this jury to be opened again any more."),
    "jury.reopen.same_person": _l(
        "You asked for it yourself: another officer of the service must agree."
    ),
    "jury.reopen.decided": _l(
        "A decision already rests on this ranking: the jury is not opened again."
    ),
    "jury.assign.declined": _l("%(name)s declined the invitation and cannot be given anything."),
    "jury.remind.nobody": _l("Everyone has finished, or was already reminded today."),
    "jury.close.nothing": _l("This jury was given nothing to read: there is nothing to close."),
    "jury.close.quorum": _l(
        "The jury cannot be closed: it needs %(quorum)s final scores for each application, "
        "and %(short)s applications have fewer."
    ),
    "jury.close.ballots": _l(
        "The jury cannot be closed: %(quorum)s ballots must speak of each application, "
        "and fewer do of %(short)s of them."
    ),
    "jury.discussion.ballots": _l(
        "The discussion cannot open: %(quorum)s ballots must speak of each application, "
        "and fewer do of %(short)s of them."
    ),
    "ballot.final": _l("Your ballot is cast: it can no longer be changed."),
    "ballot.stale": _l(
        "You saved this ballot in another window meanwhile. Nothing you typed here is lost: "
        "look at it again, then save."
    ),
    "ballot.unknown": _l("A file is no longer on your ballot: look at it again, then save."),
    "ballot.contradiction": _l("Choose a file, or say that you have no opinion, not both."),
    "ballot.revise.not_cast": _l("You cast no ballot: there is nothing to change."),
    "ballot.revise.reason": _l("Say in a sentence why your ballot changes."),
    "ballot.faulty": _l("This ballot does not follow the jury’s rule."),
    "jury.discussion.nothing": _l(
        "This jury was given nothing to read: there is nothing to discuss."
    ),
    "jury.discussion.quorum": _l(
        "The discussion cannot open: each application needs %(quorum)s final scores, "
        "and %(short)s have fewer."
    ),
    "juror.invite.already_seated": _l("%(name)s already sits on this jury."),
    "juror.invite.full": _l(
        "A jury has %(most)s seats at most, declined ones included: make a second jury of the "
        "stage."
    ),
    "roster.too_long": _l(
        "A list holds %(most)s people at most, and this one is longer: send it in several lists."
    ),
    "juror.accept.charter": _l("Tick the box to accept the charter."),
    "juror.accept.declined": _l(
        "You declined this invitation on %(declined_at)s. Ask the service to invite you again."
    ),
    "juror.accept.only_officer": _l(
        "This jury must not know who applies, and nobody else could appraise the applications of "
        "this call: an administrator first gives a colleague the role of officer, or you decline."
    ),
    "juror.accept.mentor": _l(
        "This jury must not know who applies, and you help or helped projects of this call "
        "(%(count)s): tick the box to step back from them, or decline the seat."
    ),
    "juror.accept.already_seated": _l("You already sit on this jury, under another address."),
    "juror.decline.accepted": _l(
        "You have already joined this jury. Write to the service if you cannot go on."
    ),
    "document.withheld": _l(
        "This document is withheld until the service has checked what it says of the applicant."
    ),
    "interests.charter": _l("Tick the box to accept the charter."),
    "interests.nothing_said": _l(
        "Write down what there is to declare, or tick “I have nothing to declare”."
    ),
    "interests.nothing_and_something": _l(
        "You say that there is nothing to declare, and yet something is written above: "
        "untick the box, or empty the lines."
    ),
    "conflict.reason": _l("Say in a few words why."),
    "conflict.answered": _l(
        "This conflict was confirmed on %(answered_at)s: the recusal stands and cannot be undone."
    ),
    "redaction.stale": _l(
        "The applicant’s texts changed meanwhile. Look at the new ones, then keep the copy again."
    ),
    "redaction.no_document": _l("Choose the redacted document first."),
    "recusal.reason": _l("Say in a few words what the conflict of interest is."),
    "recusal.number": _l("This jury reads no application of that number."),
    "certificate.too_early": _l("You will be able to certify it once the scoring is over."),
    "recusal.nobody": _l("This person has not joined the jury yet: there is nobody to recuse."),
    "review.stale": _l(
        "You saved this score in another window meanwhile. Nothing you typed here is lost: "
        "compare, then save again."
    ),
    "review.incomplete": _l("%(count)s criteria have no mark: choose one for each, or abstain."),
    "review.all_abstained": _l(
        "You abstain on every criterion: use “Abstain from this application” instead."
    ),
    "review.mark_off_scale": _l("One of the marks is not on its scale."),
    "review.confidence": _l("Say how sure you are with one of the choices, or leave it out."),
    "offline.unknown": _l("No file of yours bears this number."),
    "offline.twice": _l("This number is on an earlier line already."),
    "offline.stale": _l("You changed it on the site since: take a new sheet for this one."),
    "offline.not_asked": _l("A mark answers a criterion that this file is not asked."),
    "offline.off_scale": _l("“%(criterion)s” takes a whole number from 0 to %(best)s, or “abs”."),
    "offline.confidence": _l("Confidence is 1, 2 or 3, or left empty."),
    "offline.text_too_long": _l("A text is too long: %(most)s characters at most."),
    "offline.too_large": _l("This file is too large: %(megabytes)s MB at most."),
    "offline.too_many": _l("This sheet has too many lines: %(most)s at most."),
    "offline.too_much": _l("This sheet holds too much text: bring it back in two halves."),
    "offline.not_a_sheet": _l("This file is not a sheet of scores taken from this page."),
    "offline.other_jury": _l("This sheet was made for another jury."),
    "review.in_discussion": _l("The discussion opened on %(opened_at)s: first scores are over."),
    "review.not_in_discussion": _l(
        "A final score changes in the jury’s discussion only, and the discussion is not open."
    ),
    "review.revise.not_final": _l("You have no final score on this application to change."),
    "review.revise.reason": _l("Say in a sentence why your score changes."),
    "review.save.from_final": _l("Your score is final: it can no longer be changed."),
    "review.finalise.from_final": _l("Your score is final: it can no longer be changed."),
    "review.abstain.from_final": _l("Your score is final: it can no longer be changed."),
}

REMEDIES = {
    "jury.discussion.quorum": _l("Remind the members, or give these applications to another one."),
    "review.not_in_discussion": _l("The chair or the service opens the discussion."),
    "jury.close.quorum": _l("Remind the members, or give these applications to another one."),
    "jury.close.ballots": _l("Remind the members of their ballots."),
    "jury.discussion.ballots": _l("Remind the members of their ballots."),
    "jury.has_read": _l("Write to the service if you have not finished."),
}
