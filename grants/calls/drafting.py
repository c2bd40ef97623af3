"""Edits of a form that is being written: JSON in, JSON out, nothing stored.

A question's `path` is its key, or `table.key` for a column of a table or a question of a group.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from typing import Any

from grants.kernel.errors import Refused, Unknown

Json = dict[str, Any]
KEY_MAX = 40
ARTICLES = {"le", "la", "les", "l", "un", "une", "de", "des", "du", "d", "a", "au", "aux", "et"}
ASKING = {"quel", "quelle", "quels", "quelles", "est", "votre", "vos", "en", "ou", "vous"}
WORDS_IN_A_KEY = 3


def proposed_key(label: str, taken: Collection[str] = ()) -> str:
    """A key out of a label: « À quel besoin répond-il ? » gives `besoin_repond_il`.

    The first words that say something, without accents; numbered when one like it is taken.
    """
    spaced = label.casefold().replace("’", " ").replace("'", " ")
    plain = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    telling = [one for one in words if one not in ARTICLES | ASKING] or words or ["question"]
    key = "_".join(telling[:WORDS_IN_A_KEY])[: KEY_MAX - 3].strip("_")
    key = key if key[:1].isalpha() else f"q_{key}"
    number = 1
    while (found := key if number == 1 else f"{key}_{number}") in taken:
        number += 1
    return found


def sections(document: Json) -> list[Json]:
    """The sections, to be read or changed in place."""
    found: list[Json] = document.get("sections", [])
    return found


def every_field(document: Json) -> Iterator[Json]:
    """Every question, in reading order; columns and questions of groups are inside theirs."""
    for section in sections(document):
        yield from section.get("fields", [])


def cells(field: Mapping[str, Any]) -> list[Json]:
    """The columns of a table, or the questions that a group repeats."""
    limits = field.get("limits") or {}
    found = limits.get("columns") or limits.get("fields")
    return found if isinstance(found, list) else []


def field_keys(document: Json) -> set[str]:
    """The keys of all questions."""
    return {one["key"] for one in every_field(document)}


def section_of(document: Json, key: str) -> Json:
    """The section under this key.

    Raises:
        Unknown: there is none.
    """
    return _one(sections(document), key)


def field_of(document: Json, path: str) -> Json:
    """The question at this path. Raises as `section_of`."""
    rows, at = place(document, path)
    return rows[at]


def home_of(document: Json, path: str) -> Json:
    """The section that holds a question. Raises as `section_of`."""
    key = path.partition(".")[0]
    for section in sections(document):
        if any(one["key"] == key for one in section.get("fields", [])):
            return section
    raise Unknown


def place(document: Json, path: str) -> tuple[list[Json], int]:
    """The list that a question stands in, and where. Raises as `section_of`."""
    key, _, below = path.partition(".")
    rows: list[Json] = home_of(document, key)["fields"]
    if below:
        rows = cells(_one(rows, key))
        key = below
    return rows, _index(rows, key)


# --- Sections ------------------------------------------------------------------------------------


def add_section(document: Json, section: Json) -> Json:
    """The document with one more section, at its end."""
    changed = deepcopy(document)
    _unused(section["key"], {one["key"] for one in sections(changed)})
    sections(changed).append({**section, "fields": section.get("fields", [])})
    return changed


def change_section(document: Json, key: str, values: Json) -> Json:
    """The section with other words; its questions stay."""
    changed = deepcopy(document)
    at = _index(sections(changed), key)
    if values["key"] != key:
        _unused(values["key"], {one["key"] for one in sections(changed)})
    sections(changed)[at] = {**values, "fields": sections(changed)[at].get("fields", [])}
    return changed


def move_section(document: Json, key: str, to: int) -> Json:
    """The section at another place (from 0), as near as there is one."""
    changed = deepcopy(document)
    _shift(sections(changed), _index(sections(changed), key), to)
    return changed


def copy_section(document: Json, key: str, *, suffix_fr: str, suffix_en: str) -> Json:
    """The section a second time, just after itself, under keys of its own."""
    changed = deepcopy(document)
    at = _index(sections(changed), key)
    copied = deepcopy(sections(changed)[at])
    copied["key"] = proposed_key(key, {one["key"] for one in sections(changed)})
    _suffixed(copied, "title", suffix_fr, suffix_en)
    taken = field_keys(changed)
    copied["fields"] = [_renamed(one, taken) for one in copied.get("fields", [])]
    sections(changed).insert(at + 1, copied)
    return changed


def delete_section(document: Json, key: str) -> Json:
    """The document without a section and its questions.

    Raises:
        Refused: `call.edit.last_section`.
    """
    changed = deepcopy(document)
    at = _index(sections(changed), key)
    if len(sections(changed)) == 1:
        raise Refused("call.edit.last_section")
    del sections(changed)[at]
    return changed


# --- Questions -----------------------------------------------------------------------------------


def add_field(document: Json, section_key: str, field: Json) -> Json:
    """The document with one more question, at the end of its section."""
    changed = deepcopy(document)
    _unused(field["key"], field_keys(changed))
    section_of(changed, section_key).setdefault("fields", []).append(field)
    return changed


def change_field(document: Json, path: str, values: Json) -> Json:
    """The question as it is written now; rules follow it under another key."""
    changed = deepcopy(document)
    rows, at = place(changed, path)
    old, new = rows[at]["key"], values["key"]
    if new != old:
        _unused(new, {one["key"] for one in rows} if "." in path else field_keys(changed))
    rows[at] = values
    if new != old:
        home, _, cell = path.partition(".")
        _rename_in_rules(changed, path, f"{home}.{new}" if cell else new)
    return changed


def move_field(document: Json, path: str, to: int, *, section_key: str = "") -> Json:
    """The question at another place (from 0) of its section, or of another one."""
    changed = deepcopy(document)
    rows, at = place(changed, path)
    if not section_key or "." in path:
        _shift(rows, at, to)
        return changed
    target: list[Json] = section_of(changed, section_key).setdefault("fields", [])
    field = rows.pop(at)
    target.insert(max(0, min(to, len(target))), field)
    return changed


def step_field(document: Json, path: str, *, down: bool) -> Json:
    """The question one place up or down, into the neighbouring section at the edge of its own."""
    rows, at = place(document, path)
    to = at + 1 if down else at - 1
    if 0 <= to < len(rows) or "." in path:
        return move_field(document, path, to)
    keys = [one["key"] for one in sections(document)]
    next_to = keys.index(home_of(document, path)["key"]) + (1 if down else -1)
    if not 0 <= next_to < len(keys):
        return deepcopy(document)
    end = 0 if down else len(sections(document)[next_to].get("fields", []))
    return move_field(document, path, end, section_key=keys[next_to])


def copy_field(document: Json, path: str, *, suffix_fr: str, suffix_en: str) -> Json:
    """The question a second time, just after itself, under a key of its own."""
    changed = deepcopy(document)
    rows, at = place(changed, path)
    copied = _renamed(deepcopy(rows[at]), field_keys(changed))
    _suffixed(copied, "label", suffix_fr, suffix_en)
    rows.insert(at + 1, copied)
    return changed


def delete_field(document: Json, path: str) -> Json:
    """The document without a question."""
    changed = deepcopy(document)
    rows, at = place(changed, path)
    del rows[at]
    return changed


def _one(rows: list[Json], key: str) -> Json:
    return rows[_index(rows, key)]


def _index(rows: list[Json], key: str) -> int:
    for at, row in enumerate(rows):
        if row["key"] == key:
            return at
    raise Unknown


def _unused(key: str, taken: set[str]) -> None:
    if key in taken:
        raise Refused("call.edit.key_taken", field="key", key=key)


def _shift(rows: list[Json], at: int, to: int) -> None:
    row = rows.pop(at)
    rows.insert(max(0, min(to, len(rows))), row)


def _suffixed(row: Json, name: str, suffix_fr: str, suffix_en: str) -> None:
    row[f"{name}_fr"] = f"{row[f'{name}_fr']} {suffix_fr}"
    if row.get(f"{name}_en"):
        row[f"{name}_en"] = f"{row[f'{name}_en']} {suffix_en}"


def _renamed(field: Json, taken: set[str]) -> Json:
    """A copy plays no role: there is one title, one amount requested."""
    field["key"] = proposed_key(field["key"], taken)
    taken.add(field["key"])
    field.pop("role", None)
    return field


# --- Rules ---------------------------------------------------------------------------------------

QUOTED = re.compile(r"""("[^"]*"|'[^']*')""")


