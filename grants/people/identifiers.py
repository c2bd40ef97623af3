"""Numbers and addresses as people type them, brought to the one form in which they are kept.

Each function returns the clean form, or None when the text is not one.
"""

from __future__ import annotations

import re

from email_validator import EmailNotValidError, validate_email
from stdnum.exceptions import ValidationError
from stdnum.fr import siren as siren_number
from stdnum.fr import siret as siret_number

from grants.kernel.typed import joined
from grants.people.models import (
    COMMUNE_PATTERN,
    NEIGHBOURHOOD_PATTERN,
    POSTCODE_PATTERN,
    RNA_PATTERN,
)

EMAIL_LENGTH_MAX = 254


def clean_siret(typed: str) -> str | None:
    """Fourteen digits whose key is right; spaces, dots and dashes do not count.

    La Poste's establishments have a rule of their own: their digits sum to a multiple of 5.
    """
    try:
        return str(siret_number.validate(joined(typed)))
    except ValidationError:
        return None


def clean_siren(typed: str) -> str | None:
    """The nine digits of a legal person, key checked."""
    try:
        return str(siren_number.validate(joined(typed)))
    except ValidationError:
        return None


def clean_rna(typed: str) -> str | None:
    """An association's number in the national register: W, then nine characters."""
    return _matching(RNA_PATTERN, typed)


def clean_postcode(typed: str) -> str | None:
    """Five digits."""
    return _matching(POSTCODE_PATTERN, typed)


def clean_commune(typed: str) -> str | None:
    """INSEE's code of a commune: five characters, 2A and 2B in Corsica. Not the postcode."""
    return _matching(COMMUNE_PATTERN, typed)


def clean_neighbourhood(typed: str) -> str | None:
    """The code of a priority neighbourhood, of 2024 (QN06302I) or of 2015 (QP063002)."""
    return _matching(NEIGHBOURHOOD_PATTERN, typed)


def clean_email(typed: str) -> str | None:
    """An address in lower case, its form checked but not its existence."""
    if len(typed) > EMAIL_LENGTH_MAX:
        return None
    try:
        # The reserved endings (.test) are for rehearsals: nothing is ever sent there.
        checked = validate_email(typed.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return checked.normalized.lower()


def spaced_siret(siret: str) -> str:
    """« 130 025 265 00013 », as letterheads write it."""
    return f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"


def _matching(pattern: str, typed: str) -> str | None:
    clean = joined(typed).upper()
    return clean if re.fullmatch(pattern, clean, re.ASCII) else None
