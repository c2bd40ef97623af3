"""Expressions are read strictly, worked out with three values, and never surprise anybody."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from build.logic import SCHEMA
from grants.calls.logic import (
    UNKNOWN,
    BadExpression,
    Kind,
    Mistake,
    Row,
    Term,
    compose,
    compose_terms,
    decompose,
    decompose_terms,
    evaluate,
    holds,
    in_words,
    kind_of,
    lacking,
    mistakes,
    parse,
    references,
    tree,
)

VALUES = {
    "requested": Decimal("4000.50"),
    "budget.charges": 10_000,
    "staff": 61,
    "ready": True,
    "track": "seed",
    "themes": ("food", "water"),
    "starts": date(2018, 10, 14),
    "ends": date(2019, 1, 1),
    "items": (1, 1, 1),
    "items.cost": (Decimal(10), None, Decimal("2.5")),
    "items.kind": ("a", "b", None),
    "plan": 2,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("requested <= 0.5 * budget.charges", True),
        ("4000 * staff", Decimal(244_000)),
        ("1 + 2 * 3 - 4 / 8", Decimal("6.5")),
        ("-(2 - 5)", Decimal(3)),
        ("+2", Decimal(2)),
        ("0.1 + 0.2 == 0.3", True),
        ("min(4000 * staff, 50000)", Decimal(50_000)),
        ("max(1, 2, staff)", Decimal(61)),
        ("round(2.5)", Decimal(3)),
        ("round(1234.567, 2)", Decimal("1234.57")),
        ("round(1250, -2)", Decimal(1300)),
        ("sum(items.cost)", Decimal("12.5")),
        ("sum(items.cost, staff, missing)", Decimal("73.5")),
        ("count(items)", Decimal(3)),
        ("count(items.cost)", Decimal(2)),
        ("count(themes)", Decimal(2)),
        ("count(plan)", Decimal(2)),
        ("min(items.cost)", UNKNOWN),
        ('contains(themes, "water")', True),
        ('contains(items.kind, "z")', False),
        ('contains("Ressourcerie", "SOURCE")', True),
        ("days_between(starts, ends)", Decimal(79)),
        ('days_between(starts, "2018-10-15")', Decimal(1)),
        ('starts >= "2018-10-14" and starts < ends', True),
        ('track in ("seed", "growth")', True),
        ('track not in ("seed",)', False),
        ("staff in (60, 61)", True),
        ('track in "seed"', True),
        ("not ready", False),
        ("ready == yes", True),
        ("ready != yes", False),
        ("0 < staff <= 60", False),
        ("1 if ready else 2", Decimal(1)),
        ("empty(missing)", True),
        ("empty(track)", False),
        ("yes", True),
    ],
)
def test_an_expression_has_its_value(text, value):
    assert evaluate(parse(text), VALUES) == value
    assert type(evaluate(parse(text), VALUES)) is type(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("missing > 3", UNKNOWN),
        ("missing + 1", UNKNOWN),
        ("not missing", UNKNOWN),
        ("missing and ready", UNKNOWN),
        ("missing and not ready", False),
        ("missing or ready", True),
        ("missing or not ready", UNKNOWN),
        ("missing in (1, 2)", UNKNOWN),
        ("1 if missing else 2", UNKNOWN),
        ("sum(missing)", UNKNOWN),
        ("count(missing)", UNKNOWN),
        ("days_between(missing, ends)", UNKNOWN),
        ("1 / 0", UNKNOWN),
        ("0 / 0 > 1", UNKNOWN),
        ("ready + 1", UNKNOWN),
        ("track < 3", UNKNOWN),
        ("track == 3", UNKNOWN),
        ("track and ready", UNKNOWN),
        ('starts == "nonsense"', UNKNOWN),
        ("round(staff, track)", UNKNOWN),
        ("round()", UNKNOWN),
    ],
)
def test_what_is_not_answered_makes_things_unknown(text, value):
    assert evaluate(parse(text), VALUES) is value
    assert holds(parse(text), VALUES) is (None if value is UNKNOWN else value)


def test_numbers_stay_within_reason():
    nines = "999999999999999"
    huge = " * ".join([nines] * 25)
    assert evaluate(parse(huge), {}) is UNKNOWN
    assert evaluate(parse(f"{nines} * {nines}"), {}) == Decimal("9.99999999999998E+29")
    assert evaluate(parse("x + 1"), {"x": 10**400}) is UNKNOWN
    assert evaluate(parse("x + 1"), {"x": Decimal("NaN")}) is UNKNOWN


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "logic.empty"),
        ("  \n", "logic.empty"),
        ("a" + " + a" * 600, "logic.too_long"),
        ("1 + " * 300 + "1", "logic.too_long"),
        ("(" * 40 + "1" + ")" * 40, "logic.too_deep"),
        ("not " * 40 + "ready", "logic.too_deep"),
        ("a ** 2", "logic.character"),
        ("a // 2", "logic.character"),
        ("a << 2", "logic.character"),
        ("a % 2", "logic.character"),
        ("a @ b", "logic.character"),
        ("a; b", "logic.character"),
        ("[1, 2]", "logic.character"),
        ("{1: 2}", "logic.character"),
        ("a := 1", "logic.character"),
        ("a = 1", "logic.character"),
        ("__import__", "logic.character"),
        ("a.__class__", "logic.character"),
        ("a._x", "logic.character"),
        ('f"{a}"', "logic.character"),
        ('b"a"', "logic.character"),
        ('"a\\x41"', "logic.character"),
        ("été", "logic.character"),
        ("1_000", "logic.character"),
        ("1e309", "logic.character"),
        ("0x10", "logic.character"),
        ("1j", "logic.character"),
        ("٣ + 1", "logic.character"),
        ("1.23456789", "logic.character"),
        ("1234567890123456", "logic.character"),
        ("\x00", "logic.character"),
        ("\ud800", "logic.character"),
        ("a +", "logic.syntax"),
        ("a b", "logic.syntax"),
        ("lambda: 1", "logic.character"),
        ("class", "logic.syntax"),
        ("a.b.c", "logic.not_allowed"),
        ("(1).real", "logic.not_allowed"),
        ('"a".join', "logic.not_allowed"),
        ("a is b", "logic.not_allowed"),
        ("a in b", "logic.not_allowed"),
        ("(1, 2)", "logic.not_allowed"),
        ("(await x)", "logic.not_allowed"),
        ("None", "logic.number"),
        ("eval(1)", "logic.function"),
        ("a.b(1)", "logic.function"),
        ("min(1)(2)", "logic.function"),
        ("yes.no", "logic.not_allowed"),
    ],
)
def test_what_is_not_an_expression_is_refused(text, code):
    with pytest.raises(BadExpression) as caught:
        parse(text)
    assert caught.value.code == code
    assert 0 <= caught.value.position <= len(text)


@pytest.mark.parametrize(
    ("text", "position"), [("a + #", 4), ("  a ** b", 4), ("a + b.c.d", 4), ("1 + eval(2)", 4)]
)
def test_a_mistake_is_told_with_its_place(text, position):
    with pytest.raises(BadExpression) as caught:
        parse(text)
    assert caught.value.position == position
    assert f"character {position + 1}" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected", "words"),
    [
        ("unheard > 1", None, "unheard is not known here"),
        ("requested > track", None, "a number cannot be compared with a choice"),
        ("requested and ready", None, "and takes a yes_no, not a number"),
        ("track + 1", None, "+ takes a number, not a choice"),
        ('track == "nothing"', None, "nothing is not an option of track"),
        ('track in ("seed", "nothing")', None, "nothing is not an option of track"),
        ('contains(themes, "fire")', None, "fire is not an option of themes"),
        ('starts > "tomorrow"', None, "tomorrow is not a day written 2018-11-30"),
        ("track < track", None, "a choice cannot be compared with a choice"),
        ("min()", None, "min was not given what it needs"),
        ("round(requested, 99)", None, "round was not given what it needs"),
        ("items > 3", None, "a rows cannot be compared with a number"),
        ("items.cost > 3", None, "a column cannot be compared with a number"),
        ("count(requested)", None, "count takes a rows, not a number"),
        ("empty(1 + 2)", None, "empty was not given what it needs"),
        ("days_between(starts, requested)", None, "days_between takes a day, not a number"),
        ("ready if requested else ready", None, "if takes a yes_no, not a number"),
        ("1 if ready else track", None, "else takes a number, not a choice"),
        ("requested", Kind.YES_NO, "gives a number, where a yes_no is expected"),
        ("ready", Kind.NUMBER, "gives a yes_no, where a number is expected"),
    ],
)
def test_a_mistake_of_sense_is_told(text, expected, words):
    assert words in [in_words(one) for one in mistakes(parse(text), SCHEMA, expected)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("requested <= 0.5 * budget.charges and applicant.is_association", Kind.YES_NO),
        ('"2018-10-14" <= starts', Kind.YES_NO),
        ('"seed" == track', Kind.YES_NO),
        ("sum(items.cost) - requested", Kind.NUMBER),
        ('track if ready else "seed"', Kind.CHOICE),
        ("applicant.age_months >= 24", Kind.YES_NO),
        ('contains(applicant.approvals, "esus")', Kind.YES_NO),
        ("starts", Kind.DAY),
    ],
)
def test_a_sound_expression_has_no_mistake(text, kind):
    assert mistakes(parse(text), SCHEMA, kind) == []
    assert kind_of(parse(text), SCHEMA) is kind


def test_a_mistake_is_told_once():
    assert mistakes(parse("a + a"), {}) == [Mistake("logic.unknown_name", {"name": "a"})]


def test_references_and_what_lacks():
    found = parse("sum(items.cost) > 2 and applicant.qpv or empty(staff)")
    assert references(found) == {"items.cost", "applicant.qpv", "staff"}
    assert lacking(found, {"staff": 3, "applicant.qpv": None}) == {"items.cost", "applicant.qpv"}


def test_the_page_gets_the_same_tree():
    assert tree(parse("not (requested <= 0.5 * budget.charges or empty(staff))")) == [
        "not",
        ["or", ["<=", ["get", "requested"], ["*", ["is", 0.5], ["get", "budget.charges"]]],
         ["empty", ["get", "staff"]]],
    ]  # fmt: skip
    assert tree(parse('-1 if track in ("a",) else min(2)')) == [
        "if", ["in", ["get", "track"], ["these", "a"]], ["minus", ["is", 1.0]],
        ["min", ["is", 2.0]],
    ]  # fmt: skip


ROWS = [
    [Row("requested", "<=", Decimal("0.5"), "budget.charges"), Row("ready", "yes")],
    [Row("ready", "no")],
    [Row("track", "in", ("seed", "growth")), Row("track", "not in", ("seed",))],
    [Row("track", "==", "seed"), Row("themes", "contains", "food")],
    [Row("themes", "not contains", "food"), Row("staff", "empty"), Row("staff", "filled")],
    [Row("count(items)", ">=", Decimal(2)), Row("sum(items.cost)", "==", None, "requested")],
    [Row("starts", ">=", "2018-10-14"), Row("starts", "<", None, "ends")],
    [Row("staff", ">", Decimal(-3))],
]


@pytest.mark.parametrize("joiner", ["and", "or"])
@pytest.mark.parametrize("rows", ROWS)
def test_menus_compose_what_they_can_show_again(rows, joiner):
    found = compose(rows, joiner)
    assert mistakes(found, SCHEMA, Kind.YES_NO) == []
    menu = decompose(found)
    assert menu.rows == tuple(rows)
    assert menu.joiner == (joiner if len(rows) > 1 else "and")


@pytest.mark.parametrize(
    "text", ["ready and (ready or ready)", "1 + staff > 2", "not (ready or ready)"]
)
def test_what_menus_cannot_show_is_said(text):
    assert decompose(parse(text)) is None


def test_an_incomplete_row_is_refused():
    with pytest.raises(BadExpression):
        compose([Row("staff", ">")])
    with pytest.raises(BadExpression):
        compose([])


@pytest.mark.parametrize(
    "terms",
    [
        [Term(Decimal(4000), "staff")],
        [
            Term(Decimal("0.3"), "budget.charges"),
            Term(Decimal(5000)),
            Term(Decimal(-1), "requested"),
        ],
        [Term(Decimal(-2), "staff"), Term(Decimal("0.5"), "sum(items.cost)")],
    ],
)
def test_terms_compose_what_they_can_show_again(terms):
    assert decompose_terms(compose_terms(terms)) == tuple(terms)
    assert decompose_terms(parse("staff * staff")) is None
