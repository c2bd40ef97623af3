"""Why an application cannot do what was asked of it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from grants.applications.lifecycle import LIFECYCLE
from grants.applications.models import ApplicationState as S

ALREADY = {
    S.DRAFT: _l("This application is still a draft."),
    S.SUBMITTED: _l("This application has been submitted."),
    S.INCOMPLETE: _l("This application is waiting for complements from its applicant."),
    S.ADMISSIBLE: _l("This application has been declared admissible."),
    S.INADMISSIBLE: _l("This application has been declared inadmissible."),
    S.IN_REVIEW: _l("This application is being examined."),
    S.ELIMINATED: _l("This application was not shortlisted."),
    S.FINALIST: _l("This application is shortlisted."),
    S.AWARDED: _l("This application has been awarded."),
    S.WAITLISTED: _l("This application is on the waiting list."),
    S.DECLINED: _l("This application has been declined."),
    S.UNDER_AGREEMENT: _l("The agreement of this application is under way."),
    S.IN_PROGRESS: _l("The project of this application is in progress."),
    S.CLOSED: _l("This application is closed."),
    S.WITHDRAWN: _l("This application has been withdrawn."),
    S.LAPSED: _l("This draft was not submitted before the call closed."),
}

# An applicant must not learn from a refusal what a jury or a council weighs.
UNDER_WAY = _l("This application is being examined.")
SETTLED = _l("This application can no longer be changed nor withdrawn.")
TOLD = {
    **ALREADY,
    **dict.fromkeys((S.ADMISSIBLE, S.ELIMINATED, S.FINALIST), UNDER_WAY),
    **dict.fromkeys((S.AWARDED, S.WAITLISTED, S.DECLINED), SETTLED),
}
BY_APPLICANT = {"submit", "withdraw", "answer_complement", "save", "attach"}

VERBS = {transition.name for transition in LIFECYCLE.transitions} | BY_APPLICANT
FROM = {
    f"application.{verb}.from_{state}": (TOLD if verb in BY_APPLICANT else ALREADY)[state]
    for verb in VERBS
    for state in S
}

SENTENCES: dict[str, object] = {
    **FROM,
    "application.start.not_open": _l("This call opens on %(opens_at)s."),
    "application.start.closed": _l("This call closed on %(closes_at)s."),
    "application.start.organisation_required": _l(
        "This call is for organisations: choose the one that applies."
    ),
    "application.save.conflict": _l(
        "%(saved_by)s saved this page on %(saved_at)s, after you opened it. "
        "Nothing of yours is lost: compare below, then save again."
    ),
    "application.attach.too_many": _l("This question takes %(max)s documents at most."),
    "application.attach.kind_refused": _l(
        "This question takes documents of these kinds only: %(kinds)s."
    ),
    "application.attach.too_many_uploads": _l(
        "Too many documents are on their way at once. Wait until some have arrived."
    ),
    "application.attach.piece_out_of_place": _l(
        "The transfer of this document was cut. It goes on from where it stopped."
    ),
    "application.duplicate.never_submitted": _l(
        "Only an application that was submitted can be taken up again."
    ),
    "application.duplicate.already_begun": _l(
        "You have already begun an application to this call: go on with it."
    ),
    "application.submit.unconfirmed": _l(
        "%(count)s answers taken from your earlier application are still to be confirmed."
    ),
    "application.submit.not_eligible": _l("This call is not for you: %(reason)s"),
    "application.submit.not_open": _l("This call opens on %(opens_at)s."),
    "application.submit.closed": _l(
        "Your application reached us on %(received_at)s. The call closed on %(closes_at)s: "
        "it can no longer be submitted."
    ),
    "application.submit.incomplete": _l(
        "Your application is not complete: %(count)s answers are to be mended first."
    ),
    "application.lapse.call_is_open": _l("The call is still open."),
    "application.ask_complement.nothing_asked": _l(
        "Tick at least one question that the applicant should mend."
    ),
    "application.ask_complement.due_date_is_past": _l("Choose a day after today."),
    "application.ask_complement.already_asked": _l(
        "Complements were already asked on %(asked_at)s: wait for the answer before asking again."
    ),
    "application.answer_complement.incomplete": _l(
        "%(count)s of the answers asked about are still to be mended."
    ),
    "application.declare_inadmissible.reason_required": _l("Choose at least one reason."),
    "application.declare_inadmissible.note_required": _l(
        "Explain this reason: the applicant will read it."
    ),
    "application.declare_inadmissible.complement_awaited": _l(
        "The applicant may answer until %(due_on)s included."
    ),
    "application.acknowledge.nothing_decided": _l("No decision was made yet."),
    "application.note.empty": _l("Write something to keep."),
}

REMEDIES: dict[str, object] = {
    "application.submit.closed": _l(
        "Your answers are kept. Write to the service in charge if you could not submit in time "
        "for a reason beyond your control."
    ),
    "application.start.closed": _l("Look at the calls that are open now."),
}
