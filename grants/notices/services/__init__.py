"""Verbs: compose mails, send them once, write letters."""

from grants.notices.services.copying import write_copy
from grants.notices.services.mailing import Failure, compose, forget_addresses, not_sent, sent
from grants.notices.services.minutes import write_minutes
from grants.notices.services.templating import (
    Drafted,
    add_template,
    body_of,
    change_template,
    move_template,
    release_letters,
    remove_template,
    word_letter,
)
from grants.notices.services.withholding import look_again
from grants.notices.services.writing import write_letter

__all__ = [
    "Drafted",
    "Failure",
    "add_template",
    "body_of",
    "change_template",
    "compose",
    "forget_addresses",
    "look_again",
    "move_template",
    "not_sent",
    "release_letters",
    "remove_template",
    "sent",
    "word_letter",
    "write_copy",
    "write_letter",
    "write_minutes",
]
