"""The types of answers a form can ask for, and the limits that each understands."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class FieldType(StrEnum):
    """Values are stored in form documents."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    MONEY = "money"
    QUANTITY = "quantity"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    SIRET = "siret"
    RNA = "rna"
    COMMUNE = "commune"
    ADDRESS = "address"
    FILE = "file"
    BUDGET = "budget"
    IBAN = "iban"
    TABLE = "table"
    GROUP = "group"


LIMITS_OF: Mapping[FieldType, frozenset[str]] = {
    FieldType.SHORT_TEXT: frozenset({"characters_max"}),
    FieldType.LONG_TEXT: frozenset({"words_max", "characters_max"}),
    FieldType.NUMBER: frozenset({"min", "max", "decimals"}),
    FieldType.MONEY: frozenset({"min", "max"}),
    FieldType.QUANTITY: frozenset({"min", "max", "unit"}),
    FieldType.DATE: frozenset({"earliest", "latest"}),
    FieldType.YES_NO: frozenset(),
    FieldType.CHOICE: frozenset({"choices"}),
    FieldType.CHOICES: frozenset({"choices", "min", "max"}),
    FieldType.EMAIL: frozenset(),
    FieldType.PHONE: frozenset(),
    FieldType.URL: frozenset(),
    FieldType.SIRET: frozenset(),
    FieldType.RNA: frozenset(),
    FieldType.COMMUNE: frozenset(),
    FieldType.ADDRESS: frozenset(),
    FieldType.FILE: frozenset({"files_max", "kinds"}),
    FieldType.BUDGET: frozenset({"includes_request", "years"}),
    FieldType.IBAN: frozenset(),
    FieldType.TABLE: frozenset({"columns", "min", "max"}),
    FieldType.GROUP: frozenset({"fields", "min", "max"}),
}
"""A limit written on a type that does not know it is a mistake of the author."""

COLUMN_TYPES = frozenset(
    {
        FieldType.SHORT_TEXT,
        FieldType.NUMBER,
        FieldType.MONEY,
        FieldType.QUANTITY,
        FieldType.DATE,
        FieldType.YES_NO,
        FieldType.CHOICE,
    }
)
"""What a column of a table may hold: one short thing."""

GROUP_TYPES = COLUMN_TYPES | {
    FieldType.LONG_TEXT,
    FieldType.CHOICES,
    FieldType.EMAIL,
    FieldType.PHONE,
    FieldType.URL,
    FieldType.SIRET,
    FieldType.RNA,
    FieldType.COMMUNE,
}
"""What may be asked again and again; documents and budgets are asked once."""

NUMERIC_TYPES = frozenset({FieldType.NUMBER, FieldType.MONEY, FieldType.QUANTITY})
COMPUTED_TYPES = NUMERIC_TYPES | {FieldType.YES_NO}
ROWS_MAX = 200
YEARS_MAX = 3
