"""Whatever the text, whatever the tree: no surprise, no Python, and an answer at once."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from build.logic import SCHEMA
from grants.calls.logic import (
    UNKNOWN,
    BadExpression,
    Kind,
    decompose,
    decompose_terms,
    evaluate,
    explain,
    in_words,
    kind_of,
    mistakes,
    parse,
    references,
    tree,
)

PLAIN = (Decimal, str, bool, date, tuple)
SIGNS = st.sampled_from(["+", "-", "*", "/", "==", "!=", "<", "<=", ">", ">=", "and", "or"])
LEAVES = st.one_of(
    st.sampled_from([*SCHEMA, "unheard", "yes", "no", '"seed"', '"2018-10-14"', '""']),
    st.integers(0, 10**15 - 1).map(str),
    st.decimals(0, 1000, places=2).map(str),
)
FUNCTIONS = st.sampled_from(
    ["min", "max", "round", "sum", "count", "empty", "contains", "days_between"]
)


def deeper(parts):
    return st.one_of(
        st.tuples(parts, SIGNS, parts).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(FUNCTIONS, st.lists(parts, max_size=3)).map(
            lambda p: f"{p[0]}({', '.join(p[1])})"
        ),
        parts.map(lambda p: f"not ({p})"),
        parts.map(lambda p: f"-({p})"),
        st.tuples(parts, parts, parts).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})"),
        parts.map(lambda p: f'(({p}) in ("seed", 3))'),
    )


TREES = st.recursive(LEAVES, deeper, max_leaves=25)
VALUE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(allow_nan=True, allow_infinity=True),
    st.text(max_size=12),
    st.dates(),
    st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=3))).map(tuple),
)
VALUES = st.dictionaries(st.sampled_from([*SCHEMA, "unheard"]), VALUE)
LETTERS = st.text(
    st.one_of(st.sampled_from("()+-*/<>=!.,\"'_ \n\\{}[]:;abxyz01939"), st.characters())
)
PYTHON = st.sampled_from(
    ["__import__('os')", "().__class__", "lambda: 0", "exec", "open", "x" * 300, "9" * 400,
     "1e309", "**", "'a' * 9", "%", "for x in y", "yield", "await", "f''", "...", "None"]
)  # fmt: skip


def live_through(text, values):
    """Do all that can be done of a text, or see it refused with its place."""
    begun = time.process_time()
    try:
        found = parse(text)
    except BadExpression as bad:
        return 0 <= bad.position <= max(len(text), 2_000)
    value = evaluate(found, values)
    assert value is UNKNOWN or isinstance(value, PLAIN)
    for one in mistakes(found, SCHEMA):
        assert in_words(one)
    for locale in ("fr", "en"):
        assert explain(found, SCHEMA, locale, unit="EUR")
    decompose(found)
    decompose_terms(found)
    assert tree(found)
    assert parse(found.text).root == found.root
    assert all(name.count(".") < 2 for name in references(found))
    assert time.process_time() - begun < 1
    return True


@given(LETTERS, VALUES)
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_or_refused(text, values):
    assert live_through(text, values)


@given(TREES, PYTHON, st.integers(0, 200), VALUES)
@settings(max_examples=300, deadline=None)
def test_python_slipped_into_an_expression_stays_a_text(text, python, at, values):
    assert live_through(f"{text[:at]} {python} {text[at:]}", values)


@given(TREES, VALUES)
@settings(max_examples=400, deadline=None)
def test_any_tree_is_worked_out_and_told(text, values):
    assert live_through(text, values)


OF_KIND = {
    Kind.NUMBER: st.decimals(-(10**9), 10**9, places=2),
    Kind.YES_NO: st.booleans(),
    Kind.DAY: st.dates(),
    Kind.TEXT: st.text(max_size=8),
    Kind.CHOICE: st.sampled_from(["seed", "growth"]),
}
TYPES = {Kind.NUMBER: Decimal, Kind.YES_NO: bool, Kind.DAY: date, Kind.TEXT: str, Kind.CHOICE: str}
SOUND = st.fixed_dictionaries(
    {}, optional={k: OF_KIND[v.kind] for k, v in SCHEMA.items() if v.kind in OF_KIND}
)


@given(TREES, SOUND)
@settings(max_examples=400, deadline=None)
def test_an_expression_without_mistakes_gives_its_type_or_unknown(text, values):
    try:
        found = parse(text)
    except BadExpression:
        return
    kind = kind_of(found, SCHEMA)
    if mistakes(found, SCHEMA) or kind not in TYPES:
        return
    value = evaluate(found, values)
    assert value is UNKNOWN or type(value) is TYPES[kind]
