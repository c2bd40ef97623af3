"""Two vocabularies for one state: what officers read, and what applicants are told."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from grants.applications.answers import SectionStatus
from grants.applications.models import ApplicationState
from grants.applications.services import Reason

S = ApplicationState


@dataclass(frozen=True)
class Words:
    """A state in words, with the tone of its tag (see macros/page.html)."""

    text: object
    tone: str

    def __str__(self) -> str:
        return str(self.text)


OFFICER = {
    S.DRAFT: Words(_l("Draft"), "neutral"),
    S.SUBMITTED: Words(_l("Received"), "info"),
    S.INCOMPLETE: Words(_l("Complements awaited"), "warning"),
    S.ADMISSIBLE: Words(_l("Admissible"), "success"),
    S.INADMISSIBLE: Words(_l("Inadmissible"), "danger"),
    S.IN_REVIEW: Words(_l("In review"), "info"),
    S.ELIMINATED: Words(_l("Not shortlisted"), "neutral"),
    S.FINALIST: Words(_l("Shortlisted"), "success"),
    S.AWARDED: Words(_l("Awarded"), "success"),
    S.WAITLISTED: Words(_l("On the waiting list"), "warning"),
    S.DECLINED: Words(_l("Not funded"), "neutral"),
    S.UNDER_AGREEMENT: Words(_l("Agreement under way"), "info"),
    S.IN_PROGRESS: Words(_l("Project in progress"), "info"),
    S.CLOSED: Words(_l("Project closed"), "neutral"),
    S.WITHDRAWN: Words(_l("Withdrawn"), "neutral"),
    S.LAPSED: Words(_l("Draft not submitted"), "neutral"),
}

EXAMINED = Words(_l("Being examined"), "info")
DECIDED = Words(_l("A decision was made"), "warning")
# What a jury or a council weighs is told when it is decided, never before.
APPLICANT = {
    S.DRAFT: Words(_l("Not submitted yet"), "warning"),
    S.SUBMITTED: Words(_l("Submitted"), "success"),
    S.INCOMPLETE: Words(_l("Complements to send"), "warning"),
    S.ADMISSIBLE: EXAMINED,
    S.INADMISSIBLE: Words(_l("Not admissible"), "danger"),
    S.IN_REVIEW: EXAMINED,
    S.ELIMINATED: EXAMINED,
    S.FINALIST: EXAMINED,
    S.AWARDED: Words(_l("Application accepted"), "success"),
    S.WAITLISTED: Words(_l("On the waiting list"), "info"),
    S.DECLINED: Words(_l("Not accepted"), "neutral"),
    S.UNDER_AGREEMENT: Words(_l("Accepted, agreement under way"), "success"),
    S.IN_PROGRESS: Words(_l("Accepted, project in progress"), "success"),
    S.CLOSED: Words(_l("Finished"), "neutral"),
    S.WITHDRAWN: Words(_l("Withdrawn"), "neutral"),
    S.LAPSED: Words(_l("Never submitted"), "neutral"),
}
AFTER_DECISION = {
    S.AWARDED,
    S.WAITLISTED,
    S.DECLINED,
    S.UNDER_AGREEMENT,
    S.IN_PROGRESS,
    S.CLOSED,
}

SECTION = {
    SectionStatus.NOT_STARTED: Words(_l("Not started"), "neutral"),
    SectionStatus.IN_PROGRESS: Words(_l("In progress"), "info"),
    SectionStatus.COMPLETE: Words(_l("Complete"), "success"),
    SectionStatus.TO_CORRECT: Words(_l("To correct"), "warning"),
    SectionStatus.TO_CONFIRM: Words(_l("To confirm"), "warning"),
    SectionStatus.NOTHING_ASKED: Words(_l("No question for you"), "neutral"),
    SectionStatus.CHANGES_REQUESTED: Words(_l("Changes asked"), "warning"),
    SectionStatus.CHANGES_MADE: Words(_l("Changes made"), "success"),
    SectionStatus.CANNOT_START: Words(_l("Not yet possible"), "neutral"),
    SectionStatus.READY: Words(_l("Ready to submit"), "success"),
}

REASONS = {
    Reason.LATE: _l("It arrived after the call had closed."),
    Reason.INCOMPLETE: _l("Required answers or documents are missing."),
    Reason.APPLICANT_NOT_ELIGIBLE: _l("The applicant is not among those the call is for."),
    Reason.PROJECT_NOT_ELIGIBLE: _l("The project is not what the call funds."),
    Reason.OUTSIDE_TERRITORY: _l("The project takes place outside the territory."),
    Reason.DUPLICATE: _l("Another application was submitted for the same project."),
    Reason.OTHER: _l("Another reason, explained below."),
}

HAPPENED = {
    "application.started": _l("Draft begun"),
    "application.submitted": _l("Application submitted"),
    "application.complement_asked": _l("Complements asked"),
    "application.complement_answered": _l("Complements sent"),
    "application.declared_admissible": _l("Declared admissible"),
    "application.declared_inadmissible": _l("Declared inadmissible"),
    "application.sent_to_review": _l("Handed over for examination"),
    "application.eliminated": _l("Not shortlisted"),
    "application.shortlisted": _l("Shortlisted"),
    "application.awarded": _l("Awarded"),
    "application.waitlisted": _l("Put on the waiting list"),
    "application.declined": _l("Not funded"),
    "decision.announced": _l("Decision announced"),
    "application.decision_known": _l("Decision read by the applicant"),
    "application.agreement_started": _l("Agreement under way"),
    "application.work_started": _l("Project begun"),
    "application.closed": _l("Project closed"),
    "application.award_ended": _l("Award withdrawn or given up: nothing is left to pay"),
    "application.reopened": _l("To be decided again"),
    "decision.annulled": _l("The act that decided was annulled"),
    "decision.withdrawn": _l("The act that decided was withdrawn"),
    "appeal.reopened": _l("Opened again after an appeal"),
    "withdrawal.notified": _l("Intended withdrawal of the award announced"),
    "withdrawal.asked": _l("Award given up by the beneficiary"),
    "withdrawal.observed": _l("Beneficiary answered the intended withdrawal"),
    "withdrawal.heard": _l("Beneficiary heard"),
    "withdrawal.decided": _l("Withdrawal decided"),
    "withdrawal.carried_out": _l("Award withdrawn"),
    "withdrawal.dropped": _l("Withdrawal let go: the award stands"),
    "withdrawal.claimed": _l("Titre de recettes issued"),
    "withdrawal.recovered": _l("A part of what was asked back came back"),
    "claim.closed": _l("Payment claim closed with the withdrawal"),
    "application.withdrawn": _l("Withdrawn by the applicant"),
    "application.lapsed": _l("The call closed before it was submitted"),
    "deposit.copied": _l("Copy as a PDF made"),
    "application.reminded": _l("Reminder of the closing sent"),
    "application.rebased": _l("The form changed: the draft follows it"),
    "application.let_in": _l("Late access opened by a code"),
    "application.revived": _l("Draft open again: the call was extended"),
    "application.referent_changed": _l("Referent changed"),
    "application.checklist_confirmed": _l("Checklist confirmed by a second person"),
    "message.written": _l("Message written"),
    "opinion.asked": _l("Opinion asked of an expert"),
    "opinion.reminded": _l("Expert reminded"),
    "opinion.given": _l("Opinion received"),
    "opinion.declined": _l("Opinion declined"),
    "hearing.moved": _l("Its hearing was placed by hand"),
    "hearing.swapped": _l("Its hearing changed places with another"),
    "hearing.called_off": _l("Its hearing left the plan"),
    "hearing.convoked": _l("Convocation to the hearing sent"),
    "hearing.released": _l("Hearing called off, applicant told"),
    "hearing.answered": _l("Applicant answered the convocation"),
    "hearing.attended": _l("Presence at the hearing marked"),
    "hearing.impossibility_noted": _l("Impossibility of the applicant noted"),
    "hearing.impossibility_removed": _l("Impossibility of the applicant taken away"),
    "hearing.feedback_written": _l("Questions before the hearing written"),
    "hearing.feedback_released": _l("Questions before the hearing sent"),
    "hearing.replied": _l("Reply to the questions before the hearing"),
    "mentoring.paired": _l("A mentor helps the applicant"),
    "mentoring.mentor_told": _l("Mentor told"),
    "mentoring.ended": _l("The mentor no longer helps the applicant"),
    "mentoring.logged": _l("Hours of mentoring written down"),
    "mentoring.struck": _l("Hours of mentoring taken away"),
    "recusal.declared": _l("A juror no longer reads this application"),
    "decision.acknowledged": _l("Decision read by the applicant"),
    "letter.written": _l("Letter written"),
    "award.planned": _l("Payments planned"),
    "claim.submitted": _l("Payment claimed"),
    "report.submitted": _l("Financial report sent"),
    "report.accepted": _l("Financial report accepted"),
    "report.returned": _l("Financial report sent back"),
    "report.excused": _l("No financial report asked"),
    "report.due_changed": _l("Financial report due on another day"),
    "report.reminded": _l("Financial report reminded"),
    "advance.planned": _l("Repayment planned"),
    "advance.asked": _l("Repayment asked"),
    "advance.repaid": _l("Part of the advance repaid"),
    "advance.waived": _l("Part of the advance waived"),
    "advance.reminded": _l("Repayment reminded"),
    "watch.ruled": _l("Rules of aid chosen"),
    "watch.overridden": _l("Rule gone past, with a reason"),
    "watch.passed": _l("Threshold passed by the vote"),
    "claim.certified": _l("Payment claim certified"),
    "claim.refused": _l("Payment claim sent back"),
    "claim.clock_stopped": _l("Sixty days suspended: something was asked for"),
    "claim.clock_resumed": _l("Sixty days going on: the answer came"),
    "payment_order.prepared": _l("Payment order prepared"),
    "payment_order.approved": _l("Payment order signed"),
    "payment_order.rejected": _l("Payment order rejected"),
    "payment_order.paid": _l("Payment made"),
}


def officer_words(state: ApplicationState | str) -> Words:
    """What officers, finance and auditors read."""
    return OFFICER[ApplicationState(state)]


def applicant_words(
    state: ApplicationState | str, *, announced: bool = True, knows: bool = False
) -> Words:
    """What the applicant reads.

    `announced`: the decision, if there is one, has been announced; `knows`: they took note of it.
    """
    state = ApplicationState(state)
    if state not in AFTER_DECISION or knows:
        return APPLICANT[state]
    return DECIDED if announced else EXAMINED


def section_words(status: SectionStatus) -> Words:
    """Where a section of the task list stands."""
    return SECTION[status]


def happened(kind: str) -> str:
    """A message of the history as a few words; its own name when nobody wrote any."""
    return str(HAPPENED.get(kind, kind))
