"""Reads the text of an expression. Python's grammar is borrowed, nothing is ever run.

Letters and signs are looked at one by one before the parser sees them, so that it meets only
a short line of names, plain numbers, quoted texts and the operators of the language; then an
allow-list keeps the nodes that mean something here. Anything else is refused with its place.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, Literal

from grants.calls.logic.tree import (
    FUNCTIONS,
    Call,
    Compare,
    Const,
    Either,
    Expression,
    Joined,
    Minus,
    Name,
    Node,
    Not,
    Several,
    Sum,
)
from grants.calls.reading import Malformed

LENGTH_MAX = 2_000
TOKENS_MAX = 400
DEPTH_MAX = 30
SEVERAL_MAX = 100

TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<number>[0-9]{1,15}(?:\.[0-9]{1,6})?(?![0-9A-Za-z_.]))
      | (?P<name>[A-Za-z][A-Za-z0-9_]{0,39}(?![0-9A-Za-z_"']))
      | (?P<text>"[^"'\\\x00-\x1f\x7f]*" | '[^"'\\\x00-\x1f\x7f]*')
      | (?P<sign>\*(?!\*) | /(?!/) | <= | >= | == | != | <(?![<>]) | >(?!>) | [-+(),.])""",
    re.VERBOSE,
)
NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,6})?")
WORDS: Mapping[str, bool] = {"yes": True, "no": False, "True": True, "False": False}

