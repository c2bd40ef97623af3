"""The page counts, reads and judges as the server does: one truth, told twice."""

from __future__ import annotations

import json
import random
import unicodedata
from datetime import date
from decimal import Decimal

import pytest

from build.javascript import run
from build.logic import SCHEMA
from grants.calls.form import FieldType, FormDocument, Problem, clean
from grants.calls.form.texts import one_line, readable, word_count
from grants.calls.logic import UNKNOWN, BadExpression, evaluate, mistakes, parse, tree

TEXTS = [
    "", " ", "un", "deux mots", "l’eau vive", "a - b : c", "1 234,56 €", "« oui »",
    "ligne\r\nune\rdeux\n\ntrois", "tab\tulation", "e\u0301te\u0301", "\u00a0insécable\u202f!",
    "\u2003large\u3000idéographique", "zéro\u200blargeur", "\ufefftête", "emoji 👩‍🌾 ferme",
    "𝔄 mathématique", "½ ² ①", "日本 語", "\x00nul\x07\x1f\x85", "\ud800 orphelin", "\ue000 privé",
    "― — –", "… ! ?", "mot-composé", "٣٤٥", "ⅷ", "🇫🇷 drapeau", "a\u2028b\u2029c", "ﬁn", "ÅÅ",
]  # fmt: skip


def test_the_page_counts_characters_and_words_as_the_server():
    found = run(
        "counting.js",
        "data.map((text) => [characters(text), characters(text, false), words(text)])",
        TEXTS,
    )
    for text, counts in zip(TEXTS, found, strict=True):
        kept = readable(text)
        assert counts == [len(kept), len(one_line(text)), word_count(kept)], repr(text)


def test_the_page_counts_any_letter_as_the_server():
    chance = random.Random(7)
    planes = [(0, 0x2FFF), (0xD700, 0xFFFF), (0x1F000, 0x1FAFF), (0x10000, 0x10FFF)]
    letters = [chr(chance.randint(*chance.choice(planes))) for _ in range(4000)]
    # Letters that only one of both sides knows yet are nobody's mistake.
    known = run("counting.js", r"data.map((one) => !/\p{Cn}/u.test(one))", letters)
    texts = ["a" + "".join(chance.choices(letters, k=5)).join("bc") for _ in range(400)]
    unsure = {
        one
        for one, is_known in zip(letters, known, strict=True)
        if is_known is (unicodedata.category(one) == "Cn")
    }
    texts = [text for text in texts if not unsure & set(text)]
    assert len(texts) > 100
    found = run("counting.js", "data.map((text) => [characters(text), words(text)])", texts)
    for text, counts in zip(texts, found, strict=True):
        kept = readable(text)
        assert counts == [len(kept), word_count(kept)], ascii(text)


AMOUNTS = [
    "1 234,56 €", "1\u202f234,56\u202f€", "1.234,56", "1234.56", "0", "10 000", "12 euros",
    "350 m²", "-3", "−3", "cher", "", "1e5", "٣",
]  # fmt: skip


def test_the_page_reads_numbers_as_the_server():
    question = next(FormDocument.parse(_form("number", decimals=2)).fields())
    for text, found in zip(AMOUNTS, run("reading.js", "data.map(decimal)", AMOUNTS), strict=True):
        value = clean(question, text)
        expected = None if value is None or isinstance(value, Problem) else float(value)
        assert found == expected, text


DAYS = [
    "14/10/2018",
    "1.2.2019",
    "14 octobre 2018",
    "1er août 2018",
    "2018-10-14",
    "31/02/2018",
    "x",
]


def test_the_page_reads_days_as_the_server():
    question = next(FormDocument.parse(_form("date")).fields())
    for text, found in zip(DAYS, run("reading.js", "data.map(day)", DAYS), strict=True):
        value = clean(question, text)
        assert found == (None if isinstance(value, Problem) else value), text


