"""A file that somebody brings: read without trust, and each mistake told with its line. Pure.

Whoever writes to us may write anything: aliases that grow without end, brackets without end,
keys twice, characters that no database keeps. What is left is read as our own templates are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import yaml

from grants.calls.reading import Malformed

CHARACTERS_MAX = 400_000
"""An exported call has some forty thousand."""
DEPTH_MAX, VALUES_MAX = 40, 20_000
"""An exported call has some three thousand values; reading one takes a while, and one waits."""
UNREADABLE = (ValueError, OverflowError, LookupError, AttributeError, TypeError)
"""What PyYAML raises at a value that is not what its tag says: `!!int ""`, `!!bool maybe`."""
UNKEPT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
NESTED = ".form"
"""Mistakes of a form have a path of their own, inside that of the form."""


@dataclass(frozen=True)
class Mistake:
    """One thing wrong with a file: its line (None: of the whole file), where, and why."""

    line: int | None
    path: str
    why: str


class _Careful(yaml.SafeLoader):
    """YAML without what a file of ours never holds: aliases, keys twice, endless depth."""

    depth = values = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """One node, unless it is too deep or stands for another."""
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases are not read", problem_mark=mark)
        self.depth += 1
        self.values += 1
        if self.depth > DEPTH_MAX or self.values > VALUES_MAX:
            raise yaml.MarkedYAMLError(problem="is too deep or too long", problem_mark=mark)
        found = super().compose_node(parent, index)
        self.depth -= 1
        return found


def read_yaml(text: str) -> object:
    """What the file says.

    Raises:
        Malformed: it is no YAML of ours, with the first reason and its line.
    """
    if len(text) > CHARACTERS_MAX:
        raise Malformed([f"document: is over {CHARACTERS_MAX} characters"])
    loader = _Careful(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise Malformed(["document: is empty"])
        _refuse_twice(node)
        value = _plain(loader.construct_document(node))
    except yaml.YAMLError as error:
        raise Malformed([f"document: cannot be read at line {_line(error, text)}"]) from error
    except UNREADABLE as error:
        raise Malformed(["document: holds a number or a date that cannot be read"]) from error
    finally:
        loader.dispose()
    if found := list(_unkept(value, "")):
        raise Malformed([f"{path}: holds a character that cannot be kept" for path in found])
    return value


def mistakes(text: str, errors: tuple[str, ...], *, name: str) -> list[Mistake]:
    """The errors of a file as its reader wrote them, each with its line, in the file's order."""
    lines = _lines(text)
    found = [_mistake(error, name, lines) for error in errors]
    return sorted(found, key=lambda one: one.line or 0)


def _mistake(error: str, name: str, lines: Mapping[str, int]) -> Mistake:
    path, _, why = error.partition(": ")
    if path == f"{name}{NESTED}":
        inner, _, why = why.partition(": ")
        path = f"{path}.{inner}"
    path = path.removeprefix(name).removeprefix(".")
    told = re.search(r"at line (\d+)$", why)
    return Mistake(int(told[1]) if told else _nearest(path, lines), path, why)


def _nearest(path: str, lines: Mapping[str, int]) -> int | None:
    """The line of a path, of what holds it when the path itself is not there."""
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get(path) if path else None


def _lines(text: str) -> dict[str, int]:
    """The line at which each path of the file begins, from 1; nothing when it does not read."""
    loader = _Careful(text)
    try:
        node = loader.get_single_node()
        return dict(_places(node, "")) if node is not None else {}
    except (yaml.YAMLError, ValueError):
        return {}
    finally:
        loader.dispose()


def _places(node: yaml.Node, path: str) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = f"{path}.{key.value}" if path else str(key.value)
            yield below, key.start_mark.line + 1
            yield from _places(value, below)
    elif isinstance(node, yaml.SequenceNode):
        for at, one in enumerate(node.value):
            yield f"{path}[{at}]", one.start_mark.line + 1
            yield from _places(one, f"{path}[{at}]")


def _refuse_twice(node: yaml.Node) -> None:
    """Refuse a key that is there twice: YAML would forget the first without a word."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if str(key.value) in seen:
                raise yaml.MarkedYAMLError(problem="a key twice", problem_mark=key.start_mark)
            seen.add(str(key.value))
            _refuse_twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for one in node.value:
            _refuse_twice(one)


def _plain(value: object) -> object:
    """A value with its dates as texts, as our own files write them: forms are kept as JSON."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _unkept(value: object, path: str) -> Iterator[str]:
    """The paths of texts with characters that PostgreSQL or a page cannot hold."""
    if isinstance(value, str):
        if UNKEPT.search(value):
            yield path or "document"
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _unkept(str(key), path)
            yield from _unkept(one, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from _unkept(one, f"{path}[{at}]")


def _line(error: yaml.YAMLError, text: str) -> int:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return int(mark.line) + 1
    position = getattr(error, "position", 0)
    return text[:position].count("\n") + 1
