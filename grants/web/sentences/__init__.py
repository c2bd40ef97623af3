"""What a refusal's code means, in the reader's language. One module per domain.

Each module holds `SENTENCES: dict[code, sentence]` and may hold `REMEDIES: dict[code, sentence]`,
what would unblock it. Facts of the refusal fill the sentence; their names say how they are
written: `*_cents` as euros, `*_at` as an instant, `*_on` as a day, and any amount beside a `unit`;
`mistake` is what the reader of forms says, in its English (`grants.web.malformed`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grants.calls.models import last_day
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.kernel.money import Unit
from grants.web import malformed, wording
from grants.web.calls import closing

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
        return end_of_window(value) if name == "closes_at" else wording.instant(value)
    if isinstance(value, date):
        return wording.day(value)
    if isinstance(value, bool | Mapping):
        return _of_two(value)
    if isinstance(value, int) and name.endswith("_cents"):
        return wording.money(value)
    if isinstance(value, int) and unit and name in {"available", "asked", "missing", "amount"}:
        return wording.amount(value, Unit(str(unit)))
    return malformed.told(str(value)) if name == "mistake" else value


def _of_two(value: bool | Mapping[str, str]) -> str:  # noqa: FBT001 -- a fact, not an option
    """A yes or no; or a sentence that an author wrote in both languages."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return value.get(wording.language()) or value.get("fr", "")


def end_of_window(closes_at: datetime) -> str:
    """« 30 novembre 2018 à minuit » for a day's end, as people say it; else to the second."""
    at_midnight = last_day(closes_at) != paris_date(closes_at)
    return closing(closes_at) if at_midnight else wording.instant(closes_at)
