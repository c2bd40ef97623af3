"""What is wrong with a file that was brought in, line by line, in the reader's language."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grants.calls.arrival import Mistake

PARTS = {
    "stages": _l("stage %(n)s"),
    "juries": _l("jury %(n)s"),
    "criteria": _l("criterion %(n)s"),
    "anchors": _l("mark of the scale %(n)s"),
    "sections": _l("section %(n)s"),
    "fields": _l("question %(n)s"),
    "columns": _l("column %(n)s"),
    "choices": _l("choice %(n)s"),
    "checks": _l("check %(n)s"),
    "documents": _l("document %(n)s"),
    "tracks": _l("track %(n)s"),
    "batches": _l("session %(n)s"),
    "funders": _l("funder %(n)s"),
    "envelopes": _l("envelope %(n)s"),
    "territories": _l("territory %(n)s"),
    "eligibility_rules": _l("eligibility rule %(n)s"),
}
"""How the entries of each list are called, counted from 1."""

WHY: tuple[tuple[re.Pattern[str], Any], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        # Of the file as a whole.
        (r"cannot be read at line \d+", _l("this line is not written as the file should be.")),
        (r"not YAML .*", _l("this line is not written as the file should be.")),
        (
            r"holds a number or a date that cannot be read",
            _l("the file holds a number or a date that cannot be read."),
        ),
        (
            r"is over (?P<n>\d+) characters",
            _l("this is too long: %(n)s characters at most."),
        ),
        (r"is over (?P<n>\d+) (words and signs|characters) \(.*", _l("this rule is too long.")),
        (r"is empty \(character \d+\)", _l("the rule is empty.")),
        (r"is empty", _l("the file is empty.")),
        (
            r"holds a character that cannot be kept",
            _l("there is a character here that no text may hold."),
        ),
        # Of one value.
        (r"is missing", _l("this is missing.")),
        (r"must be a text", _l("this must be a text.")),
        (r"must be true or false", _l("this must be true or false.")),
        (
            r"must be a whole number, at least (?P<n>\d+)",
            _l("this must be a whole number, %(n)s at least."),
        ),
        (
            r"must be (at most )?(?P<n>\d+)( at most| rows|, a day)?",
            _l("this must be %(n)s at most."),
        ),
        (r"must be at most 100, in percent", _l("this must be %(n)s at most.")),
        (r"must be one of (?P<known>.*)", _l("this must be one of: %(known)s.")),
        (
            r"(?P<what>.*) is not one of the funders",
            _l("“%(what)s” is not one of the funders of the file."),
        ),
        (
            r"(?P<what>.*) is not one of the tracks",
            _l("“%(what)s” is not one of the tracks of the file."),
        ),
        (
            r"(?P<what>.*) is not one of (?P<known>.*)",
            _l("“%(what)s” is not one of: %(known)s."),
        ),
        (r"must be a list of texts", _l("this must be a list of texts.")),
        (r"must be a list", _l("this must be a list.")),
        (r"must be a mapping", _l("this must hold names and values.")),
        (
            r"must have at least (?P<n>\d+) entry",
            _l("there must be %(n)s entries at least."),
        ),
        (
            r"must be a day written 2018-11-30",
            _l("this must be a day, written 2018-11-30."),
        ),
        (
            r"must be an instant with its zone, .*",
            _l("this must be an instant with its zone, written 2018-11-30T23:00:00+00:00."),
        ),
        (r"is of another age", _l("this date is of another age.")),
        (r"is before the opening", _l("the call would close before it opens.")),
        (r"is before the first day", _l("the last day is before the first.")),
        (r"is above max", _l("the least is above the most.")),
        (r"is above the ceiling", _l("the floor is above the ceiling.")),
        (
            r"stands beside a fixed amount: one of them only",
            _l("a fixed amount and a rule for the amount: one of them only."),
        ),
        (r"is not a known key here", _l("this word is not known here.")),
        # Keys and what they name.
        (
            r"must be 1 to 40 small letters, .*",
            _l("a key has 1 to 40 small letters, digits or underscores, and begins with a letter."),
        ),
        (
            r"the key (?P<what>.*) must be small letters, digits, - or _",
            _l("the key “%(what)s” may only hold small letters, digits and hyphens."),
        ),
        (
            r"must be (capitals and digits|small letters, digits and hyphens), (?P<n>\d+) at most",
            _l("only letters, digits and hyphens are possible, %(n)s at most."),
        ),
        (
            r"the (field )?key (?P<what>.*) is used twice",
            _l("the key “%(what)s” is there twice."),
        ),
        (r"two juries have the same key", _l("two juries have the same key.")),
        (r"two fields play the role (?P<what>.*)", _l("two questions play the role “%(what)s”.")),
        (
            r"(?P<what>.*) is not a field of the form",
            _l("“%(what)s” is not a question of the form."),
        ),
        # What does not go together.
        (
            r"a field of type (?P<what>.*) cannot be the (?P<role>.*)",
            _l("a question of type “%(what)s” cannot play the role “%(role)s”."),
        ),
        (
            r"a field of type (?P<what>.*) cannot be repeated",
            _l("a question of type “%(what)s” cannot be asked in lines."),
        ),
        (
            r"a field of type (?P<what>.*) is not computed",
            _l("a question of type “%(what)s” cannot be computed."),
        ),
        (
            r"is for the rule (?P<what>.*) alone",
            _l("only a jury that ranks by “%(what)s” says this."),
        ),
        (
            r"only a rolling call gathers applications in sessions",
            _l("only a call that is open all year round gathers applications in sessions."),
        ),
        (
            r"only a field of type file takes a document of the vault",
            _l("only a question that asks for documents takes one of the vault."),
        ),
        (
            r"only what is carried over is confirmed again",
            _l("only an answer that is carried over is confirmed again."),
        ),
        (r"only numbers and amounts are added up", _l("only numbers and amounts are added up.")),
        (
            r"a bank account is never shown to .*",
            _l("a bank account is shown to the applicant and to officers alone."),
        ),
        (
            r".* is the applicant's own name in rules",
            _l("this key is taken: rules call the applicant by it."),
        ),
        (r"must rise and stay within 0 to (?P<n>\d+)", _l("marks must rise, from 0 to %(n)s.")),
        (
            r"must be the INSEE code of a commune or the SIREN of a grouping",
            _l("this must be the INSEE code of a commune, or the SIREN of a grouping of communes."),
        ),
        (
            r"(?P<what>.*) is no code of a legal form",
            _l("“%(what)s” is no code of a legal form: one to four digits."),
        ),
        # Rules.
        (r"turns in a circle: (?P<what>.*)", _l("this rule turns in a circle: %(what)s.")),
        (
            r"only checks may count documents .*",
            _l("only a check between answers may count documents."),
        ),
        (
            r"(?P<what>.*) is not known here",
            _l("“%(what)s” is not a question that this rule may speak of."),
        ),
        (
            r"(?P<what>.*) is not an option of (?P<name>.*)",
            _l("“%(what)s” is not one of the answers to “%(name)s”."),
        ),
        (
            r"(?P<what>.*) is not a day written 2018-11-30",
            _l("“%(what)s” is not a day, written 2018-11-30."),
        ),
        (
            r"(?P<what>.*) was not given what it needs",
            _l("“%(what)s” was not given what it needs."),
        ),
        (
            r".* (takes a .*, not a .*|cannot be compared with a .*)|gives a .*, where a .*",
            _l("this rule mixes what cannot be mixed: a number with a text, for example."),
        ),
        (
            r".* \(character (?P<n>\d+)\)",
            _l("this does not read as a rule, around its character %(n)s."),
        ),
    )
)
"""Why, as the reader of files says it, and the sentence for it; the first that fits counts."""


def told(mistake: Mistake) -> str:
    """The mistake as one sentence, with its line and its place."""
    line = _("Line %(line)s", line=mistake.line) if mistake.line is not None else ""
    where = ", ".join(one for one in (line, place(mistake.path)) if one)
    why = because(mistake.why)
    return _("%(where)s: %(why)s", where=where, why=why) if where else why


def because(why: str) -> str:
    """The sentence for one reason; the reason itself, were there none."""
    for pattern, words in WHY:
        if found := pattern.fullmatch(why):
            return str(words) % {"n": 100, **found.groupdict()}
    return why


def place(path: str) -> str:
    """`stages[0].juries[1].key` as « étape 1, jury 2, key »."""
    if path == "document":
        return ""
    return ", ".join(_part(one) for one in path.split(".") if one not in {"form", "call"})


def _part(written: str) -> str:
    name, _bracket, number = written.partition("[")
    words = PARTS.get(name)
    if words is None or not number:
        return written
    return str(words) % {"n": int(number.rstrip("]")) + 1}
