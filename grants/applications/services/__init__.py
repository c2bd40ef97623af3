"""What is done to applications: the verbs."""

from grants.applications.services.admissibility import (
    Reason,
    declare_admissible,
    declare_inadmissible,
    write_note,
)
from grants.applications.services.attaching import attach, detach
from grants.applications.services.complements import answer_complement, ask_complement
from grants.applications.services.drafting import Saved, save_section, start
from grants.applications.services.duplicating import duplicate
from grants.applications.services.following import acknowledge, move, move_many, send_to_review
from grants.applications.services.presence import be_present, forget_presence, seen
from grants.applications.services.reminding import remind_drafts
from grants.applications.services.reusing import attach_from_vault
from grants.applications.services.reviving import make_good
from grants.applications.services.submission import (
    Certificate,
    Receipt,
    lapse_drafts,
    submit,
    withdraw,
)
from grants.applications.services.uploading import (
    arrived,
    begin_upload,
    drop_upload,
    give_up_uploads,
    receive_piece,
)

__all__ = [
    "Certificate",
    "Reason",
    "Receipt",
    "Saved",
    "acknowledge",
    "answer_complement",
    "arrived",
    "ask_complement",
    "attach",
    "attach_from_vault",
    "be_present",
    "begin_upload",
    "declare_admissible",
    "declare_inadmissible",
    "detach",
    "drop_upload",
    "duplicate",
    "forget_presence",
    "give_up_uploads",
    "lapse_drafts",
    "make_good",
    "move",
    "move_many",
    "receive_piece",
    "remind_drafts",
    "save_section",
    "seen",
    "send_to_review",
    "start",
    "submit",
    "withdraw",
    "write_note",
]