def renamed_in(rule: str, before: str, after: str) -> str:
    """A rule where one name is written otherwise; quoted texts stay. `before` may be `table.key`.

    A question's name goes with its columns and totals: `depenses` renames `depenses.montant`.
    """
    name = re.compile(rf"(?<![\w.]){re.escape(before)}(?!\w)")
    parts = QUOTED.split(rule)
    return "".join(part if at % 2 else name.sub(after, part) for at, part in enumerate(parts))


def rules(document: Json) -> Iterator[tuple[Json, str]]:
    """Each rule of the form: (what holds it, under which name)."""
    for section in sections(document):
        for one in (section, *section.get("fields", [])):
            yield from ((one, name) for name in ("show_if", "computed") if one.get(name))
    yield from ((one, "rule") for one in document.get("checks", []))


def set_rule(document: Json, path: str, name: str, rule: str, *, section: bool = False) -> Json:
    """A condition (`show_if`) or a calculation (`computed`) written, or taken away when empty."""
    changed = deepcopy(document)
    holder = section_of(changed, path) if section else field_of(changed, path)
    if rule:
        holder[name] = rule
    else:
        holder.pop(name, None)
    return changed


def check_of(document: Json, key: str) -> Json:
    """The rule between answers under this key. Raises as `section_of`."""
    return _one(document.get("checks", []), key)


def put_check(document: Json, key: str, values: Json) -> Json:
    """A rule between answers written; a new one when `key` is empty."""
    changed = deepcopy(document)
    checks: list[Json] = changed.setdefault("checks", [])
    if values["key"] != key:
        _unused(values["key"], {one["key"] for one in checks})
    if key:
        checks[_index(checks, key)] = values
    else:
        checks.append(values)
    return changed


def delete_check(document: Json, key: str) -> Json:
    """The document without a rule between answers."""
    changed = deepcopy(document)
    checks: list[Json] = changed.get("checks", [])
    del checks[_index(checks, key)]
    return changed


def _rename_in_rules(document: Json, before: str, after: str) -> None:
    for holder, name in rules(document):
        holder[name] = renamed_in(holder[name], before, after)
    for check in document.get("checks", []):
        if check.get("field") == before:
            check["field"] = after
