"""The hand-written matrix of tests/web/matrix.yaml, read into cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import yaml
from flask import Flask
from werkzeug.routing import Rule

from build.site import Site
from build.world import ROLES, Side

FILE = Path(__file__).parent.parent / "web" / "matrix.yaml"
ELSEWHERE = {
    "rival": "representative",
    "other_juror": "juror",
    "other_officer": "officer",
}
"""Roles held at the other authority, and those whose likes they are here."""
ANSWERS = {200, 303, 403, 404, 409, 422}
KEYS = {"of", "ask", "send", "foreign", "open", "anywhere", "free"} | ANSWERS
LITERAL = "="


@dataclass(frozen=True)
class Call:
    """One request: where, and what it sends."""

    path: str
    form: Mapping[str, str]


@dataclass(frozen=True)
class Entry:
    """One route of the file."""

    method: str
    endpoint: str
    answers: Mapping[str, int]
    things: Mapping[str, str]
    of: Mapping[str, str] = field(default_factory=dict)
    ask: Mapping[str, str] = field(default_factory=dict)
    send: Mapping[str, str] = field(default_factory=dict)
    foreign: int = 404
    open: bool = False
    free: Sequence[str] = ()
    anywhere: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """As the file writes it."""
        return f"{self.method} {self.endpoint}"

    def expected(self, role: str) -> int:
        """The answer about what is ours."""
        if role in self.answers:
            return self.answers[role]
        return 303 if role == "nobody" else 404

    def named(self, rule: Rule) -> dict[str, str]:
        """Everything that a call of the rule names, literals aside: argument or field → thing."""
        named = {one: self.of.get(one) or self.things.get(one, "") for one in rule.arguments}
        named |= self.ask | self.send
        return {key: thing for key, thing in named.items() if not thing.startswith(LITERAL)}

    def call(self, site: Site, rule: Rule, side: Side | None, **swapped: Any) -> Call:
        """The request about the things of one side; about nothing known when it is None.

        `swapped` are arguments or fields that name something else.
        """

        def value(name: str, thing: str) -> str:
            if name in swapped:
                return str(swapped[name])
            if thing.startswith(LITERAL):
                return thing.removeprefix(LITERAL)
            return str(uuid4() if side is None else side[thing])

        arguments = {
            one: value(one, self.of.get(one) or self.things[one]) for one in rule.arguments
        }
        asked = {one: value(one, thing) for one, thing in self.ask.items()}
        adapter = site.app.url_map.bind("localhost")
        path = adapter.build(self.endpoint, {**arguments, **asked}, method=self.method)
        return Call(path, {one: value(one, thing) for one, thing in self.send.items()})


@cache
def entries() -> Mapping[str, Entry]:
    """The file, by "METHOD endpoint"; whatever it misspells is an error."""
    written = yaml.load(FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)
    groups = written["groups"]
    found = {}
    for name, said in written["routes"].items():
        assert set(said) <= KEYS, f"{name}: {set(said) - KEYS}"
        method, endpoint = name.split(" ")
        answers: dict[str, int] = {}
        for status in ANSWERS & set(said):
            for role in _roles(said[status], groups):
                assert role not in answers, f"{name}: {role} has two answers"
                answers[role] = status
        rest = {
            key: said[key]
            for key in ("of", "ask", "send", "foreign", "open", "free")
            if key in said
        }
        anywhere = frozenset(_roles(said.get("anywhere", []), groups))
        found[name] = Entry(method, endpoint, answers, written["things"], anywhere=anywhere, **rest)
    return MappingProxyType(found)


def _roles(names: str | list[str], groups: Mapping[str, list[str]]) -> Iterator[str]:
    for name in [names] if isinstance(names, str) else names:
        if name in groups:
            yield from _roles(groups[name], groups)
        else:
            assert name in ROLES, f"{name} is no role"
            yield name


def rules(app: Flask) -> list[tuple[str, Rule]]:
    """Every ("METHOD endpoint", rule) of the site."""
    return [
        (f"{method} {rule.endpoint}", rule)
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]
