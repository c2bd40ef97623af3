"""Why something about a scenario, a financing plan or a waiting list is refused."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "scenario.unnamed": _l("Name this scenario."),
    "scenario.name_taken": _l("Another scenario of this call is already called “%(name)s”."),
    "scenario.recused": _l(
        "You stepped back from an application of this call: a colleague who did not has to do this."
    ),
    "scenario.accepted": _l(
        "This scenario was accepted and stays as it was: go on from the decision table, or from a "
        "copy of it."
    ),
    "scenario.line_changed": _l(
        "%(name)s changed this line meanwhile: nothing of yours was kept. Look at both, then save "
        "again."
    ),
    "scenario.above_base": _l("The amount is above the eligible base, %(amount)s."),
    "scenario.public_aid": _l(
        "With the other public aid, this passes the call’s cap: %(amount)s are left."
    ),
}
REMEDIES = {
    "scenario.above_base": _l("Lower the amount, or correct the eligible base."),
    "scenario.public_aid": _l("Lower the amount, or agree with the other funders on their share."),
}
