"""Why a signing delegation is refused."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "signing.unnamed": _l("Write the name, the function, for whom and by which act."),
    "signing.oneself": _l("Nobody records a delegation to themselves: ask a colleague."),
    "signing.executory_before_act": _l("The act is of %(act_on)s: it is executory then or later."),
    "signing.executory_to_come": _l(
        "This day is still to come: record the delegation once its act is executory."
    ),
    "signing.begins_before_executory": _l(
        "The act is executory since %(executory_on)s: nobody signs under it before."
    ),
    "signing.ends_before_it_begins": _l("A delegation does not end before it began."),
    "signing.nobody_presides": _l(
        "Nobody presided on %(act_on)s as far as is written here: add whoever gave the delegation "
        "to the members first, as president."
    ),
    "signing.president_signs_already": _l("%(name)s presides, and signs without any delegation."),
    "signing.not_of_the_authority": _l(
        "This account does not work for the authority: an administrator gives it a role first."
    ),
    "signing.recorded": _l(
        "A delegation to this person by the act %(number)s is recorded already."
    ),
    "signing.revocation_unnamed": _l("Write the number of the act that takes it back."),
    "signing.revoked_before_act": _l("The delegation was given on %(act_on)s only."),
    "signing.used_since": _l(
        "An agreement was signed under it on that day or later: write a day after that signature."
    ),
}
