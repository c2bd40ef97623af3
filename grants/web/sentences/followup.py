"""Why a financial report or an advance refuses what was asked of it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "report.settled": _l("This report is no longer open: it was sent, accepted or not asked."),
    "report.stale": _l(
        "Somebody else saved this report meanwhile. Open it again, and add what you wrote."
    ),
    "report.too_many_lines": _l("There are too many lines on one side: group some of them."),
    "report.account_unknown": _l("Choose the account of each line that you added."),
    "report.amount_wrong": _l("An amount lies between zero and ten billion euros."),
    "report.label_too_long": _l("The words of a line have 200 characters at most."),
    "report.text_too_long": _l("A text has %(max)s characters at most."),
    "report.files_too_many": _l("%(max)s documents at most."),
    "report.line_missing": _l(
        "Write what each line of your budget really came to, 0 where nothing was spent."
    ),
    "report.nothing_spent": _l("Nothing is written as spent: a report says what was."),
    "report.narrative_missing": _l("Tell what was done: it is the first thing that is read."),
    "report.not_submitted": _l("This report was not sent, or somebody ruled on it already."),
    "report.reason_missing": _l("Say why: its author will read it."),
    "report.year_before_act": _l("A grant is not used before it was voted."),
    "advance.already_planned": _l("This advance already has its schedule."),
    "advance.terms_wrong": _l(
        "Write from 1 to %(max)s parts, every 1 to 12 months, the first one after the vote."
    ),
    "advance.settled": _l("This part was repaid or waived already."),
    "advance.repaid_in_future": _l("This date is in the future."),
    "advance.act_missing": _l("Write the number of the act that waives it."),
    "advance.act_in_future": _l("This date is in the future."),
    "advance.not_paid": _l("Nothing of this advance was paid: there is nothing to ask back."),
}
