"""Each list that a row holds is read in one order: PostgreSQL gives rows in none by itself."""

from __future__ import annotations

from sqlalchemy import Column, UniqueConstraint
from sqlalchemy.orm import RelationshipProperty, configure_mappers
from sqlalchemy.sql import visitors

from grants import tables  # noqa: F401 -- registers every model
from grants.db import Base


def is_total(one: RelationshipProperty) -> bool:
    """Whether no two rows of one parent can stand at the same place."""
    terms = one.order_by or []
    columns = [found for term in terms for found in visitors.iterate(term)]
    named = {found.name for found in columns if isinstance(found, Column)}
    known = named | {column.name for column in one.remote_side}
    table = one.mapper.local_table
    keys = [set(table.primary_key.columns.keys())]
    keys += [
        {column.name for column in constraint.columns}
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    keys += [
        set(index.columns.keys())
        for index in table.indexes
        if index.unique and index.dialect_options["postgresql"]["where"] is None
    ]
    return bool(named) and any(key <= known for key in keys)


def test_a_list_is_read_in_a_total_order():
    configure_mappers()
    lists = [one for mapper in Base.registry.mappers for one in mapper.relationships if one.uselist]
    assert len(lists) > 25
    assert sorted(str(one) for one in lists if not is_total(one)) == [], "end order_by with the id"
