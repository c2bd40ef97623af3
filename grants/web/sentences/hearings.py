"""Refusals about hearings."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "hearing.no_plan": _l("Write first when and where the jury hears."),
    "hearing.plan.too_short": _l("Between these two hours there is no time for a hearing."),
    "hearing.plan.lunch": _l("Write when the lunch break begins and when it ends, in that order."),
    "hearing.preview_stale": _l(
        "Something changed since this plan was shown: look at it again before applying it."
    ),
    "hearing.place_taken": _l("Another hearing is held in that room at that time, pause included."),
    "hearing.elsewhere": _l("This applicant is heard by another jury at that time."),
    "hearing.away": _l("The applicant cannot come at that time."),
    "hearing.quorum": _l(
        "Only %(present)s members could sit then, recusals and absences counted: the quorum is "
        "%(quorum)s."
    ),
    "hearing.off_grid": _l(
        "One of the two hearings is not on the hours written now: move it to one of them first."
    ),
    "hearing.is_over": _l("This hearing took place: it does not move any more."),
    "hearing.impossibility.order": _l("Write an end that comes after the beginning."),
    "hearing.answer.reason": _l("Say in a few words why you cannot come."),
    "hearing.answer.changing": _l(
        "The service is changing this hearing: wait for its next message before you answer."
    ),
    "hearing.answer.over": _l("The hour of this hearing has come: it is too late to answer here."),
    "hearing.attendance.early": _l(
        "The hearing begins on %(starts_at)s: whether the applicant came is marked then."
    ),
    "hearing.convoke.nothing": _l("Everybody was told what stands: there is nothing to send."),
    "hearing.feedback.empty": _l("Write at least one question or remark."),
    "hearing.feedback.released": _l(
        "The applicant reads these questions since %(released_at)s: they do not change any more."
    ),
    "hearing.feedback.past": _l("The last day for the reply is over: choose a later one."),
    "hearing.feedback.after_hearing": _l(
        "The hearing is on %(heard_at)s: the reply must come that day at the latest."
    ),
    "hearing.reply.closed": _l("Replies were taken until %(until_at)s."),
    "hearing.reply.empty": _l("Write a reply, or add a document."),
}

REMEDIES = {
    "hearing.quorum": _l("Choose another time, or ask the members to say when they can come."),
    "hearing.place_taken": _l("Choose a free time, or let the two hearings change places."),
    "hearing.preview_stale": _l("Show the plan again."),
    "hearing.reply.closed": _l("Bring what you have to say to the hearing."),
}
