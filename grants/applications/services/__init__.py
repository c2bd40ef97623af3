"""What is done to applications: the verbs."""

from grants.applications.services.admissibility import (
    Reason,
    answer_complement,
    ask_complement,
    declare_admissible,
    declare_inadmissible,
    write_note,
)
from grants.applications.services.drafting import (
    Saved,
    attach,
    detach,
    save_section,
    start,
)
from grants.applications.services.following import acknowledge, move, move_many, send_to_review
from grants.applications.services.submission import (
    Receipt,
    lapse_drafts,
    submit,
    withdraw,
)

__all__ = [
    "Reason",
    "Receipt",
    "Saved",
    "acknowledge",
    "answer_complement",
    "ask_complement",
    "attach",
    "declare_admissible",
    "declare_inadmissible",
    "detach",
    "lapse_drafts",
    "move",
    "move_many",
    "save_section",
    "send_to_review",
    "start",
    "submit",
    "withdraw",
    "write_note",
]
