"""Refuses a form whose rules cannot work: unknown names, mixed types, circles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grants.calls.form.kinds import COMPUTED_TYPES, FieldType
from grants.calls.form.shapes import Check, Field, Section
from grants.calls.form.variables import field_of, schema_of
from grants.calls.form.written import repeated
from grants.calls.logic import (
    BadExpression,
    Kind,
    Schema,
    in_words,
    mistakes,
    parse,
    references,
)
from grants.calls.reading import Reader


@dataclass(frozen=True)
class _Rule:
    """One expression of the form and where it was written."""

    path: str
    text: str
    expected: Kind


def check_rules(sections: Sequence[Section], checks: Sequence[Check], reader: Reader) -> None:
    """Note in `reader` every mistake of the form's rules, each with its path."""
    fields = [field for section in sections for field in section.fields]
    schema = schema_of(fields)
    sound = [_check_rule(rule, schema, reader) for rule in _rules(sections, checks)]
    _check_checks(checks, fields, reader)
    if all(sound):
        _check_circles(sections, fields, reader)


def _rules(sections: Sequence[Section], checks: Sequence[Check]) -> Iterator[_Rule]:
    for at, section in enumerate(sections):
        yield _Rule(f"sections[{at}].show_if", section.show_if, Kind.YES_NO)
        for nth, field in enumerate(section.fields):
            path = f"sections[{at}].fields[{nth}]"
            computed = Kind.YES_NO if field.type is FieldType.YES_NO else Kind.NUMBER
            yield _Rule(f"{path}.show_if", field.show_if, Kind.YES_NO)
            yield _Rule(f"{path}.computed", field.computed, computed)
    for at, check in enumerate(checks):
        yield _Rule(f"checks[{at}].rule", check.rule, Kind.YES_NO)


def _check_rule(rule: _Rule, schema: Schema, reader: Reader) -> bool:
    if not rule.text:
        return True
    try:
        found = mistakes(parse(rule.text), schema, rule.expected)
    except BadExpression as bad:
        reader.wrong(rule.path, bad.errors[0])
        return False
    for mistake in found:
        reader.wrong(rule.path, in_words(mistake))
    about = set() if rule.path.startswith("checks") else references(parse(rule.text))
    documents = [name for name in sorted(about) if _kind(name, schema) is Kind.FILES]
    if documents:
        reader.wrong(rule.path, f"only checks may count documents ({documents[0]})")
    return not found and not documents


def _kind(name: str, schema: Schema) -> Kind | None:
    return schema[name].kind if name in schema else None


def _check_checks(checks: Sequence[Check], fields: Iterable[Field], reader: Reader) -> None:
    known = {field.key for field in fields}
    for twice in repeated(check.key for check in checks):
        reader.wrong("checks", f"the key {twice} is used twice")
    for at, check in enumerate(checks):
        if check.field and check.field not in known:
            reader.wrong(f"checks[{at}].field", f"{check.field} is not a field of the form")


def _check_circles(sections: Sequence[Section], fields: Sequence[Field], reader: Reader) -> None:
    """A question may not depend on itself, by its condition, its section's or its computation."""
    leads = {
        field.key: {
            leads_to.key
            for text in (field.show_if, field.computed, section.show_if)
            if text
            for name in references(parse(text))
            if (leads_to := field_of(name, fields))
        }
        for section in sections
        for field in section.fields
    }
    for at, section in enumerate(sections):
        for nth, field in enumerate(section.fields):
            path = f"sections[{at}].fields[{nth}]"
            if field.computed and field.type not in COMPUTED_TYPES:
                reader.wrong(f"{path}.computed", f"a field of type {field.type} is not computed")
            if circle := _circle(field.key, leads):
                name = "computed" if field.computed else "show_if"
                reader.wrong(f"{path}.{name}", f"turns in a circle: {' → '.join(circle)}")


def _circle(start: str, leads: Mapping[str, set[str]]) -> list[str]:
    """The shortest way from a field back to itself, empty when there is none."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for step in sorted(leads[way[-1]]):
            if step == start:
                return [*way, step]
            if step not in seen:
                seen.add(step)
                ways.append([*way, step])
    return []
