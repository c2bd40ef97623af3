"""Refusals about alerts."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "alert.link_unusable": _l("This link is not one of ours, or it was cut on its way."),
    "alert.gone": _l(
        "This alert is no longer there: it was stopped, or it was not confirmed within a week."
    ),
}

REMEDIES = {
    "alert.link_unusable": _l("Copy the whole address from the e-mail."),
    "alert.gone": _l("Ask for a new one below the list of calls."),
}
