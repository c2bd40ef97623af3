"""What a form that does not hold together is told for: where, and why, in the reader's language.

The parser speaks English to files and logs, one mistake a line: « sections[0].fields[2].limits.min:
is above max ». Each of its causes has its sentence here, with the same particulars.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

CAUSES: Sequence[tuple[re.Pattern[str], object]] = [
    (re.compile(pattern), told)
    for pattern, told in (
        (r"must be a mapping", _l("it is not made as it should be")),
        (r"is missing", _l("it is missing")),
        (r"must be a text", _l("write a text")),
        (r"must be true or false", _l("say yes or no")),
        (
            r"must be a whole number, at least (?P<least>-?\d+)",
            _l("write a whole number, %(least)s at least"),
        ),
        (r"must be one of (?P<known>.+)", _l("choose one of: %(known)s")),
        (r"(?P<one>.+) is not one of (?P<known>.+)", _l("“%(one)s” is none of: %(known)s")),
        (r"must be a list(?: of texts)?", _l("it is not a list")),
        (r"must have at least (?P<least>\d+) entry", _l("%(least)s line at least is needed")),
        (r"must be a day written .+", _l("write a day, for example 2018-11-30")),
        (r"must be an instant with its zone.+", _l("write a day and a time with its zone")),
        (r"is not a known key here", _l("this has no place here")),
        (
            r"must be 1 to 40 small letters.+",
            _l("a key has 1 to 40 small letters, digits or _, and begins with a letter"),
        ),
        (r"the (?:field )?key (?P<key>\S+) is used twice", _l("the key %(key)s is used twice")),
        (r"two fields play the role (?P<role>\S+)", _l("two questions play the role %(role)s")),
        (
            r"a field of type (?P<kind>\S+) cannot be the (?P<role>\S+)",
            _l("a question of type %(kind)s cannot play the role %(role)s"),
        ),
        (
            r"only a field of type file takes a document of the vault",
            _l("only a question that asks for a document takes one of the organisation’s"),
        ),
        (r"(?P<key>\S+) is the applicant's own name in rules",
         _l("rules call the applicant by the key %(key)s: choose another")),
        (
            r"only what is carried over is confirmed again",
            _l("only an answer that is carried over is confirmed again"),
        ),
        (
            r"a bank account is never shown to (?P<reader>\S+)",
            _l("a bank account is for the applicant and the service alone"),
        ),
        (r"is above max", _l("the smallest is above the largest")),
        (r"must be at most (?P<most>\d+)(?: rows)?", _l("%(most)s at most")),
        (
            r"a field of type (?P<kind>\S+) cannot be repeated",
            _l("a question of type %(kind)s is asked once, not line by line"),
        ),
        (
            r"a field of type (?P<kind>\S+) is not computed",
            _l("a question of type %(kind)s is not worked out"),
        ),
        (r"only numbers and amounts are added up", _l("only numbers and amounts are added up")),
        (r"(?P<field>\S+) is not a field of the form",
         _l("%(field)s is no question of the form")),
    )
]  # fmt: skip
SECTION, FIELD, CHECK, ROW = (
    re.compile(rf"(?:^|\.){name}\[(\d+)\]")
    for name in ("sections", "fields", "checks", "(?:columns|choices)")
)


def told(mistake: str) -> str:
    """A mistake of the parser, its place first: « rubrique 1, question 3 : … »."""
    path, _colon, why = mistake.partition(": ")
    where = ", ".join(_places(path))
    said = _cause(why)
    return str(_("%(where)s: %(why)s", where=where, why=said)) if where else said


def _cause(why: str) -> str:
    for pattern, words in CAUSES:
        if found := pattern.fullmatch(why):
            return str(words) % found.groupdict() if found.groupdict() else str(words)
    return str(_("this does not fit with the rest"))


def _places(path: str) -> list[str]:
    """The section, question, line and rule that a path leads to, counted from 1."""
    section, fields, check = SECTION.search(path), FIELD.findall(path), CHECK.search(path)
    row = ROW.search(path)
    found = []
    if section:
        found.append(str(_("section %(n)s", n=int(section[1]) + 1)))
    if fields:
        found.append(str(_("question %(n)s", n=int(fields[0]) + 1)))
    if row or len(fields) > 1:
        found.append(str(_("line %(n)s", n=int(row[1] if row else fields[1]) + 1)))
    if check:
        found.append(str(_("check %(n)s", n=int(check[1]) + 1)))
    return found