def _form(kind: str, **limits: object) -> dict[str, object]:
    field = {"key": "x", "type": FieldType(kind).value, "label_fr": "X", "label_en": "X",
             "limits": limits}  # fmt: skip
    section = {"key": "s", "title_fr": "S", "title_en": "S", "fields": [field]}
    return {"sections": [section]}


VALUES = [
    {},
    {
        "requested": Decimal("4000.5"), "budget.charges": Decimal(10_000), "staff": Decimal(61),
        "floor": Decimal("0.1"), "ready": True, "track": "seed", "themes": ("food", "water"),
        "starts": date(2018, 10, 14), "ends": date(2019, 1, 1), "title": "Ressourcerie",
        "items": (1, 1, 1), "items.cost": (Decimal(10), None, Decimal("2.5")),
        "items.kind": ("a", None, "b"), "applicant.is_association": True,
        "applicant.approvals": ("esus",), "applicant.age_months": Decimal(30),
    },
    {"requested": Decimal(0), "ready": False, "track": "growth", "themes": (), "staff": Decimal(3)},
]  # fmt: skip
LEAVES = [
    "requested", "budget.charges", "staff", "ready", "track", "starts", "ends", "0.5", "2", "0",
    '"seed"', '"2018-10-14"', "yes", "applicant.is_association", "sum(items.cost)", "count(items)",
    "max(items.cost, 1)", "empty(themes)", 'contains(themes, "food")', "count(themes)",
    "days_between(starts, ends)", "round(requested / 3, 2)", "round(staff * 0.5)",
    "round(requested, -2)", 'track in ("seed", "growth")', 'contains(title, "SOURCE")',
    'contains(applicant.approvals, "esus")', "staff in (3, 61)", "applicant.age_months",
]  # fmt: skip
SIGNS = ["+", "-", "*", "/", "==", "!=", "<", "<=", ">", ">=", "and", "or"]


def _sound(count: int) -> list[str]:
    """Expressions without mistakes, of all sorts, always the same ones."""
    chance = random.Random(3)

    def grow(depth: int) -> str:
        if depth == 0 or chance.random() < 0.25:
            return chance.choice(LEAVES)
        shape = chance.choice(["two", "two", "two", "not", "minus", "if", "min"])
        a, b, c = (grow(depth - 1) for _ in range(3))
        return {
            "two": f"({a} {chance.choice(SIGNS)} {b})", "not": f"(not {a})", "minus": f"(-{a})",
            "if": f"({a} if {b} else {c})", "min": f"min({a}, {b})",
        }[shape]  # fmt: skip

    found: set[str] = set()
    while len(found) < count:
        text = grow(chance.randint(1, 3))
        try:
            if not mistakes(parse(text), SCHEMA):
                found.add(text)
        except BadExpression:
            continue
    return sorted(found)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def test_tenths_add_up_in_the_page_as_on_paper():
    texts = ["0.1 + 0.2 == 0.3", "3 * 0.1 <= 0.3", "1.1 * 3 != 3.3", "round(1.005, 2) == 1.01"]
    found = run("expressions.js", "data.map((one) => evaluate(one, () => null))",
                [tree(parse(text)) for text in texts])  # fmt: skip
    assert found == [evaluate(parse(text), {}) for text in texts] == [True, True, False, True]


@pytest.mark.parametrize("values", VALUES, ids=["nothing", "much", "little"])
def test_the_page_judges_as_the_server(values):
    texts = _sound(600)
    given = {key: _plain(value) for key, value in values.items()}
    found = run(
        "expressions.js",
        "data.trees.map((one) => evaluate(one, (name) => data.values[name]))",
        {"trees": [tree(parse(text)) for text in texts], "values": given},
    )
    for text, theirs in zip(texts, found, strict=True):
        ours = evaluate(parse(text), values)
        ours = None if ours is UNKNOWN else _plain(ours)
        if isinstance(ours, float):
            assert theirs == pytest.approx(ours), text
        else:
            assert theirs == ours, text
    assert json.dumps(found)
