"""What a form or a file that does not hold together is told for, in the reader's language.

The parser speaks English to files and logs, one mistake a line: « sections[0].fields[2].limits.min:
is above max ». Each of its causes has its sentence here, with the same particulars.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grants.calls.arrival import Mistake

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
        (
            r"must be (?:at most )?(?P<most>\d+)(?: at most| rows|, a day|, in percent)?",
            _l("%(most)s at most"),
        ),
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
        # Of a file as a whole.
        (
            r"(cannot be read at line \d+|not YAML .*)",
            _l("this line is not written as the file should be"),
        ),
        (
            r"holds a number or a date that cannot be read",
            _l("the file holds a number or a date that cannot be read"),
        ),
        (
            r"holds a character that cannot be kept",
            _l("there is a character here that no text may hold"),
        ),
        (r"is empty", _l("the file is empty")),
        (r"is over (?P<n>\d+) characters", _l("this is too long: %(n)s characters at most")),
        # Of a value.
        (r"is of another age", _l("this date is of another age")),
        (r"is before the opening", _l("the call would close before it opens")),
        (r"is before the first day", _l("the last day is before the first")),
        (r"is above the ceiling", _l("the floor is above the ceiling")),
        (r"must rise and stay within 0 to (?P<n>\d+)", _l("marks must rise, from 0 to %(n)s")),
        (
            r"must be the INSEE code of a commune or the SIREN of a grouping",
            _l("write the INSEE code of a commune, or the SIREN of a grouping of communes"),
        ),
        (
            r"(?P<what>.*) is no code of a legal form",
            _l("“%(what)s” is no code of a legal form: one to four digits"),
        ),
        (
            r"the key (?P<what>.*) must be small letters, digits, - or _",
            _l("the key “%(what)s” may only hold small letters, digits and hyphens"),
        ),
        (
            r"must be (capitals and digits|small letters, digits and hyphens), (?P<n>\d+) at most",
            _l("only letters, digits and hyphens are possible, %(n)s at most"),
        ),
        (r"two juries have the same key", _l("two juries have the same key")),
        # What does not go together.
        (
            r"stands beside a fixed amount: one of them only",
            _l("a fixed amount and a rule for the amount: one of them only"),
        ),
        (
            r"is for the rule (?P<what>.*) alone",
            _l("only a jury that ranks by “%(what)s” says this"),
        ),
        (
            r"only a rolling call gathers applications in sessions",
            _l("only a call that is open all year round gathers applications in sessions"),
        ),
        # Rules.
        (
            r"is over \d+ (words and signs|characters) \(.*",
            _l("this rule is too long"),
        ),
        (r"is empty \(character \d+\)", _l("the rule is empty")),
        (r"turns in a circle: (?P<what>.*)", _l("this rule turns in a circle: %(what)s")),
        (
            r"only checks may count documents.*",
            _l("only a check between answers may count documents"),
        ),
        (
            r"(?P<what>.*) is not known here",
            _l("“%(what)s” is not a question that this rule may speak of"),
        ),
        (
            r"(?P<what>.*) is not an option of (?P<name>.*)",
            _l("“%(what)s” is not one of the answers to “%(name)s”"),
        ),
        (
            r"(?P<what>.*) is not a day written 2018-11-30",
            _l("“%(what)s” is not a day, written 2018-11-30"),
        ),
        (
            r"(?P<what>.*) was not given what it needs",
            _l("“%(what)s” was not given what it needs"),
        ),
        (
            r".* (takes a .*, not a .*|cannot be compared with a .*)|gives a .*, where a .*",
            _l("this rule mixes what cannot be mixed: a number with a text, for example"),
        ),
        (
            r".* \(character (?P<n>\d+)\)",
            _l("this does not read as a rule, around its character %(n)s"),
        ),
    )
]  # fmt: skip
PARTS = {
    "stages": _l("stage %(n)s"),
    "juries": _l("jury %(n)s"),
    "criteria": _l("criterion %(n)s"),
    "sections": _l("section %(n)s"),
    "fields": _l("question %(n)s"),
    "checks": _l("check %(n)s"),
    "documents": _l("document %(n)s"),
    "tracks": _l("track %(n)s"),
    "batches": _l("session %(n)s"),
    "funders": _l("funder %(n)s"),
    "envelopes": _l("envelope %(n)s"),
    "territories": _l("territory %(n)s"),
    "eligibility_rules": _l("eligibility rule %(n)s"),
}
"""How the entries of a list are called, counted from 1."""
LINE = _l("line %(n)s")
LINES = {"columns", "choices", "anchors"}
NTH = re.compile(r"([0-9]{1,6})\]")
UNSAID = {"form", "call", "document"}


def told(mistake: str) -> str:
    """A mistake of the parser, its place first: « rubrique 1, question 3 : … »."""
    path, _colon, why = mistake.partition(": ")
    return put_together([*place(path)], because(why))


def told_of_file(mistake: Mistake) -> str:
    """The same of a file, with its line and the word at fault."""
    line = [_("Line %(line)s", line=mistake.line)] if mistake.line is not None else []
    return put_together([*line, *place(mistake.path, names=True)], because(mistake.why))


def put_together(where: Sequence[str], why: str) -> str:
    """The places, then why."""
    return str(_("%(where)s: %(why)s", where=", ".join(where), why=why)) if where else why


def because(why: str) -> str:
    """The sentence for one cause."""
    for pattern, words in CAUSES:
        if found := pattern.fullmatch(why):
            return str(words) % found.groupdict() if found.groupdict() else str(words)
    return str(_("this does not fit with the rest"))


def place(path: str, *, names: bool = False) -> list[str]:
    """`stages[0].juries[1].key` as « étape 1 », « jury 2 », and « key » when `names` are told."""
    found: list[str] = []
    seen: set[str] = set()
    for part in path.split("."):
        name, _bracket, number = part.partition("[")
        words = LINE if name in LINES or name in seen else PARTS.get(name)
        seen.add(name)
        nth = NTH.fullmatch(number)  # a key of the file's author may have brackets of its own
        if words is not None and nth:
            found.append(str(words) % {"n": int(nth[1]) + 1})
        elif names and name not in UNSAID:
            found.append(name)
    return found
