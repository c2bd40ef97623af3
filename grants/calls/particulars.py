"""What a call adds to its texts and its form: for whom, where, in which batches. All optional.

One shape for the templates that ship, for exported calls and for clones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from grants.calls.logic import BadExpression, parse
from grants.calls.reading import Reader
from grants.calls.themes import BY_KEY

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
TERRITORY = re.compile(r"(2[AB]|\d\d)\d{3}|\d{9}")
"""The INSEE code of a commune (five characters), or the SIREN of a grouping of communes."""
GRACE_MAX = 86_400


@dataclass(frozen=True)
class BatchTemplate:
    """One gathering of a rolling call."""

    label_fr: str
    label_en: str
    cut_off_at: datetime
    decides_on: date | None


@dataclass(frozen=True)
class Particulars:
    """The optional columns of a call, as they are written in a file."""

    themes: tuple[str, ...]
    territories: tuple[Mapping[str, str], ...]
    eligibility_rules: tuple[Mapping[str, str], ...]
    grace_seconds: int
    second_check: bool
    contact_name: str
    batches: tuple[BatchTemplate, ...]

    @classmethod
    def read(cls, reader: Reader) -> Particulars:
        """Take them out of a template, noting mistakes in `reader`."""
        themes = reader.texts("themes")
        for unknown in [one for one in themes if one not in BY_KEY]:
            reader.wrong("themes", f"{unknown} is not one of {', '.join(BY_KEY)}")
        grace = reader.integer("grace_seconds", 0)
        if grace > GRACE_MAX:
            reader.wrong("grace_seconds", f"must be at most {GRACE_MAX}, a day")
        return cls(
            themes=themes,
            territories=tuple(_territory(one) for one in reader.rows("territories")),
            eligibility_rules=_rules(reader),
            grace_seconds=grace,
            second_check=reader.flag("second_check"),
            contact_name=reader.text("contact_name", ""),
            batches=tuple(_batch(one) for one in reader.rows("batches")),
        )

    def columns(self) -> dict[str, Any]:
        """The columns of `call` that hold them; batches are rows of their own."""
        return {
            "themes": list(self.themes),
            "territories": [dict(one) for one in self.territories],
            "eligibility_rules": [dict(one) for one in self.eligibility_rules],
            "grace_seconds": self.grace_seconds,
            "second_check": self.second_check,
            "contact_name": self.contact_name,
        }


def _territory(reader: Reader) -> Mapping[str, str]:
    territory = {"code": reader.text("code"), "name": reader.text("name")}
    if territory["code"] and not TERRITORY.fullmatch(territory["code"]):
        reader.wrong("code", "must be the INSEE code of a commune or the SIREN of a grouping")
    reader.done()
    return territory


def _rules(reader: Reader) -> tuple[Mapping[str, str], ...]:
    rules = tuple(_rule(one) for one in reader.rows("eligibility_rules"))
    keys = [one["key"] for one in rules]
    for twice in sorted({key for key in keys if keys.count(key) > 1}):
        reader.wrong("eligibility_rules", f"the key {twice} is used twice")
    return rules


def _rule(reader: Reader) -> Mapping[str, str]:
    rule = {name: reader.text(name) for name in ("key", "rule", "refusal_fr", "refusal_en")}
    if rule["key"] and not KEY.fullmatch(rule["key"]):
        reader.wrong("key", "must be 1 to 40 small letters, digits or _, beginning with a letter")
    try:
        if rule["rule"]:
            parse(rule["rule"])
    except BadExpression as bad:
        reader.wrong("rule", bad.errors[0])
    reader.done()
    return rule


def _batch(reader: Reader) -> BatchTemplate:
    batch = BatchTemplate(
        label_fr=reader.text("label_fr"),
        label_en=reader.text("label_en", ""),
        cut_off_at=reader.instant("cut_off_at"),
        decides_on=reader.day("decides_on"),
    )
    reader.done()
    return batch
