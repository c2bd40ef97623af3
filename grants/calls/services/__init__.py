"""Verbs on calls: made from a template, published, closed, reopened, extended, archived."""

from grants.calls.services.making import Contact, load_template
from grants.calls.services.running import archive, close, due, extend, publish, reopen

__all__ = [
    "Contact",
    "archive",
    "close",
    "due",
    "extend",
    "load_template",
    "publish",
    "reopen",
]
