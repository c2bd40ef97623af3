"""Verbs: compose mails, send them once, write letters."""

from grants.notices.services.copying import write_copy
from grants.notices.services.mailing import Failure, compose, forget_addresses, not_sent, sent
from grants.notices.services.minutes import write_minutes
from grants.notices.services.withholding import look_again
from grants.notices.services.writing import write_letter

__all__ = [
    "Failure",
    "compose",
    "forget_addresses",
    "look_again",
    "not_sent",
    "sent",
    "write_copy",
    "write_letter",
    "write_minutes",
]
