"""Verbs: declare what the watch must know, rule on an aid, override, refuse what is not lawful."""

from grants.watch.services.declaring import Declared, declare_capital, declare_link, remove_link
from grants.watch.services.lawful import lines_of, override, require_lawful, rule_aid

__all__ = [
    "Declared",
    "declare_capital",
    "declare_link",
    "lines_of",
    "override",
    "remove_link",
    "require_lawful",
    "rule_aid",
]
