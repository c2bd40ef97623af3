"""Why the legal watch refuses, and what would unblock it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

DE_MINIMIS = _l(
    "“%(title)s”: with this decision the single undertaking would have been given %(total_cents)s "
    "since %(since_on)s, above the ceiling of %(threshold_cents)s (%(source)s). %(most_cents)s at "
    "most can be given today: lower the amount, choose other rules of aid in the file’s legal "
    "watch, or answer there for going past it."
)

SENTENCES = {
    "watch.de_minimis": DE_MINIMIS,
    "watch.de_minimis_sieg": DE_MINIMIS,
    "watch.de_minimis_farming": DE_MINIMIS,
    "watch.de_minimis_fishery": DE_MINIMIS,
    "watch.capital_share": _l(
        "“%(title)s”: all public holders together would have %(total)s %% of the cooperative’s "
        "capital, above %(threshold)s %% (%(source)s). Take fewer shares, wait until others have "
        "subscribed and the cooperative declares its new capital, or answer for going past it in "
        "the file’s legal watch."
    ),
    "watch.capital_undeclared": _l(
        "“%(title)s”: the cooperative has not declared its capital, of which all public holders "
        "together have half at most (%(source)s). Ask it to declare it, on its page “Group and "
        "capital”, or answer for going past it in the file’s legal watch."
    ),
    "watch.public_aid": _l(
        "“%(title)s”: public aid would reach %(total)s %% of the project’s cost, above the "
        "%(threshold)s %% that this call allows. Lower the amount, or answer for going past it in "
        "the file’s legal watch."
    ),
    "watch.reason_short": _l(
        "Say why in at least %(min)s characters: it is kept with your name in the record."
    ),
    "watch.nothing_to_override": _l(
        "This rule refuses nothing proposed today: there is nothing to override."
    ),
    "watch.reference_missing": _l(
        "Write the number of the aid scheme (SA…) that exempts or notifies it."
    ),
    "watch.value_wrong": _l("Write a value above zero, or leave the box empty."),
    "watch.own_siren": _l(
        "This is the organisation’s own SIREN. Write that of another company of its group."
    ),
    "watch.siren_wrong": _l(
        "This is not a SIREN number: it has nine digits, the last of which checks the others."
    ),
    "watch.links_too_many": _l("%(max)s companies at most. Remove one first."),
    "watch.capital_wrong": _l("Write a capital above zero."),
    "watch.public_part_wrong": _l(
        "The public shareholders’ part must lie between zero and the capital."
    ),
    "watch.capital_in_future": _l("This date is in the future."),
}
