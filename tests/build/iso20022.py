"""A message held against the classes that a library generated from the schemas of ISO 20022.

The parser refuses unknown names and what is required and missing. Lengths, patterns, digits,
one thing of a choice, and the order of elements are asked here: the classes know them, their
parser does not.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any

from lxml import etree
from xsdata.exceptions import ConverterWarning, ParserError, XmlContextError
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig
from xsdata.formats.dataclass.serializers import XmlSerializer

STRICT = ParserConfig(
    fail_on_unknown_properties=True,
    fail_on_unknown_attributes=True,
    fail_on_converter_warnings=True,
)


def faults(body: bytes) -> list[str]:
    """What the schema of its own namespace finds wrong with a message; nothing where it is one."""
    root = etree.fromstring(body)
    name = etree.QName(root).namespace.rpartition(":")[2].replace(".", "_")
    document = _classes(name).Document
    try:
        found = XmlParser(config=STRICT).from_bytes(body, document)
    except (ParserError, XmlContextError, ConverterWarning, TypeError) as error:
        return [str(error)]
    return [*_constraints(found, ""), *_order(root, found)]


@cache
def _classes(name: str) -> Any:
    area = name.partition("_")[0]
    return import_module(f"pyiso20022.{area}.{name}.{name}")


def _order(root: Any, found: Any) -> Iterator[str]:
    again = etree.fromstring(XmlSerializer().render(found).encode())
    wanted, told = ([one.tag for one in tree.iter()] for tree in (again, root))
    if wanted != told:
        at = next(i for i, pair in enumerate(zip(wanted, told, strict=False)) if len(set(pair)) > 1)
        yield f"order: {told[at]} stands where {wanted[at]} is expected"


def _constraints(found: Any, path: str) -> Iterator[str]:
    set_ones = []
    for one in dataclasses.fields(found):
        value = getattr(found, one.name)
        values = value if isinstance(value, list) else [value]
        values = [each for each in values if each is not None]
        set_ones += values[:1]
        here = f"{path}/{one.metadata.get('name', one.name)}"
        if len(values) < one.metadata.get("min_occurs", 0):
            yield f"{here}: missing"
        for each in values:
            if dataclasses.is_dataclass(each):
                yield from _constraints(each, here)
            else:
                yield from (f"{here}: {wrong}" for wrong in _wrong(each, one.metadata))
    if type(found).__name__.endswith("Choice") and len(set_ones) != 1:
        yield f"{path}: {len(set_ones)} of a choice"


def _wrong(value: Any, asked: Any) -> Iterator[str]:
    text = str(getattr(value, "value", value))
    if len(text) < asked.get("min_length", 0):
        yield "too short"
    if len(text) > asked.get("max_length", len(text)):
        yield "too long"
    if "pattern" in asked and not re.fullmatch(asked["pattern"], text):
        yield "malformed"
    if isinstance(value, Decimal):
        digits = value.as_tuple()
        if -int(digits.exponent) > asked.get("fraction_digits", 99):
            yield "too many decimals"
        if len(digits.digits) > asked.get("total_digits", 99):
            yield "too many digits"
        if "min_inclusive" in asked and value < asked["min_inclusive"]:
            yield "too small"
