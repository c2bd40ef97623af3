"""The database: declarative base, and its two doors."""

from grants.db.base import Base, Row, enum_values
from grants.db.session import Database

__all__ = ["Base", "Database", "Row", "enum_values"]
