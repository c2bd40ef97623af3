"""What every table shares: naming of constraints, types, identifiers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Enum, MetaData, String, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from grants.kernel.identity import new_id
from grants.kernel.money import Amount, Cents

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The one registry of tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        Cents: BigInteger,
        Amount: BigInteger,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        str: String,
        # Stored by value, as plain text with a CHECK of our own (see `enum_values`):
        # adding a state is then an ordinary migration.
        StrEnum: Enum(
            StrEnum,
            values_callable=lambda states: [state.value for state in states],
            native_enum=False,
            length=40,
            create_constraint=False,
        ),
    }


class Row:
    """Columns that every table of ours has."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-2)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=-1)


def enum_values(column: str, states: type[StrEnum]) -> str:
    """The text of a CHECK that holds `column` to the values of `states`."""
    values = ", ".join(f"'{state.value}'" for state in states)
    return f"{column} IN ({values})"
