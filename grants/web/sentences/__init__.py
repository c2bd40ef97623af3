"""What a refusal's code means, in the reader's language. One module per domain.

Each module holds `SENTENCES: dict[code, sentence]` and may hold `REMEDIES: dict[code, sentence]`,
what would unblock it. Facts of the refusal fill the sentence; their names say how they are
written: `*_cents` as euros, `*_at` as an instant, `*_on` as a day, and any amount beside a `unit`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grants.kernel.errors import Refused
from grants.kernel.money import Unit
from grants.web import wording

MODULES = [
    importlib.import_module(f"{__name__}.{module.name}")
    for module in pkgutil.iter_modules(__path__)
]
SENTENCES: dict[str, object] = {
    code: text for module in MODULES for code, text in module.SENTENCES.items()
}
REMEDIES: dict[str, object] = {
    code: text for module in MODULES for code, text in getattr(module, "REMEDIES", {}).items()
}
LAST_RESORT = _l("This is not possible at the moment.")


def sentence(refusal: Refused) -> str:
    """The refusal as a sentence."""
    return _filled(SENTENCES.get(refusal.code, LAST_RESORT), refusal.facts)


def remedy(refusal: Refused) -> str:
    """What would unblock it, or an empty text."""
    return _filled(REMEDIES.get(refusal.code, ""), refusal.facts)


def is_known(code: str) -> bool:
    """Whether a sentence was written for this code."""
    return code in SENTENCES


def _filled(text: object, facts: Mapping[str, object]) -> str:
    unit = facts.get("unit")
    written = {name: _written(name, value, unit) for name, value in facts.items()}
    return str(text) % written if facts else str(text)


def _written(name: str, value: object, unit: object) -> object:
    if isinstance(value, datetime):
        return wording.instant(value)
    if isinstance(value, date):
        return wording.day(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int) and name.endswith("_cents"):
        return wording.money(value)
    if isinstance(value, int) and unit and name in {"available", "asked", "missing", "amount"}:
        return wording.amount(value, Unit(str(unit)))
    return value