ARITHMETIC: Mapping[type[ast.operator], Literal["+", "-", "*", "/"]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}
COMPARISON: Mapping[type[ast.cmpop], Literal["==", "!=", "<", "<=", ">", ">="]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


class BadExpression(Malformed):
    """The text is not an expression. `position` counts characters from 0; `code` says why.

    Codes: `logic.empty`, `logic.too_long`, `logic.too_deep`, `logic.character`,
    `logic.syntax`, `logic.number`, `logic.function`, `logic.not_allowed`.
    """

    def __init__(self, code: str, position: int, why: str) -> None:
        super().__init__([f"{why} (character {position + 1})"])
        self.code = code
        self.position = position


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Read an expression.

    Raises:
        BadExpression: it is not one; nothing else is ever raised, whatever the text.
    """
    _look_at_letters(text)
    line = re.sub(r"[\t\r\n]", " ", text).strip()
    begun = len(text) - len(text.lstrip(" \t\r\n"))
    try:
        body = ast.parse(line, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        offset = getattr(error, "offset", None) or 1
        raise BadExpression("logic.syntax", begun + offset - 1, "does not read") from error
    return Expression(" ".join(line.split(" ")), _Reading(line, begun).node(body, 0))


def _look_at_letters(text: str) -> None:
    if not isinstance(text, str) or not text.strip():
        raise BadExpression("logic.empty", 0, "is empty")
    if len(text) > LENGTH_MAX:
        raise BadExpression("logic.too_long", LENGTH_MAX, f"is over {LENGTH_MAX} characters")
    at = tokens = open_brackets = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if found is None:
            raise BadExpression("logic.character", at, f"« {text[at]!a} » has no place here")
        open_brackets += {"(": 1, ")": -1}.get(found[0], 0)
        tokens += found.lastgroup != "space"
        if tokens > TOKENS_MAX:
            raise BadExpression("logic.too_long", at, f"is over {TOKENS_MAX} words and signs")
        if open_brackets > DEPTH_MAX:
            raise BadExpression("logic.too_deep", at, "has too many brackets in brackets")
        at = found.end()


class _Reading:
    """Turns the parser's nodes into ours, refusing those that are not on the list."""

    def __init__(self, line: str, begun: int) -> None:
        self.line = line
        self.begun = begun
        self.readers: Final[Mapping[type[ast.expr], Callable[[Any, int], Node]]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.Attribute: self._name,
            ast.Call: self._call,
            ast.BinOp: self._arithmetic,
            ast.UnaryOp: self._unary,
            ast.Compare: self._compare,
            ast.BoolOp: self._joined,
            ast.IfExp: self._either,
        }

    def node(self, node: ast.expr, depth: int) -> Node:
        """One node and what is under it."""
        if depth > DEPTH_MAX:
            raise self._wrong(node, "logic.too_deep", "is too deep")
        reader = self.readers.get(type(node))
        if reader is None:
            raise self._wrong(node, "logic.not_allowed", "this is not part of the language")
        return reader(node, depth + 1)

    def _wrong(self, node: ast.expr, code: str, why: str) -> BadExpression:
        before = self.line.encode()[: node.col_offset].decode(errors="ignore")
        return BadExpression(code, self.begun + len(before), why)

    def _constant(self, node: ast.Constant, _depth: int) -> Const:
        return Const(self._plain(node))

    def _plain(self, node: ast.Constant) -> Decimal | str | bool:
        if isinstance(node.value, bool | str):
            return node.value
        written = self.line.encode()[node.col_offset : node.end_col_offset].decode()
        if isinstance(node.value, int | float) and NUMBER.fullmatch(written):
            return Decimal(written)
        raise self._wrong(node, "logic.number", "is not a plain number")

    def _name(self, node: ast.Name | ast.Attribute, _depth: int) -> Name | Const:
        if isinstance(node, ast.Name):
            word = WORDS.get(node.id)
            return Name(node.id) if word is None else Const(value=word)
        if isinstance(node.value, ast.Name) and node.value.id not in WORDS:
            return Name(f"{node.value.id}.{node.attr}")
        raise self._wrong(node, "logic.not_allowed", "a dot joins two names only")

    def _call(self, node: ast.Call, depth: int) -> Call:
        known = isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS
        if not known or node.keywords:
            raise self._wrong(
                node, "logic.function", f"only {', '.join(sorted(FUNCTIONS))} may be called"
            )
        function = node.func.id if isinstance(node.func, ast.Name) else ""
        return Call(function, tuple(self.node(one, depth) for one in node.args))

    def _arithmetic(self, node: ast.BinOp, depth: int) -> Sum:
        sign = ARITHMETIC.get(type(node.op))
        if sign is None:
            raise self._wrong(node, "logic.not_allowed", "only + - * / are known")
        return Sum(sign, self.node(node.left, depth), self.node(node.right, depth))

    def _unary(self, node: ast.UnaryOp, depth: int) -> Node:
        operand = self.node(node.operand, depth)
        if isinstance(node.op, ast.Not):
            return Not(operand)
        if isinstance(node.op, ast.USub):
            return Minus(operand)
        return operand

    def _compare(self, node: ast.Compare, depth: int) -> Node:
        sides = [node.left, *node.comparators]
        parts = [
            self._comparison(sign, sides[at], sides[at + 1], depth)
            for at, sign in enumerate(node.ops)
        ]
        return parts[0] if len(parts) == 1 else Joined("and", tuple(parts))

    def _comparison(self, sign: ast.cmpop, left: ast.expr, right: ast.expr, depth: int) -> Node:
        if isinstance(sign, ast.In | ast.NotIn):
            found = Compare("in", self.node(left, depth), self._several(right))
            return found if isinstance(sign, ast.In) else Not(found)
        known = COMPARISON.get(type(sign))
        if known is None:
            raise self._wrong(left, "logic.not_allowed", "this comparison is not known")
        return Compare(known, self.node(left, depth), self.node(right, depth))

    def _several(self, node: ast.expr) -> Several:
        items = node.elts if isinstance(node, ast.Tuple) else [node]
        values: list[Decimal | str] = []
        for one in items[: SEVERAL_MAX + 1]:
            value = self._plain(one) if isinstance(one, ast.Constant) else None
            if value is None or isinstance(value, bool) or len(values) == SEVERAL_MAX:
                raise self._wrong(one, "logic.not_allowed", "« in » takes a list of values")
            values.append(value)
        return Several(tuple(values))

    def _joined(self, node: ast.BoolOp, depth: int) -> Joined:
        joiner: Literal["and", "or"] = "and" if isinstance(node.op, ast.And) else "or"
        return Joined(joiner, tuple(self.node(one, depth) for one in node.values))

    def _either(self, node: ast.IfExp, depth: int) -> Either:
        return Either(
            self.node(node.test, depth),
            self.node(node.body, depth),
            self.node(node.orelse, depth),
        )
