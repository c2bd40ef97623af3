"""Says an expression in words, as a programme officer would write the rule in a notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from grants.calls.logic.checking import as_day, kind_of, places_of
from grants.calls.logic.schema import Kind, Schema, Variable
from grants.calls.logic.tree import (
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
    Plain,
    Several,
    Sum,
    children,
)
from grants.calls.logic.words import (
    SIGNS,
    TURNS,
    Phrase,
    day,
    listed,
    named,
    number,
    quoted,
)

CONTRARY: Mapping[str, str] = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
MIRROR: Mapping[str, str] = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
PERCENT_DIGITS = 4


def explain(expression: Expression, schema: Schema, locale: str, *, unit: str = "") -> str:
    """The expression as a clause without capital nor full stop, « fr » or « en ».

    « le montant demandé est inférieur ou égal à 50 % du total des charges ». `unit` is what
    the result counts ("EUR" for an award), when it is a number.
    """
    speaker = _Speaker(schema, "en" if locale == "en" else "fr")
    if kind_of(expression, schema) in {Kind.YES_NO, None} and not isinstance(
        expression.root, Sum | Minus | Call
    ):
        return speaker.claim(expression.root)
    if _is_claim(expression.root, schema):
        return speaker.claim(expression.root)
    return speaker.noun(expression.root, unit).text


def _is_claim(node: Node, schema: Schema) -> bool:
    match node:
        case Compare() | Not() | Joined():
            return True
        case Call(function=function):
            return function in {"empty", "contains"}
        case Const(value):
            return isinstance(value, bool)
        case Name(key):
            return key in schema and schema[key].kind is Kind.YES_NO
        case Either(then=then):
            return _is_claim(then, schema)
    return False


def _added(node: Node) -> list[Node]:
    if isinstance(node, Sum) and node.operator == "+":
        return [*_added(node.left), *_added(node.right)]
    return [node]


class _Speaker:
    def __init__(self, schema: Schema, locale: str) -> None:
        self.schema = schema
        self.locale = locale
        self.signs = SIGNS[locale]
        self.turns = TURNS[locale]
        self.calls: Mapping[str, Callable[[Call, str], Phrase]] = {
            "min": self._several,
            "max": self._several,
            "sum": self._several,
            "round": self._rounded,
            "count": self._counted,
            "days_between": self._days,
        }

    # Claims: whole clauses, that hold or not.

    def claim(self, node: Node, *, no: bool = False) -> str:
        """A condition, or its contrary."""
        text = ""
        match node:
            case Not(operand):
                text = self.claim(operand, no=not no)
            case Joined():
                text = self._joined(node, no=no)
            case Compare():
                text = self._compared(node, no=no)
            case Name(key):
                text = self._answered(key, no=no)
            case Call():
                text = self._found(node, no=no)
            case Either(condition, then, otherwise):
                yes, other = self.claim(then, no=no), self.claim(otherwise, no=no)
                met = self.claim(condition)
                text = self._turn("if", then=yes, condition=met, otherwise=other)
            case Const(bool() as value):
                text = self.turns["true" if value is not no else "false"]
        return text or self.noun(node, "").text

    def _turn(self, key: str, **words: str) -> str:
        return self.turns[key].format(**words)

    def _joined(self, node: Joined, *, no: bool) -> str:
        joiner = {"and": "or", "or": "and"}[node.joiner] if no else node.joiner
        parts = [self._part(one, joiner, no=no) for one in node.parts]
        mixed = joiner == "or" and any(isinstance(one, Joined) for one in node.parts)
        if mixed:
            return self.turns["or else"].join(parts)
        return listed(parts, self.turns[joiner])

    def _part(self, node: Node, joiner: str, *, no: bool) -> str:
        """One part of a list: a list inside it must not read as its next items."""
        text = self.claim(node, no=no)
        while isinstance(node, Not):
            node, no = node.operand, not no
        if joiner == "and" and isinstance(node, Joined) and (node.joiner == "or") is not no:
            either = self.turns["one of"]
            parts = [self.claim(one, no=no) for one in node.parts]
            if self.locale == "fr":
                return ", ".join(f"{either} {part}" for part in parts)
            return f"{either} {listed(parts, self.turns['or'])}"
        return text

    def _answered(self, key: str, *, no: bool) -> str:
        variable = self.schema.get(key)
        sentence = ""
        if variable is not None:
            sentence = getattr(variable, f"{'no' if no else 'yes'}_{self.locale}")
        if sentence:
            return sentence
        subject = self._question(key)
        return self._sign("is", subject, Phrase(self.turns["no" if no else "yes"]))

    def _question(self, key: str) -> Phrase:
        """« la réponse à « Êtes-vous prêts ? » »; a noun stands for itself."""
        phrase = self._named(key)
        if phrase.text[:1] not in {"«", "“"}:
            return phrase
        return Phrase(self._turn("answer", a=phrase.a, it=phrase.text), feminine=True)

    def _sign(self, key: str, subject: Phrase, other: Phrase) -> str:
        words = self.signs[key].format(e=subject.e, it=other.text, a=other.a, de=other.de)
        return f"{subject.text} {words}"

    def _found(self, node: Call, *, no: bool) -> str:
        subject = self.noun(node.arguments[0], "") if node.arguments else Phrase("…")
        if node.function == "empty":
            return self._sign("filled" if no else "empty", subject, subject)
        if node.function == "contains":
            what = "…"
            if len(node.arguments) > 1:
                what = self._literal(node.arguments[1], self._variable(node.arguments[0]))
            return self._sign("not contains" if no else "contains", subject, Phrase(what))
        return self.noun(node, "").text

    def _compared(self, node: Compare, *, no: bool) -> str:
        left, right = node.left, node.right
        sign: str = node.operator
        if isinstance(left, Const) and not isinstance(right, Const | Several) and sign in MIRROR:
            left, right, sign = right, left, MIRROR[sign]
        if isinstance(right, Several):
            return self._among(left, right, no=no)
        sign = CONTRARY[sign] if no else sign
        if isinstance(right, Const) and isinstance(right.value, bool):
            return self.claim(left, no=(sign == "==") is not right.value)
        variable = self._variable(left)
        if variable is None or variable.kind in {Kind.NUMBER, Kind.DAY} or sign not in {"==", "!="}:
            return self._measured(left, right, sign, variable)
        what = self._literal(right, variable)
        subject = self._question(variable.key)
        return self._sign("is" if sign == "==" else "is not", subject, Phrase(what))

    def _measured(self, left: Node, right: Node, sign: str, variable: Variable | None) -> str:
        unit = self._unit(left) or self._unit(right)
        dated = variable is not None and variable.kind is Kind.DAY
        other = Phrase(self._literal(right, variable)) if dated else self.noun(right, unit)
        return self._sign(f"day{sign}" if dated else sign, self.noun(left, unit), other)

    def _among(self, left: Node, right: Several, *, no: bool) -> str:
        variable = self._variable(left)
        options = [self._literal(Const(value), variable) for value in right.values]
        subject = self._question(variable.key) if variable else self.noun(left, "")
        if no and len(options) == 1:
            return self._sign("is not", subject, Phrase(options[0]))
        several = listed(options, self.turns["nor" if no else "or"])
        return self._sign("not in" if no else "in", subject, Phrase(several))

    # Nouns: what is compared, added up, given.

    def noun(self, node: Node, unit: str) -> Phrase:
        """A value, with `unit` on the bare numbers in it."""
        match node:
            case Const(value):
                phrase = Phrase(self._plain(value, unit))
            case Name(key):
                phrase = self._named(key)
            case Call(function=function) if function in self.calls:
                phrase = self.calls[function](node, unit)
            case Sum():
                phrase = self._calculated(node, unit)
            case Minus(operand):
                it = self.noun(operand, unit)
                phrase = Phrase(self._turn("opposite", de=it.de, it=it.text))
            case Either(condition, then, otherwise):
                phrase = self._depending(condition, then, otherwise, unit)
            case _:
                phrase = Phrase(self.claim(node))
        return phrase

    def _depending(self, condition: Node, then: Node, otherwise: Node, unit: str) -> Phrase:
        first = self.noun(then, unit)
        text = self._turn(
            "if",
            then=first.text,
            condition=self.claim(condition),
            otherwise=self.noun(otherwise, unit).text,
        )
        return replace(first, text=text)

    def _plain(self, value: Plain, unit: str) -> str:
        if isinstance(value, bool):
            return self.turns["yes" if value else "no"]
        if isinstance(value, Decimal):
            return number(value, unit, self.locale)
        return quoted(value, self.locale)

    def _named(self, key: str) -> Phrase:
        variable = self.schema.get(key)
        if variable is None:
            return Phrase(quoted(key, self.locale))
        words = variable.en if self.locale == "en" else variable.fr
        if words:
            return Phrase(words, variable.feminine)
        label = variable.label_en if self.locale == "en" else variable.label_fr
        return named(label or variable.label_fr or key, self.locale)

    def _variable(self, node: Node) -> Variable | None:
        return self.schema.get(node.key) if isinstance(node, Name) else None

    def _literal(self, node: Node, variable: Variable | None) -> str:
        """A quoted text as what it stands for: the label of an option, a day."""
        if not isinstance(node, Const) or not isinstance(node.value, str) or variable is None:
            return self.noun(node, variable.unit if variable else "").text
        if variable.kind is Kind.DAY and (written := as_day(node.value)):
            return day(written, self.locale)
        option = variable.option(node.value)
        if option is None:
            return quoted(node.value, self.locale)
        return quoted(option.label_en if self.locale == "en" else option.label_fr, self.locale)

    def _unit(self, node: Node) -> str:
        """What a number counts, found under it; « m² par m² » is nobody's unit."""
        if isinstance(node, Name):
            variable = self.schema.get(node.key)
            return variable.unit if variable else ""
        if isinstance(node, Sum) and node.operator == "/":
            return self._unit(node.left) if not self._unit(node.right) else ""
        if isinstance(node, Call) and node.function in {"count", "days_between"}:
            return ""
        return next((unit for one in children(node) if (unit := self._unit(one))), "")

    def _product(self, node: Sum, unit: str) -> Phrase:
        left, right = node.left, node.right
        if isinstance(right, Const) and not isinstance(left, Const):
            left, right = right, left
        if not isinstance(left, Const) or not isinstance(left.value, Decimal):
            a, b = self._whole(left), self._whole(right)
            return Phrase(self._turn("product", a=a.text, de_a=a.de, b=b.text))
        it = self._whole(right)
        if unit and not self._unit(right):
            return Phrase(
                self._turn("money times", n=number(left.value, unit, self.locale), it=it.text)
            )
        hundred = left.value * 100
        if left.value < 1 and hundred == round(hundred, PERCENT_DIGITS):
            n = number(hundred.normalize(), "", self.locale)
            return Phrase(self._turn("percent of", n=n, de=it.de, it=it.text))
        return Phrase(self._turn("times", n=number(left.value, "", self.locale), it=it.text))

    def _whole(self, node: Node, unit: str = "") -> Phrase:
        """A value that reads as one thing: a sum inside a product says where it ends."""
        if not isinstance(node, Sum) or node.operator not in {"+", "-"}:
            return self.noun(node, unit)
        if node.operator == "-":
            a, b = self.noun(node.left, unit), self._whole(node.right, unit)
            return Phrase(self._turn("difference", a=a.text, b=b.text), feminine=True)
        phrases = [self._whole(one, unit) for one in _added(node)]
        words = self._turn(
            "sum",
            list=listed([one.text for one in phrases], self.turns["and"]),
            list_de=listed([one.de for one in phrases], self.turns["and"]),
        )
        return Phrase(words, feminine=True)

    def _calculated(self, node: Sum, unit: str) -> Phrase:
        if node.operator == "*":
            return self._product(node, unit)
        shared = node.operator == "/"
        left = self._whole(node.left, unit) if shared else self.noun(node.left, unit)
        right = self._whole(node.right) if shared else self.noun(node.right, unit)
        key = {"+": "plus", "-": "minus"}.get(node.operator)
        if key is None:
            key = "divided" if isinstance(node.right, Const) else "ratio"
        kept = left.feminine and key != "ratio"
        return Phrase(self._turn(key, a=left.text, b=right.text, e=left.e), kept)

    def _several(self, node: Call, unit: str) -> Phrase:
        phrases = [self.noun(one, unit) for one in node.arguments] or [Phrase("…")]
        if len(phrases) == 1:
            it = phrases[0]
            words = self._turn(f"column {node.function}", de=it.de, it=it.text)
            return Phrase(words, node.function != "sum")
        words = self._turn(
            node.function,
            list=listed([one.text for one in phrases], self.turns["and"]),
            list_de=listed([one.de for one in phrases], self.turns["and"]),
        )
        return Phrase(words, feminine=True)

    def _rounded(self, node: Call, unit: str) -> Phrase:
        it = self.noun(node.arguments[0], unit) if node.arguments else Phrase("…")
        places = (places_of(node.arguments[1]) or 0) if len(node.arguments) > 1 else 0
        key = f"round {places}"
        if key not in self.turns:
            key = "round up" if places > 0 else "round down"
        return replace(it, text=self._turn(key, it=it.text, e=it.e, places=str(abs(places))))

    def _counted(self, node: Call, _unit: str) -> Phrase:
        what = node.arguments[0] if node.arguments else Const("…")
        variable, it = self._variable(what), self.noun(what, "")
        key = {Kind.CHOICES: "count choices", Kind.FILES: "count files"}.get(
            variable.kind if variable else Kind.ROWS, "count rows"
        )
        return Phrase(self._turn(key, de=it.de, a=it.a, it=it.text))

    def _days(self, node: Call, _unit: str) -> Phrase:
        around = Variable("", Kind.DAY, "", "")
        texts = [self._literal(one, around) for one in node.arguments]
        for a, b in pairwise(texts):
            return Phrase(self._turn("days", a=a, b=b))
        return Phrase("…")
