"""What an expression may speak of: variables with their type and the words that name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Kind(StrEnum):
    """The type of a variable, or of the value of an expression."""

    NUMBER = "number"
    TEXT = "text"
    YES_NO = "yes_no"
    DAY = "day"
    CHOICE = "choice"
    CHOICES = "choices"
    COLUMN = "column"
    """The numbers of one column: to be summed, counted, or compared by min and max."""
    CELLS = "cells"
    """The other cells of one column: to be counted, or searched with contains."""
    ROWS = "rows"
    """The lines of a table or of a group: to be counted."""
    FILES = "files"
    ANYTHING = "anything"
    """An answer without a value of its own (an address): it is given or it is not."""


@dataclass(frozen=True)
class Option:
    """One option of a choice."""

    key: str
    label_fr: str
    label_en: str


@dataclass(frozen=True)
class Variable:
    """A name that an expression may use.

    `unit` is what a number counts: "EUR" (euros, never cents), "m2", "hour", "month" or "".
    `fr` and `en` name it with its article (« le total des charges »), ready for a sentence;
    left empty, the label is quoted. A yes or no may have whole sentences, `yes_fr` and so on.
    """

    key: str
    kind: Kind
    label_fr: str
    label_en: str
    unit: str = ""
    options: tuple[Option, ...] = ()
    fr: str = ""
    en: str = ""
    feminine: bool = False
    yes_fr: str = ""
    no_fr: str = ""
    yes_en: str = ""
    no_en: str = ""

    def option(self, key: str) -> Option | None:
        """The option under this key, if any."""
        return next((one for one in self.options if one.key == key), None)


Schema: TypeAlias = Mapping[str, Variable]
