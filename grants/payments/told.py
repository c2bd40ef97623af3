"""One answer to an order as a file tells it, and how files are read: XML, amounts, days. Pure.

XML comes from elsewhere: no entity is resolved, no document type is let in, nothing is fetched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from grants.kernel.errors import Refused
from grants.kernel.late import Late
from grants.payments.models import Answer

etree = Late("lxml.etree")

AMOUNT_MAX = 10**15
UNREADABLE = (ValueError, KeyError, ArithmeticError)
"""What a cell says that is no word, no day, or no amount that anybody could pay."""


@dataclass(frozen=True)
class Told:
    """One line: what became of the order of that reference, for how many cents, on which day.

    `label`: what stands beside it, where the reference does not say which order it is about.
    """

    reference: str
    amount: int
    happened_on: date
    answer: Answer
    motive: str = ""
    label: str = ""


def parsed(data: bytes) -> Any:
    """The root of a document.

    Raises:
        Refused: `payment_return.not_xml`.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("payment_return.not_xml", field="file") from error
    if root.getroottree().docinfo.doctype:
        raise Refused("payment_return.not_xml", field="file")
    return root


def local(element: Any) -> str:
    """The name of an element without its namespace."""
    return str(etree.QName(element).localname)


def space(element: Any) -> str:
    """The namespace of an element."""
    return str(etree.QName(element).namespace or "")


def every(element: Any, name: str) -> list[Any]:
    """The elements of that name below one, however deep."""
    found: list[Any] = element.xpath(f".//*[local-name()='{name}']")
    return found


def at(element: Any, path: str) -> Any | None:
    """The first element that a path of names leads to, step by step."""
    steps = "/".join(f"*[local-name()='{step}']" for step in path.split("/"))
    found = element.xpath(steps)
    return found[0] if found else None


def text(element: Any, path: str) -> str:
    """What stands at the end of a path of names; "" where there is nothing."""
    found = at(element, path)
    return "" if found is None else " ".join("".join(found.itertext()).split())


def cents(typed: str) -> int:
    """An amount above zero, in cents.

    Raises:
        ValueError, ArithmeticError: it is none.
    """
    plain = "".join(typed.split()).removesuffix("€").replace(",", ".")
    found = Decimal(plain) * 100
    if not found.is_finite() or found != int(found) or not 0 < found < AMOUNT_MAX:
        raise ValueError("no amount")
    return int(found)


def day(typed: str) -> date:
    """A day as 31/12/2018 or 2018-12-31, with whatever hour after it.

    Raises:
        ValueError: it is none.
    """
    plain = typed.strip()[:10]
    form = "%d/%m/%Y" if "/" in plain else "%Y-%m-%d"
    return datetime.strptime(plain, form).date()  # noqa: DTZ007 -- a day has no hour
