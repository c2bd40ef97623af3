"""Why a search, a label, a referent or an opinion was refused."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

TOO_LONG = _l("Write %(max)s characters at most.")

SENTENCES: dict[str, object] = {
    "search.unknown_key": _l("“%(key)s:” is not something one can search by."),
    "search.value_missing": _l("Say what after “%(key)s:”."),
    "search.unknown_state": _l("“is:%(value)s” is no state: try is:submitted or is:admissible."),
    "search.not_yes_or_no": _l("After “%(key)s:” write yes, no or unknown, not “%(value)s”."),
    "search.not_a_number": _l("After “%(key)s:” write a number, for example >10000."),
    "search.not_a_day": _l("After “%(key)s:” write a day, for example >2018-11-30."),
    "label.name_missing": _l("Give the label a name."),
    "label.name_too_long": TOO_LONG,
    "label.of_another_funder": _l("This label is of an authority that does not fund this call."),
    "referent.reason_missing": _l("Say why the file changes hands."),
    "referent.reason_too_long": TOO_LONG,
    "view.name_too_long": TOO_LONG,
    "view.address_too_long": _l("This search is too long to be kept: take some words away."),
    "profile.name_too_long": TOO_LONG,
    "checklist.note_too_long": TOO_LONG,
    "checklist.verdict_unknown": _l("Choose one of the verdicts of the list."),
    "referent.not_an_officer": _l("Choose an officer of an authority that funds this call."),
    "referent.kept": _l(
        "This person may not open this application: they are recused from it, or sit on a jury "
        "that reads it without names."
    ),
    "referent.label_missing": _l("Give the contact point a name."),
    "referent.rule_in_use": _l(
        "“%(label)s” cannot be removed: its officer still has %(files)s files in hand that came "
        "by it. Hand them over first, or give the contact point to another officer."
    ),
    "referent.empty_rule": _l("Name at least one place or one sector."),
    "view.name_missing": _l("Give the search a name."),
    "view.too_many": _l("You keep %(max)s searches already: forget one first."),
    "profile.name_missing": _l("Give the layout a name."),
    "profile.empty": _l("Choose at least one column."),
    "application.declare_admissible.second_check_awaited": _l(
        "This call wants a second pair of eyes: another officer confirms the checklist first."
    ),
    "application.declare_inadmissible.second_check_awaited": _l(
        "This call wants a second pair of eyes: another officer confirms the checklist first."
    ),
    "checklist.reason_missing": _l("Give a reason: it is “no”, or not what the software finds."),
    "checklist.ruled_already": _l("This file has been ruled on: its checklist no longer changes."),
    "checklist.not_settled": _l("Some lines are not settled yet."),
    "checklist.same_person": _l("Whoever went through the checklist cannot confirm it."),
    "message.empty": _l("Write your message."),
    "message.too_long": _l("Write %(max)s characters at most."),
    "message.not_submitted": _l("Messages begin once the application is submitted."),
    "opinion.name_missing": _l("Give the expert’s name."),
    "opinion.email_invalid": _l("Write an e-mail address, for example name@example.org."),
    "opinion.question_missing": _l("Say what you want to know."),
    "opinion.nothing_shown": _l("Choose at least one answer to show."),
    "opinion.due_date_is_past": _l("Choose a day after today."),
    "opinion.recused": _l(
        "The expert stepped back from this application, or must not know who applies."
    ),
    "opinion.is_the_applicant": _l("This is the applicant’s own address."),
    "opinion.asked_already": _l("This person is asked for an opinion already."),
    "opinion.answered_already": _l("You have answered already."),
    "opinion.text_missing": _l("Say why, in a few sentences."),
}
