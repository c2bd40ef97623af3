"""Pages of a list: counted and cut in SQL."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from flask import request
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

NUMBER = re.compile(r"[1-9][0-9]{0,5}")


@dataclass(frozen=True)
class Page:
    """One page of rows, and where it stands among all."""

    rows: Sequence[Any]
    number: int
    per_page: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; one when there is nothing."""
        return max(1, ceil(self.total / self.per_page))

    @property
    def first(self) -> int:
        """The position of the first row shown, from 1; 0 when there is none."""
        return (self.number - 1) * self.per_page + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The position of the last row shown."""
        return (self.number - 1) * self.per_page + len(self.rows)

    @property
    def has_previous(self) -> bool:
        """Whether there is a page before."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """Whether there is a page after."""
        return self.number < self.pages


def asked_page(argument: str = "page") -> int:
    """The page number in the address; anything else than a number from 1 means the first."""
    text = request.args.get(argument, "1")
    return int(text) if NUMBER.fullmatch(text) else 1


def page_of(
    session: Session, statement: Select[Any], *, number: int = 1, per_page: int = 50
) -> Page:
    """Cut one page out of `statement` (which is ordered): two statements, whatever its length.

    Rows of one column come as values, others as tuples.
    """
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery()))
    cut = statement.limit(per_page).offset((number - 1) * per_page)
    rows = session.execute(cut).all()
    flat = [row[0] for row in rows] if rows and len(rows[0]) == 1 else rows
    return Page(rows=flat, number=number, per_page=per_page, total=total or 0)
