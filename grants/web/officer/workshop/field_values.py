"""A question between its two shapes: the JSON of the form, and the boxes of its page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from grants.calls.drafting import Json, cells, proposed_key
from grants.calls.form import FieldType
from grants.calls.form.kinds import LIMITS_OF, NUMERIC_TYPES
from grants.web.officer.workshop import words
from grants.web.officer.workshop.field_forms import CELLS, OPTION_MARK, BoundField, FieldForm

TEXTS = ("label_fr", "label_en", "help_fr", "help_en")
ALWAYS = {"applicant", "officer"}
FLAGS = ("personal", "carry_over", "reconfirm")


def as_typed(field: Json, kind: FieldType) -> dict[str, Any]:
    """What the boxes of a stored question hold."""
    limits: Mapping[str, Any] = field.get("limits") or {}
    codes = list(field.get("legal_forms") or ())
    families = [value for value, _ in words.LEGAL_FAMILIES if set(value.split()) <= set(codes)]
    covered = {one for family in families for one in family.split()}
    usual = ["juror"] if field.get("personal") else ["juror", "blind_juror"]
    data: dict[str, Any] = {name: field.get(name, "") for name in (*TEXTS, "key", "type")}
    data |= {name: bool(field.get(name)) for name in FLAGS}
    data |= {
        "required": field.get("required", True),
        "role": field.get("role") or "",
        "visible_to": list(set(field.get("visible_to", usual)) - ALWAYS),
        "legal_families": families,
        "legal_more": " ".join(one for one in codes if one not in covered),
        "vault_kind": field.get("vault_kind") or "",
    }
    scale = 100 if kind is FieldType.MONEY else 1
    for name, value in limits.items():
        data[name] = LIMIT_SHOWN.get(name, _same)(value, scale)
    if kind in CELLS:
        data[CELLS[kind]] = [_cell_shown(one) for one in limits.get(CELLS[kind], [])]
    return data


def as_stored(form: FieldForm, before: Json, taken: Collection[str]) -> Json:
    """The question as it will be stored; what its page does not show stays as it was.

    `taken` are the keys of the other questions.
    """
    label = words.one_line(form.label_fr.data)
    stored: Json = {name: value for name, value in before.items() if name in KEPT}
    stored["key"] = form.key.data or before.get("key") or proposed_key(label, taken)
    stored["type"] = form.kind.value
    stored |= _texts(form)
    stored["required"] = bool(form.required.data)
    if form.in_cells:
        return _cell(form, stored, before)
    stored |= _readers(form)
    for name in ("role", "vault_kind"):
        if name in form and form[name].data:
            stored[name] = form[name].data
    codes = _legal_forms(form)
    limits = _limits(form, before)
    more = {"legal_forms": codes, "limits": limits}
    return stored | {name: value for name, value in more.items() if value}


def _texts(form: FieldForm) -> Json:
    typed = {name: (form[name].data or "").strip() for name in TEXTS}
    return {
        name: words.one_line(text) if name.startswith("label") else text
        for name, text in typed.items()
        if text
    }


def _readers(form: FieldForm) -> Json:
    """Who reads the answer, and what becomes of it next year."""
    found: Json = {name: True for name in FLAGS if form[name].data}
    found["visible_to"] = sorted(form.visible_to.data or [])
    if found.get("reconfirm"):
        found["carry_over"] = True
    if form.kind is FieldType.IBAN:
        found["visible_to"] = []  # nobody else ever reads a bank account
    return found


KEPT = {"show_if", "computed"}
OF_CELLS = {"key", "type", *TEXTS, "required"}


def _cell(form: FieldForm, stored: Json, before: Json) -> Json:
    """A column or a repeated question has fewer properties than a question of its own."""
    cell = {name: value for name, value in stored.items() if name in OF_CELLS}
    if before.get("total") and form.kind in NUMERIC_TYPES:
        cell["total"] = True
    limits = _limits(form, before)
    return {**cell, "limits": limits} if limits else cell


def _legal_forms(form: FieldForm) -> list[str]:
    ticked = [code for family in form.legal_families.data or [] for code in family.split()]
    more = (form.legal_more.data or "").replace(",", " ").replace(";", " ").split()
    return list(dict.fromkeys([*ticked, *more]))


def _limits(form: FieldForm, before: Json) -> Json:
    """The limits of the type; those that have pages of their own stay while the type does."""
    limits: Json = {}
    allowed = LIMITS_OF[form.kind]
    if before.get("type") == form.kind.value:
        old = before.get("limits") or {}
        shown = {*form.limit_names, "choices", *CELLS.values()}
        limits = {name: value for name, value in old.items() if name not in shown}
    for name in form.limit_names:
        value = _limit(form, name)
        if value not in (None, "", [], False) and not (name == "decimals" and value == 0):
            limits[name] = value
    if "choices" in allowed:
        limits["choices"] = options(form["choices"].filled, form["more_choices"].data or "")
    if form.kind in CELLS:
        name = CELLS[form.kind]
        old_cells = {one["key"]: one for one in cells(before)}
        limits[name] = _cells(form[name].filled, old_cells)
    return limits


def _cells(rows: list[dict[str, str]], before: Mapping[str, Json]) -> list[Json]:
    """What each line holds; what lines do not show stays while their type does."""
    taken = {row["key"] for row in rows if row.get("key")}
    found = []
    for row in rows:
        label = words.one_line(row["label_fr"])
        key = row.get("key") or proposed_key(label, taken)
        taken.add(key)
        old = before.get(key, {})
        cell: Json = {"key": key, "type": row.get("type") or "short_text", "label_fr": label}
        if row.get("label_en"):
            cell["label_en"] = row["label_en"]
        cell["required"] = bool(row.get("required"))
        if row.get("total") and FieldType(cell["type"]) in NUMERIC_TYPES:
            cell["total"] = True
        cell |= {name: old[name] for name in ("help_fr", "help_en") if old.get(name)}
        if old.get("type") == cell["type"] and old.get("limits"):
            cell["limits"] = old["limits"]
        if cell["type"] in {"choice", "choices"}:
            cell["limits"] = {**cell.get("limits", {}), "choices": _cell_options(row, old)}
        found.append(cell)
    return found


def _cell_options(row: Mapping[str, str], old: Json) -> list[Json]:
    known = {one["label_fr"]: one for one in (old.get("limits") or {}).get("choices", [])}
    labels = [one.strip() for one in row.get("options", "").split(OPTION_MARK) if one.strip()]
    rows = [dict(known.get(one, {"label_fr": one})) for one in dict.fromkeys(labels)]
    return options(rows, "")


def _cell_shown(cell: Json) -> dict[str, str]:
    labels = [one["label_fr"] for one in (cell.get("limits") or {}).get("choices", [])]
    return {
        **{name: cell.get(name, "") for name in ("label_fr", "label_en", "type", "key")},
        "options": f"{OPTION_MARK} ".join(labels),
        "required": "y" if cell.get("required", True) else "",
        "total": "y" if cell.get("total") else "",
    }


def _limit(form: FieldForm, name: str) -> Any:
    control = form[name]
    if isinstance(control, BoundField):
        return control.bound()
    if name in {"earliest", "latest"}:
        return control.data.isoformat() if control.data else None
    if name == "kinds":
        return [ending for ticked in control.data or [] for ending in ticked.split()]
    return control.data


def options(rows: list[dict[str, str]], more: str) -> list[Json]:
    """The options of a list: those of the lines, then one for each line of `more`."""
    written = [*rows, *({"label_fr": one.strip()} for one in more.split("\n"))]
    taken = {row["key"] for row in rows if row.get("key")}
    found = []
    for row in written:
        label = words.one_line(row.get("label_fr"))
        if not label:
            continue
        key = row.get("key") or proposed_key(label, taken)
        taken.add(key)
        option = {"key": key, "label_fr": label}
        if row.get("label_en"):
            option["label_en"] = row["label_en"]
        found.append(option)
    return found


def _same(value: Any, _scale: int) -> Any:
    return value


def _bound_shown(value: Any, scale: int) -> str:
    whole, rest = divmod(int(value), scale)
    return f"{whole},{rest:02d}" if rest else str(whole)


def _endings_shown(value: Any, _scale: int) -> list[str]:
    return [one for one, _ in words.ENDINGS if set(one.split()) & set(value)]


LIMIT_SHOWN: Mapping[str, Callable[[Any, int], Any]] = {
    "min": _bound_shown,
    "max": _bound_shown,
    "kinds": _endings_shown,
    "earliest": lambda value, _scale: _day(value),
    "latest": lambda value, _scale: _day(value),
}


def _day(value: Any) -> Any:
    return date.fromisoformat(str(value)) if value else None
