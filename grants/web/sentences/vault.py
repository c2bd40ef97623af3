"""Refusals about the documents that organisations keep for every call."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "vault.start_needed": _l("Give the day from which it counts: what it is good for follows."),
    "vault.end_needed": _l("Give the last day on which this approval is good."),
    "vault.ends_before_it_starts": _l("This day comes before the first one."),
    "vault.label_needed": _l("Give this document a name."),
    "vault.full": _l("An organisation keeps %(max)s documents at most. Take one out first."),
    "vault.over": _l("This document was good until %(valid_on)s: replace it first."),
    "vault.infected": _l("The antivirus refused this document: deposit a sound one."),
    "vault.not_in_force": _l("Somebody replaced this document in the meantime."),
}

REMEDIES = {
    "vault.not_in_force": _l("Open your documents again: the newest version is there."),
}
