"""Cleans what has a pattern or a check digit: phone, SIRET, RNA; and choices among a list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeAlias

from stdnum.fr import siret as siret_number

from grants.calls.form.problem import Problem
from grants.calls.form.shapes import Field
from grants.calls.form.texts import one_line
from grants.kernel.bank import compact, iban_of, is_sealed, last4
from grants.kernel.typed import joined

RNA = re.compile(r"W(?:[0-9]{9}|2[AB][0-9]{7}|9[A-Z][0-9]{7})")
"""Département of Corsica (2A, 2B) and overseas (9R…) have a letter in their code."""

SIRET_LENGTH = 14
CleanIban: TypeAlias = str | dict[str, Any]
YES = {"yes", "oui", "true", "1", "y", "o", "on"}
NO = {"no", "non", "false", "0", "n"}


def phone(_: Field, raw: object) -> str | Problem | None:
    """A French number as ten digits, a foreign one as + and digits."""
    text = re.sub(r"[/()]", "", joined(one_line(raw)))
    text = re.sub(r"^t[ée]l(?:[ée]phone)?:?(?=[0-9+])", "", text, flags=re.IGNORECASE)
    if not text:
        return None
    text = re.sub(r"^00", "+", text)
    text = re.sub(r"^\+330?(?=[1-9][0-9]{8}$)", "0", text)
    if re.fullmatch(r"0[1-9][0-9]{8}|\+(?!33)[1-9][0-9]{6,14}", text):
        return text
    return Problem("form.phone")


def siret(_: Field, raw: object) -> str | Problem | None:
    """Fourteen digits with their check digit; La Poste has a rule of its own."""
    text = joined(one_line(raw))
    text = re.sub(r"^(?:n[°o])?siret:?(?=[0-9])", "", text, flags=re.IGNORECASE)
    if not text:
        return None
    if not re.fullmatch(r"[0-9]+", text) or len(text) != SIRET_LENGTH:
        return Problem("form.siret_length", {"digits": len(re.sub(r"[^0-9]", "", text))})
    return text if siret_number.is_valid(text) else Problem("form.siret_check")


def rna(_: Field, raw: object) -> str | Problem | None:
    """The number of an association in the national register: W and nine characters."""
    text = joined(one_line(raw)).upper()
    if not text:
        return None
    return text if RNA.fullmatch(text) else Problem("form.rna")


def iban(_: Field, raw: object) -> CleanIban | Problem | None:
    """A bank account, spaces and a leading « IBAN » accepted; the problem never repeats it.

    One that is sealed already stays so: whether it checks out was seen when it was sealed.
    """
    if is_sealed(raw):
        return dict(raw) if last4(raw) else Problem("form.iban")
    text = one_line(raw)
    if not compact(text):
        return None
    found = iban_of(text)
    return Problem("form.iban") if found is None else str(found.compact)


def yes_no(_: Field, raw: object) -> bool | Problem | None:
    """Yes or no; « no » is an answer."""
    if isinstance(raw, bool):
        return raw
    text = one_line(raw).lower()
    if text in YES:
        return True
    if text in NO:
        return False
    return Problem("form.choice_unknown") if text else None


def choice(field: Field, raw: object) -> str | Problem | None:
    """The key of one option."""
    text = one_line(raw)
    if not text:
        return None
    known = {one.key for one in field.limits.choices}
    return text if text in known else Problem("form.choice_unknown")


def choices(field: Field, raw: object) -> list[str] | Problem | None:
    """Keys of options, each once, in the form's order."""
    ticked: Sequence[object] = raw if isinstance(raw, list | tuple) else [raw]
    wanted = {one_line(one) for one in ticked} - {""}
    known = [one.key for one in field.limits.choices]
    if wanted - set(known):
        return Problem("form.choice_unknown")
    kept = [key for key in known if key in wanted]
    least, most = field.limits.min, field.limits.max
    if kept and least is not None and len(kept) < least:
        return Problem("form.too_few_choices", {"min": least})
    if most is not None and len(kept) > most:
        return Problem("form.too_many_choices", {"max": most})
    return kept or None
