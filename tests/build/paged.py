"""Which pages of the site page a list, whatever their name: read from the views themselves."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

from flask import Flask

from grants.web import paging

PAGING = (paging.page_of, paging.asked_page)


def paged(app: Flask) -> set[str]:
    """The endpoints answering GET whose view, or what it calls in `grants.web`, pages rows."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and _pages(app.view_functions[rule.endpoint])
    }


def _pages(view: Callable[..., Any]) -> bool:
    waiting, seen = [inspect.unwrap(view)], set()
    while waiting:
        one = waiting.pop()
        if one in PAGING:
            return True
        if one in seen or not inspect.isfunction(one):
            continue
        seen.add(one)
        called = (one.__globals__.get(name) for name in _names(one.__code__))
        waiting += [
            inspect.unwrap(each)
            for each in called
            if inspect.isfunction(each) and each.__module__.startswith("grants.web.")
        ]
    return False


def _names(code: CodeType) -> Iterator[str]:
    """What a function names, those written inside it included."""
    yield from code.co_names
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _names(one)
