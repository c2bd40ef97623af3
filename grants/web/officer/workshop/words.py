"""The workshop's own words: families of types, limits, readers, kinds of documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from grants.calls.form import FieldRole, FieldType
from grants.kernel.money import Unit

FAMILIES: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_l("Text"), ("short_text", "long_text")),
    (_l("Numbers and dates"), ("number", "money", "quantity", "date")),
    (_l("Choices"), ("yes_no", "choice", "choices")),
    (_l("To reach somebody"), ("email", "phone", "url", "address", "commune")),
    (_l("Identifiers"), ("siret", "rna", "iban")),
    (_l("Documents and tables"), ("file", "budget", "table", "group")),
)
"""How types are offered to an author; those that the form engine does not know are left out."""

EXPLAINED: Mapping[str, Any] = {
    "short_text": _l("One line: a name, a title."),
    "long_text": _l("Paragraphs, limited in words or in characters."),
    "number": _l("A number of people, a duration, a rate."),
    "money": _l("An amount in euros."),
    "quantity": _l("A floor area or a number of hours."),
    "date": _l("A day."),
    "yes_no": _l("Two answers, yes or no."),
    "choice": _l("One answer from a list."),
    "choices": _l("Several answers from a list."),
    "email": _l("Checked as it is typed."),
    "phone": _l("French or foreign."),
    "url": _l("The address of a web page."),
    "address": _l("Street, postcode and town."),
    "commune": _l("With its INSEE code when it is known."),
    "siret": _l("Fourteen digits, with their check digit."),
    "rna": _l("The number of an association."),
    "iban": _l("Bank details, checked and kept apart."),
    "file": _l("One or several documents to attach."),
    "budget": _l("Charges and income by account, which must be equal."),
    "table": _l("Lines with typed columns and totals."),
    "group": _l("The same few questions, answered several times."),
}

ROLE_CHOICES: Mapping[FieldRole, Any] = {
    FieldRole.TITLE: _l("The name of the project"),
    FieldRole.SUMMARY: _l("The summary of the project"),
    FieldRole.REQUESTED: _l("The amount requested"),
    FieldRole.TRACK: _l("The track of the call"),
    FieldRole.MENTORING: _l("What the applicant would like mentoring on"),
}

READERS = (
    ("juror", _l("Jurors")),
    ("blind_juror", _l("Jurors who do not know who applies")),
    ("public", _l("Everyone, once the project is funded")),
)

LEGAL_FAMILIES = (
    ("92", _l("Associations")),
    ("54 55 56 57", _l("Companies and cooperatives")),
    ("93", _l("Foundations")),
    ("82 64", _l("Mutuals")),
    ("7", _l("Public bodies")),
)

UNITS = ((Unit.SQUARE_METRE.value, _l("m²")), (Unit.HOUR.value, _l("hours")))

MARKS: Mapping[Unit, str] = {Unit.EUR: "€", Unit.SQUARE_METRE: "m²", Unit.HOUR: "h"}

ENDINGS = (
    ("pdf", "PDF"),
    ("odt docx", _l("Text (ODT, DOCX)")),
    ("ods xlsx", _l("Spreadsheet (ODS, XLSX)")),
    ("jpg jpeg png", _l("Picture (JPEG, PNG)")),
)

VAULT_KINDS = (
    ("statutes", _l("Articles of association")),
    ("officers_list", _l("List of officers")),
    ("agreement", _l("Publication in the Journal officiel")),
    ("accounts", _l("Annual accounts")),
    ("rib", _l("Bank details (RIB)")),
    ("approval_esus", _l("ESUS approval")),
    ("budget_org", _l("Budget of the organisation")),
    ("activity_report", _l("Activity report")),
    ("other", _l("Another document of the organisation")),
)

COLUMN_TYPES = ("short_text", "number", "money", "date", "choice")


def known(name: str) -> FieldType | None:
    """The type of this name, None when the form engine does not know it."""
    return next((one for one in FieldType if one.value == name), None)


def offered(pairs: Iterable[tuple[str, Any]], family: Any = None) -> list[SelectChoice]:
    """Options of a list, in a family of their own perhaps."""
    group = str(family) if family else None
    return [SelectChoice(value, label, optgroup=group) for value, label in pairs]


def one_line(text: str | None) -> str:
    """A text on one line; the thin spaces of French typography stay."""
    return BLANKS.sub(" ", text or "").strip(" ")


BLANKS = re.compile(r"[ \t\r\n]+")
