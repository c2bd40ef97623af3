"""What a page needs to show and hide its questions while one types; the server judges again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from grants.calls.form import Field, Outlook, field_of
from grants.calls.logic import Value, parse, references, tree
from grants.kernel.money import Unit

IN_JSON = (str, bool, int)


def live_rules(questions: Sequence[Field], outlook: Outlook) -> str:
    """The rules of the questions on a page as JSON; empty when they have none.

    `show` and `computed` hold trees by field key; `types` how to read the questions on this
    page; `values` what the rules need from elsewhere: other sections, the applicant.
    """
    show = {one.key: parse(one.show_if) for one in questions if one.show_if}
    computed = {one.key: parse(one.computed) for one in questions if one.computed}
    if not show and not computed:
        return ""
    here = {one.key: one for one in questions}
    fields = list(outlook.document.fields())
    names = {name for rule in (*show.values(), *computed.values()) for name in references(rule)}
    spoken = {name: field_of(name, fields) for name in names}
    away = [name for name, field in spoken.items() if field is None or field.key not in here]
    asked = {field.key: field for field in spoken.values() if field and field.key in here}
    rules = {
        "show": {key: tree(rule) for key, rule in show.items()},
        "computed": {key: [tree(rule), *_scale(here[key])] for key, rule in computed.items()},
        "types": {key: _type(field) for key, field in asked.items()},
        "names": {name: field.key for name, field in spoken.items() if field},
        "values": {name: _plain(outlook.get(name)) for name in away},
    }
    return json.dumps(rules, ensure_ascii=False, sort_keys=True)


def _type(field: Field) -> dict[str, Any]:
    cells = {cell.key: str(cell.type) for cell in field.limits.cells}
    return {"type": str(field.type), "cells": cells} if cells else {"type": str(field.type)}


def _scale(field: Field) -> tuple[str, int]:
    """The unit of a result, and how many decimals it is shown with."""
    unit = field.limits.unit
    return str(unit or ""), 2 if unit is Unit.EUR else field.limits.decimals


def _plain(value: Value) -> Any:
    """A value as JSON: days as texts, decimals as numbers, since the server decides anyway."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, IN_JSON) else None
