"""The form engine: a document of typed questions, and what to make of the answers. No I/O."""

from grants.calls.form.check import Headline, Progress, headline, problems, progress
from grants.calls.form.cleaning import CleanValue, clean, cleaned
from grants.calls.form.document import (
    Choice,
    Field,
    FieldRole,
    FormDocument,
    Limits,
    Reading,
    Section,
    document_hash,
    parsed,
)
from grants.calls.form.kinds import FieldType
from grants.calls.form.problem import Problem

__all__ = [
    "Choice",
    "CleanValue",
    "Field",
    "FieldRole",
    "FieldType",
    "FormDocument",
    "Headline",
    "Limits",
    "Problem",
    "Progress",
    "Reading",
    "Section",
    "clean",
    "cleaned",
    "document_hash",
    "headline",
    "parsed",
    "problems",
    "progress",
]
