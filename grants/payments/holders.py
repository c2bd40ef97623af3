"""Whether an account is in the name of whom it pays. Pure; a person answers when it is not."""

from __future__ import annotations

import re
import unicodedata

COMMON = frozenset(
    (
        *("association", "asso", "cooperative", "societe", "compte", "loi", "1901", "sci", "eurl"),
        *("scop", "scic", "sas", "sarl", "sa", "monsieur", "madame", "mme", "mr", "m", "en"),
        *("le", "la", "les", "l", "de", "du", "des", "d", "et", "un", "une", "au", "aux"),
    )
)
"""Words that many names share: alone, they match nothing."""


def matches(holder: str, beneficiary: str) -> bool:
    """Whether all the words that tell of one name are in the other, in any order."""
    mine, theirs = words(holder), words(beneficiary)
    return bool(mine and theirs) and (mine <= theirs or theirs <= mine)


def words(name: str) -> frozenset[str]:
    """The words that tell of a name, without accents; all of them where each is common."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    found = frozenset(re.findall(r"[a-z0-9]+", letters))
    return found - COMMON or found
