"""Verbs on calls: made from a template, published, closed, reopened, extended, archived."""

from grants.calls.services.making import Contact, load_template
from grants.calls.services.opening import open_groupings, unopened
from grants.calls.services.outages import Proposal, beat, extensions, make_good, proposals
from grants.calls.services.running import archive, close, due, extend, publish, reopen

__all__ = [
    "Contact",
    "Proposal",
    "archive",
    "beat",
    "close",
    "due",
    "extend",
    "extensions",
    "load_template",
    "make_good",
    "open_groupings",
    "proposals",
    "publish",
    "reopen",
    "unopened",
]
